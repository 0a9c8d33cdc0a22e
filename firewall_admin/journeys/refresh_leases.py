"""Who is at a subscribed list: one worker at a time, known by a token that runs out if it falls silent.

A worker that is killed leaves its lease behind; once it has run out another one begins anew. Whoever comes back late
finds that the token is another's, and lets go: nothing is written by two.
"""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from firewall_admin.core.refreshing import LEASE
from firewall_admin.db.tables import ListRow, Subscription
from firewall_admin.ports import Ports

BEAT = 0.5  # seconds between two notes of how far it is
Watch = Callable[[str, int, int], None]


class Stopped(Exception):
    """Somebody stopped it, or another worker has taken it over."""


@dataclass(frozen=True)
class Work:
    """What a worker needs to know of a subscription; `snapshot` is of the text in force, None for a look."""

    id: UUID
    school_id: UUID
    lease: str
    title: str
    address: str
    role: str
    interval: int
    failures: int
    listed: UUID | None
    snapshot: str | None
    etag: str | None
    last_modified: str | None
    body: str | None
    came_from: str | None
    served: dict[str, Any]
    kept: str | None
    accepted: dict[str, Any]


def due(ports: Ports) -> dict[UUID, UUID]:
    """Whose time has come and nobody is at, the longest overdue first, each with its school."""
    now = ports.clock()
    query = (
        select(Subscription.id, Subscription.school_id)
        .where(Subscription.next_try <= now, Subscription.paused_at.is_(None))
        .where(or_(Subscription.lease.is_(None), Subscription.leased_until <= now))
        .order_by(Subscription.next_try, Subscription.id)
    )
    with ports.db.look() as session:
        return {row.id: row.school_id for row in session.execute(query)}


def take(ports: Ports, subscription: UUID, *, if_due: bool = False) -> Work | None:
    """Begin, unless somebody else is at it (or, `if_due`, has just been)."""
    with ports.db.note() as session:
        now, row = ports.clock(), session.get(Subscription, subscription, with_for_update=True)
        if row is None or (row.lease and row.leased_until and row.leased_until > now):
            return None
        if if_due and (row.next_try is None or row.next_try > now or row.paused_at):
            return None
        row.lease, row.leased_until, row.stop = secrets.token_hex(16), now + LEASE, False
        row.step, row.bytes, row.lines, row.last_try = "fetching", 0, 0, now
        listed = session.get_one(ListRow, row.list_id) if row.list_id else None
        work = _work(row, listed)
        session.flush()
    return work


def mine(session: Session, work: Work) -> Subscription | None:
    """The row, if this worker still has the lease."""
    row = session.get(Subscription, work.id, with_for_update=True)
    return row if row is not None and row.lease == work.lease else None


class Progress:
    """How far it is: told to whoever watches at once, and to the row now and then. Raises Stopped."""

    def __init__(self, ports: Ports, work: Work, watch: Watch):
        self._ports, self._work, self._watch = ports, work, watch
        self._told, self._step, self._size, self._lines = time.monotonic(), "fetching", 0, 0

    def bytes(self, size: int) -> None:
        """So many have come."""
        self._size = size
        self._watch(self._step, size, self._lines)
        if time.monotonic() - self._told >= BEAT:
            self.beat()

    def step(self, step: str, lines: int = 0) -> None:
        """The next thing begins."""
        self._step, self._lines = step, lines or self._lines
        self._watch(step, self._size, self._lines)
        self.beat()

    def beat(self) -> None:
        """Note it in the row, which also keeps the lease from running out."""
        with self._ports.db.note() as session:
            row = mine(session, self._work)
            if row is None or row.stop:
                raise Stopped
            row.step, row.bytes, row.lines = self._step, self._size, self._lines
            row.leased_until = self._ports.clock() + LEASE
        self._told = time.monotonic()


def _work(row: Subscription, listed: ListRow | None) -> Work:
    role = listed.role if listed else row.role
    same = bool(row.body) and str(row.body).endswith(f":{role}")  # read for another role it may say something else
    return Work(
        row.id,
        row.school_id,
        str(row.lease),
        listed.title if listed else row.title,
        row.address,
        role,
        row.interval,
        row.failures,
        row.list_id,
        listed.snapshot if listed else None,
        row.etag if same else None,
        row.last_modified if same else None,
        row.body if same else None,
        row.came_from,
        dict(row.served or {}),
        row.kept,
        dict(row.accepted or {}),
    )
