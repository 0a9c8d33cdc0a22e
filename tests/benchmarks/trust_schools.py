"""The schools of a trust to measure with: on a database of their own, each with a list, blocked sites, and a target
whose zones have an ending of their own at one primary."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select

from firewall_admin.core.events_releases import HoldLifted
from firewall_admin.core.names import Names
from firewall_admin.core.push import zone_names
from firewall_admin.db.change import Database
from firewall_admin.db.tables import AssignmentRow, AudienceRow, ListRow, Release
from firewall_admin.journeys import lists, rules
from firewall_admin.journeys import primaries as naming
from tests.journeys.release_world import accept_all, add_target, with_folders
from tests.servers import primaries
from tests.servers.processes import HOST, Server
from tests.world import TestedSchool, World

from .corpus import domains

SITES = tuple(f"site{number}.example" for number in range(5))  # blocked by a rule of each school


@dataclass
class School:
    """A school of the trust: the ending of its zones' names, and the ports of its resolvers."""

    who: TestedSchool
    suffix: str
    real: list[Server]
    ports: tuple[int, ...] = ()

    @property
    def zones(self) -> list[str]:
        return [name for name, _, _ in zone_names(("pupils",), self.suffix)]


class Present:
    """The real present, as worlds have it."""

    def __call__(self) -> datetime:
        return datetime.now(UTC)

    @property
    def at(self) -> datetime:
        return self()


def world_of(folder: Path) -> World:
    world = with_folders(World(folder), folder)
    clock = Present()
    world.db = Database(f"sqlite:///{folder / 'school.db'}", clock)
    world.ports = replace(world.ports, db=world.db, clock=clock)
    world.clock = clock  # type: ignore[assignment]
    return world


def schools_of(world: World, count: int) -> list[TestedSchool]:
    more = [world._school(f"School {number}", f"school{number}.example") for number in range(count - 2)]
    return [world.oakfield, world.elmfield, *more][:count]


def furnish(world: World, schools: Sequence[School], names: int, primary: Server) -> None:
    """Lists, blocked sites, and a target each; none of it is in force yet."""
    made = Names.of(domains(random.Random(names), names * 5 // 4))
    for each in schools:
        manager = each.who.network_manager
        with world.db.change(manager) as change:
            sha256 = lists.snapshot(world.ports, change, made)
            of = {"school_id": each.who.id}
            change.session.add(
                ListRow(**of, slug="made", title="Made", role="blocked", snapshot=sha256, changed_at=change.now)
            )
            pupils = change.session.query(AudienceRow).filter_by(**of, name="pupils").one()
            change.session.add(AssignmentRow(**of, audience_id=pupils.id, slug="made"))
            change.did(HoldLifted("measured"))
        for site in SITES:
            rules.add(world.ports, manager, action="block", domain=site, audience="pupils", reason="games")
        target = add_target(world, each.who, "resolvers", "rpz", audiences=("pupils",), delivery="push")
        wanted = naming.Wanted(HOST, primary.port, suffix=each.suffix, secret=primaries.SECRET)
        naming.name(world.ports, manager, target=target, wanted=wanted)
        world.sign(each.who)


def accept(world: World, schools: Sequence[School]) -> None:
    """So many names at once are asked about before they are published."""
    with world.db.look() as session:
        held = {
            row.school_id: str(row.blocked + row.opened)
            for row in session.scalars(select(Release).where(Release.state == "held"))
        }
    for each in schools:
        if each.who.id in held:
            accept_all(world, each.who, held[each.who.id])
