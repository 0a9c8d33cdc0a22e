"""The review of filtering: opened, written section by section beside the live evidence, finished, signed by four, and
what it found to do tracked to its end.

When it is finished the evidence is kept with it: what is signed is what was read.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from firewall_admin.core import events_reviews as events
from firewall_admin.core.answers import answered
from firewall_admin.core.people import Actor, Permission, Role
from firewall_admin.core.refusals import Conflict, NotAllowed, NotFound, Refusal
from firewall_admin.core.reviews import BY_NAME, SECTIONS, SIGNERS
from firewall_admin.core.school_days import said
from firewall_admin.db.tables import Review, ReviewAction, ReviewSignature
from firewall_admin.ports import Ports

from . import review_facts
from .evidence_facts import facts
from .policy import may
from .review_facts import YEARLY, reader
from .school_clock import today

LONGEST, LONGEST_CAUSE, LONGEST_OWNER = 5_000, 200, 100  # characters


@dataclass(frozen=True)
class ReviewState:
    """A review with its signatures and actions."""

    review: Review
    signatures: tuple[ReviewSignature, ...]
    actions: tuple[ReviewAction, ...]

    @property
    def unwritten(self) -> tuple[str, ...]:
        return tuple(s.title for s in SECTIONS if not self.review.answers.get(s.name))

    @property
    def unsigned(self) -> tuple[Role, ...]:
        return tuple(role for role in SIGNERS if role not in {s.role for s in self.signatures})


def begin(ports: Ports, actor: Actor, *, cause: str) -> UUID:
    """Open a review. One at a time: an unfinished one has to be signed or goes on."""
    may(actor, Permission.REVIEW)
    words = cause.strip().rstrip(".") or YEARLY
    if len(words) > LONGEST_CAUSE:
        raise Refusal(f"{LONGEST_CAUSE} characters at most.", "cause")
    with ports.db.change(actor) as change:
        if any(row.signed_at is None for row in _all(change.session, actor)):
            raise Conflict("There is a review that has not been signed yet. Go on with that one.")
        last = change.session.scalar(select(func.max(Review.number)).where(Review.school_id == actor.school_id)) or 0
        row = Review(
            school_id=actor.school_id,
            number=last + 1,
            cause=words,
            opened_by=actor.name,
            opened_at=change.now,
            answers={},
            facts={},
        )
        change.session.add(row)
        change.session.flush()
        change.did(events.ReviewOpened(row.number, row.cause))
        return row.id


def write(ports: Ports, actor: Actor, *, review: UUID, section: str, text: str) -> None:
    """Write a section, as long as nobody has finished the review."""
    may(actor, Permission.REVIEW)
    if section not in BY_NAME:
        raise NotFound("There is no such section.")
    if not text.strip() or len(text) > LONGEST:
        raise Refusal(f"Write something, in {LONGEST:,} characters at most.", "text")
    with ports.db.change(actor) as change:
        row = find(change.session, actor, review)
        if row.finished_at:
            raise Conflict("This review is finished. Open it again to change it.")
        row.answers = {**row.answers, section: {"text": text.strip(), "by": actor.name, "at": change.now.isoformat()}}
        change.did(events.ReviewWritten(row.number, BY_NAME[section].title))


def finish(ports: Ports, actor: Actor, *, review: UUID) -> None:
    """Close the writing. The evidence is kept as it is now; from here on it is signed, or opened again."""
    may(actor, Permission.REVIEW)
    with ports.db.change(actor) as change:
        row = find(change.session, actor, review)
        if row.finished_at:
            raise Conflict("This review is finished already.")
        if missing := [s.title for s in SECTIONS if not row.answers.get(s.name)]:
            raise Refusal(f"Not written yet: {', '.join(missing)}.")
        row.facts = kept(ports, change.session, row)
        row.finished_at, row.sha256 = change.now, _hash(row)
        change.did(events.ReviewFinished(row.number, row.sha256))


def reopen(ports: Ports, actor: Actor, *, review: UUID, reason: str) -> None:
    """Open a finished review again. Signatures given so far are void: they were for another text."""
    may(actor, Permission.REVIEW)
    if not reason.strip() or len(reason) > LONGEST_CAUSE:
        raise Refusal(f"Say why, in {LONGEST_CAUSE} characters at most.", "reason")
    with ports.db.change(actor) as change:
        row = find(change.session, actor, review)
        if row.signed_at:
            raise Conflict("This review is signed by all. Open a new one.")
        if not row.finished_at:
            raise Conflict("This review is open.")
        row.finished_at, row.sha256 = None, None
        for signature in _signatures(change.session, row):
            change.session.delete(signature)
        change.did(events.ReviewReopened(row.number, reason.strip()))


def sign(ports: Ports, actor: Actor, *, review: UUID, sha256: str) -> None:
    """Sign as what one is. Conflict where it is another text than was read."""
    may(actor, Permission.EVERYONE)
    with ports.db.change(actor) as change:
        row = find(change.session, actor, review)
        role = _signs_as(actor)
        if row.finished_at is None or row.sha256 != sha256:
            raise Conflict("The review has changed since you read it. Read it again.")
        given = _signatures(change.session, row)
        if any(s.person_id == actor.person_id for s in given):
            raise Conflict("You have signed this already.")
        if any(s.role == role for s in given):
            raise Conflict(f"It is signed for the {role.words.lower()} already.")
        change.session.add(
            ReviewSignature(
                school_id=row.school_id,
                review_id=row.id,
                person_id=actor.person_id,
                name=actor.name,
                role=role.value,
                sha256=sha256,
                at=change.now,
            )
        )
        change.did(events.ReviewSigned(row.number, role.words.lower(), sha256))
        if {s.role for s in given} | {role.value} == {r.value for r in SIGNERS}:
            row.signed_at = change.now


def add_action(ports: Ports, actor: Actor, *, review: UUID, text: str, owner: str, due: date | None) -> None:
    """Something to do, with an owner and a day."""
    may(actor, Permission.REVIEW)
    if not text.strip() or len(text) > LONGEST:
        raise Refusal("Say what is to be done.", "text")
    if not owner.strip():
        raise Refusal("Say who does it.", "owner")
    if len(owner) > LONGEST_OWNER:
        raise Refusal(f"{LONGEST_OWNER} characters at most.", "owner")
    with ports.db.change(actor) as change:
        day = today(change.session, actor.school_id, change.now)
        if due is None or not day <= due <= day + timedelta(days=3 * 366):
            raise Refusal("Say until when: today at the earliest, in three years at the latest.", "due")
        row = find(change.session, actor, review)
        change.session.add(
            ReviewAction(
                school_id=row.school_id,
                review_id=row.id,
                text=text.strip(),
                owner=owner.strip(),
                due=due,
                made_by=actor.name,
                made_at=change.now,
            )
        )
        change.did(events.ReviewActionAdded(row.number, owner.strip(), said(due), text.strip()[:200]))


def close_action(ports: Ports, actor: Actor, *, action: UUID, outcome: str) -> None:
    """It is done, or need not be: with what came of it."""
    may(actor, Permission.REVIEW)
    if not outcome.strip() or len(outcome) > LONGEST:
        raise Refusal(f"Say what came of it, in {LONGEST:,} characters at most.", "outcome")
    with ports.db.change(actor) as change:
        row = _action(change.session, actor, action)
        if row.done_at:
            raise Conflict(f"{row.done_by} has closed this already.")
        row.outcome, row.done_by, row.done_at = outcome.strip(), actor.name, change.now
        number = change.session.get_one(Review, row.review_id).number
        change.did(events.ReviewActionDone(number, row.text[:200], row.outcome[:200]))


def action(ports: Ports, actor: Actor, action: UUID) -> ReviewAction:
    """Something to do, if it is the actor's school's; NotFound otherwise."""
    may(actor, Permission.SEE_REGISTER)
    with ports.db.look() as session:
        return _action(session, actor, action)


def find(session: Session, actor: Actor, review: UUID) -> Review:
    """The review, if it is the actor's school's; NotFound otherwise."""
    query = select(Review).where(Review.id == review, Review.school_id == actor.school_id)
    if (found := session.scalars(query).first()) is None:
        raise NotFound("There is no such review.")
    return found


def state(ports: Ports, actor: Actor, review: UUID) -> ReviewState:
    """A review with all that belongs to it."""
    may(actor, Permission.SEE_REGISTER)
    with ports.db.look() as session:
        row = find(session, actor, review)
        actions = session.scalars(
            select(ReviewAction).where(ReviewAction.review_id == row.id).order_by(ReviewAction.due, ReviewAction.id)
        )
        return ReviewState(row, tuple(_signatures(session, row)), tuple(actions))


def every(ports: Ports, actor: Actor) -> list[ReviewState]:
    """All reviews, the newest first."""
    may(actor, Permission.SEE_REGISTER)
    with ports.db.look() as session:
        ids = [row.id for row in _all(session, actor)]
    return [state(ports, actor, found) for found in reversed(ids)]


def _action(session: Session, actor: Actor, action: UUID) -> ReviewAction:
    query = select(ReviewAction).where(ReviewAction.id == action, ReviewAction.school_id == actor.school_id)
    if (found := session.scalars(query).first()) is None:
        raise NotFound("There is no such action.")
    return found


def _signs_as(actor: Actor) -> Role:
    if actor.role not in SIGNERS:
        named = ", ".join(role.words.lower() for role in SIGNERS)
        raise NotAllowed(f"A review is signed by {named}.")
    return Role(actor.role)


def _all(session: Session, actor: Actor) -> list[Review]:
    return list(session.scalars(select(Review).where(Review.school_id == actor.school_id).order_by(Review.number)))


def _signatures(session: Session, row: Review) -> list[ReviewSignature]:
    query = select(ReviewSignature).where(ReviewSignature.review_id == row.id).order_by(ReviewSignature.id)
    return list(session.scalars(query))


def kept(ports: Ports, session: Session, row: Review) -> dict[str, Any]:
    """What the service knows for a review at this instant, as plain values: what a governor may see, whoever asks."""
    evidence = [one.to_json() for one in answered(facts(ports, session, reader(row.school_id)))]
    return {"evidence": evidence, "at": ports.clock().isoformat(), **review_facts.told(ports, session, row)}


def known(ports: Ports, actor: Actor, review: UUID) -> dict[str, Any]:
    """What is known for a review: as it was when it was finished, or, while it is written, as it is now."""
    may(actor, Permission.SEE_REGISTER)
    with ports.db.look() as session:
        row = find(session, actor, review)
        return row.facts if row.finished_at else kept(ports, session, row)


def figure(ports: Ports, actor: Actor, review: UUID, section: str, key: str) -> dict[str, Any]:
    """One figure of a review with the records behind it; NotFound where it has none of that name."""
    told = known(ports, actor, review).get("sections", {}).get(section, {})
    found = next((each for each in told.get("figures", ()) if each["key"] == key), None)
    if found is None:
        raise NotFound("There is no such figure.")
    return dict(found)


def _hash(row: Review) -> str:
    kept = json.dumps([row.number, row.cause, row.answers, row.facts], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(kept.encode()).hexdigest()
