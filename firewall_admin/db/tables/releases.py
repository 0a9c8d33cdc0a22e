"""Releases, where they go, and whether they got there."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from .row import Identified, Row


class Release(Identified, Row):
    """A policy compiled for an instant: numbered, immutable, rebuildable from `policy` and `snapshots`.

    `state`: held, published, replaced. `policy` is the policy file's text; `snapshots` the SHA-256 of every list by
    slug; `objections` what spoke against it, each with who accepted it and why. `blocked` and `opened` count the names
    that are so for anyone and were not in the release before; `changes` tells them by audience. `entry` is the number
    of the trail's last entry when it was made: what people did for it stands after that of the release before.
    """

    __tablename__ = "release"
    __table_args__ = (
        UniqueConstraint("school_id", "number"),
        # Whatever a program does wrong: a school has one published release at most.
        Index(
            "uq_release_published",
            "school_id",
            unique=True,
            sqlite_where=text("state = 'published'"),
            postgresql_where=text("state = 'published'"),
        ),
    )
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id"))
    number: Mapped[int]
    state: Mapped[str]
    revision: Mapped[int]
    at: Mapped[datetime]
    next_change: Mapped[datetime | None]
    policy: Mapped[str]
    snapshots: Mapped[dict[str, Any]] = mapped_column(default=dict)
    counts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    changes: Mapped[dict[str, Any]] = mapped_column(default=dict)
    objections: Mapped[list[Any]] = mapped_column(default=list)
    blocked: Mapped[int] = mapped_column(default=0)
    opened: Mapped[int] = mapped_column(default=0)
    entry: Mapped[int] = mapped_column(default=0)
    cause: Mapped[str]
    prepared_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    replaced_at: Mapped[datetime | None]


class TargetRow(Identified, Row):
    """A device or file that is given releases. `delivery`: download, feed, folder or push. `accepted_losses`: what it
    can't say and a person accepted, as `what audience`. `interval`: usual seconds between two fetches. `resolvers`:
    where checks ask, each with `address`, `port`, and perhaps `audience` (absent: whichever asks) and `source`, the
    address of this machine to ask from. `ring`: a release comes to ring 0 first, and to the next when it has proven
    itself there."""

    __tablename__ = "target"
    __table_args__ = (UniqueConstraint("school_id", "name"),)
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id"))
    name: Mapped[str]
    format: Mapped[str]
    audiences: Mapped[list[str]] = mapped_column(default=list)
    device: Mapped[str | None]
    base: Mapped[str | None]
    delivery: Mapped[str] = mapped_column(default="feed")
    folder: Mapped[str | None]
    accepted_losses: Mapped[list[str]] = mapped_column(default=list)
    created_at: Mapped[datetime]
    fetched_at: Mapped[datetime | None]
    fetched_release: Mapped[int | None]
    interval: Mapped[int | None]
    resolvers: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    ring: Mapped[int] = mapped_column(default=0, server_default="0")
    removed_at: Mapped[datetime | None]


class FeedToken(Identified, Row):
    """A secret with which a device fetches one target's feed. Only its SHA-256 is kept; `hint` is its first letters."""

    __tablename__ = "feed_token"
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id"))
    target_id: Mapped[UUID] = mapped_column(ForeignKey("target.id"), index=True)
    token: Mapped[str] = mapped_column(unique=True)
    hint: Mapped[str]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Delivery(Identified, Row):
    """One release on its way to one target. `state`: due, done, failed."""

    __tablename__ = "delivery"
    __table_args__ = (UniqueConstraint("target_id", "release_id"),)
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id"))
    target_id: Mapped[UUID] = mapped_column(ForeignKey("target.id"))
    release_id: Mapped[UUID] = mapped_column(ForeignKey("release.id"))
    state: Mapped[str] = mapped_column(default="due")
    tries: Mapped[int] = mapped_column(default=0)
    next_try: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    detail: Mapped[str] = mapped_column(default="")
