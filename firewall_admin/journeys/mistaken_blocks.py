"""What blocks the site of a request, and how that block would be ended if it is the mistake: as terms to advise.

A site that should never have been blocked needs no exception with an end; the block itself should go.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from firewall_admin.core.people import Actor, Permission
from firewall_admin.core.policy import SchoolPolicy, Verdict, decide
from firewall_admin.core.refusals import Refusal
from firewall_admin.core.terms import Kind, Terms, from_json
from firewall_admin.db.tables import AssignmentRow, AudienceRow, ListRow, RuleRow
from firewall_admin.ports import Ports

from . import policy as policies
from .access_requests import find
from .assignments import titled
from .lists import subscription_of
from .wider_requests import words_of


@dataclass(frozen=True)
class Mistake:
    """A way to end a block. `key` names it on a form; `text`: what would be done; `terms`: the same, to be advised."""

    key: str
    text: str
    terms: Terms


def ways_to_end(ports: Ports, actor: Actor, request: UUID) -> tuple[Mistake, ...]:
    """Every way to end what blocks the names of a request for its audiences, each once. What is locked has none."""
    policies.may(actor, Permission.ASSESS)
    with ports.db.look() as session:
        terms = from_json(find(session, actor, request).terms)
        policy, now = policies.current(ports, session, actor.school_id), ports.clock()
        found = {one.key: one for one in _all(ports, session, actor, policy, terms, now)}
    return tuple(found.values())


def terms_for(ports: Ports, actor: Actor, request: UUID, key: str) -> Terms:
    """The terms of the way that was chosen, worded as the trail would tell them. Refusal where it is gone meanwhile."""
    chosen = next((one for one in ways_to_end(ports, actor, request) if one.key == key), None)
    if chosen is None:
        raise Refusal("That block is not there any more: choose again.", "way")
    return replace(chosen.terms, text=words_of(ports, actor, chosen.terms))


def _all(
    ports: Ports, session: Session, actor: Actor, policy: SchoolPolicy, terms: Terms, now: datetime
) -> Iterator[Mistake]:
    begins = max(terms.since or now, now)
    for audience in terms.audiences:
        applied = policy.policy(audience, begins)
        for name in terms.names:
            verdict = decide(applied, name)
            if verdict.blocked and verdict.because.kind == "rule":
                yield from _rule(session, actor, audience, verdict)
            elif verdict.blocked and verdict.because.kind == "list":
                yield from _list(ports, session, actor, audience, verdict)


def _rule(session: Session, actor: Actor, audience: str, verdict: Verdict) -> Iterator[Mistake]:
    query = (
        select(RuleRow, AudienceRow.name)
        .outerjoin(AudienceRow, AudienceRow.id == RuleRow.audience_id)
        .where(RuleRow.school_id == actor.school_id, RuleRow.domain == verdict.because.name)
        .where(RuleRow.action == "block", RuleRow.ended_at.is_(None))
        .where(or_(RuleRow.audience_id.is_(None), AudienceRow.name == audience))
        .order_by(RuleRow.audience_id.is_(None), RuleRow.id.desc())
    )
    for rule, whom in session.execute(query).all()[:1]:
        text = f"End the rule that blocks {rule.domain} for {whom or 'everyone'}"
        yield Mistake(f"rule-{rule.id}", text, Terms(Kind.END_RULE, change={"rule": str(rule.id)}))


def _list(ports: Ports, session: Session, actor: Actor, audience: str, verdict: Verdict) -> Iterator[Mistake]:
    slug, covering = verdict.because.source or "", verdict.because.name or verdict.domain
    own = session.scalars(select(ListRow).where(ListRow.school_id == actor.school_id, ListRow.slug == slug)).first()
    if own is not None and subscription_of(session, own.id) is None:
        change = {"listed": str(own.id), "names": [covering]}
        text = f"Take {covering} out of the list '{own.title}', for everyone"
        yield Mistake(f"name-{own.id}-{covering}", text, Terms(Kind.LIST_NAMES, change=change))
    query = (
        select(AssignmentRow)
        .join(AudienceRow, AudienceRow.id == AssignmentRow.audience_id)
        .where(AssignmentRow.school_id == actor.school_id, AssignmentRow.slug == slug, AudienceRow.name == audience)
    )
    if (assigned := session.scalars(query).first()) is not None:
        text = f"Take the whole list '{titled(ports, session, actor, slug)[0]}' out of force for {audience}"
        terms = Terms(Kind.END_LIST, change={"assignment": str(assigned.id)})
        yield Mistake(f"list-{assigned.id}", text, terms)
