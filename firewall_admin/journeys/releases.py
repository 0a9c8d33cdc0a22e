"""What people do with releases: accept a danger, hold, lift the hold, go back. And how one is put in force."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from firewall_admin.core import events_releases as events
from firewall_admin.core.people import Actor, Permission
from firewall_admin.core.refusals import Conflict, NotAllowed, NotFound, Refusal
from firewall_admin.db.change import Change
from firewall_admin.db.tables import Release, School, TargetRow
from firewall_admin.ports import Ports

from .deliveries import make_due
from .objections import remember_losses
from .policy import may
from .typed_counts import refuse_untyped


def accept(ports: Ports, actor: Actor, *, number: int, objections: Sequence[str], reason: str, typed: str = "") -> None:
    """Accept dangers of a held release, by key or by name. It is published once none is left.

    `typed` is the number of names that change, where they are more than a thousand or some of them are needed.
    """
    may(actor, Permission.ACCEPT_DANGER)
    if actor.is_system:
        raise NotAllowed("A danger is accepted by a person.")
    if not reason.strip():
        raise Refusal("Say why this danger is accepted.", "reason")
    with ports.db.change(actor) as change:
        school = school_of(change)
        release = find(change.session, actor, number)
        _check_acceptable(school, release, change)
        accepted = _chosen(release, objections)
        refuse_untyped(release.blocked + release.opened, typed, (o["name"] for o in accepted))
        note = {"by": actor.name, "at": change.now.isoformat(), "reason": reason.strip()}
        keys = {o["key"] for o in accepted}
        release.objections = [{**o, "accepted": note} if o["key"] in keys else o for o in release.objections]
        remember_losses(change.session, actor.school_id, accepted)
        change.did(events.ObjectionsAccepted(number, sorted({o["name"] for o in accepted}), reason.strip()))
        if all(o["accepted"] for o in release.objections):
            publish(change, release)


def hold(ports: Ports, actor: Actor, *, reason: str) -> None:
    """No edit is published from now on. Timetables and dates go on moving what is."""
    _set_hold(ports, actor, reason, held=True)


def lift_hold(ports: Ports, actor: Actor, *, reason: str) -> None:
    """Publish edits again; what was edited meanwhile is prepared and published."""
    _set_hold(ports, actor, reason, held=False)


def go_back(ports: Ports, actor: Actor, *, number: int, reason: str) -> None:
    """Publish an older release again, as it was, and hold. It needs no network and no compiling; where a timetable or
    a date has moved since, the worker then moves it to the present."""
    may(actor, Permission.PUBLISH)
    if not reason.strip():
        raise Refusal("Say why you go back.", "reason")
    with ports.db.change(actor) as change:
        school = school_of(change)
        release = find(change.session, actor, number)
        live = published(change.session, actor.school_id)
        if live is None or release.published_at is None:
            raise Refusal(f"Release {number} was never published.", "number")
        if live.number == number:
            raise Conflict(f"Release {number} is the one that is published.")
        put_in_force(change, release)
        school.hold = f"went back to release {number}: {reason.strip()}"
        change.did(events.WentBack(number, live.number, reason.strip()))


def publish(change: Change, release: Release) -> None:
    """Put a release in force and say so."""
    put_in_force(change, release)
    change.did(events.ReleasePublished(release.number, release.cause, release.blocked, release.opened))


def put_in_force(change: Change, release: Release) -> None:
    """It is published from this instant on, the one before is replaced, and every folder is due to get it."""
    live = published(change.session, release.school_id)
    if live is not None:
        live.state, live.replaced_at = "replaced", change.now
        change.session.flush()
    release.state, release.published_at, release.replaced_at = "published", change.now, None
    change.session.flush()
    make_due(change, release)


def find(session: Session, actor: Actor, number: int) -> Release:
    """The release of that number at the actor's school; NotFound otherwise."""
    query = select(Release).where(Release.school_id == actor.school_id, Release.number == number)
    if (found := session.scalars(query).first()) is None:
        raise NotFound(f"There is no release {number}.")
    return found


def published(session: Session, school_id: UUID) -> Release | None:
    """The release in force, if the school has one."""
    return session.scalars(
        select(Release).where(Release.school_id == school_id, Release.state == "published")
    ).one_or_none()


def last(session: Session, school_id: UUID) -> Release | None:
    """The release with the highest number, whatever its state."""
    query = select(Release).where(Release.school_id == school_id).order_by(Release.number.desc()).limit(1)
    return session.scalars(query).first()


def targets_of(session: Session, school_id: UUID) -> list[TargetRow]:
    """The targets that are given releases, by name."""
    query = select(TargetRow).where(TargetRow.school_id == school_id, TargetRow.removed_at.is_(None))
    return list(session.scalars(query.order_by(TargetRow.name)))


def school_of(change: Change) -> School:
    """The school of whoever acts, locked: two acts on one school's releases never cross."""
    return change.session.get_one(School, change.actor.school_id, with_for_update=True)


def _check_acceptable(school: School, release: Release, change: Change) -> None:
    if release.state != "held":
        raise Conflict(f"Release {release.number} is not held any more: it is {release.state}.")
    if school.hold is not None:
        raise Conflict(f"Publishing is held ({school.hold}). Lift the hold first; the release is prepared again then.")
    if release.next_change and release.next_change <= change.now:
        raise Conflict(f"A timetable has moved on: release {release.number} is being prepared again.")


def _chosen(release: Release, objections: Sequence[str]) -> list[dict[str, Any]]:
    wanted = set(objections)
    if strange := wanted - {o[part] for o in release.objections for part in ("key", "name")}:
        raise Refusal(f"Release {release.number} has no objection '{sorted(strange)[0]}'.", "objections")
    chosen = [o for o in release.objections if not o["accepted"] and wanted & {o["key"], o["name"]}]
    if not chosen:
        raise Refusal("Choose what you accept.", "objections")
    return chosen


def _set_hold(ports: Ports, actor: Actor, reason: str, *, held: bool) -> None:
    may(actor, Permission.PUBLISH)
    if not reason.strip():
        raise Refusal("Say why.", "reason")
    with ports.db.change(actor) as change:
        school = school_of(change)
        if bool(school.hold) == held:
            raise Conflict("Publishing is held already." if held else "Publishing is not held.")
        school.hold = reason.strip() if held else None
        if not held:
            school.revision += 1  # what is live may be an older release: prepare the present policy in any case
        change.did((events.PublishingHeld if held else events.HoldLifted)(reason.strip()))
