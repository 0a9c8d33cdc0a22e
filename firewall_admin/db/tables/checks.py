"""Live questions, and what they found."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from .row import Identified, Row


class LiveCheck(Identified, Row):
    """One name asked of one of a target's resolvers, as a client of an audience.

    `expected`: blocked, open or rewritten, with the details under `wanted` (core.checks.Expected), and under `before`
    what the release before said where that was otherwise. `resolver`: whom it asks and from where, in words; `vantage`
    the same as values. `why`: decision, rule, change, sample, control; `decision` names the decision it proves (D-7).
    `occasion`: the publishing, the day or the order that it was made for.

    `state`: due; watched, while a bad finding is asked again; done. `finding` as in core.checks, None while it is due
    for the first time. `evidence`: what was asked and answered, when, and the sentence for people.
    """

    __tablename__ = "live_check"
    __table_args__ = (
        Index("ix_live_check_proof", "school_id", "domain", "audience", "done_at"),
        # Whatever two workers do at once: one occasion asks one question once.
        UniqueConstraint("target_id", "release_id", "resolver", "audience", "domain", "occasion", name="uq_live_check"),
    )
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id"), index=True)
    target_id: Mapped[UUID] = mapped_column(ForeignKey("target.id"), index=True)
    release_id: Mapped[UUID] = mapped_column(ForeignKey("release.id"), index=True)
    resolver: Mapped[str]
    vantage: Mapped[dict[str, Any]] = mapped_column(default=dict)
    audience: Mapped[str]
    domain: Mapped[str]
    expected: Mapped[str]
    wanted: Mapped[dict[str, Any]] = mapped_column(default=dict)
    before: Mapped[dict[str, Any]] = mapped_column(default=dict)
    why: Mapped[str]
    decision: Mapped[str | None] = mapped_column(index=True)
    occasion: Mapped[str]
    state: Mapped[str] = mapped_column(default="due", index=True)
    tries: Mapped[int] = mapped_column(default=0)
    next_try: Mapped[datetime]
    done_at: Mapped[datetime | None]
    finding: Mapped[str | None]
    evidence: Mapped[dict[str, Any]] = mapped_column(default=dict)
