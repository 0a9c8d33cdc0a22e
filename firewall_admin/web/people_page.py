"""People as pages show them: rows read into plain values."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..core.people import Actor, Role
from ..db.tables import Delegation, Person, RoleProposal
from ..journeys.kept_rows import NOWHERE
from ..journeys.people import find
from ..journeys.roles import find_proposal
from ..ports import Ports

STATES = {"invited": ("Invited", "waiting"), "active": ("Active", "good"), "left": ("Left", "quiet")}
"""The words and the tone of a person's state."""


@dataclass(frozen=True)
class ShownPerson:
    """A person; `state` in words with its tone. `is_reader` is whoever looks at the page."""

    id: UUID
    name: str
    email: str
    role: str
    role_value: str
    state: tuple[str, str]
    has_left: bool
    is_reader: bool


@dataclass(frozen=True)
class ShownProposal:
    """A role that waits for the headteacher."""

    id: UUID
    name: str
    now: str
    role: str
    proposer: str
    made_at: datetime
    email: str


@dataclass(frozen=True)
class ShownDelegation:
    """Somebody who stands in. `state`: in-force, not-yet or expired, as web/states.py words it."""

    id: UUID
    deputy: str
    since: datetime
    until: datetime
    reason: str
    state: str


def people(ports: Ports, actor: Actor) -> tuple[ShownPerson, ...]:
    """Everyone of the school by name, those who have left last."""
    with ports.db.look() as session:
        query = select(Person).where(Person.school_id == actor.school_id).order_by(Person.name, Person.id)
        found = [_person(row, actor) for row in session.scalars(query)]
    return tuple(sorted(found, key=lambda person: person.has_left))


def person(ports: Ports, actor: Actor, person: UUID) -> ShownPerson:
    """One person; NotFound outside the school."""
    with ports.db.look() as session:
        return _person(find(session, actor, person), actor)


def proposals(ports: Ports, actor: Actor, person: UUID | None = None) -> tuple[ShownProposal, ...]:
    """What waits for the headteacher, the oldest first; of one person, where given."""
    with ports.db.look() as session:
        query = select(RoleProposal).where(RoleProposal.school_id == actor.school_id, RoleProposal.state == "waiting")
        if person is not None:
            query = query.where(RoleProposal.person_id == person)
        return tuple(_proposal(session, row) for row in session.scalars(query.order_by(RoleProposal.made_at)))


def proposal(ports: Ports, actor: Actor, proposal: UUID) -> ShownProposal:
    """One proposal, whether or not it still waits; NotFound outside the school."""
    with ports.db.look() as session:
        return _proposal(session, find_proposal(session, actor, proposal))


def delegations(ports: Ports, actor: Actor) -> tuple[ShownDelegation, ...]:
    """Who stands in, has, or will, the latest first."""
    now = ports.clock()
    with ports.db.look() as session:
        query = (
            select(Delegation, Person.name)
            .join(Person, Person.id == Delegation.deputy_id)
            .where(Delegation.school_id == actor.school_id)
            .order_by(Delegation.since.desc())
        )
        return tuple(_delegation(row, name, now) for row, name in session.execute(query))


def deputies(ports: Ports, actor: Actor) -> tuple[tuple[UUID, str], ...]:
    """Who could stand in: id and name."""
    with ports.db.look() as session:
        query = select(Person.id, Person.name).where(
            Person.school_id == actor.school_id, Person.role == Role.DEPUTY, Person.state == "active"
        )
        return tuple((row.id, row.name) for row in session.execute(query.order_by(Person.name)))


def _person(row: Person, actor: Actor) -> ShownPerson:
    return ShownPerson(
        row.id,
        row.name,
        "" if row.email.endswith(f"@{NOWHERE}") else row.email,
        Role(row.role).words,
        row.role,
        STATES[row.state],
        row.state == "left",
        row.id == actor.person_id,
    )


def _proposal(session: Session, row: RoleProposal) -> ShownProposal:
    about, proposer = session.get_one(Person, row.person_id), session.get_one(Person, row.made_by)
    now, wanted = (Role(value).words.lower() for value in (about.role, row.role))
    return ShownProposal(row.id, about.name, now, wanted, proposer.name, row.made_at, about.email)


def _delegation(row: Delegation, deputy: str, now: datetime) -> ShownDelegation:
    state = "expired" if row.ended_at or row.until <= now else "in-force" if row.since <= now else "not-yet"
    return ShownDelegation(row.id, deputy, row.since, row.ended_at or row.until, row.reason, state)
