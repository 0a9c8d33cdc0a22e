"""From rows to the values of the core."""

from collections.abc import Callable
from datetime import date, tzinfo
from typing import TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from firewall_admin.core.names import Names
from firewall_admin.core.policy import Assignment, Audience, NameList, Rule, SchoolPolicy
from firewall_admin.core.policyfile import Shipped
from firewall_admin.core.timetable import Timetable, parse_timetable

from .tables import AssignmentRow, AudienceRow, ListRow, RuleRow, School, Subscription, TimetableRow

Opened = Callable[[str], Names]
Owned = TypeVar("Owned", AssignmentRow, AudienceRow, ListRow, RuleRow, TimetableRow)


def school_policy(session: Session, school_id: UUID, shipped: Shipped, opened: Opened) -> SchoolPolicy:
    """The policy of a school as it is edited now. `opened` gives the names of a snapshot by its SHA-256."""
    school = session.get_one(School, school_id)
    audiences = _audiences(session, school_id)
    names = {row.id: row.name for row in audiences}
    assigned = session.scalars(_of(AssignmentRow, school_id).order_by(AssignmentRow.slug)).all()
    own = session.scalars(_of(ListRow, school_id).order_by(ListRow.slug)).all()
    used = {"protected", "essential"} | {row.slug for row in assigned}
    lists = {slug: listed for slug, listed in shipped.lists.items() if slug in used}
    zone = ZoneInfo(school.timezone)
    fetched = fetched_on(session, school_id, zone)
    lists |= {row.slug: _list(row, opened, fetched.get(row.id)) for row in own}
    return SchoolPolicy(
        school=school.name,
        zone=zone,
        timezone=school.timezone,
        domains=tuple(school.domains),
        audiences=tuple(_audience(row, [a for a in assigned if a.audience_id == row.id]) for row in audiences),
        lists=lists,
        rules=tuple(_rule(row, names) for row in _rules(session, school_id)),
        timetables={t.name: t for t in timetables(session, school_id)},
        steering=shipped.steering,
        addresses=shipped.addresses,
    )


def timetables(session: Session, school_id: UUID) -> list[Timetable]:
    """The school's timetables by name."""
    rows = session.scalars(_of(TimetableRow, school_id).order_by(TimetableRow.name))
    return [parse_timetable(row.name, row.windows, row.terms) for row in rows]


def fetched_on(session: Session, school_id: UUID, zone: tzinfo) -> dict[UUID, date]:
    """By list, the day on which its text was last what its maker publishes; only lists that are fetched."""
    query = select(Subscription.list_id, Subscription.last_success).where(Subscription.school_id == school_id)
    return {list_id: last.astimezone(zone).date() for list_id, last in session.execute(query) if list_id and last}


def _of(table: type[Owned], school_id: UUID) -> Select[Owned]:
    return select(table).where(table.school_id == school_id)


def _audiences(session: Session, school_id: UUID) -> list[AudienceRow]:
    return list(session.scalars(_of(AudienceRow, school_id).order_by(AudienceRow.position, AudienceRow.name)))


def _rules(session: Session, school_id: UUID) -> list[RuleRow]:
    return list(session.scalars(_of(RuleRow, school_id).where(RuleRow.ended_at.is_(None)).order_by(RuleRow.id)))


def _audience(row: AudienceRow, assigned: list[AssignmentRow]) -> Audience:
    return Audience(
        name=row.name,
        networks=tuple(row.networks),
        answer=row.answer,  # type: ignore[arg-type]
        sinkhole=tuple(row.sinkhole),
        safe_search=row.safe_search,
        youtube=row.youtube,
        anti_bypass=row.anti_bypass,
        essential=row.essential,
        lists=tuple(Assignment(a.slug, a.when, a.except_) for a in assigned),
    )


def _list(row: ListRow, opened: Opened, as_of: date | None) -> NameList:
    source = f"lists/{row.slug}.txt"
    return NameList(row.slug, row.role, opened(row.snapshot), source, as_of)  # type: ignore[arg-type]


def _rule(row: RuleRow, audiences: dict[UUID, str]) -> Rule:
    return Rule(
        action=row.action,  # type: ignore[arg-type]
        domain=row.domain,
        audience=audiences[row.audience_id] if row.audience_id else None,
        since=row.since,
        until=row.until,
        when=row.when,
        reason=row.reason,
    )
