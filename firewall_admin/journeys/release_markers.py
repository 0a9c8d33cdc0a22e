"""Which release a target has: where it is pushed, at its name server by what was last read there; and at a resolver or
proxy by its own answer."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from firewall_admin.core import exports
from firewall_admin.core.checks import Asker
from firewall_admin.core.loaded import Loaded, by_mark, loaded, mark_of, question
from firewall_admin.core.push import zone_names
from firewall_admin.core.questions import Question
from firewall_admin.core.release_mark import NAME, Mark
from firewall_admin.db.tables import LiveCheck, PushedZone, PushRow, Release, TargetRow
from firewall_admin.ports import Ports

from .resolvers import where_of


@dataclass(frozen=True)
class AtPrimary:
    """What a target's name server holds: a sentence, and when its markers were last read."""

    text: str
    at: datetime | None
    right: bool


Tell = Callable[[], Mark | None]
"""Asks something real for its mark."""


def tells(target: TargetRow) -> bool:
    """Whether whoever has loaded a target's files can say which release they are of."""
    return exports.load(target.format).CARRIES.mark is not None


def of_resolver(ports: Ports, row: LiveCheck, target: Asker) -> Loaded | None:
    """What the resolver of a check says that it has. None where it does not say."""
    with ports.db.look() as session:
        pushed = session.get_one(TargetRow, row.target_id).delivery == "push"
        newest = _newest(session, row.target_id, row.audience)
        release = session.get(Release, row.release_id)
    if release is None:
        return None
    if pushed:
        return loaded(release.number, newest, {zone: target(question(zone)) for zone in newest})
    return by_mark(release.number, row.audience, mark_of(target(Question(NAME, "TXT"))))


def of_proxy(ports: Ports, row: LiveCheck, tell: Tell) -> Loaded | None:
    """What the proxy of a check says that it has."""
    with ports.db.look() as session:
        release = session.get(Release, row.release_id)
    return by_mark(release.number, row.audience, tell()) if release else None


def at_primary(session: Session, target: TargetRow, live: Release) -> AtPrimary | None:
    """What the name server of a target has of the published release. None where nothing is pushed. Its markers are
    read when it is pushed to, and every minute."""
    if target.delivery != "push":
        return None
    zones = session.scalars(select(PushedZone).where(PushedZone.target_id == target.id).order_by(PushedZone.zone)).all()
    if not zones:
        return AtPrimary("The name server has no release yet.", None, False)
    seen = min((zone.seen_at for zone in zones if zone.seen_at), default=None)
    if under_way := [zone for zone in zones if zone.serial is None]:
        text = f"The name server is being changed, or could not be asked: {under_way[0].zone} is not known to be right."
        return AtPrimary(text, seen, False)
    if seen is None or (live.published_at and seen < live.published_at):
        return AtPrimary(f"The name server has release {max(zone.release for zone in zones)}.", seen, False)
    return AtPrimary(f"The name server has release {live.number}.", seen, True)


def last_said(session: Session, target: TargetRow) -> tuple[str, ...]:
    """For each of a target's resolvers, what it said last of what it has; empty where it did not say."""
    return tuple(_said(session, target, where_of(each).text, each.get("audience")) for each in target.resolvers)


def _said(session: Session, target: TargetRow, resolver: str, audience: str | None) -> str:
    query = select(LiveCheck.evidence).where(LiveCheck.target_id == target.id, LiveCheck.resolver == resolver)
    if audience:
        query = query.where(LiveCheck.audience == audience)
    asked = query.where(LiveCheck.tries > 0).order_by(LiveCheck.next_try.desc(), LiveCheck.id.desc())
    newest: dict[str, Any] = max(session.scalars(asked.limit(50)), key=lambda each: str(each.get("at", "")), default={})
    return str(newest.get("loaded", {}).get("text", ""))


def _newest(session: Session, target: UUID, audience: str) -> dict[str, int]:
    """By zone of an audience, the release that last changed it at the name server, as far as that is known."""
    row, primary = (
        session.get_one(TargetRow, target),
        session.scalars(select(PushRow).where(PushRow.target_id == target)).first(),
    )
    if row.delivery != "push" or primary is None:
        return {}
    known = select(PushedZone).where(PushedZone.target_id == target, PushedZone.serial.is_not(None))
    held = {zone.zone: zone.release for zone in session.scalars(known)}
    return {
        zone: held[zone]
        for zone, _, whose in zone_names(row.audiences, primary.suffix)
        if whose == audience and zone in held
    }
