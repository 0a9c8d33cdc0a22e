"""What every school has published, and what was made for it last: asked every second, and before every release."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from firewall_admin.db.tables import Release, School


@dataclass(frozen=True)
class Made:
    """A release, without what makes it large."""

    revision: int
    state: str
    next_change: datetime | None
    cause: str


@dataclass(frozen=True)
class Newest:
    """A school with the release in force, and with the one that was made last."""

    school_id: UUID
    hold: str | None
    revision: int
    live: Made | None
    last: Made | None


def newest_releases(session: Session) -> Iterator[Newest]:
    """Of every school, with one question however many there are."""
    live, last = aliased(Release), aliased(Release)
    number = select(func.max(Release.number)).where(Release.school_id == School.id).correlate(School).scalar_subquery()
    columns = [each for one in (live, last) for each in (one.revision, one.state, one.next_change, one.cause)]
    query = (
        select(School.id, School.hold, School.revision, *columns)
        .outerjoin(live, (live.school_id == School.id) & (live.state == "published"))
        .outerjoin(last, (last.school_id == School.id) & (last.number == number))
        .order_by(School.id)
    )
    for school_id, hold, revision, *found in session.execute(query):
        made = (Made(*four) if four[0] is not None else None for four in (found[:4], found[4:]))
        yield Newest(school_id, hold, revision, *made)
