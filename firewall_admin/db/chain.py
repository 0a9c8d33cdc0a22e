"""Putting what happened on a school's chain, and reading it back as it was written."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from firewall_admin.core import trail
from firewall_admin.core.events import Event
from firewall_admin.core.people import Actor

from .tables import Entry


def enter(session: Session, actor: Actor, now: datetime, happened: Iterable[Event]) -> None:
    """Add entries to the end of the actor's school's chain. Whoever calls holds the lock on the school."""
    last = session.execute(
        select(Entry.number, Entry.hash)
        .where(Entry.school_id == actor.school_id)
        .order_by(Entry.number.desc())
        .limit(1)
    ).first()
    end, previous = (last.number, last.hash) if last else (0, trail.START)
    for number, event in enumerate(happened, end + 1):
        entry = _entry(actor, now, number, previous, event)
        session.add(entry)
        session.flush()  # one by one, in their order: the database refuses a gap
        previous = entry.hash


def exported(session: Session, school_id: UUID) -> Iterator[dict[str, Any]]:
    """The whole trail of a school from its beginning, each entry as its hash was made over it."""
    query = select(Entry).where(Entry.school_id == school_id).order_by(Entry.number)
    for entry in session.scalars(query.execution_options(yield_per=1000)):
        yield as_written(entry)
        session.expunge(entry)


def as_written(entry: Entry) -> dict[str, Any]:
    """An entry as its hash was made over it, and as an export of the trail holds it."""
    return {
        "school": str(entry.school_id),
        "number": entry.number,
        "at": trail.instant(entry.at),
        "actor": entry.actor,
        "actor_id": str(entry.actor_id) if entry.actor_id else None,
        "role": entry.role,
        "event": entry.event,
        "fields": entry.fields,
        "previous": entry.previous,
        "hash": entry.hash,
    }


def _entry(actor: Actor, now: datetime, number: int, previous: str, happened: Event) -> Entry:
    entry = Entry(
        school_id=actor.school_id,
        number=number,
        at=now,
        actor=f"{actor.name}, for {actor.standing_in_for}" if actor.standing_in_for else actor.name,
        actor_id=actor.person_id,
        role=actor.role or "system",
        event=type(happened).__name__,
        fields=happened.fields(),
        previous=previous,
    )
    entry.hash = trail.digest(as_written(entry))
    return entry
