"""What all tables share: names of constraints, ids made here, instants kept in UTC."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import uuid_utils.compat
from sqlalchemy import JSON, DateTime, MetaData, Uuid
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """An aware instant; a naive one is a bug and refused. SQLite keeps no offset, so UTC is put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError(f"an instant needs an offset: {value}")
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        return value.replace(tzinfo=value.tzinfo or UTC).astimezone(UTC) if value else None


class Row(DeclarativeBase):
    """The base of every table."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {  # noqa: RUF012 - as SQLAlchemy wants it
        datetime: UtcDateTime,
        UUID: Uuid,
        list[str]: JSON,
        list[Any]: JSON,
        dict[str, Any]: JSON,
    }


def new_id() -> UUID:
    """A version 7 UUID: unguessable enough to be public, and in the order of making."""
    return uuid_utils.compat.uuid7()


class Identified:
    """A row with an id of its own."""

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
