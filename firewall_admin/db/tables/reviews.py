"""What a school says of itself, its yearly reviews, and the links by which inspectors read."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from .row import Identified, Row


class Undertaking(Identified, Row):
    """An answer of the school about itself; `kind` of core.undertakings. A newer one takes its place, and it stays."""

    __tablename__ = "undertaking"
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id"), index=True)
    kind: Mapped[str]
    text: Mapped[str]
    owner: Mapped[str]
    review_on: Mapped[date]
    made_by: Mapped[str]
    made_at: Mapped[datetime]
    replaced_at: Mapped[datetime | None]


class Review(Identified, Row):
    """A review of filtering: yearly, or because something changed. `answers`: what people wrote, by section; `facts`:
    the evidence as it was when the review was finished; `sha256` of both: what the signatures are of."""

    __tablename__ = "review"
    __table_args__ = (UniqueConstraint("school_id", "number"),)
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id"), index=True)
    number: Mapped[int]
    cause: Mapped[str]
    opened_by: Mapped[str]
    opened_at: Mapped[datetime]
    answers: Mapped[dict[str, Any]] = mapped_column(default=dict)
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    sha256: Mapped[str | None]
    finished_at: Mapped[datetime | None]
    signed_at: Mapped[datetime | None]


class ReviewSignature(Identified, Row):
    """Somebody signed a finished review: `role` is of that day."""

    __tablename__ = "review_signature"
    __table_args__ = (UniqueConstraint("review_id", "role"),)
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id"))
    review_id: Mapped[UUID] = mapped_column(ForeignKey("review.id"), index=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    name: Mapped[str]
    role: Mapped[str]
    sha256: Mapped[str]
    at: Mapped[datetime]


class ReviewAction(Identified, Row):
    """Something a review found that is to be done, by whom and until when; `outcome` once it is."""

    __tablename__ = "review_action"
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id"), index=True)
    review_id: Mapped[UUID] = mapped_column(ForeignKey("review.id"), index=True)
    text: Mapped[str]
    owner: Mapped[str]
    due: Mapped[date]
    made_by: Mapped[str]
    made_at: Mapped[datetime]
    outcome: Mapped[str] = mapped_column(default="")
    done_by: Mapped[str | None]
    done_at: Mapped[datetime | None]


class InspectionLink(Identified, Row):
    """A link by which somebody from outside reads the evidence until it ends. Only the SHA-256 of its token is kept."""

    __tablename__ = "inspection_link"
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id"), index=True)
    token: Mapped[str] = mapped_column(unique=True)
    purpose: Mapped[str]
    made_by: Mapped[str]
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    read_at: Mapped[datetime | None]
