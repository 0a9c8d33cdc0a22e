"""Migrations make exactly the tables, all of them or none, and after a copy."""

import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect, select

from firewall_admin.adapters import clock
from firewall_admin.core.refusals import Refusal
from firewall_admin.db.change import Database
from firewall_admin.db.schema import MIGRATIONS
from firewall_admin.db.tables import Person, Row, School
from firewall_admin.db.upgrade import upgrade

SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
SECOND = """
import sqlalchemy as sa
from alembic import op

revision, down_revision = "0004", "0003"

def upgrade():
    with op.batch_alter_table("school") as school:
        school.add_column(sa.Column("motto", sa.String(), nullable=False, server_default="none"))
        school.alter_column("name", type_=sa.String(200))
    {then}
"""


@pytest.fixture
def next_version(tmp_path):
    """The migrations of a version after this one; `then` is what its second migration does at its end."""

    def make(then="pass"):
        folder = tmp_path / "migrations"
        shutil.copytree(MIGRATIONS, folder, ignore=shutil.ignore_patterns("__pycache__"))
        (folder / "versions" / "0004_fourth.py").write_text(SECOND.format(then=then))
        return folder

    return make


@pytest.fixture
def empty_url(request, database_url, tmp_path):
    """A database with nothing in it."""
    if database_url.startswith("sqlite"):
        yield database_url
        return
    with request.getfixturevalue("postgresql_server").database("template0") as url:
        yield url


def columns(database, table):
    return {column["name"] for column in inspect(database.engine).get_columns(table)}


def test_the_migrations_make_the_tables_and_nothing_else(empty_url):
    database = Database(empty_url, clock.now)
    assert upgrade(database)
    with database.engine.connect() as connection:
        compared = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(compared, Row.metadata) == []
    assert not upgrade(database), "nothing is left to do"
    database.engine.dispose()


def test_processes_that_start_together_upgrade_once(empty_url):
    databases = [Database(empty_url, clock.now) for _ in range(4)]
    done = []
    threads = [threading.Thread(target=lambda db=db: done.append(upgrade(db))) for db in databases]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for database in databases:
        database.engine.dispose()
    assert sorted(done) == [False, False, False, True]


def test_a_school_from_before_second_factors_asks_nobody_for_one(empty_url, tmp_path):
    before = tmp_path / "before"
    shutil.copytree(MIGRATIONS, before, ignore=shutil.ignore_patterns("__pycache__", "0003_*"))
    database = Database(empty_url, clock.now)
    assert upgrade(database, before)
    assert "second_factor" not in columns(database, "school")
    values = "'00000000000000000000000000000001', 'Oakfield', 'Europe/London', '[]', '2026-01-01 00:00:00+00:00', 0"
    with database.engine.execution_options(writes=True).begin() as connection:
        connection.exec_driver_sql(
            f"INSERT INTO school (id, name, timezone, domains, created_at, revision) VALUES ({values})"
        )
    assert upgrade(database)
    with database.look() as session:
        assert session.scalars(select(School.second_factor)).one() == "nobody"
    database.engine.dispose()


def test_what_is_there_stays_when_a_table_is_made_anew(world, next_version):
    assert upgrade(world.db, next_version())
    assert "motto" in columns(world.db, "school")
    with world.db.look() as session:
        assert len(session.scalars(select(School)).all()) == 2
        assert len(session.scalars(select(Person)).all()) == 14


def test_a_migration_that_fails_leaves_the_schema_as_it_was(world, next_version):
    folder = next_version("raise ZeroDivisionError")
    with pytest.raises(ZeroDivisionError):
        upgrade(world.db, folder)
    assert "motto" not in columns(world.db, "school")
    assert not upgrade(world.db), "it is at the first version still"


def test_a_newer_database_is_not_touched(world, next_version):
    upgrade(world.db, next_version())
    with pytest.raises(Refusal, match="newer version"):
        upgrade(world.db)


@SQLITE
def test_a_sqlite_file_is_copied_whole_before_it_is_migrated(world, next_version, tmp_path):
    copy = tmp_path / "school.db.before-0004"
    copy.with_name(copy.name + ".unfinished").write_text("of a process that was killed")
    upgrade(world.db, next_version())
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert not copy.with_name(copy.name + ".unfinished").exists()
    before = Database(f"sqlite:///{copy}", clock.now)
    assert "motto" not in columns(before, "school")
    with before.look() as session:
        assert len(session.scalars(select(Person)).all()) == 14
    before.engine.dispose()


@SQLITE
def test_a_migration_that_breaks_a_reference_is_taken_back(world, next_version):
    with pytest.raises(RuntimeError, match="without its school"):
        upgrade(world.db, next_version("""op.execute("DELETE FROM school")"""))
    assert "motto" not in columns(world.db, "school")


@SQLITE
@pytest.mark.skipif(shutil.which("strace") is None, reason="no strace")
def test_killed_at_any_write_of_an_upgrade_the_next_start_finishes_it(world, next_version, tmp_path):
    """Each time on a fresh copy, killed at a later call of the ones that change a file."""
    world.db.engine.dispose()
    folder = next_version()
    program = (
        "import sys; from pathlib import Path; from firewall_admin.adapters import clock;"
        "from firewall_admin.db.change import Database; from firewall_admin.db.upgrade import upgrade;"
        "upgrade(Database('sqlite:///' + sys.argv[1], clock.now), Path(sys.argv[2]))"
    )
    kills = 0
    for call, points in (("pwrite64", (1, 4, 12, 30)), ("fdatasync", (1, 2)), ("rename", (1,))):
        for number in points:
            victim = tmp_path / f"victim-{call}-{number}.db"
            shutil.copy(tmp_path / "school.db", victim)
            trace = ["strace", "-f", "-qq", "-o", os.devnull, "-e", f"trace={call}"]
            inject = ["-e", f"inject={call}:signal=KILL:when={number}"]
            command = [*trace, *inject, sys.executable, "-c", program, str(victim), str(folder)]
            done = subprocess.run(command, capture_output=True, check=False, timeout=60)
            kills += done.returncode != 0
            database = Database(f"sqlite:///{victim}", clock.now)
            upgrade(database, folder)
            assert "motto" in columns(database, "school")
            with database.look() as session:
                assert len(session.scalars(select(Person)).all()) == 14
            database.engine.dispose()
            with closing(sqlite3.connect(victim)) as raw:
                assert raw.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert kills >= 4


def test_the_migrations_are_beside_the_program():
    assert (Path(MIGRATIONS) / "versions").is_dir()
