"""How a request stands: not what its row says alone, but what rules, releases and checks show at this instant.

"It works now" is said only where a check saw it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from firewall_admin.core.access_requests import State, decision_reference
from firewall_admin.core.policy import Policy, decide
from firewall_admin.core.refusals import Refusal
from firewall_admin.core.terms import Terms, day, ending, from_json, listed
from firewall_admin.core.timetable import Timetable
from firewall_admin.db.load import timetables
from firewall_admin.db.tables import AccessRequest, Entry, RuleRow
from firewall_admin.ports import Ports

from . import proof
from .access_requests import newest_decisions
from .proof import TargetState
from .release_contents import rebuild
from .releases import published
from .request_facts import those_who_assess
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
    return standings(ports, session, [row])[row.id]


def standings(ports: Ports, session: Session, rows: Sequence[AccessRequest]) -> Mapping[UUID, Standing]:
    """Of many requests of one school, by their ids, for as many questions to the database as for one."""
    if not rows:
        return {}
    known = _Known(ports, session, rows)
    return {row.id: _standing(known, row) for row in rows}


class _Known:
    """What the standings of requests are read from: each part once, when the first of them needs it."""

    def __init__(self, ports: Ports, session: Session, rows: Sequence[AccessRequest]):
        self.ports, self.session, self.rows = ports, session, rows
        self.school, self.now = rows[0].school_id, ports.clock()
        self.zone = zone_of(session, self.school)
        self.decisions = newest_decisions(session, rows)

    @cached_property
    def assess(self) -> frozenset[UUID]:
        return those_who_assess(self.session, self.rows)

    @cached_property
    def references(self) -> list[str]:
        return [decision_reference(each.number) for each in self.decisions.values() if each.outcome == "approved"]

    @cached_property
    def allows(self) -> Mapping[str, Sequence[RuleRow]]:
        """By decision, the rules that it made to allow."""
        query = select(RuleRow).where(RuleRow.school_id == self.school, RuleRow.decision.in_(self.references))
        found: dict[str, list[RuleRow]] = {}
        for rule in self.session.scalars(query.where(RuleRow.action == "allow").order_by(RuleRow.id)):
            found.setdefault(str(rule.decision), []).append(rule)
        return found

    @cached_property
    def ended_because(self) -> Mapping[str, str]:
        return reasons_for_ending(self.session, self.school)

    @cached_property
    def timetables(self) -> Mapping[str, Timetable]:
        return {table.name: table for table in timetables(self.session, self.school)}

    @cached_property
    def in_force(self) -> Mapping[str, Policy]:
        """What the published release applies, by audience."""
        live = published(self.session, self.school)
        try:
            policy = rebuild(self.ports, live) if live else None
        except Refusal:
            policy = None
        return {a.name: policy.policy(a.name, live.at) for a in policy.audiences} if policy and live else {}

    @cached_property
    def blocked_again(self) -> Mapping[tuple[str, str], datetime]:
        """When the first name of each was last seen to be blocked, by name and audience."""
        named = (from_json(each.terms).names[:1] for each in self.decisions.values())
        return proof.last_seen(self.session, self.school, {n for names in named for n in names}, expected="blocked")

    @cached_property
    def at_targets(self) -> Mapping[str, tuple[TargetState, ...]]:
        return proof.states(self.session, self.school, self.references)

    @cached_property
    def _honest(self) -> dict[str, str]:
        return {}

    def honest(self, audiences: Iterable[str]) -> str:
        """When an edit that is saved now works for these audiences, in words."""
        for audience in set(audiences) - set(self._honest):
            self._honest[audience] = proof.honest_time(self.session, self.school, audience, self.now)
        return " ".join(dict.fromkeys(self._honest[audience] for audience in audiences))


def _standing(known: _Known, row: AccessRequest) -> Standing:
    state, decision = State(row.state), known.decisions.get(row.id)
    if decision is None and state == State.SUBMITTED and row.asked_by in known.assess:
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
    return _over(known, terms, ref) or _allowed(known, terms, ref)


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


def _allowed(known: _Known, terms: Terms, ref: str) -> Standing:
    now, zone = known.now, known.zone
    if terms.since and terms.since > now:
        text = f"It will be open from {day(terms.since, zone)} until {ending(terms.until, zone)}."
        return Standing("waiting", "Allowed, not yet begun", text, decision=ref, until=terms.until)
    if closed := _closed_by_timetable(known, terms):
        return Standing("good", "Allowed at times", closed, True, decision=ref, until=terms.until)
    if not _published(known, terms):
        text = f"It is being put in force. {known.honest(terms.audiences)}"
        return Standing("waiting", "Being put in force", text, decision=ref, until=terms.until)
    return _on_the_wire(known, terms, ref)


def _over(known: _Known, terms: Terms, ref: str) -> Standing | None:
    rules, zone = known.allows.get(ref, ()), known.zone
    ended = [rule for rule in rules if rule.ended_at and (rule.until is None or rule.ended_at < rule.until)]
    if rules and len(ended) == len(rules):
        first, why = ended[0], known.ended_because.get(ref)
        said = f": {why}" if why else "."
        text = f"{first.ended_by} ended it on {day(first.ended_at, zone)}, before its time{said}"
        return Standing("over", "Ended early", text, decision=ref, until=first.ended_at)
    if terms.until is None or terms.until > known.now:
        return None
    seen = [known.blocked_again.get((name, audience)) for name in terms.names[:1] for audience in terms.audiences]
    checked = " It was seen to be blocked again." if seen and all(at and at >= terms.until for at in seen) else ""
    text = f"It ended {_at(terms, zone)}.{checked}"
    return Standing("over", "Ended", text, decision=ref, until=terms.until)


def _on_the_wire(known: _Known, terms: Terms, ref: str) -> Standing:
    """Published: does it work at the resolvers?"""
    targets, zone = known.at_targets[ref], known.zone
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
    honest = known.honest(terms.audiences)
    if not asked:
        text = f"It is published. Nobody checks whether it works, so try it. {honest}"
        return Standing("care", "Published", text, **common)  # type: ignore[arg-type]
    return Standing("waiting", "Published, not seen yet", f"It is published. {honest}", **common)  # type: ignore[arg-type]


def _at(terms: Terms, zone: ZoneInfo) -> str:
    """`with the end of Friday …`, or `at 15:10 on Friday …`."""
    said = ending(terms.until, zone)
    return f"with {said}" if said.startswith("the end") else f"at {said}"


def _published(known: _Known, terms: Terms) -> bool:
    """Whether the published release opens every name for every audience."""
    applied = [known.in_force.get(audience) for audience in terms.audiences]
    return all(one is not None and not decide(one, name).blocked for one in applied for name in terms.names)


def _closed_by_timetable(known: _Known, terms: Terms) -> str | None:
    """A sentence where it is allowed at times, and this is not one of them."""
    table = known.timetables.get(terms.when) if terms.when else None
    if table is None or table.is_open(known.now, known.zone):
        return None
    opens = table.next_change(known.now, known.zone)
    when = f" It opens next at {opens.astimezone(known.zone):%H:%M} on {day(opens, known.zone)}." if opens else ""
    return f"It is open only during '{terms.when}'.{when}"
