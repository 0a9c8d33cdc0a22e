"""Whether what is published is in force at each target, as far as live checks have seen."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from firewall_admin.core.checks import BAD
from firewall_admin.db.tables import LiveCheck, Release, TargetRow

from .check_entries import occasion_of
from .check_plan import arrived, places_of
from .releases import targets_of


@dataclass(frozen=True)
class AtTarget:
    """A published release at a target. `live` only where every question that could be answered was answered rightly;
    `at`: when the last of them was."""

    target_id: UUID
    target: str
    state: Literal["live", "waiting", "failed", "not-checked"]
    text: str
    at: datetime | None = None


@dataclass(frozen=True)
class Trouble:
    """What is wrong at a target just now, once for each finding: a sentence, and since when."""

    target_id: UUID
    target: str
    finding: str
    text: str
    names: int
    since: datetime | None


def of_release(session: Session, school_id: UUID, release: Release) -> tuple[AtTarget, ...]:
    """At each of the school's targets; nothing for a release that is not published."""
    if release.state != "published":
        return ()
    return tuple(at_target(session, target, release) for target in targets_of(session, school_id))


def at_target(session: Session, target: TargetRow, live: Release) -> AtTarget:
    """At one target."""
    if not target.resolvers:
        return AtTarget(target.id, target.name, "not-checked", "No resolver is named that could be asked.")
    asked_as = {place.audience for place in places_of(session, target)}
    if not asked_as:
        text = (
            "Its addresses are in no audience’s networks, so nobody can say whose answers they give: nothing is asked."
        )
        return AtTarget(target.id, target.name, "not-checked", text)
    rows = session.scalars(
        select(LiveCheck).where(LiveCheck.target_id == target.id, LiveCheck.release_id == live.id)
    ).all()
    if wrong := [row for row in rows if row.state == "watched" and row.finding in BAD]:
        more = f" And {len(wrong) - 1} more." if len(wrong) > 1 else ""
        return AtTarget(target.id, target.name, "failed", _text(wrong[0]) + more, wrong[0].done_at)
    mine = [row for row in rows if row.occasion == occasion_of(live)]
    found, unseen = _so_far(session, target, live, mine), sorted(set(target.audiences) - asked_as)
    return replace(found, text=f"{found.text} Nobody asks as {' and '.join(unseen)}.") if unseen else found


def troubles(session: Session, school_id: UUID) -> tuple[Trouble, ...]:
    """Everything that is wrong at the school's targets, the latest first."""
    query = (
        select(LiveCheck, TargetRow.name)
        .join(TargetRow, TargetRow.id == LiveCheck.target_id)
        .where(LiveCheck.school_id == school_id, LiveCheck.state == "watched", LiveCheck.finding.in_(BAD))
        .order_by(LiveCheck.done_at.desc(), LiveCheck.id.desc())
    )
    found: dict[tuple[UUID, str], list[tuple[LiveCheck, str]]] = {}
    for row, name in session.execute(query):
        found.setdefault((row.target_id, str(row.finding)), []).append((row, name))
    return tuple(
        Trouble(target, rows[0][1], finding, _text(rows[0][0]), len(rows), rows[-1][0].done_at)
        for (target, finding), rows in found.items()
    )


def _so_far(session: Session, target: TargetRow, live: Release, rows: Sequence[LiveCheck]) -> AtTarget:
    if not rows:
        has_it = arrived(session, target, live) is not None
        text = "It is about to be asked." if has_it else f"Release {live.number} has not got there yet."
        return AtTarget(target.id, target.name, "waiting", text)
    seen = [row for row in rows if row.finding == "enforced"]
    at = max((row.done_at for row in seen if row.done_at), default=None)
    if any(row.state == "due" for row in rows):
        text = f"{len(seen)} of {len(rows)} answers are right so far; the others are asked again."
        return AtTarget(target.id, target.name, "waiting", text, at)
    if all(row.finding == "not-known" or row.why in ("control", "mark") for row in rows):
        return AtTarget(target.id, target.name, "not-checked", _unproven(rows), at)
    unknown = sum(row.finding == "not-known" for row in rows)
    rest = f" {unknown} can’t be told." if unknown else ""
    return AtTarget(target.id, target.name, "live", f"{len(seen)} of {len(rows)} answers are right.{rest}", at)


def _unproven(rows: Sequence[LiveCheck]) -> str:
    unknown = next((row for row in rows if row.finding == "not-known"), None)
    return _text(unknown) if unknown else "Nothing of this release could be asked there."


def _text(row: LiveCheck) -> str:
    return str(row.evidence.get("text", ""))
