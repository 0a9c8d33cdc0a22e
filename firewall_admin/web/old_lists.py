"""Lists in force that have not come from their maker for long: told on every page about what follows from them."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from ..core.people import Actor
from ..core.refreshing import age
from ..db.tables import ListRow, Subscription
from ..ports import Ports
from . import lists_page

BINDING = ("locked", "protected")  # in force for everyone


@dataclass(frozen=True)
class OldList:
    """One of them: how old its text is, in words, with a tone (care, danger)."""

    id: UUID
    title: str
    words: str
    tone: str


def old_lists(ports: Ports, actor: Actor, audiences: Collection[str] | None = None) -> tuple[OldList, ...]:
    """Those in force, by timetable or always, for one of these audiences; for any, where none are named."""
    now = ports.clock()
    with ports.db.look() as session:
        assigned = lists_page.assignments(session, actor)
        query = select(ListRow, Subscription).join(Subscription, Subscription.list_id == ListRow.id)
        found = []
        for row, subscription in session.execute(query.where(ListRow.school_id == actor.school_id)):
            for_whom = {each.audience for each in assigned.get(row.slug, ())}
            concerns = for_whom if audiences is None else for_whom.intersection(audiences)
            old = age(subscription.last_success or subscription.made_at, now, subscription.interval)
            if old.is_old and (concerns or row.role in BINDING):
                found.append(OldList(row.id, row.title, old.words, old.level))
    return tuple(sorted(found, key=lambda one: one.title))
