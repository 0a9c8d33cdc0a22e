"""Who has read what the filter does."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from .row import Identified, Row


class Acknowledgement(Identified, Row):
    """A member of staff has read the statement of rules. `version` is the SHA-256 of its lasting part, `text` what was
    read, so that it can be shown in three years."""

    __tablename__ = "acknowledgement"
    __table_args__ = (UniqueConstraint("school_id", "person_id", "version"),)
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id"), index=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    version: Mapped[str]
    text: Mapped[str]
    at: Mapped[datetime]
