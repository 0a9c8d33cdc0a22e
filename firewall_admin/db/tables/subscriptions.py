"""Lists that are fetched from somebody else, what came of each fetch, and where needed names lead in DNS."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from .row import Identified, Row


class Subscription(Identified, Row):
    """A list at an address. Without `list_id` it is only being looked at: `title`, `role` and `note` are those of the
    list it may become.

    `found`: a text that waits for a person (a look, or one that is held): its snapshot, counts and findings.
    `accepted`: standing dangers somebody took on; `kept`: a snapshot somebody would rather not have; `taken`: one that
    was held and taken, by whom, when and why. `body`: SHA-256 of the bytes last seen, and the role they were read for;
    `etag` and `last_modified` are of the same bytes; `served`: the `kind` they came as, and the `issuer` who vouched.
    `lease`: the token of the worker that is at it, until `leased_until`; `step`, `bytes` and `lines` say how far it is;
    `stop`: it should stop. `last_success`: when the text in force was last what the source publishes.
    """

    __tablename__ = "subscription"
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id"), index=True)
    list_id: Mapped[UUID | None] = mapped_column(ForeignKey("list.id", ondelete="CASCADE"), unique=True)
    address: Mapped[str]
    title: Mapped[str]
    role: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    interval: Mapped[int] = mapped_column(default=86_400)
    made_by: Mapped[str]
    made_at: Mapped[datetime]
    paused_at: Mapped[datetime | None]
    next_try: Mapped[datetime | None] = mapped_column(index=True)
    last_try: Mapped[datetime | None]
    last_success: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(default=0)
    trouble: Mapped[str | None]
    etag: Mapped[str | None]
    last_modified: Mapped[str | None]
    body: Mapped[str | None]
    came_from: Mapped[str | None]
    served: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    found: Mapped[dict[str, Any]] = mapped_column(default=dict)
    accepted: Mapped[dict[str, Any]] = mapped_column(default=dict)
    kept: Mapped[str | None]
    taken: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    lease: Mapped[str | None]
    leased_until: Mapped[datetime | None]
    stop: Mapped[bool] = mapped_column(default=False)
    step: Mapped[str] = mapped_column(default="")
    bytes: Mapped[int] = mapped_column(default=0)
    lines: Mapped[int] = mapped_column(default=0)


class ListRefresh(Identified, Row):
    """What came of one fetch. `outcome`: unchanged, taken, held, refused, failed, kept or stopped."""

    __tablename__ = "list_refresh"
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id"))
    subscription_id: Mapped[UUID] = mapped_column(ForeignKey("subscription.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime]
    outcome: Mapped[str]
    detail: Mapped[str] = mapped_column(default="")
    names: Mapped[int | None]
    added: Mapped[int | None]
    removed: Mapped[int | None]


class NameChain(Row):
    """The names that a name led to by CNAME, the nearest first, when a resolver that is not ours last answered. It
    belongs to no school: where a name leads is no secret. `asked_at`: None where none has answered yet."""

    __tablename__ = "name_chain"
    domain: Mapped[str] = mapped_column(primary_key=True)
    chain: Mapped[list[str]] = mapped_column(default=list)
    asked_at: Mapped[datetime | None]
    again_at: Mapped[datetime]
