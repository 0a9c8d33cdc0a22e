"""Restrictions: a pupil uses school equipment only under close supervision, for a time, and somebody looks at it again.

Staff see whom it is about today by the school's reference, which they know from the register; names stay sealed.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from firewall_admin.core import events_reports as events
from firewall_admin.core import free_text, local_time, retention
from firewall_admin.core.incidents import RESTRICTION_STEPS, Restricted, check_days, restricted
from firewall_admin.core.people import Actor, Permission
from firewall_admin.core.refusals import Refusal
from firewall_admin.core.stepping import Facts, guard, open_to
from firewall_admin.db.change import Change
from firewall_admin.db.tables import Incident, PupilName, Restriction
from firewall_admin.ports import Ports

from . import pupil_names
from . import report_records as records
from .policy import may
from .school_clock import zone_of

P = Permission


@dataclass(frozen=True)
class Today:
    """One line of the list for staff: which pupil, until when, and how it is called."""

    pupil: str
    until: date
    record: str


def make(
    ports: Ports,
    actor: Actor,
    *,
    pupil: str,
    since: date,
    until: date,
    review_on: date,
    reason: str,
    pupil_name: str = "",
    incident: UUID | None = None,
) -> UUID:
    """Decide a restriction, from a day to a day. Refusal of the field that can't be taken."""
    may(actor, P.RESTRICT)
    words = free_text.text(reason, "reason", 500)
    if not words:
        raise Refusal("Say why, for whoever reviews it.", "reason")
    with ports.db.change(actor) as change:
        check_days(_today(change), since, until, review_on)
        about = pupil_names.named(ports, change, pupil=pupil, name=pupil_name)
        if about is None:
            raise Refusal("Give the school’s reference of the pupil.", "pupil")
        if incident:
            records.find(change.session, actor, Incident, incident)
        school = actor.school_id
        row = Restriction(school_id=school, number=records.next_number(change.session, Restriction, school))
        row.pupil_id, row.incident_id, row.reason = about.id, incident, words
        row.decided_by, row.decided_at = records.person_of(actor), change.now
        _lasts(change, row, since, until, review_on)
        change.session.add(row)
        change.session.flush()
        days = (since.isoformat(), until.isoformat(), review_on.isoformat())
        change.did(events.RestrictionMade(records.reference(row), *days, pupil_names.committed(about) or ""))
        return row.id


def review(ports: Ports, actor: Actor, *, restriction: UUID, until: date, review_on: date, remark: str) -> None:
    """Look at it again: it goes on until a day, or a shorter time."""
    with ports.db.change(actor) as change:
        row = _open_for(change, "review", restriction)
        words = free_text.text(remark, "remark", 500)
        if not words:
            raise Refusal("Say what came of it.", "remark")
        check_days(_today(change), row.since, until, review_on)
        row.reviewed_at, row.reviewed_by = change.now, records.person_of(actor)
        _lasts(change, row, row.since, until, review_on)
        records.note(change, row, "review", text=words)
        change.did(events.RestrictionReviewed(records.reference(row), until.isoformat(), review_on.isoformat()))


def end(ports: Ports, actor: Actor, *, restriction: UUID, reason: str) -> None:
    """End it before its time: from today on it holds no more."""
    with ports.db.change(actor) as change:
        row = _open_for(change, "end", restriction)
        words = free_text.text(reason, "reason", 500)
        if not words:
            raise Refusal("Say why it ends.", "reason")
        row.ended_on = _today(change)
        records.note(change, row, "end", text=words)
        records.close(change, row)
        change.did(events.RestrictionEnded(records.reference(row)))


def today(ports: Ports, actor: Actor) -> tuple[Today, ...]:
    """Who needs close supervision today, for all staff."""
    may(actor, P.REPORT)
    with ports.db.look() as session:
        day = session.info["now"].astimezone(zone_of(session, actor.school_id)).date()
        query = (
            select(Restriction, PupilName.reference)
            .join(PupilName, PupilName.id == Restriction.pupil_id)
            .where(Restriction.school_id == actor.school_id, Restriction.since <= day, Restriction.until >= day)
            .where(Restriction.destroyed_at.is_(None))
            .order_by(PupilName.reference, Restriction.number)
        )
        return tuple(
            Today(pupil, row.until, records.reference(row))
            for row, pupil in session.execute(query)
            if state(row, day) is not Restricted.OVER
        )


def state(row: Restriction, day: date) -> Restricted:
    """How a restriction stands on a day."""
    return restricted(day, row.since, row.until, row.review_on, row.ended_on)


def steps(actor: Actor, row: Restriction, day: date) -> tuple[str, ...]:
    """What somebody can do about a restriction now."""
    return open_to(RESTRICTION_STEPS, actor, Facts(state(row, day)))


def _open_for(change: Change, step: str, restriction: UUID) -> Restriction:
    row = records.find(change.session, change.actor, Restriction, restriction)
    guard(RESTRICTION_STEPS[step], change.actor, Facts(state(row, _today(change))))
    return row


def _today(change: Change) -> date:
    return change.now.astimezone(zone_of(change)).date()


def _lasts(change: Change, row: Restriction, since: date, until: date, review_on: date) -> None:
    """It ends by itself with its last day; from then its time of keeping runs."""
    row.since, row.until, row.review_on = since, until, review_on
    over = local_time.instant(until, None, zone_of(change), end_of_day=True).at
    row.closed_at, row.destroy_on = over, retention.ends(over, records.months(change.session, row))


def kept(session: Session, actor: Actor) -> list[Restriction]:
    """Every restriction that somebody may read, the newest first."""
    query = select(Restriction).where(Restriction.school_id == actor.school_id)
    rows = session.scalars(query.order_by(Restriction.number.desc()))
    return [row for row in rows if records.reads(actor, row)]
