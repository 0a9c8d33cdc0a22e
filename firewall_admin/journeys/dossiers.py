"""Everything a decider is shown of a request, and the hash of it that goes into the decision.

What you see is what you sign: the page shows a dossier and sends its hash; the decision is refused where the same
question gives another one by then.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, tzinfo
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from firewall_admin.core.access_requests import Facts, State, decision_reference, open_steps, reference
from firewall_admin.core.effects import Effect, effect
from firewall_admin.core.people import Actor
from firewall_admin.core.plan import Plan
from firewall_admin.core.policyfile import Shipped
from firewall_admin.core.refusals import Refusal
from firewall_admin.core.terms import Kind, Terms, from_json, question, sentence
from firewall_admin.db.load import timetables
from firewall_admin.db.tables import AccessRequest, AudienceRow, Decision, Person, Remark, School
from firewall_admin.ports import Ports

from . import name_chains, statements
from . import policy as policies
from .access_requests import decisions_of, find
from .request_facts import facts_of, standing_assessments
from .school_clock import zone_of
from .wider_requests import act_of

NAMED = 40  # changed names of a wider request that are written out


@dataclass(frozen=True)
class Said:
    """A remark: `kind` question, answer or comment."""

    kind: str
    by: str
    at: datetime
    text: str


@dataclass(frozen=True)
class Advice:
    """The assessment that stands."""

    by: str
    at: datetime
    advice: str
    text: str
    risk: str
    terms: Terms
    words: str


@dataclass(frozen=True)
class Past:
    """A decision on this request or on the one that it follows."""

    reference: str
    request: str
    outcome: str
    by: str
    at: datetime
    reason: str
    words: str


@dataclass(frozen=True)
class Dossier:
    """`asked` is the form as plain values. One of these: `effect`, what allowing names does; `plan`, what a change of
    the policy does; `whole`, the policy in words where it is signed as a whole. `problem`: why the terms can't be
    granted as they are. `sha256` is of everything here that matters to a decision; `revision` of the policy it was read
    from."""

    id: UUID
    reference: str
    state: State
    version: int
    asked_by: str
    asked_at: datetime
    asked: Mapping[str, Any]
    terms: Terms
    question: str
    words: str
    advice: Advice | None
    remarks: tuple[Said, ...]
    past: tuple[Past, ...]
    effect: Effect | None
    plan: Plan | None
    whole: str | None
    problem: str | None
    steps: tuple[str, ...]
    facts: Facts
    revision: int
    shown: str
    sha256: str


def dossier(ports: Ports, actor: Actor, request: UUID, terms: Terms | None = None) -> Dossier:
    """A request as it stands, on the terms given, or those advised, or those asked for. NotFound for who may not read
    it."""
    with ports.db.look() as session:
        row = find(session, actor, request)
        advice = _advice(session, row)
        chosen = terms or (advice.terms if advice and advice.advice == "allow" else from_json(row.terms))
        revision = session.get_one(School, row.school_id).revision
        found = effect_of(ports, session, row.school_id, chosen) if chosen.kind.opens_until else None
        gone = _gone(session, row, chosen)
    plan, problem = _plan(ports, actor, chosen) if gone is None else (None, gone)
    whole = statements.read(ports, actor).lasting if chosen.kind == Kind.POLICY else None
    with ports.db.look() as session:
        row = find(session, actor, request)
        return _assembled(ports, session, actor, row, _Found(chosen, found, plan, problem, revision, whole))


@dataclass(frozen=True)
class _Found:
    """What was read and planned before a dossier is put together."""

    terms: Terms
    effect: Effect | None
    plan: Plan | None
    problem: str | None
    revision: int
    whole: str | None = None


def _assembled(ports: Ports, session: Session, actor: Actor, row: AccessRequest, found: _Found) -> Dossier:
    zone, advice = zone_of(session, row.school_id), _advice(session, row)
    asker, remarks, past = session.get_one(Person, row.asked_by).name, _remarks(session, row), _past(session, row)
    facts = facts_of(session, row, ports.clock())
    shown = _shown(row, found, zone, asker, advice, remarks, past)
    return Dossier(
        id=row.id,
        reference=reference(row.number),
        state=State(row.state),
        version=row.version,
        asked_by=asker,
        asked_at=row.asked_at,
        asked=_asked(row),
        terms=found.terms,
        question=question(found.terms, zone),
        words=sentence(found.terms, zone),
        advice=advice,
        remarks=remarks,
        past=past,
        effect=found.effect,
        plan=found.plan,
        whole=found.whole,
        problem=found.problem,
        steps=open_steps(actor, facts),
        facts=facts,
        revision=found.revision,
        shown=shown,
        sha256=hashlib.sha256(shown.encode()).hexdigest(),
    )


def _shown(
    row: AccessRequest,
    found: _Found,
    zone: tzinfo,
    asker: str,
    advice: Advice | None,
    remarks: tuple[Said, ...],
    past: tuple[Past, ...],
) -> str:
    """Everything that matters to a decision, as canonical JSON."""
    values = {
        "request": reference(row.number),
        "version": row.version,
        "question": question(found.terms, zone),
        "terms": found.terms.to_json(),
        "asked": _asked(row) | {"by": asker, "at": row.asked_at.isoformat()},
        "assessment": _told(advice) if advice else None,
        "remarks": [_told(remark) for remark in remarks],
        "past": [_told(one) for one in past],
        "effect": found.effect.to_json() if found.effect else None,
        "plan": _plan_json(found.plan) if found.plan else None,
        "whole": found.whole,
    }
    return json.dumps(values, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def effect_of(ports: Ports, session: Session, school_id: UUID, terms: Terms) -> Effect:
    """What terms that open names would do, at this instant."""
    policy = policies.current(ports, session, school_id)
    helped = [name for slug in ("protected", "essential") if slug in policy.lists for name in policy.lists[slug].names]
    kin = families(ports.shipped)
    trusted = [*helped, *policy.domains, *(name for names in kin.values() for name in names)]
    chain = name_chains.led(session, terms.names)
    return effect(policy, terms, ports.clock(), families=kin, trusted=trusted, chain=chain)


def families(shipped: Shipped) -> Mapping[str, Sequence[str]]:
    """The names of each shipped platform by its list."""
    return {
        slug: tuple(shipped.lists[slug].names)
        for slug, known in shipped.described.items()
        if slug in shipped.lists and known.kind == "platform"
    }


def _gone(session: Session, row: AccessRequest, terms: Terms) -> str | None:
    """What terms name and the policy has no more."""
    query = select(AudienceRow.name).where(AudienceRow.school_id == row.school_id)
    if missing := sorted(set(terms.audiences) - set(session.scalars(query))):
        return f"There is no audience '{missing[0]}' any more."
    if terms.when and terms.when not in {table.name for table in timetables(session, row.school_id)}:
        return f"There is no timetable '{terms.when}' any more."
    return None


def _plan(ports: Ports, actor: Actor, terms: Terms) -> tuple[Plan | None, str | None]:
    """The plan of a wider request; or why it can't be done any more."""
    if terms.kind.opens_until or terms.kind == Kind.POLICY:
        return None, None
    try:
        return policies.preview(ports, actor, act_of(ports, actor, terms)).plan, None
    except Refusal as refusal:
        return None, refusal.message


