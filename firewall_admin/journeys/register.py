"""The register: everything that was opened or closed by people, by whom, when and why, and how it stands now.

Read from rules, decisions and the trail, so that it can't say anything else than what was done (DfE: decisions on what
is blocked or allowed, and why).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from firewall_admin.core.access_requests import decision_reference, reference
from firewall_admin.core.people import Actor, Permission
from firewall_admin.core.terms import from_json, listed, sentence
from firewall_admin.db.tables import AccessRequest, AudienceRow, Decision, Entry, RuleRow
from firewall_admin.ports import Ports

from .policy import may
from .school_clock import zone_of
from .standing import reasons_for_ending

Effect = Literal["opened", "closed", "refused", "changed"]
State = Literal["in-force", "not-yet", "expired", "done"]
EVERYONE = "everyone"
OF_LISTS: dict[str, Effect] = {
    "ListAssigned": "closed",
    "ListUnassigned": "opened",
    "ListRemoved": "opened",
    "ListAdded": "changed",
    "ListReplaced": "changed",
    "AudienceChanged": "changed",
    "TimetableChanged": "changed",
    "PolicyImported": "changed",
    "SetUpFinished": "changed",
    "PolicySigned": "changed",
}
"""Events of the trail that open or close, beside rules and decisions."""


@dataclass(frozen=True)
class Registered:
    """One thing that was opened, closed, refused or changed. `what`: the name, or what it was in words; `until` its
    end, if it has one; `decision` and `request` their references, if a request was behind it."""

    at: datetime
    person: str
    effect: Effect
    what: str
    audience: str
    reason: str
    state: State
    since: datetime | None = None
    until: datetime | None = None
    decision: str | None = None
    request: str | None = None


@dataclass(frozen=True)
class Wanted:
    """What to show: days of the school's calendar, both included; the rest by part of the words, or exactly."""

    first: date | None = None
    last: date | None = None
    words: str = ""
    audience: str = ""
    effect: str = ""
    state: str = ""


def register(ports: Ports, actor: Actor, wanted: Wanted = Wanted()) -> list[Registered]:
    """Everything that is wanted, the newest first."""
    may(actor, Permission.SEE_REGISTER)
    with ports.db.look() as session:
        zone = zone_of(session, actor.school_id)
        return [one for one in entries(ports, session, actor) if _matches(one, wanted, zone)]


def entries(ports: Ports, session: Session, actor: Actor) -> list[Registered]:
    """All of it, the newest first."""
    found = [
        *_rules(session, actor, ports.clock()),
        *_decisions(session, actor, zone_of(session, actor.school_id)),
        *_told(session, actor),
    ]
    return sorted(found, key=lambda one: one.at, reverse=True)


def _rules(session: Session, actor: Actor, now: datetime) -> Iterator[Registered]:
    requests = _requests(session, actor)
    early = reasons_for_ending(session, actor.school_id)
    names = {row.id: row.name for row in session.scalars(_of(AudienceRow, actor))}
    for rule in session.scalars(_of(RuleRow, actor)):
        audience = names[rule.audience_id] if rule.audience_id else rule.former_audience or EVERYONE
        effect: Effect = "opened" if rule.action == "allow" else "closed"
        common = {"audience": audience, "decision": rule.decision, "request": requests.get(rule.decision or "")}
        yield Registered(
            rule.made_at,
            rule.made_by,
            effect,
            rule.domain,
            reason=rule.reason,
            state=_state(rule, now),
            since=rule.since,
            until=rule.ended_at or rule.until,
            **common,
        )
        if rule.ended_at:
            other: Effect = "closed" if rule.action == "allow" else "opened"
            why = _why_ended(rule, early)
            yield Registered(rule.ended_at, rule.ended_by or "", other, rule.domain, reason=why, state="done", **common)


def _why_ended(rule: RuleRow, early: dict[str, str]) -> str:
    if rule.until and rule.ended_at and rule.ended_at >= rule.until:
        return "its time was over"
    return early.get(rule.decision or "") or f"the rule to {rule.action} it ended; it was made because: {rule.reason}"


def _state(rule: RuleRow, now: datetime) -> State:
    if rule.ended_at or (rule.until and rule.until <= now):
        return "expired"
    return "not-yet" if rule.since and rule.since > now else "in-force"


def _decisions(session: Session, actor: Actor, zone: tzinfo) -> Iterator[Registered]:
    """What was refused, and what was decided beside names: an allowed name is there as its rule."""
    rows = session.execute(
        select(Decision, AccessRequest)
        .join(AccessRequest, AccessRequest.id == Decision.request_id)
        .where(Decision.school_id == actor.school_id)
    )
    for decision, request in rows:
        terms = from_json(decision.terms)
        if decision.outcome == "approved" and terms.kind.opens_until:
            continue
        by = f"{decision.name}, for {decision.standing_in_for}" if decision.standing_in_for else decision.name
        yield Registered(
            decision.made_at,
            by,
            "refused" if decision.outcome == "refused" else "changed",
            listed(terms.names) or sentence(terms, zone),
            listed(terms.audiences) or EVERYONE,
            decision.reason,
            "done",
            decision=decision_reference(decision.number),
            request=reference(request.number),
        )


def _told(session: Session, actor: Actor) -> Iterator[Registered]:
    query = select(Entry).where(Entry.school_id == actor.school_id, Entry.event.in_(OF_LISTS))
    for entry in session.scalars(query):
        fields = entry.fields
        what, reason = _words(entry.event, fields)
        yield Registered(entry.at, entry.actor, OF_LISTS[entry.event], what, _whom(fields), reason, "done")


def _whom(fields: dict[str, Any]) -> str:
    audience = fields.get("audience")
    return audience if isinstance(audience, str) else EVERYONE


def _words(event: str, fields: dict[str, Any]) -> tuple[str, str]:
    """What the entry is about, and what more is known of it."""
    if event.startswith("List"):
        times = f", {fields['times']}" if fields.get("times") else ""
        return f"the list {fields['list']}{times}", fields.get("source") or ""
    if event == "AudienceChanged":
        return f"the {fields['what']}", f"from {fields['before']} to {fields['now']}"
    if event == "TimetableChanged":
        return f"the timetable {fields['timetable']}", ", ".join(fields["windows"])
    if event == "PolicyImported":
        return "the whole policy", f"taken from {fields['source']}"
    return "the policy as a whole", "signed"


def _requests(session: Session, actor: Actor) -> dict[str, str]:
    """The reference of the request by that of its decision."""
    query = (
        select(Decision.number, AccessRequest.number)
        .join(AccessRequest, AccessRequest.id == Decision.request_id)
        .where(Decision.school_id == actor.school_id)
    )
    return {decision_reference(decision): reference(request) for decision, request in session.execute(query)}


def _matches(one: Registered, wanted: Wanted, zone: tzinfo) -> bool:
    day = one.at.astimezone(zone).date()
    if (wanted.first and day < wanted.first) or (wanted.last and day > wanted.last):
        return False
    if wanted.audience and one.audience not in (wanted.audience, EVERYONE) and wanted.audience not in one.audience:
        return False
    if (wanted.effect and one.effect != wanted.effect) or (wanted.state and one.state != wanted.state):
        return False
    told = (one.what, one.person, one.reason, one.decision, one.request, one.audience)
    text = " ".join(filter(None, told)).casefold()
    return all(word in text for word in wanted.words.casefold().split())


def _of(table: Any, actor: Actor) -> Any:
    return select(table).where(table.school_id == actor.school_id)
