"""How long a request usually waits for its decision, from what was: nobody is promised what nobody has seen."""

from statistics import median
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from firewall_admin.core.terms import Kind
from firewall_admin.db.tables import AccessRequest, Decision

from .school_clock import days_between

LEAST, LATEST = 5, 30  # decisions that say something, and those that are asked
SITES = (Kind.SITE.value, Kind.PLATFORM.value)


def usual_wait(session: Session, school_id: UUID) -> int | None:
    """School days from asking to the first decision, by the median of the latest; None where too few were made."""
    query = (
        select(AccessRequest.asked_at, Decision.made_at)
        .join(AccessRequest, AccessRequest.id == Decision.request_id)
        .where(Decision.school_id == school_id, Decision.supersedes.is_(None), AccessRequest.kind.in_(SITES))
        .order_by(Decision.number.desc())
        .limit(LATEST)
    )
    waits = [days_between(session, school_id, asked, made) for asked, made in session.execute(query)]
    return round(median(waits)) if len(waits) >= LEAST else None


def words(days: int | None) -> str:
    """A sentence for whoever has just asked."""
    if days is None:
        return "There is no figure yet for how long this takes. What is needed soonest is looked at first."
    usual = {0: "on the same day", 1: "by the next school day"}.get(days, f"within {days} school days")
    return f"Requests here are usually decided {usual}."
