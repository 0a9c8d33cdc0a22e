"""What pages show of lists that are fetched: how they stand, what waits for a person, what came of each fetch."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import make_response
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from ..core.list_findings import Finding
from ..core.people import Actor
from ..core.refreshing import INTERVALS, age
from ..db.tables import ListRefresh, ListRow, Snapshot, Subscription
from ..journeys import lists
from ..journeys import subscriptions as journey
from ..journeys.typed_counts import to_type
from ..ports import Ports

HISTORY = 20
AGAIN = "3"  # seconds until the browser asks again how far it is
STEPS = {
    "fetching": "Fetching it",
    "reading": "Reading its lines",
    "comparing": "Comparing it with what is in force",
    "taking": "Keeping it",
}
OUTCOMES = {
    "unchanged": ("Unchanged", "quiet"),
    "taken": ("New text", "good"),
    "held": ("Held", "care"),
    "refused": ("Refused", "danger"),
    "failed": ("Failed", "danger"),
    "kept": ("Old text kept", "care"),
    "stopped": ("Stopped", "quiet"),
    "seen": ("Looked at", "news"),
}
Label = tuple[str, str]


@dataclass(frozen=True)
class Running:
    """How far a fetch is: what it does, megabytes, lines."""

    step: str
    megabytes: float
    lines: int


@dataclass(frozen=True)
class Waiting:
    """A text that waits for a person."""

    sha256: str
    names: int
    before: int
    added: int
    removed: int
    rejected: tuple[tuple[int, str, str], ...]
    rejected_lines: int
    lines: int
    first: tuple[str, ...]
    findings: tuple[Finding, ...]
    at: datetime

    @property
    def refused(self) -> bool:
        return any(one.grade == "refuse" for one in self.findings)

    @property
    def many(self) -> int | None:
        """The number to type, where so many names come and go."""
        return to_type(self.added + self.removed)

    @property
    def opens(self) -> bool:
        return any(one.opens for one in self.findings)


@dataclass(frozen=True)
class Past:
    """One line of the history."""

    at: datetime
    outcome: Label
    detail: str
    names: int | None
    added: int | None
    removed: int | None


@dataclass(frozen=True)
class ShownSubscription:
    """How a subscription stands. `label`: in a few words, with a tone; None where all is well."""

    id: UUID
    title: str
    role: str
    address: str
    interval: int
    every: str
    label: Label | None
    age: str
    last_success: datetime | None
    last_try: datetime | None
    next_try: datetime | None
    trouble: str
    failures: int
    paused_at: datetime | None
    running: Running | None
    waiting: Waiting | None
    history: tuple[Past, ...] = ()


def of_list(ports: Ports, actor: Actor, listed: UUID) -> ShownSubscription | None:
    """Of one of the school's lists; None where it is not fetched. NotFound if the list is not the school's."""
    with ports.db.look() as session:
        row = lists.find(session, actor, listed)
        found = lists.subscription_of(session, listed)
        if found is None:
            return None
        names = session.get_one(Snapshot, row.snapshot).names
        return _shown(found, row.title, row.role, names, ports.clock(), _history(session, found))


def look(ports: Ports, actor: Actor, subscription: UUID) -> ShownSubscription:
    """Of something that is being looked at; NotFound otherwise."""
    with ports.db.look() as session:
        row = journey.find_look(session, actor, subscription)
        return _shown(row, row.title, row.role, 0, ports.clock())


def looks(ports: Ports, actor: Actor) -> tuple[ShownSubscription, ...]:
    """What the school is looking at, the latest first."""
    with ports.db.look() as session:
        query = select(Subscription).where(Subscription.school_id == actor.school_id, Subscription.list_id.is_(None))
        rows = session.scalars(query.order_by(Subscription.made_at.desc()))
        return tuple(_shown(row, row.title, row.role, 0, ports.clock()) for row in rows)


def labels(session: Session, actor: Actor, now: datetime) -> dict[str, Label | None]:
    """Of every list that is fetched, by slug, what people must know of it; None where all is well."""
    query = (
        select(ListRow.slug, Subscription)
        .join(Subscription, Subscription.list_id == ListRow.id)
        .where(ListRow.school_id == actor.school_id)
    )
    return {slug: label(row, now) for slug, row in session.execute(query)}


def needs(session: Session, actor: Actor, now: datetime) -> list[tuple[str, str, Label, str]]:
    """What home says of lists that are fetched: title, text, label and page of each that needs somebody."""
    query = (
        select(ListRow, Subscription)
        .join(Subscription, Subscription.list_id == ListRow.id)
        .where(ListRow.school_id == actor.school_id)
        .order_by(ListRow.title)
    )
    found = []
    for listed, row in session.execute(query):
        if (told := label(row, now)) and told[1] != "quiet":
            text = row.trouble or "; ".join(one.text for one in journey.findings_of(row)[:2])
            text = f"{text[:1].upper()}{text[1:]}" or "It was not fetched for a long time"
            place = f"/policy/lists/{listed.id}" + ("/held" if row.found else "")
            found.append((f"The list {listed.title}", f"{text}. What was in force stays.", told, place))
    return found


def label(row: Subscription, now: datetime) -> Label | None:
    """What matters most: a text that waits, then age, then trouble."""
    if row.list_id and row.found:
        return "New text held", "care"
    old = age(row.last_success or row.made_at, now, row.interval)
    if row.list_id and old.is_old:
        return old.words[:1].upper() + old.words[1:], old.level
    if row.trouble:
        return "Last fetch failed", "care"
    return ("Paused", "quiet") if row.paused_at else None


def watched(page: str, shown: ShownSubscription | None) -> Response:
    """A page that the browser asks for again by itself, but only while something is under way on it."""
    response = make_response(page)
    if shown is not None and shown.running:
        response.headers["Refresh"] = AGAIN
    return response


def _shown(
    row: Subscription, title: str, role: str, names: int, now: datetime, history: tuple[Past, ...] = ()
) -> ShownSubscription:
    leased = row.lease and row.leased_until and row.leased_until > now
    running = Running(STEPS.get(row.step, "Beginning"), row.bytes / 1e6, row.lines) if leased else None
    due = row.next_try is not None and row.next_try <= now and not row.paused_at
    if running is None and due:
        running = Running("Waiting for its turn", 0.0, 0)
    return ShownSubscription(
        row.id,
        title,
        role,
        row.address,
        row.interval,
        INTERVALS.get(row.interval, f"every {row.interval:,} seconds"),
        label(row, now),
        age(row.last_success or row.made_at, now, row.interval).words,
        row.last_success,
        row.last_try,
        row.next_try,
        row.trouble or "",
        row.failures,
        row.paused_at,
        running,
        _waiting(row, row.found, names) if row.found else None,
        history,
    )


def _waiting(row: Subscription, found: dict[str, Any], before: int) -> Waiting:
    return Waiting(
        found["sha256"],
        found["names"],
        before,
        found["added"],
        found["removed"],
        tuple((line, text, why) for line, text, why in found["rejected"]),
        found["rejected_lines"],
        found["lines"],
        tuple(found["first"]),
        tuple(journey.findings_of(row)),
        datetime.fromisoformat(found["at"]),
    )


def _history(session: Session, row: Subscription) -> tuple[Past, ...]:
    query = select(ListRefresh).where(ListRefresh.subscription_id == row.id).order_by(ListRefresh.id.desc())
    return tuple(
        Past(one.at, OUTCOMES.get(one.outcome, (one.outcome, "quiet")), one.detail, one.names, one.added, one.removed)
        for one in session.scalars(query.limit(HISTORY))
    )
