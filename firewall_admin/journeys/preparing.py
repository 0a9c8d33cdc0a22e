"""From saved edits, timetables and dates to numbered releases. The worker's, and safe to repeat.

What is due is found in the rows. A release is made beside everything else, and entered only if nothing overtook it
meanwhile: an edit, a hold, another worker. Nobody sees a number twice, or a half one.

An edit with a danger waits for a person, and harmless blocks go ahead of it (`urgent`).

A hold stops edits. It does not stop the clock: what is published goes on being true of the present instant, or a site
opened until noon would stay open for as long as nobody lifts the hold.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from firewall_admin.adapters import release_folders
from firewall_admin.core import events_releases as events
from firewall_admin.core.people import Actor, system
from firewall_admin.core.plan import Objection
from firewall_admin.core.policy import SchoolPolicy
from firewall_admin.core.refusals import BadPolicy, Refusal
from firewall_admin.db.change import Change
from firewall_admin.db.opened import opened_lately
from firewall_admin.db.tables import Entry, Release, School, TargetRow
from firewall_admin.db.tables.row import new_id
from firewall_admin.ports import Ports

from . import large_lists, tallies, urgent
from . import policy as policies
from .compiling import Compiling
from .due_releases import AHEAD, THE_CLOCK, Due, due_now, rest, rested
from .objections import entered
from .release_contents import NOT_COMPARABLE, SINCE, Contents, rebuild, turned, weigh
from .release_files import place, write_all
from .releases import last, publish, published, school_of, targets_of
from .taken_texts import carried

# In memory on purpose: after a restart everything is compiled as if for the first time.
_tried: dict[UUID, tuple[SchoolPolicy, datetime]] = {}
_log = logging.getLogger(__name__)


class OvertakenError(Exception):
    """Something happened meanwhile, and a release would be one of yesterday."""


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
    return each_due(ports, lambda due: prepare(ports, due, basis_for(ports, due)))


def each_due(ports: Ports, release: Callable[[Due], bool]) -> int:
    """Make a release of every school that is due. One school's broken database row or a bug must not stop another's.
    How many were made."""
    done = 0
    for due in due_now(ports):
        try:
            done += release(due)
        except Exception:  # noqa: BLE001 - whatever it is, the other schools' turn comes
            _log.exception("the release of school %s can't be made", due.school_id)
            rest(ports, due)
    return done


def prepare(ports: Ports, due: Due, basis: Basis) -> bool:
    """One school's release. False where it was overtaken or could not be made, or where it was to go ahead and may not;
    what is published stays then."""
    made, compiling = due, Compiling.after(ports, due.school_id, basis.live, _tried.pop(due.school_id, None))
    try:
        contents = _contents(ports, due, basis, compiling)
        basis = _with_carried(ports, due, basis, contents)
        if due.cause == AHEAD and _unaccepted(ports, due, basis, contents.objections):
            return False
        if ahead := _ahead(ports, due, basis, contents, compiling):
            made, contents = ahead
        name, check = place(basis.number, basis.id), lambda: _check_not_overtaken(ports, due, basis)
        contents.snapshots[SINCE] = write_all(ports, name, contents.compiled, basis.targets, basis.live, check)
    except OvertakenError:
        _abandoned(ports, due, basis, contents, compiling)
        return False
    except (Refusal, OSError) as problem:
        _failed(ports, due, basis, problem)
        return False
    if due.policy is None and due.cause != THE_CLOCK:  # it was long in the making, and nobody waits
        compiling.keep()
    with ports.db.change(system(due.school_id)) as change:
        school = school_of(change)
        if done := not _overtaken(ports, change.session, school, due, basis):
            _enter(change, school, made, basis, contents)
    if done:
        compiling.done()
    else:
        _abandoned(ports, due, basis, contents, compiling)
    rested(due)
    return done


def basis_for(ports: Ports, due: Due) -> Basis:
    """What a release would be made from now. The id is made after the last release was read, so that a folder's age
    shows in its name (release_files)."""
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
        policy = due.policy or policies.current(ports, session, due.school_id)
        opened = opened_lately(session, due.school_id, basis.at)
    return weigh(ports, policy, basis.live, basis.targets, basis.number, basis.at, opened, compiling)


def _with_carried(ports: Ports, due: Due, basis: Basis, contents: Contents) -> Basis:
    if due.cause in (THE_CLOCK, AHEAD):
        return basis
    policy, found = contents.compiled.school_policy, contents.objections
    return replace(basis, carried=carried(ports, due.school_id, basis.live, policy, basis.at, found))


def _ahead(
    ports: Ports, due: Due, basis: Basis, contents: Contents, compiling: Compiling
) -> tuple[Due, Contents] | None:
    """What is published before an edit that will be held: the blocks that are no danger. The edit stays due."""
    live, at = basis.live, basis.at
    if live is None or due.cause in (THE_CLOCK, AHEAD) or not _unaccepted(ports, due, basis, contents.objections):
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


def _check_not_overtaken(ports: Ports, due: Due, basis: Basis) -> None:
    """Raises OvertakenError where what is being made would be thrown away: of a large one, that is known early."""
    with ports.db.look() as session:
        if _overtaken(ports, session, session.get_one(School, due.school_id), due, basis):
            raise OvertakenError


def _abandoned(ports: Ports, due: Due, basis: Basis, contents: Contents, compiling: Compiling) -> None:
    """What was compiled in vain serves whoever tries again: they differ by little."""
    compiling.done()
    _tried[due.school_id] = contents.compiled.school_policy, basis.at
    release_folders.remove(ports.store.releases_folder(str(due.school_id)) / place(basis.number, basis.id))


def _overtaken(ports: Ports, session: Session, school: School, due: Due, basis: Basis) -> bool:
    """Whether anything happened since that makes a release one of yesterday: another release, an edit, a hold. Where
    only large lists have moved on, what has nothing of them with it is as good as it was."""
    newest, live = last(session, school.id), published(session, school.id)
    if (newest.number if newest else 0) + 1 != basis.number:
        return True
    if (live.id if live else None) != (basis.live.id if basis.live else None):
        return True
    if due.cause == THE_CLOCK:
        return False
    if school.hold is not None:
        return True
    if school.revision == due.revision:
        return False
    if due.policy is None:
        return True
    return large_lists.as_published(ports, session, school.id, basis.live).policy != due.policy


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
        revision=basis.live.revision if due.cause == AHEAD and basis.live else due.revision,
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
    """Say it once, and rest. Where another worker was faster, what failed is of no interest; nor where it was to go
    ahead: of that, whoever makes the whole of it tells."""
    why = (problem.strerror if isinstance(problem, OSError) else str(problem)) or type(problem).__name__
    _log.warning("release %s of school %s can't be made: %s", basis.number, due.school_id, problem)
    release_folders.remove(ports.store.releases_folder(str(due.school_id)) / place(basis.number, basis.id))
    with ports.db.look() as session:
        school = session.get_one(School, due.school_id)
        if due.cause == AHEAD or _overtaken(ports, session, school, due, basis):
            return
        told = school.trouble == why
    rest(ports, due)
    if not told:
        _tell(ports, system(due.school_id), why)


def _tell(ports: Ports, actor: Actor, why: str) -> None:
    with ports.db.change(actor) as change:
        school_of(change).trouble = why
        change.did(events.PreparationFailed(why))
