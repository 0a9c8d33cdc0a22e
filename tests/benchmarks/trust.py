"""A trust on one machine: from a headteacher's decision to the changed answer of the resolver that enforces it.

Everything is the real thing but most of the resolvers: the journeys with a database, the worker with its pauses, a
primary with every zone of every school, and Unbound as resolver of a few schools, by transfer. The others are modelled
(`trust_secondaries`).
"""

import os
import statistics
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import func, select

from firewall_admin import worker
from firewall_admin.core.compiled import compile_policy
from firewall_admin.core.push_configs import Setup
from firewall_admin.core.questions import Where
from firewall_admin.db.tables import Decision, Delivery, Release
from firewall_admin.journeys import deliveries, preparing, rules
from firewall_admin.journeys.release_contents import rebuild
from tests.journeys.release_world import live
from tests.journeys.request_world import assessed, decided
from tests.servers import primaries
from tests.servers.internet import Internet
from tests.servers.processes import HOST, Server
from tests.servers.questions import ask_one
from tests.servers.secondaries import start
from tests.world import World

from .trust_schools import SITES, School, accept, furnish, schools_of, world_of
from .trust_secondaries import Modelled, modelled

PUPIL = "127.10.0.5"
RESOLVERS = 2  # of each school
REAL = 4  # of them real, in schools of their own
PATIENCE = 240.0


@dataclass(frozen=True)
class Trust:
    """Seconds, medians of the decisions. `schools` with `names` in the lists of each, `real` and `modelled` resolvers.

    `releases` and `bulk`: until every school's first release is made, and is in the empty primary. `decided`: the act
    itself; then each from the beginning of the act: `published`, `pushed` (the primary says so), `modelled` and `real`
    resolver. `everyone`: every school blocks a name at one time, until the last resolver has it. `primary`: megabytes
    of it; `load`: of the machine at the end."""

    schools: int
    names: int
    resolvers: str
    releases: float
    bulk: float
    decided: float
    published: float
    pushed: float
    modelled: float
    real: float
    worst: float
    everyone: float
    primary: int
    load: float


def trust(schools: int, names: int, folder: Path) -> Trust:
    """One trust, in a new folder."""
    folder.mkdir()
    real = min(REAL, schools)
    world = world_of(folder)
    all_ = [School(each, f"s{number:03}", []) for number, each in enumerate(schools_of(world, schools))]
    with ExitStack() as running:
        internet = running.enter_context(Internet())
        zones = [zone for each in all_ for zone in each.zones]
        primary = running.enter_context(primaries.bind(folder / "primary", zones))
        furnish(world, all_, names, primary)
        releases = seconds(lambda: _until_nothing(lambda: preparing.prepare_due(world.ports)))
        accept(world, all_)
        bulk = seconds(lambda: _until_nothing(lambda: deliveries.push_due(world.ports)))
        say(f"{schools} schools, {names} names: released in {releases:.1f} s, pushed in {bulk:.1f} s")
        for each in all_[:real]:
            each.real.append(running.enter_context(unbound_of(world, each, primary, folder, internet)))
        models = [each for each in all_ for _ in range(RESOLVERS - len(each.real))]
        found = running.enter_context(modelled(primary.port, [each.zones for each in models]))
        for each, port in zip(models, found.ports, strict=True):
            each.ports += (port,)
        tell(primary, folder / "primary", all_)
        time.sleep(2)
        stop = threading.Event()
        working = threading.Thread(target=worker.run, args=(world.ports, stop))
        working.start()
        try:
            rounds = [_decision(world, all_[number % real], site, found) for number, site in enumerate(SITES)]
            everyone = _everyone(world, all_, found)
        finally:
            stop.set()
            working.join()
        act, published, pushed, model, seen = (statistics.median(each) for each in zip(*rounds, strict=True))
        worst = max(each[-1] for each in rounds)
        resolvers = f"{real} + {len(models)}"
        return Trust(
            schools,
            names,
            resolvers,
            releases,
            bulk,
            act,
            published,
            pushed,
            model,
            seen,
            worst,
            everyone,
            _megabytes(primary.pid),
            os.getloadavg()[0],
        )


