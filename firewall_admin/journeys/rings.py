"""A new release goes to a few targets first, and to the others when it has proven itself there.

Ring 0 gets it at once. Each further ring waits until the live checks of every ring before it have passed; where there
is nothing to check with, until it has been there for a while. A check that fails halts it. What blocks one name and
opens none goes everywhere at once: it can't take a site from a lesson that needs others, and may be needed now. So does
going back to an earlier release. A device that fetches its files is given those it had, until its ring's turn comes.
The guard rails before publishing are not touched by any of this.
"""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from firewall_admin.core.checks import BAD
from firewall_admin.db.tables import Delivery, LiveCheck, Release, TargetRow
from firewall_admin.ports import Ports

WAIT = timedelta(minutes=15)  # in a ring that nothing checks


def waits(ports: Ports, release: Release, target: TargetRow) -> str | None:
    """None where a target's turn has come; otherwise why a release is halted before it, empty for no more than a
    wait."""
    if not target.ring:
        return None
    with ports.db.look() as session:
        return held_back(session, release, target, ports.clock())


def held_back(session: Session, release: Release, target: TargetRow, now: datetime) -> str | None:
    """The same, at an instant."""
    if not target.ring or _is_urgent(release) or _is_gone_back_to(session, release):
        return None
    for ring in earlier_rings(session, target):
        passed = ring_passed(session, release, ring)
        if passed is False:
            return f"a check failed in ring {ring}, which got it first"
        if passed is None and not _has_rested(session, release, ring, now):
            return ""
    return None


def given(session: Session, live: Release, target: TargetRow, now: datetime) -> Release:
    """The release that a device is given when it fetches: the published one when its ring's turn has come, and before
    that the one that it had, or an older one that the school went back to meanwhile. The first release is for
    everyone, and what it once got of the published one it keeps."""
    if target.fetched_release == live.number or held_back(session, live, target, now) is None:
        return live
    earlier = select(Release).where(
        Release.school_id == live.school_id, Release.id != live.id, Release.replaced_at.is_not(None)
    )
    had = session.scalars(earlier.where(Release.number == target.fetched_release)).first()
    last = session.scalars(earlier.order_by(Release.replaced_at.desc(), Release.number.desc())).first()
    return min(filter(None, (had, last)), key=lambda one: one.number, default=live)


def earlier_rings(session: Session, target: TargetRow) -> list[int]:
    """The rings that get a release before a target, where there is somebody in them."""
    return sorted({one.ring for one in _targets(session, target.school_id) if one.ring < target.ring})


def ring_passed(session: Session, release: Release, ring: int) -> bool | None:
    """Whether the live checks of a ring's targets have found a release right. None while that can't be said: not all
    have it, nothing has been asked, or not everything is answered."""
    found = _findings(session, release, ring)
    if any(finding in BAD for finding in found):
        return False
    if None in found or _had_since(session, release, ring) is None:
        return None
    return True if "enforced" in found else None


def _has_rested(session: Session, release: Release, ring: int, now: datetime) -> bool:
    """Whether a release has been in a ring that nothing checks for a while."""
    since = _had_since(session, release, ring)
    return since is not None and None not in _findings(session, release, ring) and since + WAIT <= now


def _findings(session: Session, release: Release, ring: int) -> list[str | None]:
    members = [one.id for one in _targets(session, release.school_id) if one.ring == ring]
    query = select(LiveCheck.finding).where(LiveCheck.release_id == release.id, LiveCheck.target_id.in_(members))
    return list(session.scalars(query))


def _had_since(session: Session, release: Release, ring: int) -> datetime | None:
    """Since when every target of a ring has a release; None while one waits for it. Nobody knows of those who take it
    by hand, or have never fetched, and nobody waits for them."""
    latest = release.published_at
    for target in _targets(session, release.school_id):
        if target.ring != ring or latest is None:
            continue
        if target.delivery in ("folder", "push"):
            query = select(Delivery).where(Delivery.target_id == target.id, Delivery.release_id == release.id)
            row = session.scalars(query).first()
            if row and row.done_at is None:
                return None
            latest = max(latest, row.done_at) if row and row.done_at else latest
        elif target.fetched_at and target.fetched_release != release.number:
            return None
    return latest


def _is_urgent(release: Release) -> bool:
    return release.blocked == 1 and release.opened == 0


def _is_gone_back_to(session: Session, release: Release) -> bool:
    """Whether it was put in force in the place of a newer one: what is wrong must not stay anywhere."""
    query = select(Release.number).where(Release.school_id == release.school_id, Release.replaced_at.is_not(None))
    replaced = session.scalar(query.where(Release.id != release.id).order_by(Release.replaced_at.desc()).limit(1))
    return replaced is not None and replaced > release.number


def _targets(session: Session, school_id: UUID) -> list[TargetRow]:
    query = select(TargetRow).where(TargetRow.school_id == school_id, TargetRow.removed_at.is_(None))
    return list(session.scalars(query))
