"""What the trail is told of checks: what turned bad, what is right again, and what a decision was seen to do.

A resolver that is gone is one event, not one for each name that was asked.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from firewall_admin.core import events_checks as events
from firewall_admin.core.checks import BAD, Found
from firewall_admin.core.events import Event
from firewall_admin.db.tables import LiveCheck, Release, RuleRow, TargetRow

NAMED = 5  # names in an event
MEANS = {"allow": ("open", "rewritten"), "block": ("blocked",)}
"""What is expected of a name while a rule with this action is what decides."""


class Turned(Protocol):
    """A check with what was found now."""

    @property
    def row(self) -> LiveCheck: ...
    @property
    def found(self) -> Found: ...
    @property
    def finding(self) -> str | None: ...
    @property
    def turned_bad(self) -> bool: ...
    @property
    def was_bad(self) -> bool: ...


def told_of(session: Session, judged: Sequence[Turned], now: datetime) -> list[Event]:
    """The events of one resolver's answers to one audience's questions, before anything is written down."""
    if not judged:
        return []
    target = session.get_one(TargetRow, judged[0].row.target_id)
    return [
        *_failed(session, judged, target),
        *_recovered(session, judged, target),
        *_proven(session, judged, target, now),
    ]


def _failed(session: Session, judged: Sequence[Turned], target: TargetRow) -> Iterator[Event]:
    found: dict[str, list[Turned]] = defaultdict(list)
    for each in judged:
        if each.turned_bad:
            found[str(each.finding)].append(each)
    for finding, turned in found.items():
        if _others(session, judged, finding):
            continue  # told already, and not over yet
        row = turned[0].row
        release = session.get(Release, row.release_id)
        yield events.CheckFailed(
            target.name,
            row.resolver,
            finding,
            row.audience,
            turned[0].found.text,
            [each.row.domain for each in turned[:NAMED]],
            len(turned),
            release.number if release else None,
        )


def _recovered(session: Session, judged: Sequence[Turned], target: TargetRow) -> Iterator[Event]:
    found: dict[str, list[str]] = defaultdict(list)
    for each in judged:
        if each.was_bad:
            found[str(each.row.finding)].append(each.row.domain)
    still = {each.finding for each in judged}
    for finding, domains in found.items():
        if finding in BAD and finding not in still and not _others(session, judged, finding):
            yield events.CheckRecovered(target.name, judged[0].row.resolver, finding, domains[:NAMED])


def _others(session: Session, judged: Sequence[Turned], finding: str) -> bool:
    """Whether that is wrong there with other names, too, of which nothing was found out now."""
    row = judged[0].row
    query = select(LiveCheck.id).where(
        LiveCheck.target_id == row.target_id,
        LiveCheck.resolver == row.resolver,
        LiveCheck.audience == row.audience,
        LiveCheck.state == "watched",
        LiveCheck.finding == finding,
        LiveCheck.id.not_in([each.row.id for each in judged]),
    )
    return session.scalar(query.limit(1)) is not None


def _proven(session: Session, judged: Sequence[Turned], target: TargetRow, now: datetime) -> Iterator[Event]:
    for each in judged:
        row = each.row
        if each.finding != "enforced" or not row.decision:
            continue
        rules = session.scalars(
            select(RuleRow).where(RuleRow.school_id == row.school_id, RuleRow.decision == row.decision)
        ).all()
        if not rules:
            continue
        over = all(_is_over(rule, now) for rule in rules)
        in_force = row.expected in MEANS[rules[0].action]
        if in_force and not over and not _seen_before(session, row):
            yield events.DecisionProven(row.decision, row.domain, row.audience, target.name)
        if over and not in_force and not _seen_before(session, row, max(_end(rule, now) for rule in rules)):
            yield events.EndProven(row.decision, row.domain, row.audience, target.name)


def _is_over(rule: RuleRow, now: datetime) -> bool:
    return rule.ended_at is not None or (rule.until is not None and rule.until <= now)


def _end(rule: RuleRow, now: datetime) -> datetime:
    return min(filter(None, (rule.ended_at, rule.until)), default=now)


def _seen_before(session: Session, row: LiveCheck, since: datetime | None = None) -> bool:
    """Whether the same was seen at this target for this audience before, perhaps by another of its resolvers."""
    query = select(LiveCheck.id).where(
        LiveCheck.target_id == row.target_id,
        LiveCheck.audience == row.audience,
        LiveCheck.decision == row.decision,
        LiveCheck.domain == row.domain,
        LiveCheck.expected == row.expected,
        LiveCheck.finding == "enforced",
        LiveCheck.id != row.id,
    )
    if since is not None:
        query = query.where(LiveCheck.done_at >= since)
    return session.scalar(query.limit(1)) is not None
