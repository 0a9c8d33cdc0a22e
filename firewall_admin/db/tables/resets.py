"""New links to set a password: who asked for one, who confirmed it, and when it was used."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from .row import Row
from .second_person import ToConfirm


class PasswordReset(ToConfirm, Row):
    """`state`: waiting for a second person, confirmed, done (the link was made) or withdrawn. `invitation_id`: the link
    that came of it; when that is used, the person is told who made it and who confirmed."""

    __tablename__ = "password_reset"
    invitation_id: Mapped[UUID | None] = mapped_column(ForeignKey("invitation.id"))
    used_at: Mapped[datetime | None]
