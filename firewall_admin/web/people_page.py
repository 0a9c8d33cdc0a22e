"""People as pages show them: rows read into plain values."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..core.people import Actor, Role
from ..core.second_factor import Must
from ..db.tables import Delegation, Person, RoleProposal, School, SecondFactor
from ..journeys.kept_rows import NOWHERE
from ..journeys.people import find
from ..journeys.roles import find_proposal
from ..ports import Ports

STATES = {"invited": ("Invited", "waiting"), "active": ("Active", "good"), "left": ("Left", "quiet")}
"""The words and the tone of a person's state."""


@dataclass(frozen=True)
class ShownPerson:
    """A person; `state` in words with its tone. `is_reader` is whoever looks at the page. `factor`: whether they have a
    second factor, in words with a tone; `has_factor` is the same as a fact."""

    id: UUID
    name: str
    email: str
    role: str
    role_value: str
    state: tuple[str, str]
    has_left: bool
    is_reader: bool
    factor: tuple[str, str]
    has_factor: bool


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
        must, having = _factors(session, actor)
        found = [_person(row, actor, must, row.id in having) for row in session.scalars(query)]
    return tuple(sorted(found, key=lambda person: person.has_left))


def person(ports: Ports, actor: Actor, person: UUID) -> ShownPerson:
    """One person; NotFound outside the school."""
    with ports.db.look() as session:
        must, having = _factors(session, actor)
        row = find(session, actor, person)
        return _person(row, actor, must, row.id in having)


def without_factor(ports: Ports, actor: Actor) -> tuple[tuple[str, str], ...]:
    """Who signs in without a second factor: name and role."""
    return tuple((each.name, each.role) for each in people(ports, actor) if not (each.has_factor or each.has_left))


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


def _factors(session: Session, actor: Actor) -> tuple[Must, frozenset[UUID]]:
    """Who must have a second factor, and the ids of those who have."""
    must = Must(session.get_one(School, actor.school_id).second_factor)
    on = SecondFactor.on_at.is_not(None)
    having = session.scalars(select(SecondFactor.person_id).where(SecondFactor.school_id == actor.school_id, on))
    return must, frozenset(having)


def _factor(row: Person, must: Must, has_factor: bool) -> tuple[str, str]:
    if has_factor:
        return ("On", "good")
    return ("Must set it up", "waiting") if row.state != "left" and must.covers(Role(row.role)) else ("None", "quiet")


def _person(row: Person, actor: Actor, must: Must, has_factor: bool) -> ShownPerson:
    return ShownPerson(
        row.id,
        row.name,
        "" if row.email.endswith(f"@{NOWHERE}") else row.email,
        Role(row.role).words,
        row.role,
        STATES[row.state],
        row.state == "left",
        row.id == actor.person_id,
        _factor(row, must, has_factor),
        has_factor,
    )


def _proposal(session: Session, row: RoleProposal) -> ShownProposal:
    about, proposer = session.get_one(Person, row.person_id), session.get_one(Person, row.made_by)
    now, wanted = (Role(value).words.lower() for value in (about.role, row.role))
    return ShownProposal(row.id, about.name, now, wanted, proposer.name, row.made_at, about.email)


def _delegation(row: Delegation, deputy: str, now: datetime) -> ShownDelegation:
    state = "expired" if row.ended_at or row.until <= now else "in-force" if row.since <= now else "not-yet"
    return ShownDelegation(row.id, deputy, row.since, row.ended_at or row.until, row.reason, state)
