"""A headteacher's decision changes a real resolver's answer through a real primary, and is said to work because a check
saw it; and a resolver that has an older release is told with both numbers."""

import random
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select

from firewall_admin import worker
from firewall_admin.core.compiled import compile_policy
from firewall_admin.core.events_releases import HoldLifted
from firewall_admin.core.names import Names
from firewall_admin.core.push import zone_names
from firewall_admin.core.questions import Answer, Question, Where
from firewall_admin.db.tables import AccessRequest, AssignmentRow, AudienceRow, ListRow, LiveCheck, Release
from firewall_admin.journeys import check_plan, lists, preparing, release_markers, resolvers
from firewall_admin.journeys.release_contents import rebuild
from firewall_admin.journeys.request_progress import progress
from firewall_admin.journeys.standing import Standing, standing
from tests.benchmarks.corpus import domains
from tests.journeys.check_world import checks, work
from tests.journeys.release_world import accept_all, block, live, told, world_with_folders
from tests.journeys.release_world import row as target_row
from tests.journeys.request_world import assessed, decided
from tests.world import World

from . import primaries
from .internet import Internet
from .processes import Server
from .secondaries import SECONDARIES, setup, start
from .test_service_push import pushed_to
from .test_service_unbound import PUPIL, blocked, until

BOTH = ("pupils", "staff")
ZONES = [name for name, _, _ in zone_names(BOTH, "rpz")]
NAMES = 10_000
SITE = "scratch.mit.edu"


@dataclass
class School:
    """A school whose primary is pushed to, and one of whose resolvers is asked as a pupil."""

    world: World
    folder: Path
    internet: Internet
    primary: Server
    target: UUID


@pytest.fixture
def school(tmp_path: Path) -> Iterator[School]:
    world = world_with_folders(tmp_path)
    with Internet() as internet, primaries.bind(tmp_path / "primary", ZONES) as primary:
        world.ports = replace(world.ports, controls=(Where("127.0.0.1", internet.port),))
        furnish(world, Names.of(domains(random.Random(NAMES), NAMES * 5 // 4)))
        target = pushed_to(world, primary)
        preparing.prepare_due(world.ports)
        accept_held(world)
        worker.once(world.ports)
        yield School(world, tmp_path, internet, primary, target)


def furnish(world: World, names: Names) -> None:
    """Ten thousand names of a list, and a site that a rule blocks."""
    with world.db.change(world.oakfield.network_manager) as change:
        of = {"school_id": world.oakfield.id}
        sha256 = lists.snapshot(world.ports, change, names)
        listed = {"slug": "made", "title": "Made", "role": "blocked", "snapshot": sha256, "changed_at": change.now}
        change.session.add(ListRow(**of, **listed))
        for audience in change.session.scalars(select(AudienceRow).where(AudienceRow.school_id == world.oakfield.id)):
            change.session.add(AssignmentRow(**of, audience_id=audience.id, slug="made"))
        change.did(HoldLifted("so many names"))
    block(world, world.oakfield, SITE, audience="pupils")
    world.sign(world.oakfield)


def accept_held(world: World) -> None:
    with world.db.look() as session:
        held = session.scalars(select(Release).where(Release.state == "held")).one_or_none()
    if held:
        accept_all(world, world.oakfield, str(held.blocked + held.opened))


def resolver_of(school: School, kind: str) -> AbstractContextManager[Server]:
    release = live(school.world, school.world.oakfield)
    compiled = compile_policy(rebuild(school.world.ports, release), release.at)
    return start(kind, compiled, setup(school.primary, BOTH), school.folder, school.internet)


def ask_at(school: School, server: Server) -> None:
    resolvers.add(
        school.world.ports,
        school.world.oakfield.network_manager,
        target=school.target,
        address="127.0.0.1",
        port=str(server.port),
        source=PUPIL,
    )


def stands(school: School, row: AccessRequest) -> Standing:
    with school.world.db.look() as session:
        return standing(school.world.ports, session, session.get_one(AccessRequest, row.id))


def has(school: School) -> str:
    with school.world.db.look() as session:
        [said] = release_markers.last_said(session, target_row(school.world, school.target))
    return said


def test_a_decision_works_at_a_real_resolver_because_a_check_saw_it(school: School) -> None:
    world = school.world
    with resolver_of(school, "unbound") as server:
        primaries.notify(school.primary, school.folder / "primary", server.port)
        ask_at(school, server)
        until(lambda: blocked(server, PUPIL, SITE), "the site is blocked to begin with")
        row = assessed(world, world.oakfield)
        world.clock.pass_by(minutes=3)
        decided(world, world.oakfield.headteacher, row)
        assert not stands(school, row).works
        for pause in range(1, 9):
            world.clock.pass_by(seconds=pause)
            worker.once(world.ports)
            if stands(school, row).works:
                break
            until(lambda: not blocked(server, PUPIL, SITE), "the site is open")
        found = stands(school, row)
        assert (found.words, found.works) == ("It works now", True), found
        assert found.text.startswith("It works now: seen at 09:33")
        assert has(school) == f"has release {live(world, world.oakfield).number}"
        with world.db.look() as session:
            taken = progress(session, session.get_one(AccessRequest, row.id))
        assert [one.words.partition(" ")[0] for one in taken] == ["Decided", "Published", "Pushed", "Seen"]
        assert [one.at for one in taken] == sorted(one.at for one in taken)
    assert sum("saw decision D-1 in force" in line for line in told(world, world.oakfield)) == 1


@pytest.mark.parametrize("kind", SECONDARIES)
def test_every_kind_of_resolver_says_which_release_it_has(kind: str, school: School) -> None:
    world = school.world
    with resolver_of(school, kind) as server:
        primaries.notify(school.primary, school.folder / "primary", server.port)
        ask_at(school, server)
        until(lambda: blocked(server, PUPIL, SITE), "the first transfer")
        number = live(world, world.oakfield).number
        check_plan.order(world.ports, world.oakfield.network_manager, target=school.target)

        def says_so() -> bool:
            work(world, 5)
            return has(school) == f"has release {number}"

        until(says_so, f"{kind} has release {number}")


def test_a_resolver_that_is_told_of_no_change_is_stale_with_the_numbers(school: School) -> None:
    """Nobody notifies it, and it would look again in an hour."""
    world = school.world
    with resolver_of(school, "unbound") as server:
        until(lambda: blocked(server, PUPIL, SITE), "the first transfer")
        before = live(world, world.oakfield).number
        ask_at(school, server)
        block(world, world.oakfield, "late.example", audience="pupils")
        work(world, 5, 15, 30, 60, 120, 300, 600)
        number = live(world, world.oakfield).number
        [stale] = [row for row in checks(world) if row.domain == "late.example"]
        assert stale.finding == "stale"
        said = f"has the zone rules1.rpz as of release {before}; release {number} changed it"
        assert said in stale.evidence["text"]
        assert has(school) == said
        assert not blocked(server, PUPIL, "late.example")
        with world.db.look() as session:
            found = release_markers.at_primary(session, target_row(world, school.target), live(world, world.oakfield))
            assert session.scalars(select(LiveCheck).where(LiveCheck.finding == "stale")).first()
        assert found is not None
        assert (found.text, found.right) == (f"The name server has release {number}.", True)
        said_itself = world.ports.ask(Question("_release-rules", "TXT"), Where("127.0.0.1", server.port, PUPIL))
        assert isinstance(said_itself, Answer)
        assert said_itself.data[0].startswith(f'"{before} ')
