"""A database by its address, set up so that what is acknowledged stays, and watched for what each transaction writes.

SQLite: WAL needs `synchronous=FULL` to survive a power cut; without `recursive_triggers` REPLACE walks past a trigger
that forbids DELETE; without `secure_delete` what was deleted stays in the file, and without `journal_size_limit` behind
the end of its log; a reader that becomes a writer fails in spite of any timeout, so a writer takes its lock at once.
"""

import re
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event

BUSY_TIMEOUT = 30_000  # milliseconds; it comes first, because the pragmas after it may have to wait themselves
SHORT_TIMEOUT = 2_000  # milliseconds
PRAGMAS = (
    f"busy_timeout={BUSY_TIMEOUT}",
    "journal_mode=WAL",
    "synchronous=FULL",
    "recursive_triggers=ON",
    "secure_delete=ON",
    "journal_size_limit=0",
)
ANY = frozenset("*")
BOOKKEEPING: dict[str, frozenset[str]] = {
    "guesses": ANY,
    "half_sign_in": ANY,
    "delivery": frozenset({"state", "tries", "next_try", "detail", "done_at"}),
    "sign_in": frozenset({"seen_at", "proven_at"}),
    "feed_token": frozenset({"used_at"}),
    "letter": frozenset({"state", "tries", "next_try", "sent_at", "detail", "secret"}),
    "school": frozenset({"reminded_on"}),
    "live_check": ANY,
    "inspection_link": frozenset({"read_at"}),
    "pushed_zone": ANY,
    "access_request": frozenset({"chain_at"}),
    "subscription": frozenset(
        {"next_try", "last_try", "last_success", "failures", "trouble", "etag", "last_modified", "body", "came_from"}
        | {"served"}
        | {"lease", "leased_until", "stop", "step", "bytes", "lines", "found", "kept"}
    ),
    "list_refresh": ANY,
    "name_chain": ANY,
    "snapshot": ANY,
    "target": frozenset({"fetched_at", "fetched_release", "interval"}),
}
"""The columns that machines keep for themselves: when a session was last seen, a feed fetched, a delivery tried. They
are no act of a person. `*` is every column, and rows may come and go."""

_READS = re.compile(
    r"\s*(?:SELECT|PRAGMA|BEGIN|SAVEPOINT|RELEASE|ROLLBACK|COMMIT|SET|SHOW|VALUES|EXPLAIN|VACUUM"
    r"|WITH(?!.*\b(?:INSERT|UPDATE|DELETE|MERGE)\b))\b",
    re.IGNORECASE | re.DOTALL,
)
_WRITES = re.compile(
    r"\s*(?P<verb>INSERT|REPLACE|UPDATE|DELETE)(?:\s+OR\s+\w+)?(?:\s+(?:INTO|FROM))?\s+(?:ONLY\s+)?\"?(?P<table>\w+)\"?",
    re.IGNORECASE,
)
_SET = re.compile(r"\bSET\b(?P<columns>.*?)(?:\bWHERE\b|\bRETURNING\b|\Z)", re.IGNORECASE | re.DOTALL)


class SilentChangeError(RuntimeError):
    """A change that wrote and said nothing, or looking that wrote: a bug, never a user's fault."""


def connect(url: str) -> Engine:
    """The engine of a database. Its connections write only with the execution option `writes`, and with `notes` too
    only bookkeeping."""
    engine = create_engine(url, pool_pre_ping=not url.startswith("sqlite"))
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _sqlite_pragmas)
    event.listen(engine, "begin", _begin)
    event.listen(engine, "before_cursor_execute", _judge)
    event.listen(engine, "after_cursor_execute", _remember)
    return engine


def looking(engine: Engine) -> Engine:
    """The same database for those who only look: on PostgreSQL too, all of it as it was at one instant."""
    if engine.dialect.name != "postgresql":
        return engine
    return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def has_written(connection: Connection) -> bool:
    """Whether the transaction of this connection has written anything so far."""
    return bool(connection.info.get("wrote"))


def written(statement: str) -> tuple[str, str] | None:
    """The verb and the table that a statement writes; None for one that reads. What is not understood writes."""
    if _READS.match(statement):
        return None
    match = _WRITES.match(statement)
    return (match["verb"].upper(), match["table"].lower()) if match else ("?", "?")


def is_bookkeeping(statement: str) -> bool:
    """Whether a statement writes nothing but what machines keep for themselves."""
    verb, table = written(statement) or ("", "")
    allowed = BOOKKEEPING.get(table)
    if allowed is None or allowed is ANY:
        return allowed is ANY
    columns = _SET.search(statement)
    named = re.findall(r'(?:^|,)\s*"?(\w+)"?\s*=', columns["columns"]) if columns else []
    return verb == "UPDATE" and bool(named) and set(named) <= allowed


def _judge(connection: Connection, _cursor: Any, statement: str, *_: Any) -> None:
    options = connection.get_execution_options()
    if (writing := written(statement)) is None:
        return
    if not options.get("writes"):
        raise SilentChangeError(f"looking never writes: {writing[0]} {writing[1]}")
    if options.get("notes") and not is_bookkeeping(statement):
        raise SilentChangeError(f"this is not bookkeeping: {writing[0]} {writing[1]}")


def _remember(connection: Connection, cursor: Any, statement: str, *_: Any) -> None:
    """A statement that found no row to change wrote nothing; one that gives rows back can't be counted yet."""
    if (writing := written(statement)) is None:
        return
    verb, _table = writing
    if verb not in ("UPDATE", "DELETE") or cursor.rowcount != 0 or "RETURNING" in statement.upper():
        connection.info["wrote"] = True


def _sqlite_pragmas(connection: Any, _: object) -> None:
    connection.isolation_level = None
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    """Options: `writes`, and `migrates` where tables are made anew and keys would stand in the way."""
    connection.info["wrote"] = False
    if connection.dialect.name != "sqlite":
        return
    options = connection.get_execution_options()
    connection.exec_driver_sql(f"PRAGMA foreign_keys={'OFF' if options.get('migrates') else 'ON'}")
    connection.exec_driver_sql(f"PRAGMA query_only={'OFF' if options.get('writes') else 'ON'}")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("writes") else "BEGIN")
