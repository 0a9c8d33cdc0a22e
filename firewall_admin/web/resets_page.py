"""New links as pages show them: who asked, who confirmed, and what home says of them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from ..core.people import Actor, Permission, Role
from ..core.refusals import NotFound
from ..db.tables import PasswordReset, Person
from ..journeys import resets, second_person
from ..journeys.people import find
from ..ports import Ports
from .letters_page import Told

SHOWN_FOR = timedelta(days=14)  # how long somebody is told that their password was set by a link


@dataclass(frozen=True)
class ShownReset:
    """A question for a new link. `state`: waiting, confirmed, done, withdrawn, or expired. What whoever looks may do is
    in `may_confirm`, `may_make` and `may_end`."""

    id: UUID
    person: str
    email: str
    role: str
    asker: str
    asked_at: datetime
    confirmer: str
    state: str
    is_about_reader: bool
    may_confirm: bool
    may_make: bool
    may_end: bool


def one(ports: Ports, actor: Actor, password_reset: UUID) -> ShownReset:
    """One of the school's, as this person may see it; NotFound elsewhere."""
    with ports.db.look() as session:
        row = second_person.find_one(session, actor, PasswordReset, password_reset)
        person = session.get_one(Person, row.person_id)
        is_open = second_person.is_open(row, ports.clock())
        confirms = second_person.may_confirm(actor, row, person)
        if not (confirms or actor.may(Permission.MANAGE_PEOPLE) or actor.person_id == row.person_id):
            raise NotFound("Nobody asked you about such a link.")
        asker, confirmer = second_person.names(session, row)
        return ShownReset(
            id=row.id,
            person=person.name,
            email=person.email,
            role=Role(person.role).words,
            asker=asker,
            asked_at=row.made_at,
            confirmer=confirmer,
            state=row.state if is_open or row.state in (second_person.DONE, second_person.WITHDRAWN) else "expired",
            is_about_reader=row.person_id == actor.person_id,
            may_confirm=is_open and confirms and row.state == second_person.WAITING,
            may_make=is_open and row.state == second_person.CONFIRMED and _asked(row, actor),
            may_end=is_open and second_person.may_end(actor, row, person),
        )


def takes_two(ports: Ports, actor: Actor, person: UUID) -> bool:
    """Whether a second person has to confirm a link for somebody of the school."""
    with ports.db.look() as session:
        return resets.takes_two(ports, session, find(session, actor, person))


def open_for(ports: Ports, actor: Actor, person: UUID) -> UUID | None:
    """The question that is open for somebody."""
    with ports.db.look() as session:
        found = second_person.open_about(session, PasswordReset, find(session, actor, person).id, ports.clock())
        return found.id if found else None


def needs(session: Session, actor: Actor, now: datetime) -> list[Told]:
    """What waits for this person, and what was done to their own password."""
    query = (
        select(PasswordReset, Person)
        .join(Person, Person.id == PasswordReset.person_id)
        .where(PasswordReset.school_id == actor.school_id)
        .where(or_(PasswordReset.made_at > now - second_person.LASTS, PasswordReset.used_at > now - SHOWN_FOR))
        .order_by(PasswordReset.made_at)
    )
    found = (_need(session, actor, row, person, now) for row, person in session.execute(query))
    return [need for need in found if need]


def _need(session: Session, actor: Actor, row: PasswordReset, person: Person, now: datetime) -> Told | None:
    is_open, page = second_person.is_open(row, now), resets.path(row)
    asker, confirmer = second_person.names(session, row)
    if row.person_id == actor.person_id:
        if is_open:
            return ("Somebody asked for a new link for you", f"{asker} did", ("Is it right?", "care"), page)
        return _was_set(row, asker, confirmer, now)
    if is_open and row.state == second_person.WAITING and second_person.may_confirm(actor, row, person):
        return (f"A new link for {person.name}", f"{asker} asks for it", ("To confirm", "waiting"), page)
    if is_open and row.state == second_person.CONFIRMED and _asked(row, actor):
        return (f"A new link for {person.name}", "It is confirmed", ("Make it now", "waiting"), page)
    return None


def _was_set(row: PasswordReset, asker: str, confirmer: str, now: datetime) -> Told | None:
    if row.used_at is None or row.used_at <= now - SHOWN_FOR:
        return None
    by = f"{asker} made the link" + (f", {confirmer} confirmed it" if confirmer else "")
    text = f"{by}. If that was not for you, tell the headteacher."
    return ("Your password was set by a link", text, ("Was it you?", "care"), resets.path(row))


def _asked(row: PasswordReset, actor: Actor) -> bool:
    return row.made_by == actor.person_id and actor.may(Permission.MANAGE_PEOPLE)
