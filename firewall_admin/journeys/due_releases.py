"""Whose release is behind, and why: found in the rows, and asked every second."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from firewall_admin.core.policy import SchoolPolicy
from firewall_admin.db.tables import Release
from firewall_admin.ports import Ports

from .newest_releases import Newest, newest_releases

AN_EDIT, THE_FIRST, THE_CLOCK = "an edit", "the first release", "a timetable or a date"
AHEAD = "an edit, ahead of a list's new text"
REST = timedelta(seconds=30)  # after a release could not be made, unless there is a newer edit
_resting: dict[UUID, tuple[int, datetime]] = {}  # in memory on purpose: after a restart everything is tried at once


@dataclass(frozen=True)
class Due:
    """A school whose published release is behind, and why. `policy`: what can be in force at once, where that was
    found out (`large_lists`)."""

    school_id: UUID
    revision: int
    cause: str
    policy: SchoolPolicy | None = field(default=None, repr=False)


def next_boundary(ports: Ports) -> datetime | None:
    """The next instant at which a timetable or a date makes a release due; past ones are due already."""
    with ports.db.look() as session:
        query = select(Release.next_change).where(Release.state == "published", Release.next_change > ports.clock())
        return min(filter(None, session.scalars(query)), default=None)


def due_now(ports: Ports) -> list[Due]:
    """Whose release is behind at this instant; who failed a moment ago is left to rest."""
    now = ports.clock()
    with ports.db.look() as session:
        found = [due for school in newest_releases(session) if (due := _why_due(school, now))]
    return [due for due in found if not _rests(due, now)]


def _why_due(school: Newest, now: datetime) -> Due | None:
    """The clock comes first: an edit that is held must not keep what is open until noon from closing at noon."""
    live, last = school.live, school.last
    if live and live.next_change and live.next_change <= now:
        return Due(school.school_id, live.revision, THE_CLOCK)
    if school.hold is not None:
        return None
    if last is None or last.revision < school.revision:
        return Due(school.school_id, school.revision, AN_EDIT if last else THE_FIRST)
    if last.state == "held" and last.next_change and last.next_change <= now:
        return Due(school.school_id, school.revision, last.cause)
    return None


def rest(ports: Ports, due: Due) -> None:
    """Leave a school alone for a while whose release could not be made, unless there is a newer edit."""
    _resting[due.school_id] = (due.revision, ports.clock() + REST)


def rested(due: Due) -> None:
    """A school's release could be made."""
    _resting.pop(due.school_id, None)


def _rests(due: Due, now: datetime) -> bool:
    revision, until = _resting.get(due.school_id, (-1, now))
    return due.revision == revision and now < until


def forget() -> None:
    """Let whoever rests be tried at once."""
    _resting.clear()