def _plan_json(plan: Plan) -> dict[str, Any]:
    changes = {
        audience: {"count": len(found), "first": [[c.domain, c.blocked] for c in found[:NAMED]]}
        for audience, found in plan.changes.items()
    }
    return {"changes": changes, "objections": [[o.name, o.text, o.audience] for o in plan.objections]}


def _asked(row: AccessRequest) -> dict[str, Any]:
    parts = "address domain kind who purpose curriculum alternatives device blocked_by long_reason previewed sensitive"
    needed = row.needed_by.isoformat() if row.needed_by else None
    terms = row.terms
    return {part: getattr(row, part) for part in parts.split()} | {"needed_by": needed, "terms": terms}


def _advice(session: Session, row: AccessRequest) -> Advice | None:
    standing = standing_assessments(session, row)
    if not standing:
        return None
    last, zone = standing[-1], zone_of(session, row.school_id)
    terms = from_json(last.terms)
    by = session.get_one(Person, last.made_by).name
    return Advice(by, last.made_at, last.advice, last.text, last.risk, terms, sentence(terms, zone))


def _remarks(session: Session, row: AccessRequest) -> tuple[Said, ...]:
    query = (
        select(Remark, Person.name)
        .join(Person, Person.id == Remark.made_by)
        .where(Remark.request_id == row.id)
        .order_by(Remark.id)
    )
    return tuple(Said(remark.kind, name, remark.made_at, remark.text) for remark, name in session.execute(query))


def _past(session: Session, row: AccessRequest) -> tuple[Past, ...]:
    """Decisions on the request before this one, if it follows one, and on this one; oldest first."""
    rows = [session.get_one(AccessRequest, row.follows)] if row.follows else []
    zone = zone_of(session, row.school_id)
    return tuple(
        past(decision, one, sentence(from_json(decision.terms), zone))
        for one in (*rows, row)
        for decision in decisions_of(session, one)
    )


def past(decision: Decision, row: AccessRequest, words: str) -> Past:
    """A decision as it is told beside a request; `words` are its terms."""
    by = f"{decision.name}, for {decision.standing_in_for}" if decision.standing_in_for else decision.name
    ref = decision_reference(decision.number)
    return Past(ref, reference(row.number), decision.outcome, by, decision.made_at, decision.reason, words)


def _told(value: Any) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for key, part in asdict(value).items():
        told[key] = part.isoformat() if isinstance(part, datetime) else part
    if isinstance(value, Advice):
        told["terms"] = value.terms.to_json()
    return told
