"""The outbox: letters that wait to be sent, and those that were."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from .row import Identified, Row


class Letter(Identified, Row):
    """A letter to one person, written in the change that it tells of. `key` says what it is about, so that the same is
    never written twice to one person. `path`: the page it leads to. `state`: due, sent, given-up or withdrawn. With
    `digest` it is a line of the morning's digest. `secret`: the sealed path of a link that nobody else may see, until
    it is sent. `next_try`: not to be taken before; whoever sends it puts this off first, so that nobody else does."""

    __tablename__ = "letter"
    __table_args__ = (UniqueConstraint("school_id", "person_id", "key"),)
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id"), index=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    key: Mapped[str]
    kind: Mapped[str]
    subject: Mapped[str]
    text: Mapped[str]
    path: Mapped[str] = mapped_column(default="/")
    calendar: Mapped[str | None]
    secret: Mapped[str | None]
    digest: Mapped[bool] = mapped_column(default=False)
    written_at: Mapped[datetime]
    send_after: Mapped[datetime]
    state: Mapped[str] = mapped_column(default="due", index=True)
    tries: Mapped[int] = mapped_column(default=0)
    next_try: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    detail: Mapped[str] = mapped_column(default="")
