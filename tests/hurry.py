"""Where tests hurry, and why none of them sees less for it. `tests.world` takes these shortcuts as it is imported.

- Hundreds of databases are made in a process, each with an engine of its own; a service has one, and keeps each
  statement that it has compiled once. Here all engines of a kind share what was compiled, as one engine would.
- A hash of a password is to cost whoever guesses, not a test that signs somebody in. The `proper_hashes` fixture gives
  the true costs to tests that are about them.
- A test's database need not survive a power cut: half of the time of a small change is waiting for the disk.
"""

import sqlite3
from collections.abc import Callable
from typing import Any

from sqlalchemy import Dialect, Engine
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.util import LRUCache

from firewall_admin.adapters import passwords

ROOM = 5_000  # statements of a kind of database; the whole suite compiles fewer
MEMORY = 64  # KiB
PROPER_MEMORY = passwords.MEMORY
_compiled: dict[type[Dialect], LRUCache[Any, Any]] = {}


def take_shortcuts() -> None:
    """For this process, until it ends."""
    passwords.MEMORY = MEMORY
    if DefaultDialect.__eq__ is object.__eq__:
        setattr(DefaultDialect, "__eq__", lambda one, other: type(one) is type(other))  # noqa: B010
        setattr(DefaultDialect, "__hash__", lambda one: hash(type(one)))  # noqa: B010
        setattr(Engine, "__init__", _sharing(Engine.__init__))  # noqa: B010


def _sharing(init: Callable[..., None]) -> Callable[..., None]:
    """Make an engine, and give it what others of its kind compiled. A statement is kept by its dialect: two of one
    class are equal, for there is one SQLite and one server in a process."""

    def made(engine: Engine, *arguments: Any, **words: Any) -> None:
        init(engine, *arguments, **words)
        kind = type(engine.dialect)
        engine._compiled_cache = _compiled.setdefault(kind, LRUCache(ROOM))

    return made


def hurried(connection: sqlite3.Connection, _: object) -> None:
    """A listener to `connect`."""
    connection.execute("PRAGMA synchronous=OFF")
