"""The devices and files that are given releases."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from firewall_admin.core import events_releases as events
from firewall_admin.core import exports
from firewall_admin.core.compiled import compile_policy
from firewall_admin.core.export import Loss
from firewall_admin.core.people import Actor, Permission
from firewall_admin.core.refusals import NotFound, Refusal
from firewall_admin.db.tables import AudienceRow, Delivery, FeedToken, PushRow, TargetRow
from firewall_admin.ports import Ports

from . import policy as policies
from .deliveries import make_due_for
from .release_contents import loss_key, losses_of
from .releases import published, school_of

DELIVERIES = ("feed", "folder", "push", "download")
LONGEST_NAME = 60
_PATH = re.compile(r"/[A-Za-z0-9._/-]{0,199}")  # it is written into configurations: nothing that could end a string


@dataclass(frozen=True)
class Wanted:
    """What a target is to be. `base`: the path its files will have on the device; `folder`: where to put them here."""

    name: str
    format: str
    audiences: tuple[str, ...]
    delivery: str = "feed"
    device: str | None = None
    base: str | None = None
    folder: str | None = None


def losses(ports: Ports, actor: Actor, wanted: Wanted) -> list[Loss]:
    """What a target could not say of the present policy: shown before it is added. Raises Refusal like `add`."""
    policies.may(actor, Permission.MANAGE_TARGETS)
    with ports.db.look() as session:
        _check(ports, session, actor, wanted)
        policy = policies.current(ports, session, actor.school_id)
    return losses_of(compile_policy(policy, ports.clock()), _row(actor, wanted))


def add(ports: Ports, actor: Actor, wanted: Wanted, *, accepted: Collection[str] = ()) -> UUID:
    """Add a target. What it loses of the present policy has to be accepted, each by its key (`loss_key`): Refusal
    otherwise. A loss that comes later holds the release it comes with."""
    found = losses(ports, actor, wanted)
    if missing := [loss for loss in found if loss_key(loss) not in accepted]:
        title = exports.load(wanted.format).TITLE
        raise Refusal(f"{title} can't say all of the policy: it {missing[0].text}. Accept that first.", "accepted")
    keys = sorted({loss_key(loss) for loss in found})
    with ports.db.change(actor) as change:
        school = school_of(change)
        _check(ports, change.session, actor, wanted)
        row = _row(actor, wanted)
        row.created_at, row.accepted_losses = change.now, keys
        change.session.add(row)
        change.session.flush()
        school.revision += 1  # the next release has its files
        if row.delivery == "folder" and (live := published(change.session, actor.school_id)):
            make_due_for(change, row, live)
        change.did(events.TargetAdded(row.name, row.format, list(row.audiences), row.delivery, keys))
        return row.id


def remove(ports: Ports, actor: Actor, *, target: UUID) -> None:
    """Give a target nothing any more; its tokens end at once. It stays on record, and a folder stays as it is."""
    policies.may(actor, Permission.MANAGE_TARGETS)
    with ports.db.change(actor) as change:
        school_of(change)
        row = find(change.session, actor, target)
        row.removed_at = change.now
        for token in change.session.scalars(select(FeedToken).where(FeedToken.target_id == row.id)):
            token.expires_at = min(token.expires_at, change.now)
        change.session.execute(delete(PushRow).where(PushRow.target_id == row.id))  # its key goes with it
        for delivery in change.session.scalars(
            select(Delivery).where(Delivery.target_id == row.id, Delivery.state != "done")
        ):
            change.session.delete(delivery)
        change.did(events.TargetRemoved(row.name))


def find(session: Session, actor: Actor, target: UUID) -> TargetRow:
    """The target, if it is the actor's school's and not removed; NotFound otherwise."""
    query = select(TargetRow).where(TargetRow.id == target, TargetRow.school_id == actor.school_id)
    if (found := session.scalars(query.where(TargetRow.removed_at.is_(None))).first()) is None:
        raise NotFound("There is no such target.")
    return found


def _check(ports: Ports, session: Session, actor: Actor, wanted: Wanted) -> None:
    form = exports.load(wanted.format)
    _check_name(session, actor, wanted.name.strip())
    if wanted.delivery not in DELIVERIES:
        raise Refusal("Choose how the device is given its files.", "delivery")
    if wanted.delivery == "push" and wanted.format != "rpz":
        raise Refusal("Only response policy zones can be pushed to a server.", "delivery")
    if wanted.device is not None and wanted.device not in getattr(form, "DEVICES", ()):
        raise Refusal(f"{form.TITLE} has no device '{wanted.device}'.", "device")
    if wanted.base and (not _PATH.fullmatch(wanted.base) or ".." in PurePosixPath(wanted.base).parts):
        raise Refusal("Give a path such as /etc/firewall_admin: letters, digits, dots, hyphens and slashes.", "base")
    _check_audiences(session, actor, wanted.audiences)
    if wanted.delivery == "folder":
        _check_folder(ports, session, wanted.folder or "")


def _check_name(session: Session, actor: Actor, name: str) -> None:
    if not name:
        raise Refusal("Give the target a name by which people know the device.", "name")
    if len(name) > LONGEST_NAME or not name.isprintable():
        raise Refusal(f"Give the target a name of {LONGEST_NAME} characters at most.", "name")
    query = select(TargetRow.id).where(TargetRow.school_id == actor.school_id, TargetRow.name == name)
    if session.scalar(query) is not None:
        raise Refusal(f"There is, or was, a target '{name}' already.", "name")


def _check_audiences(session: Session, actor: Actor, audiences: Sequence[str]) -> None:
    known = set(session.scalars(select(AudienceRow.name).where(AudienceRow.school_id == actor.school_id)))
    if not audiences:
        raise Refusal("Choose for whom the device filters.", "audiences")
    if strange := sorted(set(audiences) - known):
        raise Refusal(f"There is no audience '{strange[0]}'.", "audiences")


def _check_folder(ports: Ports, session: Session, folder: str) -> None:
    """No two targets, of whatever school, may write into one folder or into each other's."""
    if not _PATH.fullmatch(folder):
        raise Refusal("Give the whole path of the folder, such as /etc/unbound/firewall_admin.", "folder")
    mine = ports.folders.check(folder)
    query = select(TargetRow.folder).where(TargetRow.delivery == "folder", TargetRow.removed_at.is_(None))
    for other in session.scalars(query):
        theirs = ports.folders.real(other or "")
        if mine.is_relative_to(theirs) or theirs.is_relative_to(mine):
            raise Refusal("This folder, or one in it or around it, is another target's.", "folder")


def _row(actor: Actor, wanted: Wanted) -> TargetRow:
    return TargetRow(
        school_id=actor.school_id,
        name=wanted.name.strip(),
        format=wanted.format,
        audiences=list(wanted.audiences),
        device=wanted.device,
        base=wanted.base or None,
        delivery=wanted.delivery,
        folder=wanted.folder if wanted.delivery == "folder" else None,
        accepted_losses=[],
    )
