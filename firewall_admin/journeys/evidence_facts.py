"""The facts of a school that its evidence is made of, counted in one look."""

from collections import Counter
from datetime import datetime, timedelta
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from firewall_admin.core.events import sentence
from firewall_admin.core.facts import YEAR, Facts, Reviewed, Undertook
from firewall_admin.core.incidents import Kind as Incidents
from firewall_admin.core.people import Actor, Role
from firewall_admin.core.terms import Kind
from firewall_admin.core.undertakings import KINDS
from firewall_admin.db.tables import (
    AccessRequest,
    Acknowledgement,
    ContentReport,
    Decision,
    Entry,
    Incident,
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

from . import evidence_checks, evidence_reports, statements
from . import policy as policies
from .audiences import WORDS
from .school_clock import days_between

MISTAKES = (Kind.END_RULE.value, Kind.END_LIST.value, Kind.LIST_NAMES.value)
"""Kinds of decisions by which a block is ended because it should never have been."""
TRIGGERS = ("AudienceAdded", "AudienceRemoved", "TargetAdded", "TargetRemoved", "PolicyImported", "SettingsBrought")
"""Events of the trail that mean a change of network, technology or practice."""
RISK = "A safeguarding risk was reported."
STALE = timedelta(days=7)


def facts(ports: Ports, session: Session, actor: Actor) -> Facts:
    """Everything that the evidence is made of, as it is now."""
    now, school = ports.clock(), session.get_one(School, actor.school_id)
    since, zone = now - YEAR, ZoneInfo(school.timezone)
    policy = policies.current(ports, session, school.id)
    return Facts(
        at=now,
        zone=zone,
        school=school.name,
        signed_at=school.signed_at,
        policy=policy,
        trouble=school.trouble,
        people=people(session, school),
        staff=count(session, Person, school, Person.state == "active"),
        **_requests(session, school, since, now, zone),
        **_rules(session, school, now),
        **_published(session, school, since),
        checked=evidence_checks.checked(session, school, since, now, [a.name for a in policy.audiences]),
        **evidence_reports.reported(session, school, since, now),
        targets=count(session, TargetRow, school, TargetRow.removed_at.is_(None)),
        stale_lists=tuple(title for title, _, _ in stale(session, school, now)),
        acknowledged=acknowledged(session, school, statements.now(ports, session, actor).version),
        **_reviewed(session, school, now, zone),
        undertakings=undertakings(session, school, now, zone),
    )


def acknowledged(session: Session, school: School, version: str) -> int:
    """People who are here and have read the present version."""
    query = select(func.count(func.distinct(Acknowledgement.person_id))).join(
        Person, Person.id == Acknowledgement.person_id
    )
    where = (Acknowledgement.school_id == school.id, Acknowledgement.version == version, Person.state == "active")
    return session.scalar(query.where(*where)) or 0


def people(session: Session, school: School) -> dict[str, tuple[str, ...]]:
    """Names of those who are here, by role."""
    query = select(Person.role, Person.name).where(Person.school_id == school.id, Person.state == "active")
    found: dict[str, tuple[str, ...]] = {role.value: () for role in Role}
    for role, name in session.execute(query.order_by(Person.name)):
        found[role] += (name,)
    return found


def _requests(session: Session, school: School, since: datetime, now: datetime, zone: ZoneInfo) -> dict[str, Any]:
    asked = select(AccessRequest.state).where(AccessRequest.school_id == school.id, AccessRequest.asked_at >= since)
    query = select(Decision).where(Decision.school_id == school.id, Decision.made_at >= since)
    made = session.scalars(query.order_by(Decision.number)).all()
    return {
        "requests": Counter(session.scalars(asked)),
        "decisions": len(made),
        "refused_without_reason": sum(d.outcome == "refused" and not d.reason.strip() for d in made),
        "by_deputy": sum(d.standing_in_for is not None for d in made),
        "mended": sum(d.outcome == "approved" and d.terms.get("kind") in MISTAKES for d in made),
        "decided_in": tuple(_decided_in(session, school, since)),
        "months": by_month(made, zone),
        "undecided": evidence_reports.undecided(session, school),
    }


def by_month(made: Any, zone: ZoneInfo) -> tuple[tuple[str, int, int], ...]:
    """Allowed and refused by month of the school's calendar, oldest first: `October 2026`."""
    allowed, refused = Counter[tuple[int, int]](), Counter[tuple[int, int]]()
    names = {}
    for decision in made:
        at = decision.made_at.astimezone(zone)
        names[at.year, at.month] = f"{at:%B %Y}"
        (allowed if decision.outcome == "approved" else refused)[at.year, at.month] += 1
    return tuple((names[month], allowed[month], refused[month]) for month in sorted(names))


def _decided_in(session: Session, school: School, since: datetime) -> list[int]:
    query = (
        select(AccessRequest.asked_at, func.min(Decision.made_at))
        .join(Decision, Decision.request_id == AccessRequest.id)
        .where(AccessRequest.school_id == school.id, AccessRequest.asked_at >= since)
        .group_by(AccessRequest.id, AccessRequest.asked_at)
    )
    return [days_between(session, school.id, asked, made) for asked, made in session.execute(query)]


def _rules(session: Session, school: School, now: datetime) -> dict[str, Any]:
    stands = (RuleRow.ended_at.is_(None), or_(RuleRow.until.is_(None), RuleRow.until > now))
    alone = (*stands, RuleRow.action == "allow", RuleRow.decision.is_(None))
    later = () if school.signed_at is None else (RuleRow.made_at > school.signed_at,)
    return {
        "rules": count(session, RuleRow, school, *stands),
        "rules_with_decision": count(session, RuleRow, school, *stands, RuleRow.decision.is_not(None)),
        "rules_without_reason": count(session, RuleRow, school, *stands, RuleRow.reason == ""),
        "opened_without_decision": count(session, RuleRow, school, *alone, *later) if school.signed_at else 0,
    }


def _published(session: Session, school: School, since: datetime) -> dict[str, Any]:
    query = select(Release.prepared_at, Release.published_at).where(
        Release.school_id == school.id, Release.published_at >= since
    )
    rows = session.execute(query).all()
    times = [(published - prepared).total_seconds() for prepared, published in rows if published]
    return {"releases": len(times), "published_within": median(times) if times else None}


def stale(session: Session, school: School, now: datetime) -> list[tuple[str, Any, datetime | None]]:
    """Fetched lists whose text has not been what the source publishes for a week: title, list, last success."""
    query = select(Subscription.title, Subscription.list_id, Subscription.last_success).where(
        Subscription.school_id == school.id, Subscription.list_id.is_not(None), Subscription.paused_at.is_(None)
    )
    rows = session.execute(query.order_by(Subscription.title)).all()
    return [(title, listed, last) for title, listed, last in rows if last is None or last < now - STALE]


def _reviewed(session: Session, school: School, now: datetime, zone: ZoneInfo) -> dict[str, Any]:
    rows = session.scalars(select(Review).where(Review.school_id == school.id).order_by(Review.number)).all()
    signed = max((row.signed_at for row in rows if row.signed_at), default=None)
    today = now.astimezone(zone).date()
    undone = (ReviewAction.done_at.is_(None),)
    return {
        "reviews": tuple(Reviewed(row.number, row.cause, row.opened_at, row.signed_at) for row in rows),
        "actions_open": count(session, ReviewAction, school, *undone),
        "actions_late": count(session, ReviewAction, school, *undone, ReviewAction.due < today),
        "triggers": tuple(_triggers(session, school, signed or school.signed_at)),
    }


def _triggers(session: Session, school: School, since: datetime | None) -> list[str]:
    """The newest first; that there was a risk, and never how many."""
    if since is None:
        return []
    query = select(Entry).where(Entry.school_id == school.id, Entry.at > since)
    rows = session.scalars(query.where(Entry.event.in_((*TRIGGERS, "AudienceChanged"))).order_by(Entry.number.desc()))
    found = [
        sentence(row.event, row.actor, row.fields)
        for row in rows
        if row.event in TRIGGERS or row.fields.get("what") == WORDS["networks"]
    ]
    illegal = count(session, ContentReport, school, ContentReport.illegal, ContentReport.reported_at > since)
    grave = or_(Incident.at_risk, Incident.kind == Incidents.HARASSMENT.value)
    risks = illegal or count(session, Incident, school, grave, Incident.reported_at > since)
    return ([RISK] if risks else []) + found[:20]


def undertakings(session: Session, school: School, now: datetime, zone: ZoneInfo) -> dict[str, Undertook]:
    """By kind, the answers that stand."""
    query = select(Undertaking).where(Undertaking.school_id == school.id, Undertaking.replaced_at.is_(None))
    today = now.astimezone(zone).date()
    rows = [row for row in session.scalars(query) if row.kind in KINDS]
    return {row.kind: Undertook(row.text, row.owner, row.review_on < today) for row in rows}


def count(session: Session, table: Any, school: School, *where: Any) -> int:
    """Rows of a school's."""
    query = select(func.count()).select_from(table).where(table.school_id == school.id, *where)
    return session.scalar(query) or 0
