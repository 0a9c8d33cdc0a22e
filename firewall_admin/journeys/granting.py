"""A decision put into the policy, and taken out again: the rules that name it.

A block rule for the same audience at the same name would win over the allow. It pauses for that time: it ends now and
is there again, with its own words, from the instant at which the allow is over.
"""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from firewall_admin.core import events
from firewall_admin.core.policy import decide
from firewall_admin.core.refusals import Refusal
from firewall_admin.core.terms import Terms
from firewall_admin.db.change import Change
from firewall_admin.db.tables import AudienceRow, RuleRow
from firewall_admin.ports import Ports

from . import policy as policies


def grant(change: Change, decision: str, terms: Terms, reason: str) -> None:
    """A rule for each name and audience of the terms, naming the decision."""
    for audience in terms.audiences:
        audience_id = _audience_id(change.session, change.actor.school_id, audience)
        for name in terms.names:
            _pause(change, name, audience, audience_id, terms)
            change.session.add(
                RuleRow(
                    school_id=change.actor.school_id,
                    action="allow",
                    domain=name,
                    audience_id=audience_id,
                    since=terms.since,
                    until=terms.until,
                    when=terms.when,
                    reason=reason,
                    decision=decision,
                    made_by=change.actor.name,
                    made_at=change.now,
                )
            )
            since, until = (at.isoformat() if at else None for at in (terms.since, terms.until))
            change.did(events.RuleAdded("allow", name, audience, reason, since, until, terms.when, decision))


def revoke(change: Change, decision: str) -> int:
    """End every rule of a decision that has not ended yet. How many."""
    found = rules_of(change.session, change.actor.school_id, decision)
    live = [rule for rule in found if rule.ended_at is None and not (rule.until and rule.until <= change.now)]
    for rule in live:
        rule.ended_at, rule.ended_by = change.now, change.actor.name
        audience = change.session.get(AudienceRow, rule.audience_id) if rule.audience_id else None
        change.did(events.RuleEnded(rule.action, rule.domain, audience.name if audience else None, str(rule.id)))
        if rule.until and audience:
            _resume(change, rule, audience.name)
    return len(live)


def rules_of(session: Session, school_id: UUID, decision: str) -> list[RuleRow]:
    """The rules that name a decision, oldest first."""
    query = select(RuleRow).where(RuleRow.school_id == school_id, RuleRow.decision == decision)
    return list(session.scalars(query.order_by(RuleRow.id)))


def check_opens(ports: Ports, change: Change, terms: Terms) -> None:
    """What was granted is open now, or will be when its time comes. Refusal where something still blocks it: a decision
    that does nothing must not be made."""
    change.session.flush()
    policy = policies.current(ports, change.session, change.actor.school_id)
    begins = max(terms.since or change.now, change.now)
    clock = policy.clock(begins)
    for audience in terms.audiences:
        applied = policy.policy(audience, begins, lambda timetable: timetable == terms.when or clock(timetable))
        for name in terms.names:
            verdict = decide(applied, name)
            if verdict.blocked:
                raise Refusal(
                    f"{name} would stay blocked for {audience}: "
                    f"{verdict.because.kind} '{verdict.because.source}' stands above this decision.",
                    "terms",
                )


def _pause(change: Change, name: str, audience: str, audience_id: UUID, terms: Terms) -> None:
    for rule in _blocks(change, name, audience_id):
        if terms.when is not None:
            raise Refusal(f"A rule blocks {name} for {audience} at all hours: allow it without a timetable.", "when")
        if _over(rule.until, change.now):
            continue
        rule.ended_at, rule.ended_by = change.now, change.actor.name
        change.did(events.RuleEnded("block", name, audience, str(rule.id)))
        if terms.since and terms.since > change.now:
            _again(change, rule, audience, rule.since, terms.since)
        if terms.until:
            _again(change, rule, audience, max(filter(None, (terms.until, rule.since))), rule.until)


def _resume(change: Change, allow: RuleRow, audience: str) -> None:
    """A block that waited for the end of this allow is there at once; not for as long as another decision allows it."""
    others = _others(change, allow)
    ends = {allow.until, *(until for _, until in others)}
    waiting = [rule for rule in _blocks(change, allow.domain, allow.audience_id) if rule.since in ends]
    for since, until in _gaps(_begins(change, allow), allow.until, others) if waiting else ():
        rest = next((rule for rule in waiting if rule.since == until), None)
        if rest is not None:
            rest.ended_at, rest.ended_by = change.now, change.actor.name
            change.did(events.RuleEnded("block", rest.domain, audience, str(rest.id)))
        first = None if since <= change.now else since
        _again(change, rest or waiting[0], audience, first, rest.until if rest else until)


Span = tuple[datetime, datetime]


def _begins(change: Change, rule: RuleRow) -> datetime:
    return max(rule.since or change.now, change.now)


def _others(change: Change, allow: RuleRow) -> list[Span]:
    """For how long other decisions allow the same, at all hours."""
    query = select(RuleRow).where(
        RuleRow.school_id == allow.school_id,
        RuleRow.action == "allow",
        RuleRow.domain == allow.domain,
        RuleRow.audience_id == allow.audience_id,
        RuleRow.ended_at.is_(None),
        RuleRow.decision != allow.decision,
        RuleRow.until > change.now,
        RuleRow.when.is_(None),
    )
    return sorted((_begins(change, rule), rule.until) for rule in change.session.scalars(query) if rule.until)


def _gaps(since: datetime, until: datetime | None, covered: list[Span]) -> Iterator[Span]:
    """The parts of a time that none of the others covers; `covered` in order."""
    for first, last in covered:
        if until and since < min(first, until):
            yield since, min(first, until)
        since = max(since, last)
    if until and since < until:
        yield since, until


def _blocks(change: Change, name: str, audience_id: UUID | None) -> list[RuleRow]:
    query = select(RuleRow).where(
        RuleRow.school_id == change.actor.school_id,
        RuleRow.action == "block",
        RuleRow.domain == name,
        RuleRow.audience_id == audience_id,
        RuleRow.ended_at.is_(None),
    )
    return list(change.session.scalars(query.order_by(RuleRow.id)))


def _again(change: Change, rule: RuleRow, audience: str, since: datetime | None, until: datetime | None) -> None:
    """The same block for a part of its time; not where that part is empty or over."""
    if (since and until and since >= until) or _over(until, change.now):
        return
    change.session.add(
        RuleRow(
            school_id=rule.school_id,
            action="block",
            domain=rule.domain,
            audience_id=rule.audience_id,
            since=since,
            until=until,
            when=rule.when,
            reason=rule.reason,
            made_by=rule.made_by,
            made_at=change.now,
        )
    )
    first, last = (at.isoformat() if at else None for at in (since, until))
    change.did(events.RuleAdded("block", rule.domain, audience, rule.reason, first, last, rule.when))


def _over(until: datetime | None, now: datetime) -> bool:
    return until is not None and until <= now


def _audience_id(session: Session, school_id: UUID, name: str) -> UUID:
    query = select(AudienceRow.id).where(AudienceRow.school_id == school_id, AudienceRow.name == name)
    if (found := session.scalar(query)) is None:
        raise Refusal(f"There is no audience '{name}' any more.", "audiences")
    return found
