"""Which server a target's zones are pushed to, with which key; and the target's ring."""

import base64
import binascii
import re
from dataclasses import dataclass, field
from ipaddress import ip_address
from uuid import UUID

from sqlalchemy import delete, select

from firewall_admin.core import events_push as events
from firewall_admin.core.people import Actor, Permission
from firewall_admin.core.push import ALGORITHMS, SUFFIX
from firewall_admin.core.refusals import Refusal
from firewall_admin.db.change import Change
from firewall_admin.db.tables import PushedZone, PushRow, TargetRow
from firewall_admin.db.tables.row import new_id
from firewall_admin.ports import Ports

from . import targets
from .deliveries import make_due_for
from .policy import may
from .pushes import cell
from .releases import published

FEWEST = 16  # octets of a key: fewer could be tried out
HIGHEST = 9  # the last ring
_KEY_NAME = re.compile(r"(?=.{1,200}\Z)[A-Za-z0-9_]([A-Za-z0-9_-]{0,62})(\.[A-Za-z0-9_]([A-Za-z0-9_-]{0,62}))*\.?")


@dataclass(frozen=True)
class Wanted:
    """A primary as a person enters it. `secret`: the key in base64; empty to keep the one that is there."""

    address: str
    port: int = 53
    suffix: str = "rpz"
    key_name: str = "firewall-admin"
    algorithm: str = "hmac-sha256"
    secret: str = field(default="", repr=False)


@dataclass(frozen=True)
class Named:
    """A primary as it may be shown: everything but its key's secret."""

    address: str
    port: int
    suffix: str
    key_name: str
    algorithm: str


def named(ports: Ports, actor: Actor, *, target: UUID) -> Named | None:
    """The primary of a target, if one is named. NotFound outside the school."""
    with ports.db.look() as session:
        row = session.scalars(
            select(PushRow).where(PushRow.target_id == targets.find(session, actor, target).id)
        ).one_or_none()
    return Named(row.address, row.port, row.suffix, row.key_name, row.algorithm) if row else None


def name(ports: Ports, actor: Actor, *, target: UUID, wanted: Wanted) -> None:
    """Push a target's releases to a server from now on. What is published is pushed at once; nothing is taken to be
    known of zones that stood elsewhere. Raises Refusal on the field that is wrong."""
    may(actor, Permission.MANAGE_TARGETS)
    _check(wanted)
    with ports.db.change(actor) as change:
        row = targets.find(change.session, actor, target)
        if row.delivery != "push":
            raise Refusal("Nothing is pushed to this target.")
        primary = _row(ports, change, row, wanted)
        change.session.add(primary)
        change.session.execute(delete(PushedZone).where(PushedZone.target_id == row.id))
        if live := published(change.session, actor.school_id):
            make_due_for(change, row, live)
        change.did(events.PrimaryNamed(row.name, primary.address, primary.port, primary.key_name, primary.algorithm))


def choose_ring(ports: Ports, actor: Actor, *, target: UUID, ring: int) -> None:
    """Put a target into a ring, 0 to 9."""
    may(actor, Permission.MANAGE_TARGETS)
    if not 0 <= ring <= HIGHEST:
        raise Refusal(f"Choose a ring from 0 to {HIGHEST}.", "ring")
    with ports.db.change(actor) as change:
        row = targets.find(change.session, actor, target)
        if row.ring != ring:
            row.ring = ring
            change.did(events.RingChosen(row.name, ring))


def _row(ports: Ports, change: Change, target: TargetRow, wanted: Wanted) -> PushRow:
    row = change.session.scalars(select(PushRow).where(PushRow.target_id == target.id)).one_or_none()
    if row is None:
        if not wanted.secret:
            raise Refusal("Enter the key’s secret.", "secret")
        row = PushRow(id=new_id(), school_id=target.school_id, target_id=target.id)
    row.address, row.port, row.suffix = str(ip_address(wanted.address.strip())), wanted.port, wanted.suffix
    row.key_name, row.algorithm, row.changed_at = wanted.key_name.removesuffix("."), wanted.algorithm, change.now
    if wanted.secret:
        row.secret = ports.sealed.seal("".join(wanted.secret.split()), cell(row.id))
    return row


def _check(wanted: Wanted) -> None:
    try:
        address = ip_address(wanted.address.strip())
    except ValueError:
        raise Refusal("Give the server’s IP address, such as 10.1.0.53.", "address") from None
    if address.is_multicast or address.is_unspecified or "%" in wanted.address:
        raise Refusal("This is no address of a server.", "address")
    if not 1 <= wanted.port <= 65535:
        raise Refusal("Choose a port from 1 to 65535.", "port")
    if not SUFFIX.fullmatch(wanted.suffix):
        raise Refusal("Give one to five letters or digits, such as rpz.", "suffix")
    if not _KEY_NAME.fullmatch(wanted.key_name):
        raise Refusal("Give the key’s name as the server has it: letters, digits, hyphens and dots.", "key_name")
    if wanted.algorithm not in ALGORITHMS:
        raise Refusal(f"Choose one of {', '.join(ALGORITHMS)}.", "algorithm")
    if wanted.secret:
        _check_secret(wanted.secret)


def _check_secret(secret: str) -> None:
    try:
        octets = base64.b64decode("".join(secret.split()), validate=True)
    except (binascii.Error, ValueError):
        raise Refusal("This is no key: it should be base64, as the server’s key file has it.", "secret") from None
    if len(octets) < FEWEST:
        raise Refusal(f"The key is too short: it has {len(octets)} of at least {FEWEST} octets.", "secret")
