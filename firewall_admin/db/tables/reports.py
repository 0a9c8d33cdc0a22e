"""What people report, what was done about it, who may use equipment only under supervision, and what was destroyed.

Free text stands here and nowhere else: the trail holds none of it, so it can be destroyed without breaking the chain.
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from .row import Identified, Row
from .sealing import SEALED


class PupilName(Identified, Row):
    """A pupil by the school's reference. `name` is sealed (adapters.sealed), and there only where somebody needed it.
    `salt` (hexadecimal) is what the trail's commitments were made with: with this row they lose their meaning."""

    __tablename__ = "pupil_name"
    __table_args__ = (UniqueConstraint("school_id", "reference"),)
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id"), index=True)
    reference: Mapped[str]
    salt: Mapped[str]
    name: Mapped[str | None] = mapped_column(info=SEALED)
    made_at: Mapped[datetime]


class Kept:
    """What the records have in common: how long their details are kept. `hold`: why they may not be destroyed now.
    `destroy_on` is set when a record is closed; `destroyed_at` once only its stub is left."""

    hold: Mapped[str | None]
    closed_at: Mapped[datetime | None]
    destroy_on: Mapped[datetime | None] = mapped_column(index=True)
    destroyed_at: Mapped[datetime | None]


class ContentReport(Identified, Kept, Row):
    """Something that should not be reached could be. `number` counts a school's: CR-3. `state`, `kind` and `area`:
    core.content_reports. An `illegal` one never has an address: it is not kept at all."""

    __tablename__ = "content_report"
    __table_args__ = (UniqueConstraint("school_id", "number"),)
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id"), index=True)
    number: Mapped[int]
    state: Mapped[str]
    illegal: Mapped[bool] = mapped_column(default=False)
    reported_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    reported_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    address: Mapped[str] = mapped_column(default="")
    domain: Mapped[str | None] = mapped_column(index=True)
    place: Mapped[str] = mapped_column(default="")
    kind: Mapped[str] = mapped_column(default="")
    area: Mapped[str] = mapped_column(default="")
    pupil_id: Mapped[UUID | None] = mapped_column(ForeignKey("pupil_name.id"))
    done: Mapped[str] = mapped_column(default="")
    handled_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    handled_at: Mapped[datetime | None]
    rule_id: Mapped[UUID | None] = mapped_column(ForeignKey("rule.id"))


class Incident(Identified, Kept, Row):
    """An attempt to get round the filter, or harassment of somebody online. `number` counts a school's: IN-3. `kind`,
    `method` and `state`: core.incidents. `indicator`: a name seen in it that can be blocked."""

    __tablename__ = "incident"
    __table_args__ = (UniqueConstraint("school_id", "number"),)
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id"), index=True)
    number: Mapped[int]
    kind: Mapped[str]
    state: Mapped[str]
    reported_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    reported_at: Mapped[datetime]
    happened_at: Mapped[datetime]
    method: Mapped[str] = mapped_column(default="")
    indicator: Mapped[str] = mapped_column(default="")
    found: Mapped[str] = mapped_column(default="")
    place: Mapped[str] = mapped_column(default="")
    evidence: Mapped[str] = mapped_column(default="")
    log_reference: Mapped[str] = mapped_column(default="")
    at_risk: Mapped[bool] = mapped_column(default=False)
    pupil_id: Mapped[UUID | None] = mapped_column(ForeignKey("pupil_name.id"))
    rule_id: Mapped[UUID | None] = mapped_column(ForeignKey("rule.id"))


class Restriction(Identified, Kept, Row):
    """A pupil uses school equipment only under close supervision, from a day to a day (both included). `number` counts
    a school's: RS-3. `ended_on`: the first day it no longer held, where it was ended early."""

    __tablename__ = "restriction"
    __table_args__ = (UniqueConstraint("school_id", "number"),)
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id"), index=True)
    number: Mapped[int]
    pupil_id: Mapped[UUID | None] = mapped_column(ForeignKey("pupil_name.id"))
    incident_id: Mapped[UUID | None] = mapped_column(ForeignKey("incident.id"))
    since: Mapped[date]
    until: Mapped[date]
    review_on: Mapped[date]
    reason: Mapped[str] = mapped_column(default="")
    decided_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime]
    reviewed_at: Mapped[datetime | None]
    reviewed_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    ended_on: Mapped[date | None]


class ReportNote(Identified, Row):
    """What somebody did about a record, in the order it was done. `step`: the step's name; `result` its outcome in a
    word; `outside`: the reference that somebody else's record of it has."""

    __tablename__ = "report_note"
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id"))
    report_id: Mapped[UUID | None] = mapped_column(ForeignKey("content_report.id"), index=True)
    incident_id: Mapped[UUID | None] = mapped_column(ForeignKey("incident.id"), index=True)
    restriction_id: Mapped[UUID | None] = mapped_column(ForeignKey("restriction.id"), index=True)
    step: Mapped[str]
    result: Mapped[str] = mapped_column(default="")
    text: Mapped[str] = mapped_column(default="")
    outside: Mapped[str] = mapped_column(default="")
    made_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]


class RetentionChoice(Identified, Row):
    """How many months a school keeps something, where that is not core.retention's default. `hold`: why nothing of the
    kind may be destroyed now."""

    __tablename__ = "retention_choice"
    __table_args__ = (UniqueConstraint("school_id", "rule"),)
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id"))
    rule: Mapped[str]
    months: Mapped[int]
    reason: Mapped[str]
    hold: Mapped[str | None]
    made_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]


class Destruction(Identified, Row):
    """The log of destruction, which only grows: what was destroyed, when, by whom and by which rule. No pupil's data,
    and no word of what was destroyed."""

    __tablename__ = "destruction"
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id"), index=True)
    at: Mapped[datetime]
    by: Mapped[str]
    rule: Mapped[str]
    record: Mapped[str]
    why: Mapped[str]
