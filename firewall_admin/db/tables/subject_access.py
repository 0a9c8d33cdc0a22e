"""Somebody asked what is kept of them: what was gone through, chosen, approved and given, to whom and when."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from .row import Identified, Row


class SubjectAccess(Identified, Row):
    """One asking. `number` counts a school's: SA-2. It is about a pupil or a person; neither is there any more once a
    pupil is erased. `asked_by`: who asked, in words; `due`: the day by which the law wants an answer.

    `file`: what was approved, as JSON, from the approval on, and `sha256` its hash; `given`, `withheld`: how many
    records are in it, and how many were left out. `given_to`: to whom it was handed, and how.
    """

    __tablename__ = "subject_access"
    __table_args__ = (UniqueConstraint("school_id", "number"),)
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id"), index=True)
    number: Mapped[int]
    pupil_id: Mapped[UUID | None] = mapped_column(ForeignKey("pupil_name.id"))
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    asked_by: Mapped[str] = mapped_column(default="")
    asked_on: Mapped[date]
    due: Mapped[date]
    made_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]
    approved_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    approved_at: Mapped[datetime | None]
    file: Mapped[str] = mapped_column(default="")
    sha256: Mapped[str | None]
    given: Mapped[int] = mapped_column(default=0)
    withheld: Mapped[int] = mapped_column(default=0)
    given_to: Mapped[str] = mapped_column(default="")
    given_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    given_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class SubjectAccessChoice(Identified, Row):
    """Whether a row is in what is given: `item` is its table and its key. `why`: core.subject_access.WHY, or words."""

    __tablename__ = "subject_access_choice"
    __table_args__ = (UniqueConstraint("subject_access_id", "item"),)
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id"))
    subject_access_id: Mapped[UUID] = mapped_column(ForeignKey("subject_access.id"), index=True)
    item: Mapped[str]
    given: Mapped[bool]
    why: Mapped[str]
    made_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]