def table(figures: Sequence[Trust]) -> str:
    """As Markdown."""
    rows = [asdict(one) for one in figures]
    lines = [f"| {' | '.join(rows[0])} |", "|" + "--:|" * len(rows[0])]
    for row in rows:
        cells = [
            f"{cell:.3g}" if isinstance(cell, float) else f"{cell:,}" if isinstance(cell, int) else cell
            for cell in row.values()
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def unbound_of(
    world: World, each: School, primary: Server, folder: Path, internet: Internet
) -> AbstractContextManager[Server]:
    """A real resolver of a school, which begins with nothing."""
    release = live(world, each.who)
    compiled = compile_policy(rebuild(world.ports, release), release.at)
    setup = Setup(
        "resolvers", ("pupils",), HOST, primary.port, each.suffix, primaries.KEY, "hmac-sha256", (Where(HOST),)
    )
    return start("unbound", compiled, setup, folder / each.suffix, internet)


def tell(primary: Server, folder: Path, schools: Sequence[School]) -> None:
    """Have the primary notify the resolvers of each school of its own zones."""
    lines = (folder / "named.conf").read_text().split('zone "')
    told = {zone: [*(one.port for one in each.real), *each.ports] for each in schools for zone in each.zones}
    written = [lines[0]]
    for line in lines[1:]:
        ports = "".join(f"{HOST} port {port}; " for port in told[line.partition('"')[0]])
        written.append(line.replace("/* NOTIFY */", ports))
    (folder / "named.conf").write_text('zone "'.join(written))
    os.kill(primary.pid, 1)


def _decision(world: World, school: School, site: str, found: Modelled) -> tuple[float, ...]:
    """One site is allowed by the headteacher."""
    row = assessed(world, school.who, address=f"https://{site}/")
    server = school.real[0]
    until(lambda: blocked_at(server, site), f"{site} is blocked to begin with")
    list(found.arrivals())
    began, at = time.monotonic(), datetime.now(UTC)
    decided(world, school.who.headteacher, row)
    done = time.monotonic() - began
    until(lambda: not blocked_at(server, site), f"{site} is open")
    real = time.monotonic() - began
    arrived: list[float] = []
    until(lambda: _arrived(found, arrived, school, site), f"{site} at a modelled resolver")
    with world.db.look() as session:
        release = session.scalars(
            select(Release).where(Release.school_id == school.who.id, Release.state == "published")
        ).one()
        until(lambda: _delivered(world, release) is not None, "the delivery is noted")
        assert session.scalar(select(func.count()).select_from(Decision).where(Decision.school_id == school.who.id))
    published = (release.published_at - at).total_seconds() if release.published_at else 0.0
    pushed = (_delivered(world, release) or at) - at
    figures = (done, published, pushed.total_seconds(), max(arrived) - began, real)
    say(" ".join(f"{one:.2f}" for one in figures))
    return figures


def _delivered(world: World, release: Release) -> datetime | None:
    with world.db.look() as session:
        return session.scalar(select(Delivery.done_at).where(Delivery.release_id == release.id))


def _arrived(found: Modelled, arrived: list[float], school: School, site: str) -> bool:
    arrived += [at for port, _, owner, at in found.arrivals() if owner == site and port in school.ports]
    return len(arrived) >= len(school.ports)


def _everyone(world: World, schools: Sequence[School], found: Modelled) -> float:
    """Every school blocks the same name: until the last modelled resolver was given it, and each real one says so."""
    list(found.arrivals())
    began = time.monotonic()
    for each in schools:
        rules.add(
            world.ports,
            each.who.network_manager,
            action="block",
            domain="urgent.example",
            audience="pupils",
            reason="now",
        )
    missing = {port for each in schools for port in each.ports}
    last = [began]

    def all_have_it() -> bool:
        for port, _, owner, at in found.arrivals():
            if owner == "urgent.example":
                missing.discard(port)
                last[0] = max(last[0], at)
        return not missing

    until(all_have_it, "the last modelled resolver")
    for each in schools:
        for server in each.real:
            until(lambda server=server: blocked_at(server, "urgent.example"), "the last real resolver")  # type: ignore[misc]
    return last[0] - began


def blocked_at(server: Server, name: str) -> bool:
    """Whether a pupil is told that a name does not exist."""
    return ask_one(server.port, PUPIL, name).code == "NXDOMAIN"


def _until_nothing(due: Callable[[], int]) -> None:
    while due():
        pass


def until(true: Callable[[], bool], what: str, pause: float = 0.005) -> None:
    """Wait for it, looking again after a pause of so many seconds; AssertionError where it never comes."""
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, f"never came: {what}"
        time.sleep(pause)


def seconds(act: Callable[[], object]) -> float:
    """How long it takes."""
    began = time.monotonic()
    act()
    return time.monotonic() - began


def _megabytes(pid: int) -> int:
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) // 1024
    return 0


def say(text: str) -> None:
    """To whoever waits for the table."""
    print(text, file=sys.stderr, flush=True)
