"""What people ask for, what is advised, and what the headteacher decides."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from .row import Identified, Row


class AccessRequest(Identified, Row):
    """The school's "blocked content access" form. `number` counts a school's requests: AR-12.

    `kind`: core.terms.Kind; `terms` what is asked for, as core.terms writes it. `version` counts every edit, so that a
    page that was read before one can't act on it. `chain_at`: when it was last asked where its names lead in DNS (the
    answers are in NameChain). `follows`: the request that this one renews or appeals against, and `why_again` which of
    the two ("renewal", "appeal"). `hold`: why its texts may not be destroyed now; `destroyed_at`: since when they are.
    """

    __tablename__ = "access_request"
    __table_args__ = (UniqueConstraint("school_id", "number"),)
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id"), index=True)
    number: Mapped[int]
    kind: Mapped[str]
    state: Mapped[str] = mapped_column(default="submitted")
    version: Mapped[int] = mapped_column(default=1)
    asked_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    address: Mapped[str] = mapped_column(default="")
    domain: Mapped[str | None] = mapped_column(index=True)
    terms: Mapped[dict[str, Any]] = mapped_column(default=dict)
    who: Mapped[str] = mapped_column(default="")
    purpose: Mapped[str]
    curriculum: Mapped[str] = mapped_column(default="")
    alternatives: Mapped[str] = mapped_column(default="")
    blocked_by: Mapped[str] = mapped_column(default="")
    device: Mapped[str] = mapped_column(default="")
    long_reason: Mapped[str] = mapped_column(default="")
    previewed: Mapped[bool] = mapped_column(default=False)
    sensitive: Mapped[bool] = mapped_column(default=False)
    needed_by: Mapped[date | None]
    chain_at: Mapped[datetime | None]
    follows: Mapped[UUID | None] = mapped_column(ForeignKey("access_request.id"))
    why_again: Mapped[str | None]
    hold: Mapped[str | None]
    destroyed_at: Mapped[datetime | None]


class Assessment(Identified, Row):
    """The network manager's advice, for the version of the request that it was given on; an edit voids it."""

    __tablename__ = "assessment"
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id"))
    request_id: Mapped[UUID] = mapped_column(ForeignKey("access_request.id"), index=True)
    made_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]
    version: Mapped[int]
    advice: Mapped[str]
    text: Mapped[str]
    risk: Mapped[str] = mapped_column(default="")
    terms: Mapped[dict[str, Any]] = mapped_column(default=dict)
    voided_at: Mapped[datetime | None]


class Remark(Identified, Row):
    """A question, its answer, or a comment on a request. `kind`: question, answer, comment."""

    __tablename__ = "remark"
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id"))
    request_id: Mapped[UUID] = mapped_column(ForeignKey("access_request.id"), index=True)
    made_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]
    kind: Mapped[str]
    text: Mapped[str]


class Decision(Identified, Row):
    """The headteacher's word, which nobody edits: a trigger refuses it. `number` counts a school's decisions: D-7.

    `sha256`: of everything the decider was shown. `name`, `role` and `standing_in_for` are of that day. `supersedes`:
    the decision in whose place this one stands.
    """

    __tablename__ = "decision"
    __table_args__ = (UniqueConstraint("school_id", "number"), UniqueConstraint("supersedes"))
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id"), index=True)
    number: Mapped[int]
    request_id: Mapped[UUID] = mapped_column(ForeignKey("access_request.id"), index=True)
    outcome: Mapped[str]
    reason: Mapped[str]
    terms: Mapped[dict[str, Any]] = mapped_column(default=dict)
    made_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    name: Mapped[str]
    role: Mapped[str]
    standing_in_for: Mapped[str | None]
    made_at: Mapped[datetime]
    sha256: Mapped[str]
    supersedes: Mapped[UUID | None] = mapped_column(ForeignKey("decision.id"))


class DecisionShown(Identified, Row):
    """What the decider was shown, as canonical JSON, whose hash the decision holds. It repeats what people wrote in the
    request, so it stands apart from the decision, which nobody can change, and is destroyed with those texts."""

    __tablename__ = "decision_shown"
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id"))
    decision_id: Mapped[UUID] = mapped_column(ForeignKey("decision.id"), unique=True)
    text: Mapped[str]
