"""What a decision allowed comes to its end: told five school days and one school day before, with the way to renew."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from firewall_admin.core import events_letters as events
from firewall_admin.core import letters as texts
from firewall_admin.core import school_days
from firewall_admin.core.access_requests import decision_reference, reference
from firewall_admin.core.people import Permission
from firewall_admin.core.terms import ending
from firewall_admin.db.change import Change
from firewall_admin.db.tables import AccessRequest, Decision, Person, RuleRow, School

from . import letters
from .actors import school as school_of
from .waiting import Told, about

EARLY, LATE = 5, 1  # school days before the end
_MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True)
class Ending:
    """What a decision allows, and when it ends: `last` is the last day on which it holds, on the school's clock."""

    decision: str
    request: AccessRequest
    made_at: datetime
    until: datetime
    last: date


def announce(change: Change, today: date) -> Told:
    """Tell requester and network manager what ends soon. A morning that was missed is made up for."""
    told: Told = set()
    school = school_of(change)
    zone = ZoneInfo(school.timezone)
    for found in endings(change.session, school, change.now):
        due = [n for n in (EARLY, LATE) if _opened_before(found, n, zone, school) <= today]
        if due and (people := _announce(change, found, due[-1], today, school)):
            told |= {(person, reference(found.request.number)) for person in people}
    return told


def endings(session: Session, school: School, now: datetime) -> Iterator[Ending]:
    """Every decision with an allow in force that has an end, with the last of its ends; the nearest first."""
    until = func.max(RuleRow.until).label("until")
    query = (
        select(RuleRow.decision, until)
        .where(RuleRow.school_id == school.id, RuleRow.action == "allow", RuleRow.ended_at.is_(None))
        .where(RuleRow.decision.is_not(None), RuleRow.until > now)
        .group_by(RuleRow.decision)
        .order_by(until, RuleRow.decision)
    )
    zone = ZoneInfo(school.timezone)
    for name, ends in session.execute(query).all():
        if name is None or ends is None or (number := _number(name)) is None:
            continue
        found = session.execute(
            select(Decision.made_at, AccessRequest)
            .join(AccessRequest, AccessRequest.id == Decision.request_id)
            .where(Decision.school_id == school.id, Decision.number == number)
        ).first()
        if found:
            last = (ends - _MOMENT).astimezone(zone).date()
            yield Ending(name, found[1], found[0], ends, last)


def left(found: Ending, today: date, school: School) -> int:
    """School days from a day to the end, up to one more than matters."""
    count, day = 0, today
    while count <= EARLY and day < found.last:
        day = school_days.after(day, 1, school.terms)
        count += day <= found.last
    return count


def _opened_before(found: Ending, n: int, zone: ZoneInfo, school: School) -> date:
    """The day of the n-th notice; never, where it was decided later than that: whoever asked knows the end."""
    day = school_days.before(found.last, n, school.terms)
    return day if found.made_at.astimezone(zone).date() < day else date.max


def _announce(change: Change, found: Ending, notice: int, today: date, school: School) -> set[UUID]:
    ends = ending(found.until, ZoneInfo(school.timezone))
    row = found.request
    draft = texts.ends_soon(
        reference(row.number),
        path=f"/requests/{row.id}",
        about=about(row),
        decision=found.decision,
        ends=ends,
        days=left(found, today, school),
    )
    asker = change.session.get_one(Person, row.asked_by)
    to = {p.id: p for p in (asker, *letters.people_who(change.session, school.id, Permission.ASSESS))}
    key = f"{found.decision}:ends:{found.until:%Y%m%dT%H%M}:{notice}"
    told = {id_ for id_, person in to.items() if letters.write(change, [person], draft, key=key)}
    if told:
        change.did(events.EndAnnounced(found.decision, ends, len(told)))
    return told


def _number(name: str) -> int | None:
    digits = name.removeprefix(decision_reference(0)[:-1])
    return int(digits) if digits.isascii() and digits.isdigit() else None
