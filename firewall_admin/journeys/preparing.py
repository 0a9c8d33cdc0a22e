"""From saved edits, timetables and dates to numbered releases. The worker's, and safe to repeat.

What is due is found in the rows. A release is made beside everything else, and entered only if nothing overtook it
meanwhile: an edit, a hold, another worker. Nobody sees a number twice, or a half one.

An edit with a danger waits for a person, and harmless blocks go ahead of it (`urgent`).

A hold stops edits. It does not stop the clock: what is published goes on being true of the present instant, or a site
opened until noon would stay open for as long as nobody lifts the hold.
"""

import logging
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from firewall_admin.adapters import release_folders
from firewall_admin.core import events_releases as events
from firewall_admin.core.people import Actor, system
from firewall_admin.core.plan import Objection
from firewall_admin.core.refusals import BadPolicy, Refusal
from firewall_admin.db.change import Change
from firewall_admin.db.opened import opened_lately
from firewall_admin.db.tables import Entry, Release, School, TargetRow
from firewall_admin.db.tables.row import new_id
from firewall_admin.ports import Ports

from . import policy as policies
from . import tallies, urgent
from .compiling import Compiling
from .objections import entered
from .release_contents import NOT_COMPARABLE, SINCE, Contents, rebuild, turned, weigh
from .release_files import place, write_all
from .releases import last, publish, published, school_of, targets_of
from .taken_texts import carried

AN_EDIT, THE_FIRST, THE_CLOCK = "an edit", "the first release", "a timetable or a date"
REST = timedelta(seconds=30)  # after a release could not be made, unless there is a newer edit
_resting: dict[UUID, tuple[int, datetime]] = {}  # in memory on purpose: after a restart everything is tried at once
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Due:
    """A school whose published release is behind, and why."""

    school_id: UUID
    revision: int
    cause: str


@dataclass(frozen=True)
class Basis:
    """What a release is made from, as it was when it was begun."""

    id: UUID
    number: int
    at: datetime
    live: Release | None
    targets: Sequence[TargetRow]
    carried: dict[str, dict[str, Any]] = field(default_factory=dict)  # see taken_texts


def prepare_due(ports: Ports) -> int:
    """Prepare and, where nothing speaks against it, publish a release of every school that is due. How many."""
    return sum(_guarded(ports, due) for due in due_now(ports))


def _guarded(ports: Ports, due: Due) -> bool:
    """One school's broken database row or a bug must not stop another's release."""
    try:
        return prepare(ports, due)
    except Exception:  # noqa: BLE001 - whatever it is, the other schools' turn comes
        _log.exception("the release of school %s can't be made", due.school_id)
        _rest(ports, due)
        return False


def prepare(ports: Ports, due: Due) -> bool:
    """One school's release. False where it was overtaken or could not be made; what is published stays then."""
    basis = _basis(ports, due)
    made, compiling = due, Compiling.after(ports, due.school_id, basis.live)
    try:
        contents = _contents(ports, due, basis, compiling)
        basis = _with_carried(ports, due, basis, contents)
        if ahead := _ahead(ports, due, basis, contents, compiling):
            made, contents = ahead
        name = place(basis.number, basis.id)
        contents.snapshots[SINCE] = write_all(ports, name, contents.compiled, basis.targets, basis.live)
    except (Refusal, OSError) as problem:
        _failed(ports, due, basis, problem)
        return False
    with ports.db.change(system(due.school_id)) as change:
        school = school_of(change)
        if done := not _overtaken(change.session, school, due, basis):
            _enter(change, school, made, basis, contents)
    compiling.done()
    if not done:
        release_folders.remove(
            ports.store.releases_folder(str(due.school_id)) / place(basis.number, basis.id),
        )
    _resting.pop(due.school_id, None)
    return done


def next_boundary(ports: Ports) -> datetime | None:
    """The next instant at which a timetable or a date makes a release due; past ones are due already."""
    with ports.db.look() as session:
        query = select(Release.next_change).where(Release.state == "published", Release.next_change > ports.clock())
        return min(filter(None, session.scalars(query)), default=None)


def due_now(ports: Ports) -> list[Due]:
    """Whose release is behind at this instant; who failed a moment ago is left to rest."""
    now = ports.clock()
    with ports.db.look() as session:
        schools = session.scalars(select(School).order_by(School.id)).all()
        found = [due for school in schools if (due := _why_due(session, school, now))]
    return [due for due in found if not _rests(due, now)]


def _why_due(session: Session, school: School, now: datetime) -> Due | None:
    """The clock comes first: an edit that is held must not keep what is open until noon from closing at noon."""
    live, newest = published(session, school.id), last(session, school.id)
    if live and live.next_change and live.next_change <= now:
        return Due(school.id, live.revision, THE_CLOCK)
    if school.hold is not None:
        return None
    if newest is None or newest.revision < school.revision:
        return Due(school.id, school.revision, AN_EDIT if newest else THE_FIRST)
    if newest.state == "held" and newest.next_change and newest.next_change <= now:
        return Due(school.id, school.revision, newest.cause)
    return None


def _basis(ports: Ports, due: Due) -> Basis:
    """The id is made after the last release was read, so that a folder's age shows in its name (release_files)."""
    with ports.db.look() as session:
        newest, live = last(session, due.school_id), published(session, due.school_id)
        # Never for an instant before that of the release in force: a clock set back must not open what has expired.
        at = max(ports.clock(), live.at) if live else ports.clock()
        return Basis(
            new_id(),
            newest.number + 1 if newest else 1,
            at,
            live,
            targets_of(session, due.school_id),
        )


