"""Live checks of a real Unbound: in force by audience, gone, changed by hand, opened by a decision and closed again."""

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select

from firewall_admin import worker
from firewall_admin.adapters import resolve
from firewall_admin.core.questions import Answer, Failure, Question, Where
from firewall_admin.db.tables import LiveCheck
from firewall_admin.journeys import check_plan, proof, resolvers, rules
from tests.journeys.check_world import ALL_TRIES, checks, only, work
from tests.journeys.release_world import add_target, block, told, world_with_folders
from tests.world import World

from . import daemons
from .internet import Internet
from .processes import Server
from .test_service_unbound import BOTH, HUP, PUPIL, TEACHER, block_tiktok, until


@dataclass
class School:
    """A school whose Unbound is filled by a folder, and asked as a pupil and as a teacher."""

    world: World
    folder: Path
    pid: Path
    server: Server
    target: UUID

    def seen(self, domain: str, audience: str, expected: str) -> bool:
        """Work on, as seconds pass, and say whether the newest check of a name found that."""
        work(self.world, 5)
        with self.world.db.look() as session:
            query = select(LiveCheck).where(LiveCheck.domain == domain, LiveCheck.audience == audience)
            row = session.scalars(query.order_by(LiveCheck.id.desc())).first()
        return row is not None and (row.expected, row.finding) == (expected, "enforced")


@pytest.fixture
def internet() -> Iterator[Internet]:
    with Internet(missing=frozenset({"gone.example"})) as internet:
        yield internet


@pytest.fixture
def school(tmp_path: Path, internet: Internet) -> Iterator[School]:
    pid = tmp_path / "unbound.pid"
    world = world_with_folders(tmp_path, unbound=(sys.executable, "-c", HUP, str(pid)))
    world.ports = replace(world.ports, controls=(Where("127.0.0.1", internet.port),))
    folder = tmp_path / "delivered" / "unbound"
    asked = {"audiences": BOTH, "delivery": "folder", "folder": str(folder)}
    target = add_target(world, world.oakfield, "unbound", "unbound", **asked)
    worker.once(world.ports)
    main = f'include: "{folder}/unbound.conf"\n'
    with daemons.unbound(tmp_path / "server", internet, main=main, modules="iterator") as server:
        pid.write_text(str(server.pid))
        for source in (PUPIL, TEACHER):
            resolvers.add(
                world.ports,
                world.oakfield.network_manager,
                target=target,
                address="127.0.0.1",
                port=str(server.port),
                source=source,
            )
        yield School(world, folder, pid, server, target)


def said(world: World, start: str) -> list[str]:
    return [line for line in told(world, world.oakfield) if start in line]


def leaks(world: World, audience: str) -> bool:
    work(world, 90)
    return any(audience in line for line in said(world, "found unbound leaking"))


def test_what_is_published_is_seen_by_each_audience_from_its_own_address(school: School) -> None:
    world = school.world
    block(world, world.oakfield, "games.example", audience="pupils")
    block(world, world.oakfield, "gone.example", audience="pupils")
    worker.once(world.ports)
    until(lambda: school.seen("games.example", "pupils", "blocked"), "games.example blocked for pupils")
    assert only(world, "games.example").resolver.endswith(f"from {PUPIL}")
    block_tiktok(world)
    until(lambda: school.seen("tiktok.com", "pupils", "blocked"), "TikTok blocked for pupils")
    work(world, *ALL_TRIES)
    assert only(world, "gone.example").finding == "not-known", "what exists nowhere proves nothing"
    findings = {(row.audience, row.finding) for row in checks(world) if row.finding != "not-known"}
    assert findings == {("pupils", "enforced"), ("staff", "enforced")}
    assert not said(world, "found unbound")


def test_a_resolver_that_is_killed_is_silent(school: School) -> None:
    world = school.world
    until(lambda: school.seen("www.gov.uk", "pupils", "open"), "the control name is open")
    school.pid.unlink()
    os.kill(school.server.pid, 9)

    def impatient(question: Question, where: Where) -> Answer | Failure:
        """Nothing answers there any more: whether that is waited for is the adapter's own tests' to see."""
        return resolve.ask(question, where, timeout=0.2 if where.port == school.server.port else resolve.TIMEOUT)

    world.ports = replace(world.ports, ask=impatient)
    check_plan.order(world.ports, world.oakfield.network_manager, target=school.target)
    work(world, 5, 30, 90)
    lines = said(world, "found unbound silent")
    assert len(lines) == 2, "one for each audience, however many names were asked"
    assert {row.finding for row in checks(world, state="watched")} == {"silent"}


def test_what_somebody_changes_by_hand_leaks_and_the_difference_is_told(school: School) -> None:
    world = school.world
    block(world, world.oakfield, "games.example", audience="pupils")
    worker.once(world.ports)
    until(lambda: school.seen("games.example", "pupils", "blocked"), "games.example blocked for pupils")
    (school.folder / "unbound.conf").write_text("# nothing\n")
    os.kill(school.server.pid, 1)
    check_plan.order(world.ports, world.oakfield.network_manager, target=school.target)
    until(lambda: leaks(world, "pupils"), "the leak")
    [line] = [line for line in said(world, "found unbound leaking") if "for pupils" in line]
    for part in ("games.example should be blocked", "198.51.100.7", "it answered A NXDOMAIN", "changed on the device"):
        assert part in line, line


def test_an_allow_is_proven_and_so_is_its_end(school: School) -> None:
    world = school.world
    block(world, world.oakfield, "example.com", audience="pupils")
    worker.once(world.ports)
    until(lambda: school.seen("example.com", "pupils", "blocked"), "example.com blocked for pupils")
    ends = world.clock.at + timedelta(hours=2)
    began = world.clock.at
    rules.add(
        world.ports,
        world.oakfield.network_manager,
        action="allow",
        domain="maths.example.com",
        audience="pupils",
        reason="a lesson",
        until=ends,
        decision="D-1",
    )
    worker.once(world.ports)
    until(lambda: school.seen("maths.example.com", "pupils", "open"), "maths open")
    with world.db.look() as session:
        found = proof.seen(
            session, world.oakfield.id, domain="maths.example.com", audience="pupils", expected="open", since=began
        )
        states = proof.state(session, world.oakfield.id, decision="D-1")
    assert found is not None
    assert [(one.target, one.state) for one in states] == [("unbound", "live")]
    world.clock.at = ends
    worker.once(world.ports)
    until(lambda: school.seen("maths.example.com", "pupils", "blocked"), "maths blocked again")
    for start in ("saw decision D-1 in force: maths.example.com", "saw that decision D-1 has ended: maths.example.com"):
        assert len(said(world, start)) == 1


def test_the_whole_takes_no_unasked_question_of_the_world(school: School, internet: Internet) -> None:
    """A school's policy has thousands of names: few of them are asked."""
    before = internet.asked
    worker.once(school.world.ports)
    work(school.world, *ALL_TRIES)
    assert 0 < internet.asked - before < 400
