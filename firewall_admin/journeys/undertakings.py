"""What a school says of itself: answered by whoever knows, with an owner and a day to look again."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from firewall_admin.core.events_reviews import UndertakingMade
from firewall_admin.core.people import Actor, Permission
from firewall_admin.core.refusals import NotFound, Refusal
from firewall_admin.core.school_days import said
from firewall_admin.core.undertakings import KINDS, UndertakingKind
from firewall_admin.db.tables import Undertaking
from firewall_admin.ports import Ports

from .policy import may
from .school_clock import today

LONGEST_TEXT, LONGEST_OWNER = 2_000, 100


@dataclass(frozen=True)
class Undertaken:
    """A question, and the answer that stands; None where there is none yet. `before`: answers it took the place of."""

    asked: UndertakingKind
    text: str | None = None
    owner: str = ""
    review_on: date | None = None
    made_by: str = ""
    made_at: datetime | None = None
    before: int = 0


def every(ports: Ports, actor: Actor) -> list[Undertaken]:
    """Every question in order, with the answer that stands."""
    may(actor, Permission.SEE_REGISTER)
    with ports.db.look() as session:
        query = select(Undertaking).where(Undertaking.school_id == actor.school_id).order_by(Undertaking.id)
        rows = session.scalars(query).all()
    return [_of(asked, [row for row in rows if row.kind == asked.kind]) for asked in KINDS.values()]


def one(ports: Ports, actor: Actor, kind: str) -> Undertaken:
    """One question; NotFound where there is none of that kind."""
    found = next((each for each in every(ports, actor) if each.asked.kind == kind), None)
    if found is None:
        raise NotFound("There is no such question.")
    return found


def answer(ports: Ports, actor: Actor, *, kind: str, text: str, owner: str, review_on: date | None) -> None:
    """Answer a question. The answer before stays on record."""
    may(actor, Permission.REVIEW)
    if kind not in KINDS:
        raise NotFound("There is no such question.")
    if not text.strip() or len(text) > LONGEST_TEXT:
        raise Refusal(f"Answer in {LONGEST_TEXT:,} characters at most.", "text")
    if not owner.strip() or len(owner) > LONGEST_OWNER:
        raise Refusal("Say who answers for it: a person or a role.", "owner")
    with ports.db.change(actor) as change:
        day = _later(review_on, today(change.session, actor.school_id, change.now))
        query = select(Undertaking).where(
            Undertaking.school_id == actor.school_id, Undertaking.kind == kind, Undertaking.replaced_at.is_(None)
        )
        for row in change.session.scalars(query):
            row.replaced_at = change.now
        change.session.add(
            Undertaking(
                school_id=actor.school_id,
                kind=kind,
                text=text.strip(),
                owner=owner.strip(),
                review_on=day,
                made_by=actor.name,
                made_at=change.now,
            )
        )
        change.did(UndertakingMade(KINDS[kind].title, said(day)))


def _later(day: date | None, today: date) -> date:
    """A day after today, within a year. Refusal of `review_on`."""
    if day is None or day <= today:
        raise Refusal("Say on which day somebody looks at it again: a year from now at the latest.", "review_on")
    if (day - today).days > 366:
        raise Refusal("A year from now at the latest.", "review_on")
    return day


def _of(asked: UndertakingKind, rows: list[Undertaking]) -> Undertaken:
    standing = next((row for row in rows if row.replaced_at is None), None)
    if standing is None:
        return Undertaken(asked, before=len(rows))
    return Undertaken(
        asked,
        standing.text,
        standing.owner,
        standing.review_on,
        standing.made_by,
        standing.made_at,
        len(rows) - 1,
    )
