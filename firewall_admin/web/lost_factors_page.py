"""Second factors that are to be taken away, as pages show them, and what home says of them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..core.people import Actor, Permission, Role
from ..core.refusals import NotFound
from ..db.tables import LostFactor, Person
from ..journeys import lost_factors, second_person
from ..journeys.people import find
from ..ports import Ports
from .letters_page import Told


@dataclass(frozen=True)
class ShownLost:
    """The question. `state`: waiting, done, withdrawn or expired. What whoever looks may do is in `may_confirm` and
    `may_end`."""

    id: UUID
    person: str
    role: str
    asker: str
    asked_at: datetime
    confirmer: str
    state: str
    is_about_reader: bool
    may_confirm: bool
    may_end: bool


def one(ports: Ports, actor: Actor, lost_factor: UUID) -> ShownLost:
    """One of the school's, as this person may see it; NotFound elsewhere."""
    with ports.db.look() as session:
        row = second_person.find_one(session, actor, LostFactor, lost_factor)
        person = session.get_one(Person, row.person_id)
        waits = row.state == second_person.WAITING and second_person.is_open(row, ports.clock())
        confirms, manages = second_person.may_confirm(actor, row, person), actor.may(Permission.MANAGE_PEOPLE)
        is_theirs = actor.person_id == row.person_id
        if not (confirms or manages or is_theirs or actor.role is Role.HEADTEACHER):
            raise NotFound("Nobody asked you about this.")
        asker, confirmer = second_person.names(session, row)
        return ShownLost(
            id=row.id,
            person=person.name,
            role=Role(person.role).words,
            asker=asker,
            asked_at=row.made_at,
            confirmer=confirmer,
            state=row.state if waits or row.state != second_person.WAITING else "expired",
            is_about_reader=is_theirs,
            may_confirm=waits and confirms,
            may_end=waits and second_person.may_end(actor, row, person),
        )


def takes_two(ports: Ports, actor: Actor, person: UUID) -> bool:
    """Whether a second person has to confirm it for somebody of the school."""
    with ports.db.look() as session:
        return lost_factors.takes_two(find(session, actor, person))


def open_for(ports: Ports, actor: Actor, person: UUID) -> UUID | None:
    """The question that is open for somebody."""
    with ports.db.look() as session:
        found = second_person.open_about(session, LostFactor, find(session, actor, person).id, ports.clock())
        return found.id if found else None


def needs(session: Session, actor: Actor, now: datetime) -> list[Told]:
    """What waits for this person's word, and what was asked about themself."""
    found: list[Told] = []
    for row in _waiting(session, actor, now):
        person, asker = session.get_one(Person, row.person_id), session.get_one(Person, row.made_by).name
        page = lost_factors.path(row)
        if person.id == actor.person_id:
            title = "Somebody asked to take away your second factor"
            found.append((title, f"{asker} did", ("Is it right?", "care"), page))
        elif second_person.may_confirm(actor, row, person):
            title = f"{person.name} has lost their second factor"
            found.append((title, f"{asker} asks to take it away", ("To confirm", "waiting"), page))
    return found


def _waiting(session: Session, actor: Actor, now: datetime) -> list[LostFactor]:
    query = select(LostFactor).where(LostFactor.school_id == actor.school_id, LostFactor.state == second_person.WAITING)
    return [row for row in session.scalars(query.order_by(LostFactor.made_at)) if second_person.is_open(row, now)]
