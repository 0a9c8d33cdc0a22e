"""What has been asked, decided and ruled before about a site: so that nobody decides the same thing twice unawares."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from firewall_admin.core.access_requests import State, decision_reference, reference
from firewall_admin.core.effects import registrable
from firewall_admin.core.people import Actor, Permission
from firewall_admin.core.terms import Terms, ending, from_json, listed
from firewall_admin.db.tables import AccessRequest, AudienceRow, Decision, Person, RuleRow
from firewall_admin.ports import Ports

from .policy import may
from .school_clock import zone_of

MOST = 20  # the newest of each kind


@dataclass(frozen=True)
class Happened:
    """Something that happened about a site. `request`: the one whose page tells more, if it was a request."""

    at: datetime
    text: str
    request: UUID | None = None
    reference: str = ""


def history(ports: Ports, actor: Actor, terms: Terms, apart_from: UUID | None = None) -> tuple[Happened, ...]:
    """Earlier requests with what was decided, and rules, about the sites that terms name and all under them; the newest
    first. `apart_from`: the request that somebody is reading."""
    may(actor, Permission.SEE_REQUESTS)
    sites = sorted({registrable(name) for name in terms.names})
    if not sites:
        return ()
    with ports.db.look() as session:
        found = [*_requests(session, actor, sites, apart_from), *_rules(session, actor, sites)]
    return tuple(sorted(found, key=lambda one: one.at, reverse=True))


def _requests(session: Session, actor: Actor, sites: Iterable[str], apart_from: UUID | None) -> Iterator[Happened]:
    under = [AccessRequest.domain.endswith(f".{site}", autoescape=True) for site in sites]
    query = (
        select(AccessRequest, Person.name)
        .join(Person, Person.id == AccessRequest.asked_by)
        .where(AccessRequest.school_id == actor.school_id, AccessRequest.id.is_distinct_from(apart_from))
        .where(or_(AccessRequest.domain.in_(sites), *under))
        .order_by(AccessRequest.number.desc())
    )
    zone = zone_of(session, actor.school_id)
    for row, asker in session.execute(query.limit(MOST)):
        terms = from_json(row.terms)
        asked = f"{asker} asked for {row.domain} for {listed(terms.audiences)} until {ending(terms.until, zone)}"
        yield Happened(row.asked_at, f"{asked}. {_came_of_it(session, row)}", row.id, reference(row.number))


def _came_of_it(session: Session, row: AccessRequest) -> str:
    query = select(Decision).where(Decision.request_id == row.id).order_by(Decision.number.desc()).limit(1)
    decision = session.scalars(query).first()
    if decision is None:
        return f"{State(row.state).words}."
    word = "allowed" if decision.outcome == "approved" else "refused"
    return f"{decision.name} {word} it ({decision_reference(decision.number)}): {decision.reason}"


def _rules(session: Session, actor: Actor, sites: Iterable[str]) -> Iterator[Happened]:
    """Rules that no decision made; those of decisions are told with them."""
    under = [RuleRow.domain.endswith(f".{site}", autoescape=True) for site in sites]
    query = (
        select(RuleRow, AudienceRow.name)
        .outerjoin(AudienceRow, AudienceRow.id == RuleRow.audience_id)
        .where(RuleRow.school_id == actor.school_id, RuleRow.decision.is_(None))
        .where(or_(RuleRow.domain.in_(sites), *under))
        .order_by(RuleRow.id.desc())
    )
    for rule, audience in session.execute(query.limit(MOST)):
        whom = audience or rule.former_audience or "everyone"
        made = (
            f"{rule.made_by} made a rule to {rule.action} {rule.domain} for {whom}: {rule.reason or 'no reason given'}"
        )
        yield Happened(rule.made_at, made + (f". {rule.ended_by} ended it." if rule.ended_at else "."))
