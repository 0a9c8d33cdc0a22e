"""The morning's digest: one letter for each person for whom something waits, never empty, never twice a day."""

from collections.abc import Iterator
from datetime import date
from uuid import UUID

from sqlalchemy import select

from firewall_admin.core import events_letters as events
from firewall_admin.core import letters as texts
from firewall_admin.core.access_requests import State, reference
from firewall_admin.db.change import Change
from firewall_admin.db.tables import Letter, Person

from . import ending, letters
from .actors import school as school_of
from .waiting import Told, about, keepers, requests

TASKS = {State.SUBMITTED: "waits for your assessment", State.ASSESSED: "waits for your decision"}


def write(change: Change, today: date, told: Told) -> None:
    """Everyone's digest of a day. What somebody gets a letter of their own about this morning is left out."""
    key = f"digest:{today}"
    lines: dict[UUID, list[str]] = {}
    for who, ref, line in (*_waiting(change), *_ending(change, today)):
        if (who, ref) not in told:
            lines.setdefault(who, []).append(line)
    kept = _kept(change)
    for letter in kept:
        lines.setdefault(letter.person_id, []).append(letter.subject)
    people = select(Person).where(Person.id.in_(lines), Person.state == "active").order_by(Person.name)
    day, count = f"{today:%A} {today.day} {today:%B}", 0
    for person in change.session.scalars(people).all():
        draft = texts.digest(day, lines[person.id])
        count += letters.write(change, [person], draft, key=key)
    for letter in kept:
        letter.state, letter.sent_at, letter.detail = letters.SENT, change.now, "in the digest"
    if count or kept:
        change.did(events.DigestsWritten(str(today), count))


def _waiting(change: Change) -> Iterator[tuple[UUID, str, str]]:
    school = change.actor.school_id
    for row in requests(change.session, school, *TASKS):
        ref = reference(row.number)
        for person in keepers(change.session, row):
            yield person.id, ref, f"{ref} {TASKS[State(row.state)]}: {about(row)}"
    for row in requests(change.session, school, State.RETURNED):
        ref = reference(row.number)
        yield row.asked_by, ref, f"{ref} waits for your answer: {about(row)}"


def _ending(change: Change, today: date) -> Iterator[tuple[UUID, str, str]]:
    school = school_of(change)
    for found in ending.endings(change.session, school, change.now):
        days = ending.left(found, today, school)
        if days <= ending.EARLY:
            ref = reference(found.request.number)
            when = f"in {texts.count(days, 'school day')}" if days else "today"
            yield found.request.asked_by, ref, f"{ref} ends {when}: {about(found.request)}"


def _kept(change: Change) -> list[Letter]:
    """Letters that were to wait for the digest."""
    query = select(Letter).where(
        Letter.school_id == change.actor.school_id,
        Letter.state == letters.DUE,
        Letter.digest,
        Letter.send_after <= change.now,
    )
    return list(change.session.scalars(query.order_by(Letter.written_at, Letter.id)))
