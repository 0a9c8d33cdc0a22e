"""Questions about somebody's account that a second person answers: who that may be, and how long there is time.

What could make one person another takes two: a new link to set a password (`resets`), taking away a second factor
(`lost_factors`).
"""

from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from firewall_admin.core.people import Actor, Permission, Role
from firewall_admin.core.refusals import Conflict, NotAllowed, NotFound
from firewall_admin.db.change import Change
from firewall_admin.db.tables import Person, ToConfirm

from .actors import of_person
from .people import find

Question = TypeVar("Question", bound=ToConfirm)
LASTS = timedelta(days=7)  # from the asking to what is done
WAITING, CONFIRMED, DONE, WITHDRAWN = "waiting", "confirmed", "done", "withdrawn"


def find_one(session: Session, actor: Actor, table: type[Question], id_: UUID) -> Question:
    """A question of the actor's school; NotFound otherwise."""
    query = select(table).where(table.id == id_, table.school_id == actor.school_id)
    if (found := session.scalars(query).first()) is None:
        raise NotFound("Nobody asked for this.")
    return found


def is_open(row: ToConfirm, now: datetime) -> bool:
    """Whether something can still come of it."""
    return row.state in (WAITING, CONFIRMED) and now < row.made_at + LASTS


def open_about(session: Session, table: type[Question], person: UUID, now: datetime) -> Question | None:
    """The one that is open about somebody."""
    query = select(table).where(table.person_id == person, table.state.in_((WAITING, CONFIRMED)))
    return next((row for row in session.scalars(query) if is_open(row, now)), None)


def answerable(change: Change, actor: Actor, table: type[Question], id_: UUID, *states: str) -> tuple[Question, Person]:
    """A question in one of these states that is still open, and whom it is about. Conflict otherwise."""
    row = find_one(change.session, actor, table, id_)
    person = find(change.session, actor, row.person_id)
    if not is_open(row, change.now) or row.state not in states or person.state == "left":
        raise Conflict("Somebody has answered this already, or it has ended.")
    return row, person


def may_confirm(actor: Actor, row: ToConfirm, person: Person) -> bool:
    """Whether an actor may be the second person: never who asked, never whom it is about. For a headteacher it takes
    the safeguarding lead, the network manager or another headteacher."""
    if actor.person_id in (None, row.made_by, person.id) or actor.school_id != row.school_id:
        return False
    if person.role == Role.HEADTEACHER:
        return actor.role in (Role.SAFEGUARDING_LEAD, Role.NETWORK_MANAGER, Role.HEADTEACHER)
    return actor.role == Role.HEADTEACHER or actor.may(Permission.MANAGE_PEOPLE)


def may_end(actor: Actor, row: ToConfirm, person: Person) -> bool:
    """Whether an actor may take it back or refuse it: whoever asked, whoever may confirm, and whom it is about."""
    return actor.person_id in (row.made_by, row.person_id) or may_confirm(actor, row, person)


def confirm(change: Change, actor: Actor, row: ToConfirm, person: Person) -> None:
    """The second person's word. NotAllowed for anybody else."""
    if not may_confirm(actor, row, person):
        raise NotAllowed("Somebody else has to confirm this.")
    row.state, row.confirmed_by, row.confirmed_at = CONFIRMED, actor.person_id, change.now


def withdraw(actor: Actor, row: ToConfirm, person: Person) -> None:
    """The end of a question. NotAllowed for whoever may not end it."""
    if not may_end(actor, row, person):
        raise NotAllowed("Somebody else has to end this.")
    row.state = WITHDRAWN


def confirmers(change: Change, row: ToConfirm, person: Person) -> list[Person]:
    """Who may be the second person, by name."""
    people = select(Person).where(Person.school_id == row.school_id, Person.state == "active").order_by(Person.name)
    actors = [(each, of_person(change.session, each.id, change.now)) for each in change.session.scalars(people).all()]
    return [each for each, actor in actors if may_confirm(actor, row, person)]


def names(session: Session, row: ToConfirm) -> tuple[str, str]:
    """Who asked, and who confirmed it; empty where nobody did."""
    confirmer = session.get_one(Person, row.confirmed_by).name if row.confirmed_by else ""
    return session.get_one(Person, row.made_by).name, confirmer
