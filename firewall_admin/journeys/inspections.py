"""The inspection view: a link that ends, and twelve questions, each answered from live data."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from firewall_admin.core import events_reviews as events
from firewall_admin.core.answers import QUESTIONS, answered
from firewall_admin.core.evidence import Evidenced
from firewall_admin.core.facts import Facts
from firewall_admin.core.people import Actor, Permission
from firewall_admin.core.refusals import Conflict, NotFound, Refusal
from firewall_admin.core.school_days import said
from firewall_admin.core.tokens import kept
from firewall_admin.core.tokens import make as make_token
from firewall_admin.db.change import Change
from firewall_admin.db.tables import InspectionLink
from firewall_admin.ports import Ports

from .evidence_facts import facts
from .policy import may
from .school_clock import zone_of

LONGEST = timedelta(days=30)


@dataclass(frozen=True)
class Answered:
    """A question with the obligations that answer it."""

    question: str
    evidence: tuple[Evidenced, ...]


@dataclass(frozen=True)
class Inspection:
    """What an inspector reads. `until`: when the link ends."""

    school: str
    at: datetime
    until: datetime
    purpose: str
    answers: tuple[Answered, ...]


def make(ports: Ports, actor: Actor, *, purpose: str, days: int) -> str:
    """A link's token, shown this once: it reads the evidence, and nothing else, for some days."""
    may(actor, Permission.SIGN_REVIEW)
    if not purpose.strip():
        raise Refusal("Say whom it is for.", "purpose")
    if not 1 <= days <= LONGEST.days:
        raise Refusal(f"1 to {LONGEST.days} days.", "days")
    token = make_token(secrets.token_bytes(32), "inspection")
    with ports.db.change(actor) as change:
        until = change.now + timedelta(days=days)
        change.session.add(
            InspectionLink(
                school_id=actor.school_id,
                token=kept(token),
                purpose=purpose.strip()[:200],
                made_by=actor.name,
                made_at=change.now,
                expires_at=until,
            )
        )
        change.did(events.InspectionOpened(purpose.strip()[:200], said(until.astimezone(zone_of(change)).date())))
    return token


def end(ports: Ports, actor: Actor, *, link: UUID) -> None:
    """End a link before its time."""
    may(actor, Permission.SIGN_REVIEW)
    with ports.db.change(actor) as change:
        row = _find(change, actor, link)
        if row.ended_at or row.expires_at <= change.now:
            raise Conflict("This link has ended already.")
        row.ended_at = change.now
        change.did(events.InspectionClosed(row.purpose))


def links(ports: Ports, actor: Actor) -> list[InspectionLink]:
    """Every link, the newest first."""
    may(actor, Permission.SIGN_REVIEW)
    with ports.db.look() as session:
        query = select(InspectionLink).where(InspectionLink.school_id == actor.school_id)
        return list(session.scalars(query.order_by(InspectionLink.id.desc())))


def read(ports: Ports, token: str) -> Inspection:
    """What the link of a token shows. NotFound for one that never was, or has ended: nobody learns which."""
    row = opened(ports, token)
    with ports.db.look() as session:
        found = inspected(facts(ports, session, reader(row)), row.expires_at, row.purpose)
    with ports.db.note() as session:
        session.get_one(InspectionLink, row.id).read_at = ports.clock()
    return found


def opened(ports: Ports, token: str) -> InspectionLink:
    """The link of a token, as long as it lasts; NotFound otherwise."""
    with ports.db.look() as session:
        row = session.scalars(select(InspectionLink).where(InspectionLink.token == kept(token))).first()
        if row is None or row.ended_at or row.expires_at <= ports.clock():
            raise NotFound("There is no such page. The link may have ended: ask the school for another.")
        return row


def reader(link: InspectionLink) -> Actor:
    """Whoever holds a link: reads what a governor reads of the policy, and no trail, request or report."""
    permissions = frozenset({Permission.EVERYONE, Permission.SEE_POLICY, Permission.SEE_REGISTER})
    return Actor(link.school_id, f"whoever reads for {link.purpose}", permissions=permissions)


def inspected(known: Facts, until: datetime, purpose: str) -> Inspection:
    """The twelve questions with their answers."""
    by_number = {one.obligation.number: one for one in answered(known)}
    answers = tuple(
        Answered(question, tuple(by_number[number] for number in numbers)) for question, numbers in QUESTIONS
    )
    return Inspection(known.school, known.at, until, purpose, answers)


def _find(change: Change, actor: Actor, link: UUID) -> InspectionLink:
    query = select(InspectionLink).where(InspectionLink.id == link, InspectionLink.school_id == actor.school_id)
    if (found := change.session.scalars(query).first()) is None:
        raise NotFound("There is no such link.")
    return found
