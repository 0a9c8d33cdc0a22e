"""How long a decision took to work: when it was decided, published, brought to each target, and seen there, from rows
alone. A step that has not happened, or of which nothing is known, is left out."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from firewall_admin.core.access_requests import decision_reference
from firewall_admin.core.terms import Terms, from_json
from firewall_admin.db.tables import AccessRequest, Decision, Delivery, LiveCheck, Release, TargetRow

from .access_requests import newest_decision
from .proof import SEEN_AS
from .releases import targets_of

BROUGHT = {"push": "Pushed to", "folder": "Put into the folder of"}


@dataclass(frozen=True)
class Happened:
    """A step, when it was done, and how long after what it is counted from: the decision, or a later beginning that it
    had."""

    words: str
    at: datetime
    after: timedelta

    @property
    def duration(self) -> str:
        """In words, never shorter than it was; empty for no time at all. Tenths below ten seconds."""
        tenths = -(-self.after // timedelta(milliseconds=100))
        if tenths <= 0:
            return ""
        if tenths < 100 and tenths % 10:
            return f"{tenths / 10} seconds"
        seconds = -(-tenths // 10)
        if seconds < 120:
            return f"{seconds} second{'s' if seconds > 1 else ''}"
        minutes = -(-seconds // 60)
        return f"{minutes} minutes" if minutes < 120 else f"{-(-minutes // 60)} hours"


def progress(session: Session, row: AccessRequest) -> tuple[Happened, ...]:
    """What has happened to a request's newest decision, in the order of time. Empty where it opens nothing."""
    decision = newest_decision(session, row)
    if decision is None or decision.outcome != "approved":
        return ()
    terms = from_json(decision.terms)
    if not terms.kind.opens_until:
        return ()
    begins = max(decision.made_at, terms.since) if terms.since else decision.made_at
    found = [("Decided", decision.made_at), *_since(session, decision, terms, begins)]
    return tuple(
        Happened(words, at, max(timedelta(0), at - begins)) for words, at in sorted(found, key=lambda one: one[1])
    )


def _since(session: Session, decision: Decision, terms: Terms, begins: datetime) -> Iterator[tuple[str, datetime]]:
    published = session.scalar(
        select(func.min(Release.published_at)).where(
            Release.school_id == decision.school_id,
            Release.prepared_at > decision.made_at,
            Release.prepared_at >= begins,
        )
    )
    if published is None:
        return
    yield "Published", published
    for target in targets_of(session, decision.school_id):
        if set(terms.audiences) & set(target.audiences):
            yield from _at(session, target, decision, published)


def _at(session: Session, target: TargetRow, decision: Decision, published: datetime) -> Iterator[tuple[str, datetime]]:
    if words := BROUGHT.get(target.delivery):
        brought = select(func.min(Delivery.done_at)).where(Delivery.target_id == target.id)
        if at := session.scalar(brought.where(Delivery.done_at >= published)):
            yield f"{words} {target.name}", at
    seen = select(func.min(LiveCheck.done_at)).where(
        LiveCheck.target_id == target.id,
        LiveCheck.decision == decision_reference(decision.number),
        LiveCheck.expected.in_(SEEN_AS["open"]),
        LiveCheck.finding == "enforced",
        LiveCheck.done_at >= published,
    )
    if at := session.scalar(seen):
        yield f"Seen to work at {target.name}", at
