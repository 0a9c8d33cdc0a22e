"""Bringing a published release to the targets that are brought it: into folders, and onto primary DNS servers. Feeds
are fetched, downloads are taken.

What is due hangs off rows, so that a worker killed anywhere is followed by one that finishes: the copy is made again,
whole, and the server told again. One worker of a machine at a time brings a target anything, and only what is
published at that moment: a slow one can't put an older release over a newer one.
"""

import logging
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from firewall_admin.adapters.folders import turn
from firewall_admin.core import events_releases as events
from firewall_admin.core.events_push import RingHalted
from firewall_admin.core.people import system
from firewall_admin.core.refusals import Busy, Refusal
from firewall_admin.db.change import Change
from firewall_admin.db.tables import Delivery, Release, TargetRow
from firewall_admin.ports import Ports

from . import pushes, rings
from .pushed_zones import NoLongerPublished
from .release_files import ensure

RETRY = (30, 120, 600, 3600)  # seconds between tries; the last one again and again
_log = logging.getLogger(__name__)


def make_due(change: Change, release: Release) -> None:
    """Every target that is brought releases is due to get this one; what was still due of older ones is not any
    more."""
    session = change.session
    for old in session.scalars(
        select(Delivery).where(Delivery.school_id == release.school_id, Delivery.state != "done")
    ):
        session.delete(old)
    session.flush()
    brought = TargetRow.delivery.in_(("folder", "push"))
    query = select(TargetRow).where(TargetRow.school_id == release.school_id, brought, TargetRow.removed_at.is_(None))
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
    """Try every delivery into a folder whose time has come. How many succeeded."""
    return _due(ports, "folder")


def push_due(ports: Ports) -> int:
    """The same for primary servers, which may take their time, or not answer."""
    return _due(ports, "push")


def _due(ports: Ports, way: str) -> int:
    now = ports.clock()
    with ports.db.look() as session:
        query = select(Delivery).join(TargetRow, TargetRow.id == Delivery.target_id).where(TargetRow.delivery == way)
        rows = session.scalars(query.where(Delivery.state != "done").order_by(Delivery.id)).all()
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
    if (waits := rings.waits(ports, release, target)) is not None:
        if waits:
            _halted(ports, delivery, target, release, waits)
        return False
    try:
        _bring(ports, delivery, target, release)
    except NoLongerPublished:
        return False
    except (Refusal, OSError) as problem:
        _failed(ports, delivery, target, release, _worded(problem))
        return False
    return _done(ports, delivery, target, release)


def _bring(ports: Ports, delivery: Delivery, target: TargetRow, release: Release) -> None:
    if target.delivery == "push":
        pushes.push(ports, release, target, tries=delivery.tries)
        return
    folder, _ = ensure(ports, release, target)
    ports.folders.put(folder, target.folder or "")
    try:
        ports.folders.reload(target.name)
    except Refusal as problem:
        raise Refusal(f"the files are in place, but {problem.message}") from None


def _done(ports: Ports, delivery: Delivery, target: TargetRow, release: Release) -> bool:
    """Said once for a release and a target; what was put right afterwards has its own words."""
    if delivery.done_at:
        with ports.db.note() as session:
            _mark_done(session.get(Delivery, delivery.id), delivery.done_at)
        return True
    with ports.db.change(system(target.school_id)) as change:
        row = change.session.get(Delivery, delivery.id, with_for_update=True)
        if row is None or row.state == "done":
            return False
        _mark_done(row, change.now)
        change.did(events.ReleaseDelivered(release.number, target.name))
    return True


def _mark_done(row: Delivery | None, at: datetime) -> None:
    if row is not None:
        row.state, row.tries, row.next_try, row.done_at, row.detail = "done", 0, None, at, ""


def _halted(ports: Ports, delivery: Delivery, target: TargetRow, release: Release, why: str) -> None:
    """Told once; it goes on by itself when the ring before is right again."""
    if delivery.detail == why:
        return
    with ports.db.change(system(target.school_id)) as change:
        if row := change.session.get(Delivery, delivery.id):
            row.state, row.detail = "failed", why
            change.did(RingHalted(release.number, target.name, why))


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
