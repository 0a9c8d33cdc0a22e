"""Live questions, and what they found."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from .row import Identified, Row


class Check(Identified, Row):
    """One name asked of one target's resolver, from an audience's vantage. `expected`: blocked, open or rewritten.

    `why`: decision, rule, change, sample, control or marker; `decision` names the decision it proves (D-7). `state`:
    due or done; `finding`: enforced, leaking, overblocking, silent, stale, or None while it is due. `evidence`: what
    was asked and answered, and when.
    """

    __tablename__ = "live_check"
    __table_args__ = (Index("ix_live_check_proof", "school_id", "domain", "audience", "done_at"),)
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id"), index=True)
    target_id: Mapped[UUID] = mapped_column(ForeignKey("target.id"), index=True)
    release_id: Mapped[UUID] = mapped_column(ForeignKey("release.id"), index=True)
    audience: Mapped[str]
    domain: Mapped[str]
    expected: Mapped[str]
    why: Mapped[str]
    decision: Mapped[str | None]
    state: Mapped[str] = mapped_column(default="due", index=True)
    tries: Mapped[int] = mapped_column(default=0)
    next_try: Mapped[datetime]
    done_at: Mapped[datetime | None]
    finding: Mapped[str | None]
    evidence: Mapped[dict[str, Any]] = mapped_column(default=dict)
