"""What was reported in a year and what of it waits, for the evidence: counts and days, and nobody's name."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from firewall_admin.core.access_requests import OPEN
from firewall_admin.core.access_requests import State as Requests
from firewall_admin.core.content_reports import HANDLED
from firewall_admin.core.content_reports import State as Reports
from firewall_admin.core.facts import Waiting
from firewall_admin.core.incidents import OPEN as OPEN_INCIDENTS
from firewall_admin.core.incidents import Kind
from firewall_admin.core.incidents import State as Incidents
from firewall_admin.core.people import Role
from firewall_admin.db.tables import AccessRequest, ContentReport, Destruction, Incident, ReportNote, School

from . import report_records
from .content_reports import waiting_for
from .school_clock import days_between

A_DAY = timedelta(days=1)  # the worker destroys what is due within a day


def reported(session: Session, school: School, since: datetime, now: datetime) -> dict[str, Any]:
    """Reports by kind, incidents by kind, what was destroyed, what waits, and what is kept too long."""
    query = select(ContentReport.kind, ContentReport.illegal)
    reports = session.execute(
        query.where(ContentReport.school_id == school.id, ContentReport.reported_at >= since)
    ).all()
    incidents = select(Incident.kind).where(Incident.school_id == school.id, Incident.reported_at >= since)
    destroyed = select(func.count()).where(Destruction.school_id == school.id, Destruction.at >= since)
    return {
        "reports": Counter(kind or "other" for kind, illegal in reports if not illegal),
        "illegal": sum(illegal for _, illegal in reports),
        "incidents": Counter(session.scalars(incidents)),
        "destroyed": session.scalar(destroyed) or 0,
        "waiting": waiting(session, school, now),
        "overdue_records": len(_overdue(session, school, now)),
    }


def undecided(session: Session, school: School) -> int:
    """Requests without a decision just now, whenever they were asked."""
    where = (AccessRequest.school_id == school.id, AccessRequest.state.in_([state.value for state in OPEN]))
    return session.scalar(select(func.count()).where(*where)) or 0


def waiting(session: Session, school: School, now: datetime) -> Waiting:
    """What waits just now, each since its oldest."""

    def days(found: Iterable[datetime | None]) -> int | None:
        oldest = min(filter(None, found), default=None)
        return None if oldest is None else days_between(session, school.id, oldest, now)

    reports = session.scalars(select(ContentReport).where(ContentReport.school_id == school.id)).all()
    incidents = session.scalars(select(Incident).where(Incident.school_id == school.id)).all()
    handed = session.execute(
        select(ReportNote.report_id, ReportNote.incident_id).where(
            ReportNote.school_id == school.id, ReportNote.step == "hand over"
        )
    )
    told = {record for pair in handed for record in pair}
    passed = [row.reported_at for row in incidents if row.state == Incidents.PASSED and row.id not in told]
    ways = [row for row in incidents if row.kind == Kind.CIRCUMVENTION and row.state in OPEN_INCIDENTS]
    new = [row.reported_at for row in reports if row.state == Reports.NEW]
    new += [row.reported_at for row in incidents if row.state == Incidents.NEW]
    return Waiting(
        requests=days(session.scalars(_asked(school))),
        reports=days(new),
        reviews=days(row.handled_at for row in reports if row.state in HANDLED and _unseen(session, row)),
        restricted=days(r.reported_at for r in reports if r.state == Reports.RESTRICTED and r.id not in told),
        at_risk=days(passed),
        ways=days(row.reported_at for row in ways),
    )


def _asked(school: School) -> Any:
    """Those that wait for somebody else than who asked."""
    states = (Requests.SUBMITTED.value, Requests.ASSESSED.value)
    return select(AccessRequest.asked_at).where(
        AccessRequest.school_id == school.id, AccessRequest.state.in_(states)
    )  # fmt: skip


def _unseen(session: Session, row: ContentReport) -> bool:
    return Role.SAFEGUARDING_LEAD in waiting_for(session, row)


def _overdue(session: Session, school: School, now: datetime) -> list[Any]:
    """Records past their day that still have their details, and that nothing holds."""
    past = now - A_DAY
    return report_records.every(
        session,
        school.id,
        lambda kind: (kind.destroy_on < past, kind.destroyed_at.is_(None), or_(kind.hold.is_(None), kind.hold == "")),
    )
