"""Live questions: asked when they are due, again while an old answer may still be kept somewhere, and then concluded.

A worker takes a question by moving its next try ahead, so two never ask the same at once, and one that is killed is
followed by the next. What is found hangs off the rows; the trail is told when something turns bad, turns good again,
or a decision is seen in force or ended for the first time.
"""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from uuid import UUID

from sqlalchemy import delete, select, update

from firewall_admin.db.tables import LiveCheck
from firewall_admin.ports import Ports

from .check_asking import ask_all
from .check_conclusions import conclude
from .check_plan import plan_due
from .going_back import consider

LEASE = timedelta(minutes=2)
MOST = 24  # questions taken at a time: publishing must not wait long for slow resolvers
KEPT = timedelta(days=14)  # what samples found; what proved a decision, or went wrong, stays longer
KEPT_LONG = timedelta(days=400)
OPEN = ("due", "watched")
_log = logging.getLogger(__name__)


def run_due(ports: Ports) -> int:
    """Plan and ask what is due. How many resolvers got questions, and how many questions were asked."""
    planned = plan_due(ports)
    taken = _take(ports)
    for _, rows in groupby(taken, key=_place):
        _guarded(ports, list(rows))
    return planned + len(taken)


def prune(ports: Ports) -> int:
    """Remove old findings: samples after two weeks, all else after a little more than a year. How many."""
    now = ports.clock()
    old = (LiveCheck.state == "done") & (LiveCheck.done_at < now - KEPT)
    ordinary = LiveCheck.decision.is_(None) & LiveCheck.finding.in_(("enforced", "not-known"))
    gone = old & (ordinary | (LiveCheck.done_at < now - KEPT_LONG))
    with ports.db.look() as session:
        ids = session.scalars(select(LiveCheck.id).where(gone).limit(1_000)).all()
    if ids:
        with ports.db.note() as session:
            session.execute(delete(LiveCheck).where(LiveCheck.id.in_(ids)))
    return len(ids)


def _take(ports: Ports) -> list[LiveCheck]:
    """Some questions that are due, by resolver, now nobody else's until the lease ends."""
    now = ports.clock()
    ready = select(LiveCheck).where(LiveCheck.state.in_(OPEN), LiveCheck.next_try <= now)
    in_order = ready.order_by(
        LiveCheck.target_id, LiveCheck.resolver, LiveCheck.audience, LiveCheck.why != "control", LiveCheck.id
    )
    with ports.db.look() as session:
        if session.scalar(ready.with_only_columns(LiveCheck.id).limit(1)) is None:
            return []
    with ports.db.note() as session:
        rows = session.scalars(in_order.limit(MOST)).all()
        return [row for row in rows if _takes(session.execute, row, now)]


def _takes(execute: Callable[..., object], row: LiveCheck, now: datetime) -> bool:
    mine = update(LiveCheck).where(LiveCheck.id == row.id, LiveCheck.next_try == row.next_try)
    took = execute(mine.values(next_try=now + LEASE).execution_options(synchronize_session=False))
    return bool(took.rowcount == 1)  # type: ignore[attr-defined]


def _guarded(ports: Ports, rows: Sequence[LiveCheck]) -> None:
    """One resolver's trouble must not keep another from being asked."""
    try:
        consider(ports, conclude(ports, list(zip([row.id for row in rows], ask_all(ports, rows), strict=True))))
    except Exception:  # noqa: BLE001 - the others' turn comes, and this one's again when the lease ends
        _log.exception("the checks of target %s failed", rows[0].target_id)


def _place(row: LiveCheck) -> tuple[UUID, str, str]:
    return row.target_id, row.resolver, row.audience
