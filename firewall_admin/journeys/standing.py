"""How a request stands: not what its row says alone, but what rules, releases and checks show at this instant.

"It works now" is said only where a check saw it.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from firewall_admin.core.access_requests import State, decision_reference
from firewall_admin.core.people import PERMISSIONS, Permission, Role
from firewall_admin.core.policy import decide
from firewall_admin.core.refusals import Refusal
from firewall_admin.core.terms import Terms, day, ending, from_json, listed
from firewall_admin.db.load import timetables
from firewall_admin.db.tables import AccessRequest, Decision, Entry, Person, RuleRow
from firewall_admin.ports import Ports

from . import proof
from .access_requests import newest_decision
from .granting import rules_of
from .proof import TargetState
from .release_contents import rebuild
from .releases import published
from .school_clock import zone_of

Level = Literal["waiting", "good", "care", "danger", "over"]


@dataclass(frozen=True)
class Standing:
    """`words` for a tag, `text` a sentence for whoever asked. `in_force`: the published release carries the decision at
    this instant. `works`: a check saw it for every audience whose resolvers can be asked."""

    level: Level
    words: str
    text: str
    in_force: bool = False
    works: bool = False
    decision: str | None = None
    until: datetime | None = None
    targets: tuple[TargetState, ...] = ()


def standing(ports: Ports, session: Session, row: AccessRequest) -> Standing:
    """Of one request, at this instant."""
    state, decision = State(row.state), newest_decision(session, row)
    if decision is None and state == State.SUBMITTED and _asker_assesses(session, row):
        return Standing(
            "waiting", State.ASSESSED.words, "A network manager asked, so it is with the headteacher at once."
        )
    if decision is None:
        return Standing("over" if state == State.WITHDRAWN else "waiting", state.words, _waiting(state))
    ref = decision_reference(decision.number)
    if decision.outcome == "refused":
        return Standing("over", "Refused", f"{decision.name} refused it: {decision.reason}", decision=ref)
    terms = from_json(decision.terms)
    if not terms.kind.opens_until:
        return Standing("good", "Approved", f"{decision.name} approved it, and it was done.", True, decision=ref)
    return _allowed(ports, session, row, decision, terms)


def _asker_assesses(session: Session, row: AccessRequest) -> bool:
    return Permission.ASSESS in PERMISSIONS[Role(session.get_one(Person, row.asked_by).role)]


def reasons_for_ending(session: Session, school_id: UUID) -> dict[str, str]:
    """Why decisions were ended before their time, by their references: the trail knows."""
    query = select(Entry).where(Entry.school_id == school_id, Entry.event == "AccessEnded").order_by(Entry.number)
    return {entry.fields["decision"]: entry.fields["reason"] for entry in session.scalars(query)}


def _waiting(state: State) -> str:
    return {
        State.SUBMITTED: "The network manager looks at it first.",
        State.RETURNED: "There is a question to answer before it can go on.",
        State.ASSESSED: "The network manager has advised. The headteacher decides.",
        State.WITHDRAWN: "It was taken back.",
    }[state]


def _allowed(ports: Ports, session: Session, row: AccessRequest, decision: Decision, terms: Terms) -> Standing:
    now, zone, ref = ports.clock(), zone_of(session, row.school_id), decision_reference(decision.number)
    rules = [rule for rule in rules_of(session, row.school_id, ref) if rule.action == "allow"]
    over = _over(session, row, rules, terms, now, zone, ref)
    if over:
        return over
    if terms.since and terms.since > now:
        text = f"It will be open from {day(terms.since, zone)} until {ending(terms.until, zone)}."
        return Standing("waiting", "Allowed, not yet begun", text, decision=ref, until=terms.until)
    if closed := _closed_by_timetable(session, row, terms, now):
        return Standing("good", "Allowed at times", closed, True, decision=ref, until=terms.until)
    if not _published(ports, session, row, terms):
        text = f"It is being put in force. {_honest(session, row, terms, now)}"
        return Standing("waiting", "Being put in force", text, decision=ref, until=terms.until)
    return _on_the_wire(session, row, terms, now, zone, ref)


def _over(
    session: Session,
    row: AccessRequest,
    rules: list[RuleRow],
    terms: Terms,
    now: datetime,
    zone: ZoneInfo,
    ref: str,
) -> Standing | None:
    ended = [rule for rule in rules if rule.ended_at and (rule.until is None or rule.ended_at < rule.until)]
    if rules and len(ended) == len(rules):
        first = ended[0]
        why = reasons_for_ending(session, row.school_id).get(ref)
        said = f": {why}" if why else "."
        text = f"{first.ended_by} ended it on {day(first.ended_at, zone)}, before its time{said}"
        return Standing("over", "Ended early", text, decision=ref, until=first.ended_at)
    if terms.until is None or terms.until > now:
        return None
    seen = [
        proof.seen(session, row.school_id, domain=name, audience=audience, expected="blocked", since=terms.until)
        for name in terms.names[:1]
        for audience in terms.audiences
    ]
    checked = " It was seen to be blocked again." if seen and all(seen) else ""
    text = f"It ended {_at(terms, zone)}.{checked}"
    return Standing("over", "Ended", text, decision=ref, until=terms.until)


def _on_the_wire(
    session: Session, row: AccessRequest, terms: Terms, now: datetime, zone: ZoneInfo, ref: str
) -> Standing:
    """Published: does it work at the resolvers?"""
    targets = proof.state(session, row.school_id, decision=ref)
    asked = [target for target in targets if target.state != "not-checked"]
    common = {"in_force": True, "decision": ref, "until": terms.until, "targets": targets}
    if failed := [target for target in asked if target.state == "failed"]:
        text = f"It is allowed, but does not work yet: {failed[0].text} The network manager can see this."
        return Standing("danger", "Allowed, not working", text, **common)  # type: ignore[arg-type]
    if asked and all(target.state == "live" for target in asked):
        seen = max(target.at for target in asked if target.at).astimezone(zone)
        where = listed(sorted({target.target for target in asked}))
        text = f"It works now: seen at {seen:%H:%M} on {day(seen, zone)}, at {where}. It ends {_at(terms, zone)}."
        return Standing("good", "It works now", text, works=True, **common)  # type: ignore[arg-type]
    honest = _honest(session, row, terms, now)
    if not asked:
        text = f"It is published. Nobody checks whether it works, so try it. {honest}"
        return Standing("care", "Published", text, **common)  # type: ignore[arg-type]
    return Standing("waiting", "Published, not seen yet", f"It is published. {honest}", **common)  # type: ignore[arg-type]


def _at(terms: Terms, zone: ZoneInfo) -> str:
    """`with the end of Friday …`, or `at 15:10 on Friday …`."""
    said = ending(terms.until, zone)
    return f"with {said}" if said.startswith("the end") else f"at {said}"


def _honest(session: Session, row: AccessRequest, terms: Terms, now: datetime) -> str:
    said = [proof.honest_time(session, row.school_id, audience, now) for audience in terms.audiences]
    return " ".join(dict.fromkeys(said))


def _published(ports: Ports, session: Session, row: AccessRequest, terms: Terms) -> bool:
    """Whether the published release opens every name for every audience."""
    live = published(session, row.school_id)
    try:
        policy = rebuild(ports, live) if live else None
    except Refusal:
        return False
    if policy is None or live is None or not {a.name for a in policy.audiences} >= set(terms.audiences):
        return False
    applied = [policy.policy(audience, live.at) for audience in terms.audiences]
    return not any(decide(one, name).blocked for one in applied for name in terms.names)


def _closed_by_timetable(session: Session, row: AccessRequest, terms: Terms, now: datetime) -> str | None:
    """A sentence where it is allowed at times, and this is not one of them."""
    table = next((t for t in timetables(session, row.school_id) if t.name == terms.when), None)
    zone = zone_of(session, row.school_id)
    if table is None or table.is_open(now, zone):
        return None
    opens = table.next_change(now, zone)
    when = f" It opens next at {opens.astimezone(zone):%H:%M} on {day(opens, zone)}." if opens else ""
    return f"It is open only during '{terms.when}'.{when}"
