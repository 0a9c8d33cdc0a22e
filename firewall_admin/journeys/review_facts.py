"""What the service knows for a review: every section filled in from the records of its time."""

from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from firewall_admin.core.facts import YEAR
from firewall_admin.core.people import Actor, Permission
from firewall_admin.db.tables import Review, School
from firewall_admin.ports import Ports

from . import review_incidents, review_people, review_policy, review_requests, review_working
from .looked import Looked

YEARLY = "the yearly review"
BUILDERS = {
    "people": review_people.people,
    "risks": review_people.risks,
    "blocked": review_policy.blocked,
    "learning": review_requests.learning,
    "incidents": review_incidents.incidents,
    "checks": review_working.checks,
    "devices": review_policy.devices,
    "telling": review_people.telling,
    "next": review_people.ahead,
}


def reader(school_id: UUID) -> Actor:
    """Whoever a review is written for: nobody who reads it may see more."""
    return Actor(school_id, "a review", permissions=frozenset({Permission.EVERYONE, Permission.SEE_REGISTER}))


def told(ports: Ports, session: Session, row: Review) -> dict[str, Any]:
    """Every section of a review by name, as plain values, with the time that it is about."""
    school, now = session.get_one(School, row.school_id), ports.clock()
    since = begins(session, row)
    look = Looked(ports, session, school, reader(row.school_id), ZoneInfo(school.timezone), since, now)
    sections = {name: build(look).to_json() for name, build in BUILDERS.items()}
    return {"since": since.isoformat(), "until": now.isoformat(), "sections": sections}


def begins(session: Session, row: Review) -> datetime:
    """Where the time of a review begins: at the end of the last signed one (for a yearly review, of the last yearly
    one), so that every record is in exactly one. Without one before, a year before it was opened."""
    query = select(Review.finished_at).where(
        Review.school_id == row.school_id, Review.number < row.number, Review.signed_at.is_not(None)
    )
    if row.cause == YEARLY:
        query = query.where(Review.cause == YEARLY)
    last = session.scalars(query.order_by(Review.number.desc()).limit(1)).first()
    return last or row.opened_at - YEAR
