"""The school and its policy as people edit it. Bulk names are not rows: a list points at a snapshot in the store."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from .row import Identified, Row


class School(Identified, Row):
    """`revision` counts changes of its policy; `hold` says why nothing is published by itself, if so; `trouble` what
    keeps a release from being prepared. `terms`: half-terms from first to last day, `2026-09-02/2026-10-23`, in order;
    without them every weekday is a school day. `goes_back`: whether the service goes back to the last good release by
    itself where checks find a new one wrong. `reminded_on`: the last day that has had its reminders and digests.
    `second_factor`: who must have one (core.second_factor.Must)."""

    __tablename__ = "school"
    name: Mapped[str]
    timezone: Mapped[str] = mapped_column(default="Europe/London")
    domains: Mapped[list[str]] = mapped_column(default=list)
    created_at: Mapped[datetime]
    signed_at: Mapped[datetime | None]
    revision: Mapped[int] = mapped_column(default=0)
    hold: Mapped[str | None]
    trouble: Mapped[str | None]
    terms: Mapped[list[str]] = mapped_column(default=list, server_default="[]")
    goes_back: Mapped[bool | None]
    reminded_on: Mapped[date | None]
    second_factor: Mapped[str] = mapped_column(default="nobody", server_default="nobody")


class AudienceRow(Identified, Row):
    """Clients that are filtered alike; `position` is the order on screens."""

    __tablename__ = "audience"
    __table_args__ = (UniqueConstraint("school_id", "name"),)
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id"))
    name: Mapped[str]
    networks: Mapped[list[str]] = mapped_column(default=list)
    answer: Mapped[str] = mapped_column(default="nxdomain")
    sinkhole: Mapped[list[str]] = mapped_column(default=list)
    safe_search: Mapped[bool] = mapped_column(default=False)
    youtube: Mapped[str] = mapped_column(default="off")
    anti_bypass: Mapped[bool] = mapped_column(default=True)
    essential: Mapped[bool] = mapped_column(default=True)
    position: Mapped[int] = mapped_column(default=0)


class TimetableRow(Identified, Row):
    """Weekly windows and terms, each in the spelling of the policy file."""

    __tablename__ = "timetable"
    __table_args__ = (UniqueConstraint("school_id", "name"),)
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id"))
    name: Mapped[str]
    windows: Mapped[list[str]] = mapped_column(default=list)
    terms: Mapped[list[str]] = mapped_column(default=list)


class Snapshot(Row):
    """The immutable content of a list, kept in the store under its SHA-256 (hexadecimal)."""

    __tablename__ = "snapshot"
    sha256: Mapped[str] = mapped_column(primary_key=True)
    names: Mapped[int]
    size: Mapped[int]
    created_at: Mapped[datetime]


class ListRow(Identified, Row):
    """A school's own list; shipped lists have no row. `rejected`: the first lines of its text that were no names, each
    with number and reason; `rejected_lines` says how many there were."""

    __tablename__ = "list"
    __table_args__ = (UniqueConstraint("school_id", "slug"),)
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id"))
    slug: Mapped[str]
    title: Mapped[str]
    role: Mapped[str]
    source: Mapped[str] = mapped_column(default="pasted")
    note: Mapped[str] = mapped_column(default="")
    snapshot: Mapped[str] = mapped_column(ForeignKey("snapshot.sha256"))
    rejected: Mapped[list[Any]] = mapped_column(default=list)
    rejected_lines: Mapped[int] = mapped_column(default=0)
    changed_at: Mapped[datetime]


class AssignmentRow(Identified, Row):
    """A list, shipped or the school's own, in force for an audience; `when` and `except_` name timetables."""

    __tablename__ = "assignment"
    __table_args__ = (UniqueConstraint("audience_id", "slug"),)
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id"))
    audience_id: Mapped[UUID] = mapped_column(ForeignKey("audience.id"))
    slug: Mapped[str]
    when: Mapped[str | None]
    except_: Mapped[str | None]


class RuleRow(Identified, Row):
    """A person's block or allow of a name. It is ended, never deleted: `ended_at` and who did it stay.

    `former_audience`: the name of its audience, once that has been removed; such a rule has ended."""

    __tablename__ = "rule"
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id"), index=True)
    action: Mapped[str]
    domain: Mapped[str] = mapped_column(index=True)
    audience_id: Mapped[UUID | None] = mapped_column(ForeignKey("audience.id"))
    since: Mapped[datetime | None]
    until: Mapped[datetime | None]
    when: Mapped[str | None]
    reason: Mapped[str] = mapped_column(default="")
    decision: Mapped[str | None]
    made_by: Mapped[str]
    made_at: Mapped[datetime]
    ended_by: Mapped[str | None]
    ended_at: Mapped[datetime | None]
    former_audience: Mapped[str | None]
