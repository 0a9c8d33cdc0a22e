"""A look at a school's records of a time: what the sections of a review are counted from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from firewall_admin.core.events import sentence
from firewall_admin.core.figures import Grid, Source
from firewall_admin.core.people import Actor
from firewall_admin.core.school_days import said
from firewall_admin.core.undertakings import KINDS
from firewall_admin.db.tables import Entry, School, Undertaking
from firewall_admin.ports import Ports


@dataclass(frozen=True)
class Looked:
    """One school in one session; records from `since` until before `until`."""

    ports: Ports
    session: Session
    school: School
    actor: Actor
    zone: ZoneInfo
    since: datetime
    until: datetime

    def day(self, at: datetime | None) -> str:
        """The day of an instant on the school's calendar, in words."""
        return said(at.astimezone(self.zone).date()) if at else "–"

    def within(self, column: Any) -> Any:
        """The condition that something was in this time."""
        return (column >= self.since) & (column < self.until)

    def rows(self, table: Any, *where: Any) -> Sequence[Any]:
        """The school's rows of a table, oldest first."""
        return self.session.scalars(select(table).where(table.school_id == self.school.id, *where)).all()

    def entries(self, *events: str) -> list[Entry]:
        """Entries of the trail of some kinds in this time."""
        query: Select[Any] = select(Entry).where(Entry.school_id == self.school.id, Entry.event.in_(events))
        return list(self.session.scalars(query.where(self.within(Entry.at)).order_by(Entry.number)))

    def sources(self, entries: Sequence[Entry]) -> list[Source]:
        """Entries of the trail as records."""
        return [
            Source(
                f"entry {entry.number}",
                self.day(entry.at),
                sentence(entry.event, entry.actor, entry.fields),
                f"/trail/{entry.number}",
            )
            for entry in entries
        ]

    def undertook(self, title: str, *kinds: str) -> Grid:
        """What the school says of itself on some questions."""
        standing = {row.kind: row for row in self.rows(Undertaking, Undertaking.replaced_at.is_(None))}
        rows = tuple(self._answer(standing.get(kind), kind) for kind in kinds)
        return Grid(title, ("Question", "Answer", "Who answers for it", "Looked at again on"), rows)

    def _answer(self, row: Undertaking | None, kind: str) -> tuple[str, ...]:
        if row is None:
            return KINDS[kind].title, "Not answered", "–", "–"
        return KINDS[kind].title, row.text, row.owner, said(row.review_on)