def _contents(ports: Ports, due: Due, basis: Basis, compiling: Compiling) -> Contents:
    if due.cause == THE_CLOCK and basis.live:
        return turned(ports, basis.live, basis.number, basis.at, compiling)
    with ports.db.look() as session:
        policy = policies.current(ports, session, due.school_id)
        opened = opened_lately(session, due.school_id, basis.at)
    return weigh(ports, policy, basis.live, basis.targets, basis.number, basis.at, opened, compiling)


def _with_carried(ports: Ports, due: Due, basis: Basis, contents: Contents) -> Basis:
    if due.cause == THE_CLOCK:
        return basis
    policy, found = contents.compiled.school_policy, contents.objections
    return replace(basis, carried=carried(ports, due.school_id, basis.live, policy, basis.at, found))


def _ahead(
    ports: Ports, due: Due, basis: Basis, contents: Contents, compiling: Compiling
) -> tuple[Due, Contents] | None:
    """What is published before an edit that will be held: the blocks that are no danger. The edit stays due."""
    live, at = basis.live, basis.at
    if live is None or due.cause == THE_CLOCK or not _unaccepted(ports, due, basis, contents.objections):
        return None
    if NOT_COMPARABLE in {objection.name for objection in contents.objections}:
        return None
    try:
        known = tallies.known(live, rebuild(ports, live))
    except BadPolicy:
        return None
    with ports.db.look() as session:
        opened = opened_lately(session, due.school_id, at)
    wanted, basis = contents.compiled.school_policy, replace(basis, carried={})  # no text that was taken goes ahead
    policy = urgent.with_blocks(ports, known, wanted, at, opened, lambda o: _unaccepted(ports, due, basis, o))
    if policy is None:
        return None
    ahead = weigh(ports, policy, live, basis.targets, basis.number, at, opened, compiling)
    if _unaccepted(ports, due, basis, ahead.objections):
        return None
    return replace(due, revision=live.revision, cause=urgent.CAUSE), ahead


def _unaccepted(ports: Ports, due: Due, basis: Basis, found: Sequence[Objection]) -> bool:
    """Whether any objection would wait for a person."""
    with ports.db.look() as session:
        return not all(o["accepted"] for o in _objections(session, due, basis, found))


def _overtaken(session: Session, school: School, due: Due, basis: Basis) -> bool:
    newest, live = last(session, school.id), published(session, school.id)
    if (newest.number if newest else 0) + 1 != basis.number:
        return True
    if (live.id if live else None) != (basis.live.id if basis.live else None):
        return True
    if due.cause == THE_CLOCK:
        return False
    return school.revision != due.revision or school.hold is not None


def _enter(change: Change, school: School, due: Due, basis: Basis, contents: Contents) -> None:
    for held in change.session.scalars(
        select(Release).where(Release.school_id == school.id, Release.state == "held"),
    ):
        held.state, held.replaced_at = "replaced", change.now
    objections = _objections(change.session, due, basis, contents.objections)
    release = _row(change, due, basis, contents, objections)
    school.trouble = None
    change.session.add(release)
    change.session.flush()
    if all(o["accepted"] for o in objections):
        publish(change, release)
    else:
        named = sorted({o["name"] for o in objections if not o["accepted"]})
        change.did(events.ReleaseHeld(release.number, release.cause, named))


def _objections(session: Session, due: Due, basis: Basis, found: Sequence[Objection]) -> list[dict[str, Any]]:
    """With who accepted them before. What the clock moves keeps those of what is published: they were all accepted."""
    if due.cause == THE_CLOCK:
        return list(basis.live.objections) if basis.live else []
    return entered(session, due.school_id, basis.live, [asdict(o) for o in found], basis.carried)


def _row(change: Change, due: Due, basis: Basis, contents: Contents, objections: list[dict[str, Any]]) -> Release:
    return Release(
        id=basis.id,
        school_id=due.school_id,
        number=basis.number,
        state="held",
        revision=due.revision,
        at=basis.at,
        next_change=contents.compiled.next_change,
        policy=contents.text,
        snapshots=contents.snapshots,
        counts=contents.compiled.counts(),
        changes=contents.changes,
        objections=objections,
        blocked=contents.blocked,
        opened=contents.opened,
        entry=change.session.scalar(select(func.max(Entry.number)).where(Entry.school_id == due.school_id)) or 0,
        cause=due.cause,
        prepared_at=change.now,
    )


def _failed(ports: Ports, due: Due, basis: Basis, problem: Refusal | OSError) -> None:
    """Say it once, and rest. Where another worker was faster, what failed is of no interest."""
    why = (problem.strerror if isinstance(problem, OSError) else str(problem)) or type(problem).__name__
    _log.warning("release %s of school %s can't be made: %s", basis.number, due.school_id, problem)
    _rest(ports, due)
    release_folders.remove(ports.store.releases_folder(str(due.school_id)) / place(basis.number, basis.id))
    with ports.db.look() as session:
        school = session.get_one(School, due.school_id)
        if school.trouble == why or _overtaken(session, school, due, basis):
            return
    _tell(ports, system(due.school_id), why)


def _rest(ports: Ports, due: Due) -> None:
    _resting[due.school_id] = (due.revision, ports.clock() + REST)


def _tell(ports: Ports, actor: Actor, why: str) -> None:
    with ports.db.change(actor) as change:
        school_of(change).trouble = why
        change.did(events.PreparationFailed(why))


def _rests(due: Due, now: datetime) -> bool:
    revision, until = _resting.get(due.school_id, (-1, now))
    return due.revision == revision and now < until


def forget() -> None:
    """Let whoever rests be tried at once."""
    _resting.clear()
