"""Pushing measured: from a release's zone files to the changed answer of a resolver, with real servers on loopback.

The zone of lists holds the names; a decision changes the zone of rules. What is timed begins where a push begins, with
reading the zone file that changed; making the release is `compile`'s figure. A resolver is asked every few
milliseconds, and had the old answer in its cache.
"""

import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path

from firewall_admin.adapters import push
from firewall_admin.adapters.policy_files import load_policy
from firewall_admin.core.compiled import compile_policy
from firewall_admin.core.push import EMPTY, Content, Marker, content, difference, zone_names
from tests.servers import primaries
from tests.servers.internet import Internet
from tests.servers.primaries import PRIMARIES
from tests.servers.processes import Server
from tests.servers.questions import ask_one
from tests.servers.secondaries import SECONDARIES, setup, start
from tests.world import MONDAY_MORNING

CLIENT = "127.10.0.5"
AUDIENCES = ("pupils",)
POLICY = '[school]\nname = "Measured"\n[[audience]]\nname = "pupils"\nnetworks = ["127.10.0.0/16"]\n'
PATIENCE = 300.0


@dataclass(frozen=True)
class Pushed:
    """Seconds. `bulk`: every name to an empty primary; `enforced`: until a resolver that begins then blocks the last
    one; `decision` and `lifted`: one name in the zone of rules; `listed`: one in the zone of lists."""

    primary: str
    resolver: str
    names: int
    bulk: float
    enforced: float
    decision: float
    lifted: float
    listed: float


def pushing(powers: range, folder: Path, rounds: int) -> list[Pushed]:
    """Every primary with every resolver, at 10^power names."""
    figures = []
    for power in powers:
        for primary in PRIMARIES:
            for resolver in SECONDARIES if primary == "bind" else ("unbound",):
                place = folder / f"{primary}-{resolver}-{power}"
                figures.append(_measured(primary, resolver, 10**power, place, rounds))
                print(figures[-1], file=sys.stderr, flush=True)
    return figures


def table(figures: list[Pushed]) -> str:
    """As Markdown."""
    head = list(asdict(figures[0]))
    lines = [f"| {' | '.join(head)} |", "|" + "---|" * len(head)]
    for one in figures:
        cells = [f"{value:.3g} s" if isinstance(value, float) else f"{value:,}" if isinstance(value, int) else value
                 for value in asdict(one).values()]  # fmt: skip
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


@dataclass
class _Zones:
    """What a primary holds, changed one zone at a time."""

    server: Server
    file: Path
    release: int = 0

    def __post_init__(self) -> None:
        self.held: dict[str, Content] = {}

    def push(self, zone: str, text: str) -> None:
        """As a release that changes one zone does it: a zone whose file is the same is only looked at."""
        self.release += 1
        before, after = self.held.get(zone, EMPTY), content(text)
        primary = primaries.primary(self.server)
        seen = push.look(primary, zone)
        assert isinstance(seen, push.Seen), seen
        found = difference(before.text.splitlines(), after.text.splitlines())
        done = push.change(primary, zone, found, seen.marker, Marker(self.release, after.digest), "ab")
        assert done is None, done
        self.held[zone] = after


def _measured(primary: str, resolver: str, names: int, folder: Path, rounds: int) -> Pushed:
    folder.mkdir()
    (folder / "policy.toml").write_text(POLICY)
    text = "".join(_lines(names))
    (folder / "lists").write_text(text)
    zones = [name for name, _, _ in zone_names(AUDIENCES, "rpz")]
    compiled = compile_policy(load_policy(folder / "policy.toml"), MONDAY_MORNING)
    with ExitStack() as running:
        internet = running.enter_context(Internet())
        server = running.enter_context(PRIMARIES[primary](folder / "primary", zones))
        one = _Zones(server, folder / "lists")
        bulk = _seconds(lambda: one.push("lists1.rpz", text))
        began = time.monotonic()
        asked = running.enter_context(start(resolver, compiled, setup(server, AUDIENCES), folder, internet))
        primaries.notify(server, folder / "primary", asked.port)
        _until(asked, f"n{names - 1}.x.example", blocked=True)
        enforced = time.monotonic() - began
        times = [_round(one, asked, text, number) for number in range(rounds)]
    decision, lifted, listed = (statistics.median(each) for each in zip(*times, strict=True))
    return Pushed(primary, resolver, names, bulk, enforced, decision, lifted, listed)


def _round(one: _Zones, asked: Server, text: str, number: int) -> tuple[float, float, float]:
    rule, listed = f"decided{number}.example", f"listed{number}.example"
    for name in (rule, listed):
        _until(asked, name, blocked=False)
    decision = _seconds(lambda: one.push("rules1.rpz", _entry(rule)), lambda: _until(asked, rule, blocked=True))
    lifted = _seconds(lambda: one.push("rules1.rpz", ""), lambda: _until(asked, rule, blocked=False))
    more = text + _entry(listed)
    changed = _seconds(lambda: one.push("lists1.rpz", more), lambda: _until(asked, listed, blocked=True))
    return decision, lifted, changed


def _lines(names: int) -> Iterator[str]:
    return (_entry(f"n{number}.x.example") for number in range(names))


def _entry(name: str) -> str:
    return f"{name} CNAME .\n*.{name} CNAME .\n"


def _seconds(*acts: Callable[[], None]) -> float:
    began = time.monotonic()
    for act in acts:
        act()
    return time.monotonic() - began


def _until(server: Server, name: str, *, blocked: bool) -> None:
    end = time.monotonic() + PATIENCE
    while (ask_one(server.port, CLIENT, name).code == "NXDOMAIN") != blocked:
        assert time.monotonic() < end, f"{server.name}: {name} never changed"
        time.sleep(0.005)
