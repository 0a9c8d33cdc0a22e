"""Primary DNS servers that releases are pushed to, and what each of their zones is known to hold."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from .row import Identified, Row
from .sealing import SEALED


class PushRow(Identified, Row):
    """Where a target's zones are pushed to. `suffix`: what their names end in; `algorithm` as in `hmac-sha256`;
    `secret`: the key in base64, sealed."""

    __tablename__ = "push"
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id"), index=True)
    target_id: Mapped[UUID] = mapped_column(ForeignKey("target.id"), unique=True)
    address: Mapped[str]
    port: Mapped[int]
    suffix: Mapped[str] = mapped_column(default="rpz")
    key_name: Mapped[str]
    algorithm: Mapped[str] = mapped_column(default="hmac-sha256")
    secret: Mapped[str] = mapped_column(info=SEALED)
    changed_at: Mapped[datetime]


class PushedZone(Identified, Row):
    """What a zone of a primary held when it was last seen right: the release that it was pushed with, the SHA-256 of
    its records and, under `file`, of the file that they came from, and its serial, after which nobody else has touched
    it. `token`: the change that was last begun, by which one that was broken off is known to be ours. `compared_at`:
    when all of its records were last compared."""

    __tablename__ = "pushed_zone"
    __table_args__ = (UniqueConstraint("target_id", "zone"),)
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id"))
    target_id: Mapped[UUID] = mapped_column(ForeignKey("target.id"))
    zone: Mapped[str]
    release: Mapped[int]
    digest: Mapped[str] = mapped_column(default="")
    file: Mapped[str] = mapped_column(default="")
    serial: Mapped[int | None] = mapped_column(BigInteger)
    token: Mapped[str] = mapped_column(default="")
    seen_at: Mapped[datetime | None]
    compared_at: Mapped[datetime | None]
