"""Who somebody is at this instant: their role's permissions, and the headteacher's while they stand in."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from firewall_admin.core.people import DELEGATED, PERMISSIONS, Actor, Role
from firewall_admin.db.change import Change
from firewall_admin.db.tables import Delegation, Person, School


def actor(session: Session, person: Person, now: datetime) -> Actor:
    """A person as an actor. Somebody who is not active may do nothing."""
    role = Role(person.role)
    permissions = PERMISSIONS[role] if person.state == "active" else frozenset()
    head = standing_in_for(session, person, now) if permissions else None
    if head is not None:
        permissions |= DELEGATED
    return Actor(person.school_id, person.name, role, person.id, permissions, head)


def standing_in_for(session: Session, person: Person, now: datetime) -> str | None:
    """The name of the headteacher in whose place a deputy decides now. It lasts only while both are what they were:
    a headteacher who has left has nobody standing in for them."""
    if person.role != Role.DEPUTY:
        return None
    query = (
        select(Person.name)
        .join(Delegation, Delegation.made_by == Person.id)
        .where(
            Delegation.school_id == person.school_id,
            Delegation.deputy_id == person.id,
            Delegation.since <= now,
            Delegation.until > now,
            Delegation.ended_at.is_(None),
            Person.role == Role.HEADTEACHER,
            Person.state == "active",
        )
    )
    return session.scalars(query).first()


def of_person(session: Session, person: UUID, now: datetime) -> Actor:
    """The actor of a person's id, which must be one that there is."""
    return actor(session, session.get_one(Person, person), now)


def school(change: Change) -> School:
    """The actor's school. A change has its row locked: what is counted of its people stays true until it commits."""
    return change.session.get_one(School, change.actor.school_id)
