"""A process killed anywhere between asking and the end of what was allowed: `python -m tests.faults.request_kills`.

Whatever it left, somebody goes on from there with the very same acts; at the end there is one of everything.
"""

import json
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from firewall_admin.adapters.store import Store
from firewall_admin.core import trail
from firewall_admin.core.people import Actor
from firewall_admin.db.chain import as_written
from firewall_admin.db.change import Change
from firewall_admin.db.tables import AccessRequest, Assessment, Decision, Entry, Letter, RuleRow
from firewall_admin.journeys import asking, assessments, decisions
from firewall_admin.journeys.access_requests import decisions_of
from firewall_admin.journeys.dossiers import dossier
from firewall_admin.journeys.granting import rules_of
from firewall_admin.journeys.request_facts import standing_assessments
from firewall_admin.ports import Ports
from tests.journeys.request_world import form, furnished
from tests.world import MONDAY_MORNING, World

from .kills import database, killed

EVERY = 3  # points; the next sweep begins one later, so that other ones have their turn
WANTED = ["AccessAsked", "AccessAssessed", "AccessDecided", "AccessEnded"]


def opened(folder: Path, world: World) -> Ports:
    """The world in a folder, as a process that starts finds it."""
    db = database(folder, lambda: MONDAY_MORNING)
    return Ports(db, Store(folder / "store"), db.clock, world.ports.shipped)


def go_on(ports: Ports, world: World) -> None:
    """From wherever it stands to the end, as people would who look at the page first: each act only where it is due."""
    school = world.oakfield
    row = _row(ports, school.id)
    if row is None:
        asking.ask(ports, school.teacher, form(world))
        row = _row(ports, school.id)
    assert row is not None
    if row.state == "submitted":
        assessments.assess(
            ports, school.network_manager, request=row.id, version=row.version, advice="allow", text="harmless"
        )
    seen = dossier(ports, school.headteacher, row.id)
    if seen.state == "assessed":
        decided(ports, world, row)
    with ports.db.look() as session:
        live = [rule for rule in rules_of(session, school.id, "D-1") if rule.ended_at is None]
    if live:
        decisions.end(ports, school.network_manager, request=row.id, reason="over")


def decided(ports: Ports, world: World, row: AccessRequest) -> None:
    head = world.oakfield.headteacher
    seen = dossier(ports, head, row.id)
    decisions.decide(
        ports, head, request=row.id, version=seen.version, outcome="approved", reason="worth it", sha256=seen.sha256
    )


def _row(ports: Ports, school: UUID) -> AccessRequest | None:
    with ports.db.look() as session:
        return session.scalars(select(AccessRequest).where(AccessRequest.school_id == school)).first()


def half_done(ports: Ports, school: UUID) -> Iterator[str]:
    """What is wrong while nobody goes on: a state without its row, a row without its entry, a broken chain."""
    row = _row(ports, school)
    with ports.db.look() as session:
        if row is not None:
            made, advice = decisions_of(session, row), standing_assessments(session, row)
            rules = rules_of(session, school, "D-1")
            if (row.state == "approved") != bool(made) or bool(made) != bool(rules):
                yield f"{row.state} with {len(made)} decisions and {len(rules)} rules"
            if (row.state in ("assessed", "approved")) != bool(advice):
                yield f"{row.state} with {len(advice)} assessments"
        entries = session.scalars(select(Entry).where(Entry.school_id == school).order_by(Entry.number)).all()
        checked = trail.check(trail.line(as_written(entry)).encode() for entry in entries)
        if checked.bad:
            yield f"the trail is broken at {checked.bad}"


def unfinished(ports: Ports, school: UUID) -> Iterator[str]:
    """What is not there once, after somebody went on to the end."""
    yield from half_done(ports, school)
    with ports.db.look() as session:
        for kind, count in ((AccessRequest, 1), (Assessment, 1), (Decision, 1)):
            if (found := session.scalar(select(func.count()).select_from(kind))) != count:
                yield f"{found} rows of {kind.__tablename__}"
        allows = session.scalars(select(RuleRow).where(RuleRow.decision == "D-1")).all()
        if len(allows) != 1 or allows[0].ended_at is None:
            yield f"{len(allows)} rules of the decision"
        told = session.scalars(select(Entry.event).where(Entry.event.in_(WANTED)).order_by(Entry.number)).all()
        if list(told) != WANTED:
            yield f"told {told}"
        letters = session.execute(select(Letter.person_id, Letter.key)).all()
        if len(letters) != len(set(letters)) or len({key for _, key in letters}) != len(WANTED):
            yield f"letters: {sorted(key for _, key in letters)}"


def sweep(folder: Path, twin: str) -> tuple[int, list[str]]:
    """How many points were tried, and what was wrong after being killed at each. `twin` breaks something on purpose;
    the first fault is enough of it."""
    live, pristine = folder / "live", folder / "pristine"
    live.mkdir()
    world = World(live)
    furnished(world)
    world.db.engine.dispose()
    shutil.copytree(live, pristine)
    wrong: list[str] = []
    tried = 0
    while killed(
        tried * EVERY + tried % EVERY, BROKEN[twin], lambda _: opened(live, world), lambda ports: go_on(ports, world)
    ):
        ports, school = opened(live, world), world.oakfield.id
        wrong += [f"point {tried}: {fault}" for fault in half_done(ports, school)]
        go_on(ports, world)
        wrong += [f"after point {tried}: {fault}" for fault in unfinished(ports, school)]
        ports.db.engine.dispose()
        shutil.rmtree(live)
        shutil.copytree(pristine, live)
        tried += 1
        if wrong and twin != "sound":
            break
    return tried, wrong


def _rule_in_an_act_of_its_own() -> None:
    """The decision is on record, and then its rule is made."""
    put_in_force, left = decisions._put_in_force, list[Any]()

    def later(ports: Ports, change: Change, *what: Any) -> None:
        left.append(what)

    def decide(ports: Ports, actor: Actor, **asked: Any) -> str:
        reference = decided_first(ports, actor, **asked)
        with ports.db.change(actor) as change:
            put_in_force(ports, change, *left[-1])
        return reference

    decided_first = decisions.decide
    setattr(decisions, "_put_in_force", later)  # noqa: B010
    setattr(decisions, "decide", decide)  # noqa: B010


BROKEN: dict[str, Callable[[], None]] = {
    "sound": lambda: None,
    "rule in an act of its own": _rule_in_an_act_of_its_own,
}


if __name__ == "__main__":
    points, faults = sweep(Path(sys.argv[1]), sys.argv[2])
    print(json.dumps({"points": points, "wrong": faults}))
