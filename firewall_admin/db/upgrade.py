"""Bringing a database to the present schema, in one transaction and after a copy.

Several processes may start at once: one of them migrates, the others wait and find it done.
"""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from firewall_admin.core.refusals import Refusal

from .change import Database
from .schema import MIGRATIONS

_LOCK = 5_150_626_148_110_407_793  # of PostgreSQL's advisory locks: any number that nobody else takes


def upgrade(database: Database, migrations: Path = MIGRATIONS) -> bool:
    """Apply the migrations that are missing; True if there were any. A SQLite database is copied beside itself
    first, as `<file>.before-<revision>`. Raises Refusal where the database is newer than the program."""
    config = _config(migrations)
    script = ScriptDirectory.from_config(config)
    head = script.get_current_head()
    with database.engine.connect() as connection:
        if _revision(connection) == head:
            return False
    with database.engine.execution_options(writes=True, migrates=True).begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
        current = _revision(connection)
        if current == head:
            return False
        if current not in {None, *(revision.revision for revision in script.walk_revisions())}:
            raise Refusal(f"the database was written by a newer version of the program (schema {current})")
        if current and connection.dialect.name == "sqlite":
            _copy(database, f"before-{head}")
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        _check_keys(connection)
    return True


def _config(migrations: Path) -> Config:
    config = Config()
    config.set_main_option("script_location", str(migrations).replace("%", "%%"))
    return config


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _copy(database: Database, suffix: str) -> None:
    """A whole copy or none. The caller holds the lock on writing, so the copy is what is about to be migrated."""
    file = database.engine.url.database
    if not file or file == ":memory:":
        return
    copy = Path(f"{file}.{suffix}")
    unfinished = Path(f"{copy}.unfinished")
    unfinished.unlink(missing_ok=True)
    os.close(os.open(unfinished, os.O_CREAT | os.O_EXCL, 0o600))  # it holds what the database holds: its owner's alone
    with closing(sqlite3.connect(file)) as source:
        source.execute("VACUUM INTO ?", (str(unfinished),))
    with unfinished.open("rb") as written:
        os.fsync(written.fileno())
    unfinished.replace(copy)


def _check_keys(connection: Connection) -> None:
    """Tables were made anew without foreign keys being watched: nothing may hang in the air after that."""
    if connection.dialect.name == "sqlite":
        lost = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
        if lost is not None:
            raise RuntimeError(f"the migration left a row of {lost[0]} without its {lost[2]}")
