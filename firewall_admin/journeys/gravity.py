"""The tables of Pi-hole's gravity.db, read out of the bytes somebody handed in.

The database is opened in memory, may only be read, and for a bounded time: a table could be a view, a trigger or a
virtual table that does something else. (Pi-hole, "Domain database", docs.pi-hole.net/database/domain-database)
"""

import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from typing import Any

from firewall_admin.core.refusals import Refusal

MAGIC = b"SQLite format 3\0"
Tables = Mapping[str, Sequence[Mapping[str, Any]]]
_COLUMNS = {
    "domainlist": ("id", "type", "domain", "enabled"),
    "adlist": ("id", "address", "enabled"),
    "group": ("id", "name"),
    "client": ("id", "ip"),
    "domainlist_by_group": ("domainlist_id", "group_id"),
}
_MOST_ROWS, _MOST_STEPS, _STEPS = 500_000, 20_000, 10_000
_MAY = (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ)


def tables(data: bytes) -> Tables:
    """The rows of the tables that are there, each as a mapping. Raises Refusal (field `file`)."""
    if not data.startswith(MAGIC) or len(data) < 512:
        raise Refusal("gravity.db is no SQLite database.", "file")
    copy = bytearray(data)
    copy[18:20] = b"\1\1"  # in memory there is no write-ahead log to look for
    try:
        with closing(sqlite3.connect(":memory:")) as connection:
            connection.deserialize(bytes(copy))
            steps = iter(range(_MOST_STEPS))
            connection.set_progress_handler(lambda: next(steps, None) is None, _STEPS)
            connection.set_authorizer(lambda action, *_: sqlite3.SQLITE_OK if action in _MAY else sqlite3.SQLITE_DENY)
            return {table: _rows(connection, table, columns) for table, columns in _COLUMNS.items()}
    except (sqlite3.Error, UnicodeDecodeError, OverflowError) as problem:
        raise Refusal(f"gravity.db can't be read: {problem}.", "file") from None


def _rows(connection: sqlite3.Connection, table: str, columns: Sequence[str]) -> list[dict[str, Any]]:
    real = "SELECT name FROM sqlite_master WHERE type = 'table' AND rootpage > 0 AND name = ?"
    if connection.execute(real, (table,)).fetchone() is None:
        return []
    wanted = ", ".join(f'"{column}"' for column in columns)
    found = connection.execute(f'SELECT {wanted} FROM "{table}" LIMIT {_MOST_ROWS}')  # noqa: S608 - words of ours
    return [dict(zip(columns, row, strict=True)) for row in found]
