"""Whether rules were seen in force: by the newest live checks of their names, at every target that is asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from firewall_admin.core.checks import BAD
from firewall_admin.db.tables import LiveCheck, RuleRow, TargetRow

from .check_events import MEANS
from .check_plan import places_of
from .checks import KEPT
from .releases import targets_of

LATELY = timedelta(days=30)  # what was seen before that says nothing of today
_Row = Any  # some columns of a check, by their names


@dataclass(frozen=True)
class Seen:
    """`live`: every answer was right; `at` is when the last of them came."""

    state: Literal["live", "waiting", "failed", "not-checked"]
    at: datetime | None = None


def of_rules(
    session: Session, school_id: UUID, rules: Sequence[RuleRow], audiences: Mapping[UUID, str], now: datetime
) -> dict[UUID, Seen]:
    """By rule. Of one that something else overrules, or that was last asked so long ago that nothing is kept of it,
    there is nothing to say."""
    asked = {place.audience for target in targets_of(session, school_id) for place in places_of(session, target)}
    newest = _newest(session, school_id, {rule.domain for rule in rules}, now - LATELY)
    found = {}
    for rule in rules:
        whom = {audiences[rule.audience_id]} if rule.audience_id else set(audiences.values())
        if not whom & asked:
            found[rule.id] = Seen("not-checked")
        elif seen := _seen([row for row in newest.get(rule.domain, ()) if row.audience in whom], rule, now):
            found[rule.id] = seen
    return found


def _seen(rows: Sequence[_Row], rule: RuleRow, now: datetime) -> Seen | None:
    begun = max(rule.made_at, rule.since or rule.made_at)
    mine = [row for row in rows if row.next_try >= begun]
    if not mine:
        return Seen("waiting") if now - begun < KEPT else None
    if any(row.expected not in MEANS[rule.action] for row in mine):
        return None
    if any(row.finding in BAD for row in mine):
        return Seen("failed", max((row.done_at for row in mine if row.done_at), default=None))
    if any(row.finding is None for row in mine):
        return Seen("waiting")
    if any(row.finding == "not-known" for row in mine):
        return Seen("not-checked")
    return Seen("live", max((row.done_at for row in mine if row.done_at), default=None))


def _newest(session: Session, school_id: UUID, domains: set[str], since: datetime) -> dict[str, list[_Row]]:
    """By name, the newest check at each resolver as each audience, of targets that there still are. Without evidence,
    of which there may be much."""
    columns = (LiveCheck.domain, LiveCheck.target_id, LiveCheck.resolver, LiveCheck.audience)
    query = (
        select(*columns, LiveCheck.expected, LiveCheck.finding, LiveCheck.done_at, LiveCheck.next_try)
        .join(TargetRow, TargetRow.id == LiveCheck.target_id)
        .where(LiveCheck.school_id == school_id, LiveCheck.domain.in_(domains), LiveCheck.next_try >= since)
        .where(TargetRow.removed_at.is_(None))
        .order_by(LiveCheck.id.desc())
    )
    newest: dict[tuple[str, UUID, str, str], _Row] = {}
    for row in session.execute(query) if domains else ():
        newest.setdefault((row.domain, row.target_id, row.resolver, row.audience), row)
    found: dict[str, list[_Row]] = {}
    for row in newest.values():
        found.setdefault(row.domain, []).append(row)
    return found
