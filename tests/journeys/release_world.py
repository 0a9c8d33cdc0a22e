"""A world for tests of releases, with the few acts and looks that all of them need."""

from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import select

from firewall_admin import worker
from firewall_admin.adapters.folders import Folders
from firewall_admin.core.events import sentence
from firewall_admin.core.policy import SchoolPolicy, decide
from firewall_admin.db.tables import Delivery, Entry, Release, RuleRow, TargetRow
from firewall_admin.journeys import due_releases, feed_tokens, releases, rules, targets
from firewall_admin.journeys.release_contents import loss_key, rebuild
from firewall_admin.journeys.targets import Wanted
from tests.world import TestedSchool, World


def world_with_folders(folder: Path, **commands: tuple[str, ...]) -> World:
    """A World of its own that may write into folders; see `with_folders`."""
    return with_folders(World(folder), folder, **commands)


def with_folders(world: World, folder: Path, **commands: tuple[str, ...]) -> World:
    """A world that may write releases below `<folder>/delivered`; `commands` are run after it by target's name."""
    due_releases.forget()
    world.ports = replace(world.ports, folders=Folders((folder / "delivered",), commands, patience=20))
    return world


def block(world: World, school: TestedSchool, domain: str, **asked: Any) -> None:
    rules.add(world.ports, school.network_manager, action="block", domain=domain, reason="lessons", **asked)


def end_rule(world: World, school: TestedSchool, domain: str) -> None:
    with world.db.look() as session:
        query = select(RuleRow).where(RuleRow.school_id == school.id, RuleRow.domain == domain)
        rule = session.scalars(query.where(RuleRow.ended_at.is_(None))).one()
    rules.end(world.ports, school.network_manager, rule=rule.id)


def publish(world: World, school: TestedSchool, *domains: str) -> int:
    """Block some names, let the worker work, and give the number of the release in force."""
    for domain in domains:
        block(world, school, domain)
    worker.once(world.ports)
    return live(world, school).number


def live(world: World, school: TestedSchool) -> Release:
    with world.db.look() as session:
        release = releases.published(session, school.id)
    assert release is not None
    return release


def live_policy(world: World, school: TestedSchool) -> SchoolPolicy:
    return rebuild(world.ports, live(world, school))


def states(world: World, school: TestedSchool) -> list[tuple[int, str]]:
    with world.db.look() as session:
        rows = session.scalars(select(Release).where(Release.school_id == school.id).order_by(Release.number))
        return [(row.number, row.state) for row in rows]


def objections(world: World, school: TestedSchool) -> list[dict[str, Any]]:
    """Those of the release that is held; none where none is."""
    with world.db.look() as session:
        held = select(Release).where(Release.school_id == school.id, Release.state == "held")
        release = session.scalars(held).one_or_none()
        return release.objections if release else []


def accept_all(world: World, school: TestedSchool, typed: str | None = None) -> None:
    """Accept every danger of the release that is held, with its number of names where nothing else is `typed`."""
    with world.db.look() as session:
        held = select(Release).where(Release.school_id == school.id, Release.state == "held")
        release = session.scalars(held).one()
    keys = [o["key"] for o in release.objections if not o["accepted"]]
    typed = str(release.blocked + release.opened) if typed is None else typed
    releases.accept(
        world.ports, school.headteacher, number=release.number, objections=keys, reason="known", typed=typed
    )


def told(world: World, school: TestedSchool) -> list[str]:
    with world.db.look() as session:
        query = select(Entry).where(Entry.school_id == school.id).order_by(Entry.number)
        return [sentence(entry.event, entry.actor, entry.fields) for entry in session.scalars(query)]


def add_target(world: World, school: TestedSchool, name: str = "firewall", format_: str = "edl", **asked: Any) -> UUID:
    """A target whose losses are all accepted."""
    wanted = Wanted(name, format_, asked.pop("audiences", ("pupils",)), **asked)
    found = targets.losses(world.ports, school.network_manager, wanted)
    return targets.add(world.ports, school.network_manager, wanted, accepted=[loss_key(loss) for loss in found])


def feed(world: World, school: TestedSchool, name: str = "firewall", **asked: Any) -> tuple[UUID, str]:
    """A target that is fetched as a feed, and its token."""
    target = add_target(world, school, name, **asked)
    return target, feed_tokens.make(world.ports, school.network_manager, target=target)


def row(world: World, target: UUID) -> TargetRow:
    with world.db.look() as session:
        return session.get_one(TargetRow, target)


def deliveries(world: World, target: UUID) -> list[Delivery]:
    with world.db.look() as session:
        query = select(Delivery).where(Delivery.target_id == target).order_by(Delivery.id)
        return list(session.scalars(query))


def published_blocks(world: World, name: str, audience: str = "pupils") -> bool:
    """Whether the published release of Oakfield blocks a name for an audience."""
    return decide(live_policy(world, world.oakfield).policy(audience, live(world, world.oakfield).at), name).blocked
