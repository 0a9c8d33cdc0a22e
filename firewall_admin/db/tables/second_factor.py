"""Second factors of signing in: the seed of an authenticator app, codes for when it is lost, who is half signed in, and
whose was taken away."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from .row import Identified, Row
from .sealing import SEALED
from .second_person import ToConfirm


class SecondFactor(Identified, Row):
    """Of one person, one at most. `seed`: what codes are made of, sealed. `on_at`: when a code of it proved that it
    works; until then it is only offered. `last_step`: the latest half minute whose code was taken (RFC 6238, 5.2: a
    code is accepted once), in steps of 30 seconds since 1970."""

    __tablename__ = "second_factor"
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id"), index=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), unique=True)
    seed: Mapped[str] = mapped_column(info=SEALED)
    begun_at: Mapped[datetime]
    on_at: Mapped[datetime | None]
    last_step: Mapped[int] = mapped_column(default=0)


class RecoveryCode(Identified, Row):
    """A code that works once in place of the app's. `token`: its SHA-256."""

    __tablename__ = "recovery_code"
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    token: Mapped[str] = mapped_column(unique=True)
    used_at: Mapped[datetime | None]


class HalfSignIn(Identified, Row):
    """Somebody who gave the right password and still owes the code. It is no session, and stands in a table of its own
    so that it can't be taken for one. `token`: the SHA-256 of what the cookie holds."""

    __tablename__ = "half_sign_in"
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    token: Mapped[str] = mapped_column(unique=True)
    started_at: Mapped[datetime] = mapped_column(index=True)
    device: Mapped[str] = mapped_column(default="")


class LostFactor(ToConfirm, Row):
    """Somebody's word that a person has lost theirs, and the second person's. `state`: waiting, done or withdrawn."""

    __tablename__ = "lost_factor"
