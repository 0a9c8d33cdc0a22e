"""Pushing a release to a target's primary server, and noticing when somebody else has changed a zone there.

Safe to repeat: see `pushed_zones`. Nothing is called done before the primary's own answers say so.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from sqlalchemy import select

from firewall_admin.adapters import push as wire
from firewall_admin.adapters.push import kept
from firewall_admin.adapters.sealed import Cell, Failure
from firewall_admin.core.push import told, zone_names
from firewall_admin.core.refusals import Refusal
from firewall_admin.db.tables import Delivery, PushedZone, PushRow, Release, TargetRow
from firewall_admin.ports import Ports

from .pushed_zones import Push, Zone, bring, is_as_left, needs_nothing
from .release_files import ensure

GLANCE = timedelta(minutes=1)  # between two looks at a zone that should be as it was left
PATIENCE = 20.0  # seconds for one answer: a large zone may take a second for each message
LEFT_ALONE = 2  # deliveries that fail before a change that another service began is taken over


def push(ports: Ports, release: Release, target: TargetRow, *, tries: int = 0) -> None:
    """Bring every zone of a target to what a release says. Raises Refusal, in words that end a sentence."""
    row, primary = opened(ports, target)
    folder, files = ensure(ports, release, target)
    written = _written({folder / one.path: one.sha256 for one in files if one.path.startswith("zones/")})
    known = _known(ports, target)
    one = Push(ports, primary, target, release, tries >= LEFT_ALONE)
    zones: dict[str, list[Zone]] = {audience: [] for audience in target.audiences}
    for name, kind, audience in zone_names(target.audiences, row.suffix):
        file, sha256 = written.get((kind, audience), (None, ""))
        zone = Zone(name, file, sha256, known.get(name))
        if not needs_nothing(one, zone):
            zones[audience].append(zone)
    for each in zones.values():
        _bring_all(one, each)


def _bring_all(one: Push, zones: Sequence[Zone]) -> None:
    """All zones of an audience, in the order in which resolvers look. A name may move from one zone to another: it is
    never in none of them. So what the zones before the last one lose stays until the last one has everything."""
    if not zones:
        return
    *others, last = zones
    left = [zone for zone in others if not bring(one, zone, keeping=True)]
    bring(one, last)
    known = _known(one.ports, one.target) if left else {}
    for zone in left:
        bring(one, replace(zone, known=known.get(zone.name)))


def opened(ports: Ports, target: TargetRow) -> tuple[PushRow, wire.Primary]:
    """A target's primary, with its key. Raises Refusal where none is named, or the key can't be opened."""
    with ports.db.look() as session:
        row = session.scalars(select(PushRow).where(PushRow.target_id == target.id)).one_or_none()
    if row is None:
        raise Refusal("nobody has said yet which server it is pushed to")
    secret = ports.sealed.open(row.secret, cell(row.id))
    if isinstance(secret, Failure):
        raise Refusal(f"its key can't be opened: {secret.reason}; enter it again")
    return row, wire.Primary(row.address, row.port, row.key_name, row.algorithm, secret, PATIENCE)


def cell(row: UUID) -> Cell:
    """Where a primary's key stands sealed."""
    return Cell("push", "secret", row)


def watch_due(ports: Ports) -> int:
    """Look at what was pushed a while ago; a zone that is not as it was left makes its target due again. How many."""
    now = ports.clock()
    with ports.db.look() as session:
        query = (
            select(Delivery.id, PushedZone.target_id)
            .join(Delivery, Delivery.target_id == PushedZone.target_id)
            .join(TargetRow, TargetRow.id == PushedZone.target_id)
            .join(Release, Release.id == Delivery.release_id)
            .where(Release.state == "published", Delivery.state == "done", TargetRow.removed_at.is_(None))
            .where((PushedZone.seen_at < now - GLANCE) | PushedZone.seen_at.is_(None))
            .distinct()
        )
        found = [(delivery, session.get_one(TargetRow, target)) for delivery, target in session.execute(query)]
    return sum(_is_otherwise(ports, delivery, target) for delivery, target in found)


def _is_otherwise(ports: Ports, delivery: UUID, target: TargetRow) -> bool:
    try:
        _, primary = opened(ports, target)
        right = all(is_as_left(ports, primary, one) for one in _known(ports, target).values())
    except Refusal:
        right = False  # the delivery finds out again, and says so
    with ports.db.note() as session:
        if right:
            for zone in session.scalars(select(PushedZone).where(PushedZone.target_id == target.id)):
                zone.seen_at = ports.clock()
        else:
            row = session.get_one(Delivery, delivery)
            row.state, row.next_try = "due", None
    return not right


def _written(files: Mapping[Path, str]) -> Mapping[tuple[str, str], tuple[Path, str]]:
    """The zone files of a release and their SHA-256, by kind and audience; one may be for several."""
    found = {}
    for file, sha256 in files.items():
        kind, audiences = told(kept.head(file))
        found.update({(kind, audience): (file, sha256) for audience in audiences})
    return found


def _known(ports: Ports, target: TargetRow) -> dict[str, PushedZone]:
    with ports.db.look() as session:
        query = select(PushedZone).where(PushedZone.target_id == target.id).order_by(PushedZone.zone)
        return {row.zone: row for row in session.scalars(query)}
