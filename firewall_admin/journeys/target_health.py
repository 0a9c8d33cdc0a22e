"""Does a target get what is published? When it last did, whether that is long ago, and what to tell people."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from firewall_admin.db.tables import Delivery, FeedToken, Release, TargetRow
from firewall_admin.ports import Ports

from .releases import published, targets_of

LEAST = timedelta(hours=1)
TIMES = 5  # usual intervals without a fetch, and something is wrong
ENDS_SOON = timedelta(days=30)
Level = Literal["good", "waiting", "care", "danger"]


@dataclass(frozen=True)
class Health:
    """How a target is: `words` for a tag, `text` a sentence where something is wrong, `since` when it last got
    something."""

    level: Level
    words: str
    text: str = ""
    since: datetime | None = None


def alarms(ports: Ports, school_id: UUID) -> list[str]:
    """What home has to show: a sentence for each target with which something is wrong."""
    now = ports.clock()
    with ports.db.look() as session:
        live = published(session, school_id)
        found = [health(session, target, live, now) for target in targets_of(session, school_id)]
    return [one.text for one in found if one.level in ("care", "danger")]


def health(session: Session, target: TargetRow, live: Release | None, now: datetime) -> Health:
    """One target's, at an instant."""
    if target.delivery in ("folder", "push"):
        return _folder(session, target)
    if target.delivery == "download":
        return Health("good", "Taken by hand", "")
    tokens = session.scalars(select(FeedToken).where(FeedToken.target_id == target.id)).all()
    return _feed(target, live, [token for token in tokens if token.expires_at > now], now)


def _feed(target: TargetRow, live: Release | None, tokens: Sequence[FeedToken], now: datetime) -> Health:
    if not tokens:
        text = f"'{target.name}' has no token that works: it can't fetch anything."
        return Health("danger" if target.fetched_at else "waiting", "No token", text, target.fetched_at)
    if target.fetched_at is None:
        late = now - max(token.created_at for token in tokens) > LEAST
        text = f"'{target.name}' has never fetched its feed."
        return Health("care" if late else "waiting", "Not fetched yet", text if late else "")
    if now - target.fetched_at > allowed(target):
        text = f"'{target.name}' has stopped fetching its feed: what is published since does not reach it."
        return Health("danger", "Stopped", text, target.fetched_at)
    last = max(token.expires_at for token in tokens)
    if last - now < ENDS_SOON:
        text = f"The last token of '{target.name}' ends on {last:%d %B %Y}: make a new one and put it on the device."
        return Health("care", "Token ends soon", text, target.fetched_at)
    if live and target.fetched_release != live.number:
        return Health("waiting", "Has an older release", "", target.fetched_at)
    return Health("good", "Fetching", "", target.fetched_at)


def allowed(target: TargetRow) -> timedelta:
    """How long it may be quiet: five times as long as it usually is, and never less than an hour."""
    return max(LEAST, TIMES * timedelta(seconds=target.interval or 0))


def _folder(session: Session, target: TargetRow) -> Health:
    query = select(Delivery).where(Delivery.target_id == target.id)
    rows = session.scalars(query).all()
    since = max((row.done_at for row in rows if row.done_at), default=None)
    for row in rows:
        if row.state == "failed":
            text = f"'{target.name}' can't be given its files: {row.detail} (tried {row.tries} times)."
            return Health("danger", "Failed", text, since)
        if row.state == "due":
            return Health("waiting", "Waiting", "", since)
    return Health("good" if since else "waiting", "Delivered" if since else "Nothing yet", "", since)
