"""What a test sees of a school: its policy, the sentences of its trail, its rows."""

from typing import TypeVar

from sqlalchemy import select

from firewall_admin.core.events import sentence
from firewall_admin.core.policy import SchoolPolicy, decide
from firewall_admin.db.tables import Entry, Row
from firewall_admin.journeys import policy
from tests.world import TestedSchool, World

Kind = TypeVar("Kind", bound=Row)


def now(world: World, school: TestedSchool) -> SchoolPolicy:
    with world.db.look() as session:
        return policy.current(world.ports, session, school.id)


def blocked(world: World, school: TestedSchool, name: str, audience: str = "pupils") -> bool:
    return decide(now(world, school).policy(audience, world.clock.at), name).blocked


def trail(world: World, school: TestedSchool) -> list[str]:
    with world.db.look() as session:
        entries = session.scalars(select(Entry).where(Entry.school_id == school.id).order_by(Entry.number))
        return [sentence(entry.event, entry.actor, entry.fields) for entry in entries]


def every(world: World, school: TestedSchool, kind: type[Kind], **wanted: object) -> list[Kind]:
    """The school's rows of a kind with these values, oldest first."""
    with world.db.look() as session:
        query = select(kind).filter_by(school_id=school.id, **wanted).order_by(kind.id)  # type: ignore[attr-defined]
        return list(session.scalars(query))


def one(world: World, school: TestedSchool, kind: type[Kind], **wanted: object) -> Kind:
    (found,) = every(world, school, kind, **wanted)
    return found
