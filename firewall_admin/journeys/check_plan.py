"""What has to be asked, as rows: after a release has arrived at a target, every day, and when somebody orders it.

Found in the rows, like all that is due: a target that has the published release, and a resolver of which that was not
asked yet. A worker that is killed, or two of them, leave the same questions once.
"""

import logging
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from firewall_admin.core import events_checks as events
from firewall_admin.core.people import Actor, Permission
from firewall_admin.core.refusals import Conflict, Refusal
from firewall_admin.db.tables import AudienceRow, Delivery, LiveCheck, Release, TargetRow
from firewall_admin.ports import Ports

from . import rings
from .check_entries import at_of, enter, occasion_of
from .policy import may
from .releases import published
from .resolvers import Vantage, vantages
from .target_health import allowed
from .targets import find

DAY = timedelta(days=1)
LATE = timedelta(minutes=15)  # for a release that is brought to a target, since it was published
_log = logging.getLogger(__name__)


def plan_due(ports: Ports) -> int:
    """Enter what is to be asked, and take out what is not any more. How many resolvers got questions."""
    now = ports.clock()
    with ports.db.look() as session:
        query = select(TargetRow).where(TargetRow.removed_at.is_(None)).order_by(TargetRow.id)
        targets = [target for target in session.scalars(query) if target.resolvers]
        wanted = [one for target in targets for one in _wanted(session, target, now)]
    _end_strays(ports, targets)
    return sum(_guarded(ports, *one) for one in wanted)


def order(ports: Ports, actor: Actor, *, target: UUID) -> int:
    """Have a target checked now, with a sample of everything. How many questions."""
    may(actor, Permission.MANAGE_TARGETS)
    now = ports.clock()
    with ports.db.look() as session:
        row = find(session, actor, target)
        live = published(session, actor.school_id)
        places = places_of(session, row)
    if live is None:
        raise Conflict("Nothing is published yet, so there is nothing to check.")
    if not places:
        raise Refusal(f"'{row.name}' has no resolver that could be asked: add one first.")
    with ports.db.change(actor) as change:
        change.did(events.ChecksOrdered(row.name))
    return sum(enter(ports, row, live, place, f"order {now.isoformat()}") for place in places)


def arrived(session: Session, target: TargetRow, live: Release) -> datetime | None:
    """When a target got the published release; for one that is taken by hand, when it could first be taken."""
    if target.delivery == "download":
        return live.published_at
    if target.delivery != "feed":
        query = select(Delivery).where(Delivery.target_id == target.id, Delivery.release_id == live.id)
        delivery = session.scalars(query).first()
        return delivery.done_at if delivery and delivery.state == "done" else None
    has_it = target.fetched_release == live.number and target.fetched_at and live.published_at
    return target.fetched_at if has_it and target.fetched_at >= live.published_at else None  # type: ignore[operator]


def is_late(session: Session, target: TargetRow, live: Release, now: datetime) -> bool:
    """Whether a target that has had releases should have this one by now, and has not: what is wrong there is asked,
    too."""
    if live.published_at is None or rings.held_back(session, live, target, now) is not None:
        return False
    if target.delivery == "feed":
        return target.fetched_at is not None and now - max(target.fetched_at, live.published_at) > allowed(target)
    had = select(Delivery.id).where(Delivery.target_id == target.id, Delivery.done_at.is_not(None)).limit(1)
    return now - live.published_at > LATE and session.scalar(had) is not None


def _is_long_ago(newest: Mapping[str, str], live: Release | None, now: datetime) -> bool:
    """Whether nothing was asked for a day, or not since a release was published that has not arrived."""
    last = max(map(at_of, newest.values()), default=None)
    if last is None or now - last >= DAY:
        return True
    return live is not None and live.published_at is not None and last <= live.published_at


def _wanted(session: Session, target: TargetRow, now: datetime) -> Iterable[tuple[TargetRow, Release, Vantage, str]]:
    live = published(session, target.school_id)
    if live is None:
        return
    has_it = arrived(session, target, live) is not None
    if not has_it and not is_late(session, target, live, now):
        return
    for place in places_of(session, target):
        newest = _newest(session, target, place)
        if has_it and newest.get("release") != occasion_of(live):
            yield target, live, place, occasion_of(live)
        elif _is_long_ago(newest, live if not has_it else None, now):
            yield target, live, place, f"{'daily' if has_it else 'late'} {now.isoformat()}"


def places_of(session: Session, target: TargetRow) -> list[Vantage]:
    """Where a target is asked, and as whom: addresses of which nobody can say whom they answer are left out."""
    rows = session.execute(
        select(AudienceRow.name, AudienceRow.networks).where(AudienceRow.school_id == target.school_id)
    )
    return vantages(target, {row.name: row.networks for row in rows})


def _newest(session: Session, target: TargetRow, place: Vantage) -> dict[str, str]:
    """The newest occasion of each kind at a resolver, by its first word."""
    query = select(LiveCheck.occasion).where(
        LiveCheck.target_id == target.id, LiveCheck.resolver == place.where.text, LiveCheck.audience == place.audience
    )
    newest: dict[str, str] = {}
    for occasion in sorted(session.scalars(query.distinct()), key=at_of):
        newest[occasion.partition(" ")[0]] = occasion
    return newest


def _guarded(ports: Ports, target: TargetRow, live: Release, place: Vantage, occasion: str) -> bool:
    """One target's trouble must not keep another from being asked."""
    try:
        return enter(ports, target, live, place, occasion) > 0
    except Exception:  # noqa: BLE001 - the others' turn comes, and this one's again
        _log.exception("the checks of target %s can't be planned", target.id)
        return False


def _end_strays(ports: Ports, targets: Sequence[TargetRow]) -> None:
    """Where nobody asks any more, nothing is due: the target was removed, or the resolver taken off it."""
    with ports.db.look() as session:
        places = {
            (target.id, place.where.text, place.audience) for target in targets for place in places_of(session, target)
        }
        query = select(LiveCheck).where(LiveCheck.state.in_(("due", "watched")))
        strays = [
            row.id for row in session.scalars(query) if (row.target_id, row.resolver, row.audience) not in places
        ]  # fmt: skip
    if strays:
        with ports.db.note() as session:
            for row in session.scalars(select(LiveCheck).where(LiveCheck.id.in_(strays))):
                if row.state == "due":
                    session.delete(row)
                else:
                    row.state = "done"
