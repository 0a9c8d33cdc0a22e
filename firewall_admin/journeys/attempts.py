"""What somebody tried and may not do: on record, so that it can be asked about. Once an hour for the same, so that
nobody fills the trail by trying."""

from datetime import timedelta

from sqlalchemy import select

from firewall_admin.core.events_people import AttemptRefused
from firewall_admin.core.people import Actor
from firewall_admin.db.tables import Entry
from firewall_admin.ports import Ports

AGAIN = timedelta(hours=1)


def note(ports: Ports, actor: Actor, what: str) -> bool:
    """Enter that somebody was refused; `what` as the address names it. Whether it was entered."""
    query = select(Entry.fields).where(
        Entry.school_id == actor.school_id,
        Entry.actor_id == actor.person_id,
        Entry.event == AttemptRefused.__name__,
        Entry.at > ports.clock() - AGAIN,
    )
    with ports.db.look() as session:
        if any(fields.get("what") == what for fields in session.scalars(query)):
            return False
    with ports.db.change(actor) as change:
        change.did(AttemptRefused(what))
    return True
