"""The trail: append-only by trigger, hash-chained per school."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from .row import Row


class Entry(Row):
    """One event. `hash` is the SHA-256 of the entry's canonical form, which holds the hash of the one before it."""

    __tablename__ = "trail"
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    actor: Mapped[str]
    actor_id: Mapped[UUID | None]
    role: Mapped[str]
    event: Mapped[str]
    fields: Mapped[dict[str, Any]]
    previous: Mapped[str]
    hash: Mapped[str]
