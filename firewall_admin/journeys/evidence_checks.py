"""What checks found in a year, and what stands wrong, for the evidence."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from firewall_admin.core.facts import Checked
from firewall_admin.db.tables import Entry, FilteringCheck, LiveCheck, School

from .check_states import troubles
from .checks import KEPT


def checked(session: Session, school: School, since: datetime, now: datetime, audiences: Sequence[str]) -> Checked:
    """Live checks, those that people recorded, and what both found."""
    live = session.execute(
        select(LiveCheck.finding, func.count(), func.max(LiveCheck.done_at))
        .where(LiveCheck.school_id == school.id, LiveCheck.done_at >= now - KEPT, LiveCheck.finding.is_not(None))
        .group_by(LiveCheck.finding)
    ).all()
    rows = session.scalars(select(FilteringCheck).where(FilteringCheck.school_id == school.id)).all()
    done = [row for row in rows if row.state == "recorded" and row.recorded_at]
    tests = sorted((row for row in done if row.kind == "outside"), key=_when)
    failed = (Entry.school_id == school.id, Entry.event == "CheckFailed", Entry.at >= since)
    today = now.astimezone(ZoneInfo(school.timezone)).date()
    return Checked(
        live={finding: n for finding, n, _ in live if finding},
        last=max((last for *_, last in live if last), default=None),
        failed=session.scalar(select(func.count()).where(*failed)) or 0,
        troubles=tuple(f"{one.target}: {one.text}" for one in troubles(session, school.id)),
        recorded=sum(row.kind != "live" and _when(row) >= since for row in done),
        overdue=sum(row.state == "planned" and row.due < today for row in rows),
        bad=tuple(_newest(done, "bad")),
        partly=tuple(_newest(done, "part")),
        unchecked=tuple(_unchecked(session, school, since, done, audiences)),
        outside=_when(tests[-1]) if tests else None,
        outside_result=(tests[-1].result or "") if tests else "",
    )


def _when(row: FilteringCheck) -> datetime:
    """When a recorded check was recorded."""
    return row.recorded_at or row.planned_at


def place(row: FilteringCheck) -> str:
    """Where a check was made: `iPad at Hall as pupils`."""
    return f"{row.device} at {row.site} as {row.group}"


def _newest(done: Iterable[FilteringCheck], result: str) -> Iterable[str]:
    """The places whose newest record has a result."""
    newest = {(row.kind, place(row)): row for row in sorted(done, key=_when)}
    return sorted({place(row) for row in newest.values() if row.result == result and row.kind != "outside"})


def _unchecked(
    session: Session, school: School, since: datetime, done: Iterable[FilteringCheck], audiences: Iterable[str]
) -> Iterable[str]:
    query = select(LiveCheck.audience).where(LiveCheck.school_id == school.id, LiveCheck.done_at >= since)
    asked = set(session.scalars(query.where(LiveCheck.finding != "not-known").distinct()))
    groups = [row.group.casefold() for row in done if _when(row) >= since]
    return [name for name in audiences if name not in asked and not any(name in group for group in groups)]
