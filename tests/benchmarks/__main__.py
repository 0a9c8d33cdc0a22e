"""`python -m tests.benchmarks`: the tables of the README.

python -m tests.benchmarks                        # small and medium, of real lists where there are some
python -m tests.benchmarks --growth 7             # made lists of 10^4 … 10^7 lines
python -m tests.benchmarks --times 10             # medium with ten times the lines
python -m tests.benchmarks --compile              # `compile` of every bulk format for three audiences
python -m tests.benchmarks --publish 6            # one rule changed while 10^4 … 10^6 names are live
python -m tests.benchmarks --refresh 6            # lists of 10^4 … 10^6 names, of which one in a hundred changed
python -m tests.benchmarks --push 6                # releases of 10^4 … 10^6 names to name servers and resolvers
python -m tests.benchmarks --trust 200             # decisions in so many schools, with --names in the lists of each
python -m tests.benchmarks --steps 6               # each step by itself with 10^4 … 10^6 names, a process each
python -m tests.benchmarks --look-up 7             # looking names up with 10^4 … 10^7 names on the disk
python -m tests.benchmarks --month                 # a month of good and hostile updates of --names (5,000,000) names
python -m tests.benchmarks --proven --names 1000000 # from a click in a browser to "It works now" for who asked
"""

import argparse
import re
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from . import corpus, month, proven, pushing, trust
from .compiling import compiling
from .contest import Figure, contest, table, to_json
from .growing import growing
from .looking import looking
from .publishing import publishing
from .refreshing import refreshing


def main() -> None:
    """Measures, and prints a table or JSON."""
    options = _options()
    with tempfile.TemporaryDirectory() as name:
        for asked, measured in BY_NAMES.items():
            if getattr(options, asked):
                print(measured(options, Path(name)))
                return
        figures = list(_by_lines(options, Path(name)))
    print(to_json(figures) if options.json else table(figures))


def _sizes(power: int) -> list[int]:
    return [10**each for each in range(4, power + 1)]


def _pushing(options: argparse.Namespace, folder: Path) -> str:
    return pushing.table(pushing.pushing(range(4, options.push + 1), folder, min(options.rounds, 3)))


def _trust(options: argparse.Namespace, folder: Path) -> str:
    return trust.table([trust.trust(options.trust, options.names or 10_000, folder / "trust")])


def _proven(options: argparse.Namespace, folder: Path) -> str:
    with proven.browsing() as browser:
        return proven.table([proven.proven(options.names or 10_000, folder / "proven", browser)])


BY_NAMES: dict[str, Callable[[argparse.Namespace, Path], str]] = {
    "publish": lambda options, _: publishing(_sizes(options.publish)),
    "refresh": lambda options, _: refreshing(_sizes(options.refresh)),
    "steps": lambda options, _: growing(_sizes(options.steps)),
    "look_up": lambda options, _: looking(_sizes(options.look_up)),
    "month": lambda options, folder: month.table(month.month(options.names or 5_000_000, folder)),
    "push": _pushing,
    "trust": _trust,
    "proven": _proven,
}
"""What is measured with so many names in a school, by the option that asks for it."""


def _by_lines(options: argparse.Namespace, folder: Path) -> Iterator[Figure]:
    """What is measured with lists as they are published."""
    for label, files in _corpora(options, folder):
        print(f"{label} …", file=sys.stderr)
        if options.compile:
            into = _new(folder, re.sub(r"\W", "-", f"compile {label}"))
            yield from compiling(label, files, into, options.rounds)
        else:
            yield from contest(label, files, folder, options.rounds, options.who)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--growth", type=int, metavar="POWER", help="made lists of 10^4 up to 10^POWER lines")
    parser.add_argument("--times", type=int, help="the medium lists with so many times their lines")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--who", action="append", help="C floor, normalise, plain loop or sort, awk")
    parser.add_argument("--compile", action="store_true", help="`compile` instead of `normalise`")
    parser.add_argument("--publish", type=int, metavar="POWER", help="a rule changed beside 10^4 up to 10^POWER names")
    parser.add_argument("--refresh", type=int, metavar="POWER", help="10^4 up to 10^POWER names, one per cent changed")
    parser.add_argument("--push", type=int, metavar="POWER", help="10^4 up to 10^POWER names, pushed to real servers")
    parser.add_argument("--trust", type=int, metavar="SCHOOLS", help="decisions in a trust of so many schools")
    parser.add_argument("--proven", action="store_true", help="decisions in a browser, and the page of who asked")
    parser.add_argument("--steps", type=int, metavar="POWER", help="each step by itself, 10^4 up to 10^POWER names")
    parser.add_argument("--look-up", type=int, metavar="POWER", help="10^4 up to 10^POWER names on the disk")
    parser.add_argument("--month", action="store_true", help="a month of updates of lists, with one worker")
    parser.add_argument("--names", type=int, help="with --trust, --proven and --month: names in the lists")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def _corpora(options: argparse.Namespace, folder: Path) -> list[tuple[str, list[Path]]]:
    if options.growth:
        powers = range(4, options.growth + 1)
        return [(f"10^{power}", corpus.made(_new(folder, f"made{power}"), 10**power)) for power in powers]
    medium = corpus.real("medium") or corpus.made(_new(folder, "medium"), 500_000)
    if options.times:
        return [(f"medium × {options.times}", corpus.grown(_new(folder, "grown"), medium, options.times))]
    return [("small", corpus.real("small") or corpus.made(_new(folder, "small"), 10_000)), ("medium", medium)]


def _new(folder: Path, name: str) -> Path:
    (folder / name).mkdir()
    return folder / name


if __name__ == "__main__":
    main()
