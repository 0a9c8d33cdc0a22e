"""People of a school, how they come in, and who stands in for whom."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from .row import Identified, Row


class Person(Identified, Row):
    """Somebody with an account. `role` is core.people.Role; `state` invited, active or left. E-mail in lower case.
    `left_at`: when their access ended, for those who have left since that is kept."""

    __tablename__ = "person"
    __table_args__ = (UniqueConstraint("email"),)
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id"), index=True)
    name: Mapped[str]
    email: Mapped[str]
    role: Mapped[str]
    state: Mapped[str] = mapped_column(default="invited")
    password: Mapped[str | None]
    created_at: Mapped[datetime]
    left_at: Mapped[datetime | None]


class Invitation(Identified, Row):
    """A link to set a password, once. Only the SHA-256 of its token is kept. `mailed`: sent to the person, so that
    nobody else has seen it."""

    __tablename__ = "invitation"
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    token: Mapped[str] = mapped_column(unique=True)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    mailed: Mapped[bool | None]


class SignIn(Identified, Row):
    """A session, kept here so that it can be ended at once. `token`: the SHA-256 of what the cookie holds."""

    __tablename__ = "sign_in"
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    token: Mapped[str] = mapped_column(unique=True)
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    proven_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    device: Mapped[str] = mapped_column(default="")


class RoleProposal(Identified, Row):
    """A role that waits for the headteacher's word. `state`: waiting, approved, refused or withdrawn."""

    __tablename__ = "role_proposal"
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id"), index=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    role: Mapped[str]
    made_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(default="waiting")
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]


class Guesses(Row):
    """Wrong passwords of the last minutes. `key`: the SHA-256 of an e-mail address, known or not, or of a network
    address; it belongs to no school, because nobody has signed in yet. `times`: ISO 8601 instants, oldest first."""

    __tablename__ = "guesses"
    key: Mapped[str] = mapped_column(primary_key=True)
    times: Mapped[list[str]] = mapped_column(default=list)
    last_at: Mapped[datetime] = mapped_column(index=True)
    told_at: Mapped[datetime | None]


class Delegation(Identified, Row):
    """The deputy decides for the headteacher from `since` until before `until`, thirty days at most."""

    __tablename__ = "delegation"
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id"), index=True)
    deputy_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    made_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    since: Mapped[datetime]
    until: Mapped[datetime]
    reason: Mapped[str]
    ended_at: Mapped[datetime | None]
