"""Live questions: asked when they are due, again while an old answer may still be kept somewhere, and then concluded.

A worker takes a question by moving its next try ahead, so two never ask the same at once, and one that is killed is
followed by the next. What is found hangs off the rows; the trail is told when something turns bad, turns good again,
or a decision is seen in force or ended for the first time.
"""

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from itertools import groupby
from uuid import UUID

from sqlalchemy import delete, select, update

from firewall_admin.core.checks import Asker, Found, look, remembered
from firewall_admin.core.questions import Answer, Failure, Question, Where
from firewall_admin.db.tables import LiveCheck
from firewall_admin.ports import Ports

from .check_conclusions import conclude
from .check_plan import plan_due
from .going_back import consider
from .release_markers import at_resolver

LEASE = timedelta(minutes=2)
MOST = 24  # questions taken at a time: publishing must not wait long for slow resolvers
AT_ONCE = 8
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
        consider(ports, conclude(ports, list(zip([row.id for row in rows], _ask_all(ports, rows), strict=True))))
    except Exception:  # noqa: BLE001 - the others' turn comes, and this one's again when the lease ends
        _log.exception("the checks of target %s failed", rows[0].target_id)


def _ask_all(ports: Ports, rows: Sequence[LiveCheck]) -> list[Found]:
    """All questions to one resolver, and what it says that it has. The first shows whether it answers at all; if not,
    it is not asked the others."""
    where = Where(*(rows[0].vantage[name] for name in ("address", "port", "source")))
    target = _asker(ports, where)
    controls = [_asker(ports, each) for each in ports.controls]
    alive = _once(partial(_is_alive, target, str(rows[0].vantage["control"])))
    first, *rest = rows
    found = _look(first, target, controls, alive)
    if found.finding == "silent" and _is_dead(target, str(rows[0].vantage["control"])):
        return [found, *(Found("silent", f"{row.domain}: {found.text}", found.answers) for row in rest)]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = [found, *pool.map(lambda row: _look(row, target, controls, alive), rest)]
    has = at_resolver(ports, first, target)
    return [replace(each, loaded=has) for each in answers] if has else answers


def _look(row: LiveCheck, target: Asker, controls: Sequence[Asker], alive: Callable[[], bool]) -> Found:
    wanted = remembered(row.wanted)
    assert wanted is not None  # noqa: S101 - every check is entered with what it expects
    return look(row.domain, wanted, target, controls, alive)


def _asker(ports: Ports, where: Where) -> Asker:
    return lambda question: ports.ask(question, where)


def _is_alive(target: Asker, control: str) -> bool:
    said = target(Question(control, "A"))
    return isinstance(said, Answer) and bool(said.data)


def _is_dead(target: Asker, control: str) -> bool:
    """Nothing comes of asking; a server that says SERVFAIL may know other names."""
    said = target(Question(control, "A"))
    return isinstance(said, Failure) and said.kind != "servfail"


def _once(find: Callable[[], bool]) -> Callable[[], bool]:
    known: list[bool] = []

    def found() -> bool:
        if not known:
            known.append(find())
        return known[0]

    return found


def _place(row: LiveCheck) -> tuple[UUID, str, str]:
    return row.target_id, row.resolver, row.audience
