"""Requests that wait for somebody: who is reminded on the second and the fifth school day, and who is told too."""

from collections.abc import Iterable, Iterator
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from firewall_admin.core import events_letters as events
from firewall_admin.core import letters as texts
from firewall_admin.core import school_days
from firewall_admin.core.access_requests import State, reference
from firewall_admin.core.letters import Draft
from firewall_admin.core.people import Permission, Role
from firewall_admin.core.terms import from_json
from firewall_admin.db.change import Change
from firewall_admin.db.tables import AccessRequest, Person

from . import letters
from .actors import school as school_of

FIRST, LAST = 2, 5  # school days after the state began
TASKS = {State.SUBMITTED: ("assess", Permission.ASSESS), State.ASSESSED: ("decide", Permission.DECIDE)}
Told = set[tuple[UUID, str]]
"""Who gets a letter of their own about what this morning: person and reference."""


def remind(change: Change, today: date) -> Told:
    """Write the reminders that are due, and what the fifth day brings. A morning that was missed is made up for."""
    told: Told = set()
    school = school_of(change)
    for row in requests(change.session, school.id, *TASKS):
        since = row.changed_at.astimezone(ZoneInfo(school.timezone)).date()
        reached = [n for n in (FIRST, LAST) if school_days.after(since, n, school.terms) <= today]
        if reached and (people := _remind(change, row, reached[-1])):
            told |= {(person, reference(row.number)) for person in people}
    return told


def requests(session: Session, school: UUID, *states: State) -> Iterable[AccessRequest]:
    """A school's requests in one of these states, oldest first."""
    query = select(AccessRequest).where(AccessRequest.school_id == school, AccessRequest.state.in_(states))
    return session.scalars(query.order_by(AccessRequest.number)).all()


def keepers(session: Session, row: AccessRequest) -> list[Person]:
    """For whom a request waits: whoever assesses or decides, but never who asked. Where nobody else can assess it, the
    headteacher."""
    _, permission = TASKS[State(row.state)]
    for needed in (permission, Permission.DECIDE):
        people = letters.people_who(session, row.school_id, needed)
        if others := [person for person in people if person.id != row.asked_by]:
            return others
    return []


def about(row: AccessRequest) -> str:
    """The site or the change in a few words; what is sensitive is named on its page only, never in mail."""
    return "a sensitive matter" if row.sensitive else row.domain or from_json(row.terms).text


def _remind(change: Change, row: AccessRequest, days: int) -> set[UUID]:
    """The people who are told now; nobody where they were told before."""
    key = f"{reference(row.number)}:waits:{row.version}:{row.changed_at:%Y%m%dT%H%M%S}:{days}"
    told: set[UUID] = set()
    for person, draft in _drafts(change.session, row, days):
        if person.id not in told and letters.write(change, [person], draft, key=key):
            told.add(person.id)
    if told:
        change.did(events.RequestReminded(reference(row.number), days, len(told)))
    return told


def _drafts(session: Session, row: AccessRequest, days: int) -> Iterator[tuple[Person, Draft]]:
    """Whom to tell what. On the last day the headteacher learns that nobody stands in, or whoever does is told too."""
    ref, path, what = reference(row.number), f"/requests/{row.id}", about(row)
    deciders = [p for p in letters.people_who(session, row.school_id, Permission.DECIDE) if p.id != row.asked_by]
    asker, (task, _) = session.get_one(Person, row.asked_by), TASKS[State(row.state)]
    if days == LAST and not any(person.role == Role.DEPUTY for person in deciders):
        for person in deciders:
            yield person, texts.nobody_stands_in(ref, path=path, about=what, days=days)
    reminder = texts.reminder(ref, path=path, about=what, asker=asker.name, days=days, task=task)
    for person in keepers(session, row):
        yield person, reminder
    if days == LAST:
        for person in deciders:
            yield person, reminder
