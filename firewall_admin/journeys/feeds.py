"""What a device is given when it fetches, by a token that opens this target alone: the file of the published release,
or, until its ring's turn comes, of the one that it had."""

import logging
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from firewall_admin.core import tokens
from firewall_admin.core.refusals import Busy, NotAllowed, NotFound
from firewall_admin.db.tables import FeedToken, Release, TargetRow
from firewall_admin.ports import Ports

from . import rings
from .release_files import ensure
from .releases import published

NOTED = 60  # seconds between two notes of when a target was fetched
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Fetched:
    """A file of a release, the folder of all of them, its SHA-256 and size in bytes, and when that was published."""

    folder: Path
    path: Path
    sha256: str
    size: int
    published_at: datetime
    release: int
    target: str


def fetch(ports: Ports, *, token: str, file: str) -> Fetched:
    """The file of that path for the target a token belongs to.

    Raises NotAllowed for a token that is none or has ended, NotFound for a file that is none of the target's, and Busy
    where there is nothing to give: no release yet, files that are gone and can't be made again, or an empty file.
    """
    now = ports.clock()
    with ports.db.look() as session:
        found, target = _opened(session, token, now)
        live = published(session, found.school_id)
        release = rings.given(session, live, target, now) if live else None
    if release is None or release.published_at is None:
        raise Busy("Nothing is published yet.")
    folder, files = ensure(ports, release, target)
    # Only what the manifest names can be fetched: no path is made from what was asked.
    asked = next((one for one in files if one.path == file), None)
    if asked is None:
        known = ", ".join(one.path for one in files)
        raise NotFound(f"This target has no such file. It has: {known}.")
    if not asked.size:
        raise Busy(f"Release {release.number} has nothing in {asked.path}: keep what you have.")
    _note(ports, found, target, release, now)
    return Fetched(
        folder, folder / asked.path, asked.sha256, asked.size, release.published_at, release.number, str(target.id)
    )


def _opened(session: Session, token: str, now: datetime) -> tuple[FeedToken, TargetRow]:
    """The token's row and its target. One refusal for all that can be wrong: no hint for whoever guesses."""
    if tokens.is_whole(token):
        row = session.scalars(select(FeedToken).where(FeedToken.token == tokens.kept(token))).first()
        if row is not None and now < row.expires_at:
            target = session.get_one(TargetRow, row.target_id)
            if target.removed_at is None:
                return row, target
    raise NotAllowed("This token opens nothing.")


def _note(ports: Ports, token: FeedToken, target: TargetRow, release: Release, now: datetime) -> None:
    """When it was last fetched, to the minute: five hundred polls a second are not five hundred writes. A device gets
    its file whether or not that can be written down."""
    since = (now - target.fetched_at).total_seconds() if target.fetched_at else None
    seen = since is not None and since < NOTED and target.fetched_release == release.number
    if seen and token.used_at and (now - token.used_at).total_seconds() < NOTED:
        return
    try:
        with ports.db.note() as session:
            row = session.get_one(TargetRow, target.id)
            row.fetched_at, row.fetched_release = now, release.number
            row.interval = _usual(row.interval, since)
            session.get_one(FeedToken, token.id).used_at = now
    except SQLAlchemyError as problem:
        _log.warning("target %s was fetched, which can't be written down: %s", target.id, type(problem).__name__)


def _usual(interval: int | None, since: float | None) -> int | None:
    """The usual seconds between two fetches, from the last one: a quarter of the way there each time, and a pause of
    a night counts for no more than four intervals."""
    if since is None or since < NOTED:
        return interval
    return round(since if interval is None else interval + (min(since, 4 * interval) - interval) / 4)
