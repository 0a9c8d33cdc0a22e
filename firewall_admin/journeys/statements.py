"""The statement of what the filter does: read by everyone, acknowledged by staff, with the log of who has."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from firewall_admin.core.events_statement import StatementAcknowledged
from firewall_admin.core.people import Actor, Permission, Role
from firewall_admin.core.refusals import Conflict
from firewall_admin.core.statement import Statement, statement
from firewall_admin.db.tables import Acknowledgement, ListRow, Person
from firewall_admin.ports import Ports

from . import policy as policies

SHORT = 12  # characters of a version that people are shown


@dataclass(frozen=True)
class Reader:
    """A member of staff and when they acknowledged: the present version, and any before it."""

    name: str
    role: str
    present: datetime | None
    before: datetime | None


def read(ports: Ports, actor: Actor) -> Statement:
    """The statement of the policy as it is now."""
    policies.may(actor, Permission.EVERYONE)
    with ports.db.look() as session:
        return now(ports, session, actor)


def acknowledged_at(ports: Ports, actor: Actor) -> datetime | None:
    """When this person acknowledged the present version; None if they have not."""
    with ports.db.look() as session:
        return _acknowledged(session, actor, now(ports, session, actor).version)


def acknowledge(ports: Ports, actor: Actor, *, version: str) -> None:
    """Say that one has read it. Conflict where it is another by now: read that one. Saying so twice is once."""
    policies.may(actor, Permission.EVERYONE)
    with ports.db.change(actor) as change:
        found = now(ports, change.session, actor)
        if found.version != version:
            raise Conflict("The rules have changed since you opened them. Read them again.")
        if _acknowledged(change.session, actor, version):
            return
        row = Acknowledgement(
            school_id=actor.school_id, person_id=actor.person_id, version=version, text=found.lasting, at=change.now
        )
        change.session.add(row)
        change.did(StatementAcknowledged(version[:SHORT]))


def readers(ports: Ports, actor: Actor) -> list[Reader]:
    """Everyone who works at the school, by name, and whether they have read it."""
    policies.may(actor, Permission.SEE_REGISTER)
    with ports.db.look() as session:
        version = now(ports, session, actor).version
        people = select(Person).where(Person.school_id == actor.school_id, Person.state == "active")
        given = session.scalars(select(Acknowledgement).where(Acknowledgement.school_id == actor.school_id)).all()
        present = {row.person_id: row.at for row in given if row.version == version}
        before: dict[object, datetime] = {}
        for row in sorted(given, key=lambda row: row.at):
            if row.version != version:
                before[row.person_id] = row.at
        return [
            Reader(person.name, Role(person.role).words, present.get(person.id), before.get(person.id))
            for person in session.scalars(people.order_by(Person.name))
        ]


def now(ports: Ports, session: Session, actor: Actor) -> Statement:
    """The statement of the policy as it is edited now."""
    policy = policies.current(ports, session, actor.school_id)
    rows = session.scalars(select(ListRow).where(ListRow.school_id == actor.school_id))
    titles = {row.slug: row.title for row in rows}
    return statement(policy, ports.shipped.described, titles, ports.clock())


def _acknowledged(session: Session, actor: Actor, version: str) -> datetime | None:
    query = select(Acknowledgement.at).where(
        Acknowledgement.school_id == actor.school_id,
        Acknowledgement.person_id == actor.person_id,
        Acknowledgement.version == version,
    )
    return session.scalar(query)
