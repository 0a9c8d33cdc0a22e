"""Bringing a published release to the targets that are brought it: folders. Feeds are fetched, downloads are taken.

What is due hangs off rows, so that a worker killed anywhere is followed by one that finishes: the copy is made again,
whole, and the server told again. One worker of a machine at a time brings a target anything, and only what is
published at that moment: a slow one can't put an older release over a newer one.
"""

import logging
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from firewall_admin.adapters.folders import turn
from firewall_admin.core import events_releases as events
from firewall_admin.core.people import system
from firewall_admin.core.refusals import Busy, Refusal
from firewall_admin.db.change import Change
from firewall_admin.db.tables import Delivery, Release, TargetRow
from firewall_admin.ports import Ports

from .release_files import ensure

RETRY = (30, 120, 600, 3600)  # seconds between tries; the last one again and again
_log = logging.getLogger(__name__)


def make_due(change: Change, release: Release) -> None:
    """Every folder target is due to get this release; what was still due of older ones is not any more."""
    session = change.session
    for old in session.scalars(
        select(Delivery).where(Delivery.school_id == release.school_id, Delivery.state != "done")
    ):
        session.delete(old)
    session.flush()
    query = select(TargetRow).where(
        TargetRow.school_id == release.school_id, TargetRow.delivery == "folder", TargetRow.removed_at.is_(None)
    )
    for target in session.scalars(query).all():
        make_due_for(change, target, release)


def make_due_for(change: Change, target: TargetRow, release: Release) -> None:
    """This target is due to get this release, even if it had it once."""
    query = select(Delivery).where(Delivery.target_id == target.id, Delivery.release_id == release.id)
    row = change.session.scalars(query).first() or Delivery(
        school_id=release.school_id, target_id=target.id, release_id=release.id
    )
    row.state, row.tries, row.next_try, row.done_at, row.detail = "due", 0, None, None, ""
    change.session.add(row)


def deliver_due(ports: Ports) -> int:
    """Try every delivery whose time has come. How many succeeded."""
    now = ports.clock()
    with ports.db.look() as session:
        rows = session.scalars(select(Delivery).where(Delivery.state != "done").order_by(Delivery.id)).all()
        ready = [row.id for row in rows if row.next_try is None or row.next_try <= now]
    return sum(_guarded(ports, id_) for id_ in ready)


def _guarded(ports: Ports, delivery: UUID) -> bool:
    """One target's trouble must not keep another from its files."""
    try:
        with turn(ports.store.lock(f"delivery-{_target(ports, delivery)}")):
            return _deliver(ports, delivery)
    except Busy:
        return False
    except Exception:  # noqa: BLE001 - the others' turn comes, and this one's again
        _log.exception("delivery %s failed", delivery)
        return False


def _target(ports: Ports, delivery: UUID) -> UUID | None:
    with ports.db.look() as session:
        row = session.get(Delivery, delivery)
        return row.target_id if row else None


def _deliver(ports: Ports, id_: UUID) -> bool:
    """Read the rows again: whoever had the turn before may have done it, or published something newer."""
    with ports.db.look() as session:
        delivery = session.get(Delivery, id_)
        if delivery is None or delivery.state == "done":
            return False
        target, release = session.get_one(TargetRow, delivery.target_id), session.get_one(Release, delivery.release_id)
    if release.state != "published":
        return False
    try:
        folder, _ = ensure(ports, release, target)
        ports.folders.put(folder, target.folder or "")
    except (Refusal, OSError) as problem:
        _failed(ports, delivery, target, release, _worded(problem))
        return False
    try:
        ports.folders.reload(target.name)
    except Refusal as problem:
        _failed(ports, delivery, target, release, f"the files are in place, but {problem.message}")
        return False
    return _done(ports, id_, target, release)


def _done(ports: Ports, id_: UUID, target: TargetRow, release: Release) -> bool:
    with ports.db.change(system(target.school_id)) as change:
        row = change.session.get(Delivery, id_, with_for_update=True)
        if row is None or row.state == "done":
            return False
        row.state, row.done_at, row.detail = "done", change.now, ""
        change.did(events.ReleaseDelivered(release.number, target.name))
    return True


def _failed(ports: Ports, delivery: Delivery, target: TargetRow, release: Release, why: str) -> None:
    """The first failure is told in the trail; later ones only count, until something else is wrong."""
    _log.warning("release %s can't be delivered to target %s: %s", release.number, target.id, why)
    wait = timedelta(seconds=RETRY[min(delivery.tries, len(RETRY) - 1)])
    if delivery.detail == why:
        with ports.db.note() as session:
            if row := session.get(Delivery, delivery.id):
                row.tries, row.next_try = row.tries + 1, ports.clock() + wait
        return
    with ports.db.change(system(target.school_id)) as change:
        if row := change.session.get(Delivery, delivery.id):
            row.state, row.tries, row.detail, row.next_try = "failed", row.tries + 1, why, change.now + wait
            change.did(events.DeliveryFailed(release.number, target.name, why))


def _worded(problem: Refusal | OSError) -> str:
    return problem.message if isinstance(problem, Refusal) else problem.strerror or type(problem).__name__
