"""The inspection view: a link that ends, and twelve questions, each answered from live data."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from firewall_admin.core import events_reviews as events
from firewall_admin.core.evidence import Evidenced
from firewall_admin.core.people import Actor, Permission
from firewall_admin.core.refusals import Conflict, NotFound, Refusal
from firewall_admin.core.tokens import kept
from firewall_admin.core.tokens import make as make_token
from firewall_admin.db.change import Change
from firewall_admin.db.tables import InspectionLink
from firewall_admin.ports import Ports

from .evidence import answered
from .evidence_facts import Facts, facts
from .policy import may

LONGEST = timedelta(days=30)
QUESTIONS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Who is responsible for filtering, and who looks after it?", ("O2", "O5")),
    ("How often is it reviewed, by whom, and what came of it?", ("O1", "O6", "O7")),
    ("Who decides what is blocked or allowed, and where is that written down?", ("O3", "O29")),
    ("Are pupils and staff filtered differently?", ("O12", "O8")),
    ("Are illegal content lists in force, and can anyone switch them off?", ("O10", "O11")),
    ("How do you know that it works?", ("O9", "O10")),
    ("What about VPNs, proxies and safe search?", ("O14", "O17", "O21")),
    ("Which devices and places are covered?", ("O15", "O16")),
    ("How do you see to it that it does not get in the way of teaching?", ("O4", "O13")),
    ("What happens when something gets through, or somebody goes round it?", ("O18", "O19")),
    ("Do staff, pupils and parents know?", ("O23",)),
    ("How are personal data protected, and what are the limits of the system?", ("O20", "O22", "O24", "O25")),
)


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
        change.did(events.InspectionOpened(purpose.strip()[:200], f"{until:%d %B %Y}"))
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
    now = ports.clock()
    with ports.db.look() as session:
        row = session.scalars(select(InspectionLink).where(InspectionLink.token == kept(token))).first()
        if row is None or row.ended_at or row.expires_at <= now:
            raise NotFound("There is no such page. The link may have ended: ask the school for another.")
        reader = Actor(
            row.school_id, f"whoever reads for {row.purpose}", permissions=frozenset({Permission.SEE_REGISTER})
        )
        found = inspected(facts(ports, session, reader), row.expires_at, row.purpose)
    with ports.db.note() as session:
        session.get_one(InspectionLink, row.id).read_at = now
    return found


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
