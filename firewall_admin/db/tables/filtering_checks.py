"""The filtering checks log: what was planned to be tested by hand or from outside, and what came of it."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from .row import Identified, Row


class FilteringCheck(Identified, Row):
    """One check of the filter, as the Department for Education asks: which device, where, as whom, when, by whom, what
    was tested, with what result and action.

    `kind`: hand, outside (testfiltering.com) or live (made by the service). `group` is the audience or any words for
    who uses the device. `state`: planned, recorded or dropped; `result`: good, part, bad or None while it is planned.
    `reference`: of the certificate, kept elsewhere. `every`: months until it is due again; `follows`: the check whose
    repetition this one is.
    """

    __tablename__ = "filtering_check"
    __table_args__ = (Index("ix_filtering_check_due", "school_id", "state", "due"),)
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id"), index=True)
    kind: Mapped[str]
    device: Mapped[str]
    site: Mapped[str]
    group: Mapped[str]
    due: Mapped[date]
    every: Mapped[int | None]
    state: Mapped[str] = mapped_column(default="planned")
    planned_by: Mapped[str]
    planned_at: Mapped[datetime]
    done_on: Mapped[date | None]
    done_by: Mapped[str] = mapped_column(default="")
    recorded_at: Mapped[datetime | None]
    tested: Mapped[str] = mapped_column(default="")
    result: Mapped[str | None]
    action: Mapped[str] = mapped_column(default="")
    reference: Mapped[str] = mapped_column(default="")
    follows: Mapped[UUID | None] = mapped_column(ForeignKey("filtering_check.id"))
