"""The facts of a school that its evidence is made of, counted in one look."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from firewall_admin.core import school_days
from firewall_admin.core.events import sentence
from firewall_admin.core.people import Actor, Role
from firewall_admin.core.policy import SchoolPolicy
from firewall_admin.core.undertakings import KINDS
from firewall_admin.db.tables import (
    AccessRequest,
    Acknowledgement,
    ContentReport,
    Decision,
    Destruction,
    Entry,
    FilteringCheck,
    Incident,
    LiveCheck,
    Person,
    Release,
    Review,
    ReviewAction,
    RuleRow,
    School,
    Subscription,
    TargetRow,
    Undertaking,
)
from firewall_admin.ports import Ports

from . import policy as policies
from . import statements

YEAR = timedelta(days=365)
TRIGGERS = ("AudienceAdded", "AudienceRemoved", "TargetAdded", "TargetRemoved", "PolicyImported", "SettingsBrought")
"""Events of the trail that mean a change of network, technology or practice."""


@dataclass(frozen=True)
class Facts:
    """Counts are of the last 365 days where nothing else is said. `people`: names by role; `requests`: by state;
    `decided_in`: school days from asking to the first decision, each; `areas`: reports by kind; `undertakings`: by
    kind, the one that stands; `triggers`: what changed since the last review, in words."""

    at: datetime
    school: str
    signed_at: datetime | None
    policy: SchoolPolicy
    people: Mapping[str, tuple[str, ...]]
    requests: Mapping[str, int]
    refused_with_reason: int
    decisions: int
    by_deputy: int
    decided_in: tuple[int, ...]
    months: tuple[tuple[str, int, int], ...]
    rules: int
    rules_with_decision: int
    releases: int
    published_within: float | None
    checks: Mapping[str, int]
    last_check: datetime | None
    filtering_checks: int
    filtering_overdue: int
    outside_test: datetime | None
    outside_result: str
    reports: Mapping[str, int]
    illegal: int
    incidents: Mapping[str, int]
    destroyed: int
    targets: int
    stale_lists: tuple[str, ...]
    lists: int
    acknowledged: int
    staff: int
    reviews: tuple[tuple[int, str, datetime, datetime | None], ...]
    actions_open: int
    actions_late: int
    triggers: tuple[str, ...]
    undertakings: Mapping[str, tuple[str, str, bool]] = field(default_factory=dict)

    @property
    def median_days(self) -> float | None:
        return median(self.decided_in) if self.decided_in else None

    @property
    def reviewed_at(self) -> datetime | None:
        """When the last review was signed by all who sign it."""
        return max((signed for *_, signed in self.reviews if signed), default=None)


def facts(ports: Ports, session: Session, actor: Actor) -> Facts:
    """Everything that the evidence is made of, as it is now."""
    now, school = ports.clock(), session.get_one(School, actor.school_id)
    since, zone = now - YEAR, ZoneInfo(school.timezone)
    decided = _decided_in(session, school, since, zone)
    return Facts(
        at=now,
        school=school.name,
        signed_at=school.signed_at,
        policy=policies.current(ports, session, school.id),
        people=_people(session, school),
        staff=_count(session, Person, school, Person.state == "active"),
        **_requests(session, school, since, zone),
        decided_in=tuple(decided),
        rules=_count(session, RuleRow, school, RuleRow.ended_at.is_(None)),
        rules_with_decision=_count(session, RuleRow, school, RuleRow.ended_at.is_(None), RuleRow.decision.is_not(None)),
        **_published(session, school, since),
        **_checked(session, school, since, now, zone),
        **_reported(session, school, since),
        targets=_count(session, TargetRow, school, TargetRow.removed_at.is_(None)),
        stale_lists=_stale(session, school, now),
        lists=_count(session, Subscription, school, Subscription.list_id.is_not(None)),
        acknowledged=_acknowledged(session, school, statements.now(ports, session, actor).version),
        **_reviewed(session, school, now, zone),
        undertakings=_undertakings(session, school, now, zone),
    )


def _acknowledged(session: Session, school: School, version: str) -> int:
    """People who are here and have read the present version."""
    query = select(func.count(func.distinct(Acknowledgement.person_id))).join(
        Person, Person.id == Acknowledgement.person_id
    )
    where = (Acknowledgement.school_id == school.id, Acknowledgement.version == version, Person.state == "active")
    return session.scalar(query.where(*where)) or 0


def _people(session: Session, school: School) -> dict[str, tuple[str, ...]]:
    query = select(Person.role, Person.name).where(Person.school_id == school.id, Person.state == "active")
    found: dict[str, tuple[str, ...]] = {role.value: () for role in Role}
    for role, name in session.execute(query.order_by(Person.name)):
        found[role] += (name,)
    return found


def _requests(session: Session, school: School, since: datetime, zone: ZoneInfo) -> dict[str, Any]:
    rows = session.scalars(
        select(AccessRequest).where(AccessRequest.school_id == school.id, AccessRequest.asked_at >= since)
    ).all()
    made = session.scalars(
        select(Decision).where(Decision.school_id == school.id, Decision.made_at >= since).order_by(Decision.number)
    ).all()
    allowed, refused = Counter[str](), Counter[str]()
    for decision in made:
        month = f"{decision.made_at.astimezone(zone):%Y-%m}"
        (allowed if decision.outcome == "approved" else refused)[month] += 1
    months = tuple((month, allowed[month], refused[month]) for month in sorted({*allowed, *refused}))
    return {
        "requests": Counter(row.state for row in rows),
        "refused_with_reason": sum(d.outcome == "refused" and bool(d.reason) for d in made),
        "decisions": len(made),
        "by_deputy": sum(d.standing_in_for is not None for d in made),
        "months": months,
    }


def _decided_in(session: Session, school: School, since: datetime, zone: ZoneInfo) -> list[int]:
    query = (
        select(AccessRequest.asked_at, func.min(Decision.made_at))
        .join(Decision, Decision.request_id == AccessRequest.id)
        .where(AccessRequest.school_id == school.id, AccessRequest.asked_at >= since)
        .group_by(AccessRequest.id, AccessRequest.asked_at)
    )
    return [_days(school, asked, made, zone) for asked, made in session.execute(query)]


def _days(school: School, asked: datetime, made: datetime, zone: ZoneInfo) -> int:
    day, last, count = asked.astimezone(zone).date(), made.astimezone(zone).date(), 0
    while (day := school_days.after(day, 1, school.terms)) <= last and count < 100:
        count += 1
    return count


def _published(session: Session, school: School, since: datetime) -> dict[str, Any]:
    query = select(Release.prepared_at, Release.published_at).where(
        Release.school_id == school.id, Release.published_at >= since
    )
    rows = session.execute(query).all()
    times = [(published - prepared).total_seconds() for prepared, published in rows if published]
    return {"releases": len(times), "published_within": median(times) if times else None}


def _checked(session: Session, school: School, since: datetime, now: datetime, zone: ZoneInfo) -> dict[str, Any]:
    rows = session.execute(
        select(LiveCheck.finding, func.count(), func.max(LiveCheck.done_at))
        .where(LiveCheck.school_id == school.id, LiveCheck.done_at >= since, LiveCheck.finding.is_not(None))
        .group_by(LiveCheck.finding)
    ).all()
    today = now.astimezone(zone).date()
    recorded = session.scalars(
        select(FilteringCheck).where(FilteringCheck.school_id == school.id, FilteringCheck.state == "recorded")
    ).all()
    outside = [(row.recorded_at, row.result or "") for row in recorded if row.kind == "outside" and row.recorded_at]
    tested, result = max(outside, default=(None, ""))
    return {
        "checks": {finding: count for finding, count, _ in rows},
        "last_check": max((last for *_, last in rows if last), default=None),
        "filtering_checks": sum(bool(row.recorded_at and row.recorded_at >= since) for row in recorded),
        "filtering_overdue": _count(
            session, FilteringCheck, school, FilteringCheck.state == "planned", FilteringCheck.due < today
        ),
        "outside_test": tested,
        "outside_result": result,
    }


def _reported(session: Session, school: School, since: datetime) -> dict[str, Any]:
    reports = session.execute(
        select(ContentReport.kind, ContentReport.illegal).where(
            ContentReport.school_id == school.id, ContentReport.reported_at >= since
        )
    ).all()
    incidents = session.scalars(
        select(Incident.kind).where(Incident.school_id == school.id, Incident.reported_at >= since)
    )
    return {
        "reports": Counter(kind or "other" for kind, illegal in reports if not illegal),
        "illegal": sum(illegal for _, illegal in reports),
        "incidents": Counter(incidents),
        "destroyed": _count(session, Destruction, school, Destruction.at >= since),
    }


def _stale(session: Session, school: School, now: datetime) -> tuple[str, ...]:
    query = select(Subscription.title, Subscription.last_success).where(
        Subscription.school_id == school.id, Subscription.list_id.is_not(None), Subscription.paused_at.is_(None)
    )
    old = now - timedelta(days=7)
    return tuple(title for title, last in session.execute(query) if last is None or last < old)


def _reviewed(session: Session, school: School, now: datetime, zone: ZoneInfo) -> dict[str, Any]:
    rows = session.scalars(select(Review).where(Review.school_id == school.id).order_by(Review.number)).all()
    signed = max((row.signed_at for row in rows if row.signed_at), default=None)
    today = now.astimezone(zone).date()
    undone = (ReviewAction.done_at.is_(None),)
    return {
        "reviews": tuple((row.number, row.cause, row.opened_at, row.signed_at) for row in rows),
        "actions_open": _count(session, ReviewAction, school, *undone),
        "actions_late": _count(session, ReviewAction, school, *undone, ReviewAction.due < today),
        "triggers": tuple(_triggers(session, school, signed or school.signed_at)),
    }


def _triggers(session: Session, school: School, since: datetime | None) -> list[str]:
    if since is None:
        return []
    query = select(Entry).where(Entry.school_id == school.id, Entry.event.in_(TRIGGERS), Entry.at > since)
    rows = session.scalars(query.order_by(Entry.number.desc()).limit(20))
    return [sentence(row.event, row.actor, row.fields) for row in rows]


def _undertakings(session: Session, school: School, now: datetime, zone: ZoneInfo) -> dict[str, tuple[str, str, bool]]:
    """By kind: the text, whose it is, and whether it is past the day on which it should be looked at again."""
    query = select(Undertaking).where(Undertaking.school_id == school.id, Undertaking.replaced_at.is_(None))
    today = now.astimezone(zone).date()
    rows = [row for row in session.scalars(query) if row.kind in KINDS]
    return {row.kind: (row.text, row.owner, row.review_on < today) for row in rows}


def _count(session: Session, table: Any, school: School, *where: Any) -> int:
    query = select(func.count()).select_from(table).where(table.school_id == school.id, *where)
    return session.scalar(query) or 0
