"""`python -m tests.benchmarks`: the tables of the README.

python -m tests.benchmarks                        # small and medium, of real lists where there are some
python -m tests.benchmarks --growth 7             # made lists of 10^4 … 10^7 lines
python -m tests.benchmarks --times 10             # medium with ten times the lines
python -m tests.benchmarks --compile              # `compile` of every bulk format for three audiences
python -m tests.benchmarks --publish 6            # one rule changed while 10^4 … 10^6 names are live
python -m tests.benchmarks --push 6                # releases of 10^4 … 10^6 names to name servers and resolvers
python -m tests.benchmarks --trust 200             # decisions in so many schools, with --names in the lists of each
"""

import argparse
import re
import sys
import tempfile
from pathlib import Path

from . import corpus, pushing, trust
from .compiling import compiling
from .contest import contest, table, to_json
from .publishing import publishing


def main() -> None:
    """Measures, and prints a table or JSON."""
    options = _options()
    if options.publish:
        print(publishing([10**power for power in range(4, options.publish + 1)]))
        return
    figures = []
    if options.push:
        with tempfile.TemporaryDirectory() as name:
            print(pushing.table(pushing.pushing(range(4, options.push + 1), Path(name), min(options.rounds, 3))))
        return
    if options.trust:
        with tempfile.TemporaryDirectory() as name:
            print(trust.table([trust.trust(options.trust, options.names, Path(name) / "trust")]))
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for label, files in _corpora(options, folder):
            print(f"{label} …", file=sys.stderr)
            if options.compile:
                figures += compiling(label, files, _new(folder, re.sub(r"\W", "-", f"compile {label}")), options.rounds)
            else:
                figures += contest(label, files, folder, options.rounds, options.who)
    print(to_json(figures) if options.json else table(figures))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--growth", type=int, metavar="POWER", help="made lists of 10^4 up to 10^POWER lines")
    parser.add_argument("--times", type=int, help="the medium lists with so many times their lines")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--who", action="append", help="C floor, normalise, plain loop or sort, awk")
    parser.add_argument("--compile", action="store_true", help="`compile` instead of `normalise`")
    parser.add_argument("--publish", type=int, metavar="POWER", help="a rule changed beside 10^4 up to 10^POWER names")
    parser.add_argument("--push", type=int, metavar="POWER", help="10^4 up to 10^POWER names, pushed to real servers")
    parser.add_argument("--trust", type=int, metavar="SCHOOLS", help="decisions in a trust of so many schools")
    parser.add_argument("--names", type=int, default=10_000, help="with --trust: names in the lists of each school")
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
