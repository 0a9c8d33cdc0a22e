"""As the lesser role the service does all its work on a real PostgreSQL, and can't undo what is on the trail."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from click.testing import CliRunner
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import DBAPIError, ProgrammingError

from firewall_admin import worker
from firewall_admin.cli import commands
from firewall_admin.core.refusals import Refusal
from firewall_admin.db.grants import ONLY_GROW, grants
from firewall_admin.db.tables import Decision, Row
from firewall_admin.db.upgrade import upgrade
from tests.journeys import looking, request_world
from tests.world import World

ROLE = "school_service"


def run(url: str, sql: str) -> None:
    """As psql would: one statement after the other, as they stand."""
    to = make_url(url)
    with psycopg.connect(host=str(to.query["host"]), user=to.username, dbname=to.database, autocommit=True) as to_it:
        to_it.execute(sql.encode())


@pytest.fixture
def owner(postgresql_server) -> Iterator[str]:
    """A database whose tables are somebody's, and in which there is a lesser role."""
    with postgresql_server.database() as url:
        run(url, f"DO $$ BEGIN CREATE ROLE {ROLE} LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$")
        yield url


@pytest.fixture
def service(owner: str) -> str:
    """The same database, as the service sees it."""
    run(owner, grants(ROLE))
    return make_url(owner).set(username=ROLE).render_as_string(hide_password=False)


@pytest.fixture
def world(service: str, tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path, service)
    yield world
    world.db.engine.dispose()


def at_the_table(url: str, statement: str) -> None:
    engine = create_engine(url)
    try:
        with engine.begin() as connection:
            connection.execute(text(statement))
    finally:
        engine.dispose()


def test_the_service_does_its_work(world):
    assert not upgrade(world.db), "it looks at the version of the schema and has nothing to do"
    school = request_world.furnished(world)
    request_world.decided(world, school.headteacher, request_world.assessed(world, school))
    assert worker.once(world.ports)
    assert looking.every(world, school, Decision)
    assert any("decided" in said or "granted" in said for said in looking.trail(world, school))


WAYS = [
    "UPDATE trail SET actor = 'nobody'",
    "DELETE FROM trail",
    "TRUNCATE trail",
    "ALTER TABLE trail DISABLE TRIGGER trail_no_change",
    "ALTER TABLE trail DISABLE TRIGGER ALL",
    "DROP TRIGGER trail_no_change ON trail",
    "CREATE OR REPLACE FUNCTION trail_only_grows() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
    "ALTER TABLE trail OWNER TO " + ROLE,
    "CREATE RULE quiet AS ON INSERT TO trail DO INSTEAD NOTHING",
    "DROP TABLE trail CASCADE",
    "SET session_replication_role = replica",
    "UPDATE decision SET reason = 'another'",
    "DELETE FROM decision",
    "DELETE FROM destruction",
    "UPDATE alembic_version SET version_num = '0000'",
    "CREATE TABLE another (id int)",
]


@pytest.mark.parametrize("statement", WAYS)
def test_it_can_neither_change_what_only_grows_nor_switch_off_what_keeps_it(service, statement):
    with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"):
        at_the_table(service, statement)


def test_the_owner_could_which_is_why_there_are_two(owner):
    at_the_table(owner, "ALTER TABLE trail DISABLE TRIGGER trail_no_change")


def test_even_the_owner_changes_nothing_while_the_triggers_stand(owner, world):
    with pytest.raises(DBAPIError, match="the trail only grows"):
        at_the_table(owner, "UPDATE trail SET actor = 'nobody'")


def test_it_may_be_run_again_and_leaves_no_more_than_it_grants(owner, service):
    run(owner, f"GRANT ALL ON trail TO {ROLE}; GRANT UPDATE ON decision TO PUBLIC")
    run(owner, grants(ROLE))
    for statement in ("UPDATE trail SET actor = 'nobody'", "UPDATE decision SET reason = 'x'"):
        with pytest.raises(ProgrammingError, match="permission denied"):
            at_the_table(service, statement)


def test_a_role_that_is_the_owner_or_above_all_rules_is_refused(owner):
    with pytest.raises(psycopg.errors.RaiseException, match="make a role of its own"):
        run(owner, grants("postgres"))


@pytest.mark.parametrize("role", ["", "public", 'a"b', "a; DROP TABLE trail", "Firewall", "1a", "x" * 64])
def test_only_a_plain_name_is_taken(role):
    with pytest.raises(Refusal, match="small letters"):
        grants(role)


def test_every_table_is_granted_and_every_one_that_only_grows_is_known(owner):
    sql = grants(ROLE)
    assert all(f'ON "{table}" TO' in sql for table in Row.metadata.tables)
    engine = create_engine(owner)
    with engine.connect() as connection:
        query = "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE '%_no_change'"
        found = connection.execute(text(query)).scalars().all()
    engine.dispose()
    assert sorted(found) == sorted(ONLY_GROW)


def test_the_command_prints_it():
    said = CliRunner().invoke(commands, ["database", "grants", "--role", ROLE])
    assert (said.exit_code, said.output) == (0, grants(ROLE))


def test_the_owner_brings_the_schema_up_by_a_command_of_its_own(postgresql_server, monkeypatch):
    with postgresql_server.database("template0") as url:
        monkeypatch.setenv("FIREWALL_ADMIN_DATABASE_URL", url)
        said = CliRunner().invoke(commands, ["database", "upgrade"])
        assert (said.exit_code, said.output) == (0, "The database is at the present schema.\n")
        run(url, grants(ROLE))
