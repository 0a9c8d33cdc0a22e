"""Targets as pages show them: what a format can say, how a target is, how its files are loaded, its tokens."""

from dataclasses import dataclass
from datetime import datetime
from types import ModuleType
from typing import Any, cast
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..core import exports
from ..core.export import Carries
from ..core.people import Actor
from ..core.refusals import Refusal
from ..db.tables import AudienceRow, Release, TargetRow
from ..journeys import feed_tokens, release_files
from ..journeys.release_contents import place_of
from ..journeys.releases import published, targets_of
from ..journeys.target_health import Health, health
from ..journeys.targets import find
from ..ports import Ports

DELIVERY = {
    "feed": "Fetched by the device",
    "folder": "Put into a folder of this machine",
    "push": "Sent to a name server",
    "download": "Taken by hand",
}


@dataclass(frozen=True)
class ShownFormat:
    """A format: what it is called, what it can't say whatever the policy, and what always holds."""

    name: str
    title: str
    lacks: tuple[str, ...]
    notes: tuple[str, ...]
    devices: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class ShownFile:
    """A file of a target's present release, and how it is loaded."""

    path: str
    size: int
    use: str


@dataclass(frozen=True)
class ShownToken:
    """A token by its first letters."""

    id: UUID
    hint: str
    created_at: datetime
    used_at: datetime | None
    ends_at: datetime
    works: bool


@dataclass(frozen=True)
class ShownTarget:
    """A target as its own page shows it; the list leaves files and tokens empty."""

    id: UUID
    name: str
    title: str
    audiences: tuple[str, ...]
    delivery: str
    device: str | None
    place: str
    folder: str | None
    accepted_losses: tuple[str, ...]
    health: Health
    fetched_release: int | None
    is_feed: bool
    files: tuple[ShownFile, ...] = ()
    release: int | None = None
    tokens: tuple[ShownToken, ...] = ()
    notes: tuple[str, ...] = ()
    is_push: bool = False
    ring: int = 0


def formats() -> tuple[ShownFormat, ...]:
    """Every format, by title."""
    return tuple(sorted((shown_format(name) for name in exports.NAMES), key=lambda one: one.title.lower()))


def shown_format(name: str) -> ShownFormat:
    """One of them; Refusal for none."""
    form = exports.load(name)
    devices: dict[str, Any] = getattr(cast(ModuleType, form), "DEVICES", {})
    known = tuple((key, str(getattr(device, "title", key))) for key, device in devices.items())
    return ShownFormat(name, _title(form.TITLE), tuple(_lacks(form.CARRIES)), form.CARRIES.notes, known)


def audiences(ports: Ports, actor: Actor) -> tuple[str, ...]:
    """The names of the school's audiences, in their order."""
    with ports.db.look() as session:
        query = select(AudienceRow.name).where(AudienceRow.school_id == actor.school_id)
        return tuple(session.scalars(query.order_by(AudienceRow.position, AudienceRow.name)))


def targets(ports: Ports, actor: Actor) -> tuple[ShownTarget, ...]:
    """Those that are given releases, by name."""
    now = ports.clock()
    with ports.db.look() as session:
        live = published(session, actor.school_id)
        return tuple(
            _target(row, health(session, row, live, now), ()) for row in targets_of(session, actor.school_id)
        )  # fmt: skip


def target(ports: Ports, actor: Actor, id_: UUID) -> ShownTarget:
    """One of them, with its files and tokens; NotFound outside the school."""
    now = ports.clock()
    with ports.db.look() as session:
        row, live = find(session, actor, id_), published(session, actor.school_id)
        found, tokens = health(session, row, live, now), _tokens(session, row, now)
    return _target(row, found, _files(ports, row, live), live, tokens)


def token(ports: Ports, actor: Actor, id_: UUID) -> tuple[ShownToken, UUID]:
    """A token and its target; NotFound outside the school."""
    now = ports.clock()
    with ports.db.look() as session:
        row = feed_tokens.find(session, actor, id_)
        return _token(row, now), row.target_id


def _target(
    row: TargetRow,
    found: Health,
    files: tuple[ShownFile, ...],
    live: Release | None = None,
    tokens: tuple[ShownToken, ...] = (),
) -> ShownTarget:
    form = exports.load(row.format)
    return ShownTarget(
        row.id,
        row.name,
        _title(form.TITLE),
        tuple(row.audiences),
        DELIVERY[row.delivery],
        row.device,
        place_of(row).base,
        row.folder,
        tuple(row.accepted_losses),
        found,
        row.fetched_release,
        row.delivery == "feed",
        files,
        live.number if live else None,
        tokens,
        form.CARRIES.notes,
        row.delivery == "push",
        row.ring,
    )


def _files(ports: Ports, row: TargetRow, live: Release | None) -> tuple[ShownFile, ...]:
    if live is None:
        return ()
    try:
        _, files = release_files.ensure(ports, live, row)
    except Refusal:
        return ()
    return tuple(ShownFile(file.path, file.size, file.use) for file in files)


def _tokens(session: Session, row: TargetRow, now: datetime) -> tuple[ShownToken, ...]:
    return tuple(_token(token, now) for token in feed_tokens.of_target(session, row.id))


def _token(row: Any, now: datetime) -> ShownToken:
    return ShownToken(row.id, row.hint, row.created_at, row.used_at, row.expires_at, now < row.expires_at)


def _lacks(carries: Carries) -> list[str]:
    """What a format can't say, in words for whoever chooses."""
    said = {
        "Blocks only the names written down, not the names under them": not carries.subdomains,
        "Can't open a name below a blocked one": not carries.exceptions,
        "Can't steer search engines and YouTube to their safe hosts": not carries.rewrites,
        "Holds back addresses only: other answers get through": not carries.every_type,
        "Looks only at the name asked for, not at where it leads": not carries.chains,
    }
    if missing := sorted({"nxdomain", "null", "sinkhole"} - carries.answers):
        said[f"Can't answer a blocked name with: {', '.join(missing)}"] = True
    if carries.audiences == "apart":
        said["One file for each audience: the device has to tell who is who"] = True
    return [text for text, lacking in said.items() if lacking]


def _title(title: str) -> str:
    return title[:1].upper() + title[1:]
