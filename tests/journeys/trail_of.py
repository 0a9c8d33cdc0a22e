"""What a school's trail says, as people read it."""

from sqlalchemy import select

from firewall_admin.core.events import sentence
from firewall_admin.db.tables import Entry
from tests.world import TestedSchool, World


def trail(world: World, school: TestedSchool) -> list[str]:
    """The sentences, oldest first."""
    with world.db.look() as session:
        entries = session.scalars(select(Entry).where(Entry.school_id == school.id).order_by(Entry.number))
        return [sentence(entry.event, entry.actor, entry.fields) for entry in entries]
