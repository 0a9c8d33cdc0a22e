"""The school's own days: its time zone, and how many school days lie between two instants."""

from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from firewall_admin.core import school_days
from firewall_admin.db.change import Change
from firewall_admin.db.tables import School

MOST = 30  # nobody waits longer, and counting has an end


def zone_of(where: Change | Session, school_id: UUID | None = None) -> ZoneInfo:
    """The time zone of a school, or of the school of whoever acts."""
    session = where.session if isinstance(where, Change) else where
    school_id = where.actor.school_id if isinstance(where, Change) else school_id
    return ZoneInfo(session.get_one(School, school_id).timezone)


def today(session: Session, school_id: UUID, now: datetime) -> date:
    """The day on the school's calendar."""
    return now.astimezone(zone_of(session, school_id)).date()


def days_between(session: Session, school_id: UUID, since: datetime, now: datetime) -> int:
    """School days that have begun after the day of `since`, today among them; 30 at most."""
    zone, terms = zone_of(session, school_id), session.get_one(School, school_id).terms
    day, today, count = since.astimezone(zone).date(), now.astimezone(zone).date(), 0
    while count < MOST and (day := school_days.after(day, 1, terms)) <= today:
        count += 1
    return count
