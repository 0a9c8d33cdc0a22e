"""Rows and events commit together or not at all; nothing else writes."""
# ruff: noqa: PT012 - a change is refused at the end of its block, whatever stands in it

import threading
from datetime import UTC, datetime

import pytest
from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.exc import IntegrityError, StatementError

from firewall_admin.core.events import RuleAdded, SchoolChanged
from firewall_admin.core.people import system
from firewall_admin.db.change import Database, SilentChangeError
from firewall_admin.db.engine import is_bookkeeping, written
from firewall_admin.db.tables import AudienceRow, Entry, Guesses, RuleRow, School, SignIn, TargetRow

SAID = SchoolChanged("name", "another")


def rename(school, session):
    session.get_one(School, school.id).name = "renamed"


def rename_in_bulk(school, session):
    session.execute(update(School).where(School.id == school.id).values(name="renamed"))


def rename_by_hand(school, session):
    session.execute(text("UPDATE school SET name = 'renamed'"))


def add(school, session):
    session.add(AudienceRow(school_id=school.id, name="guests"))


def add_in_bulk(school, session):
    session.execute(insert(AudienceRow), [{"school_id": school.id, "name": "guests"}])


def remove_in_bulk(school, session):
    session.execute(delete(AudienceRow).where(AudienceRow.school_id == school.id))


WRITES = [rename, rename_in_bulk, rename_by_hand, add, add_in_bulk, remove_in_bulk]


def everything(world):
    with world.db.look() as session:
        names = session.scalars(select(School.name).order_by(School.name)).all()
        audiences = session.scalars(select(AudienceRow.name).order_by(AudienceRow.id)).all()
        return names, audiences, session.scalar(select(func.count()).select_from(Entry))


@pytest.mark.parametrize("write", WRITES)
def test_a_change_that_wrote_and_said_nothing_leaves_nothing_behind(world, write):
    before = everything(world)
    with pytest.raises(SilentChangeError), world.db.change(world.oakfield.network_manager) as change:
        write(world.oakfield, change.session)
    assert everything(world) == before


@pytest.mark.parametrize("write", WRITES)
def test_looking_never_writes(world, write):
    before = everything(world)
    with pytest.raises(SilentChangeError), world.db.look() as session:
        write(world.oakfield, session)
        session.commit()
    assert everything(world) == before


def test_what_is_left_on_a_session_that_only_looks_is_refused_too(world):
    with pytest.raises(SilentChangeError), world.db.look() as session:
        rename(world.oakfield, session)


def test_the_database_itself_refuses_what_a_look_would_write(world):
    """What no watching of statements would see: it is sent to the driver past them."""
    with world.db.look() as session:
        cursor = session.connection().connection.cursor()
        with pytest.raises(Exception, match=r"(?i)read.?only"):
            cursor.execute("UPDATE school SET name = 'renamed'")


def test_after_a_commit_looking_still_only_looks(world):
    with world.db.look() as session:
        session.commit()
        cursor = session.connection().connection.cursor()
        with pytest.raises(Exception, match=r"(?i)read.?only"):
            cursor.execute("UPDATE school SET name = 'renamed'")


@pytest.mark.parametrize("write", WRITES)
def test_a_note_outside_bookkeeping_is_refused(world, write):
    before = everything(world)
    with pytest.raises(SilentChangeError), world.db.note() as session:
        write(world.oakfield, session)
    assert everything(world) == before


def test_a_note_may_touch_the_columns_that_machines_keep_and_no_others(world):
    manager = world.oakfield.network_manager
    with world.db.change(manager) as change:
        row = TargetRow(school_id=manager.school_id, name="t", format="hosts", created_at=change.now)
        change.session.add(row)
        change.did(SAID)
    with world.db.note() as session:
        session.get_one(TargetRow, row.id).fetched_release = 7
        session.add(Guesses(key="k", times=[], last_at=world.clock.at))
    with pytest.raises(SilentChangeError), world.db.note() as session:
        session.get_one(TargetRow, row.id).audiences = ["staff"]
    with pytest.raises(SilentChangeError), world.db.note() as session:
        session.execute(update(SignIn).values(seen_at=world.clock.at, person_id=manager.person_id))
    with world.db.look() as session:
        assert session.get_one(TargetRow, row.id).fetched_release == 7
        assert session.get(Guesses, "k")


def test_a_change_that_fails_takes_its_events_with_it(world):
    before = everything(world)
    with pytest.raises(ZeroDivisionError), world.db.change(world.oakfield.network_manager) as change:
        rename(world.oakfield, change.session)
        change.session.flush()
        change.did(SAID)
        raise ZeroDivisionError
    assert everything(world) == before


def test_rows_that_the_database_refuses_take_their_events_with_them(world):
    before = everything(world)
    with pytest.raises(IntegrityError), world.db.change(world.oakfield.network_manager) as change:
        change.session.add(AudienceRow(school_id=world.oakfield.id, name="pupils"))
        change.did(SAID)
    assert everything(world) == before


def test_an_event_that_can_not_be_kept_takes_its_rows_with_it(world):
    before = everything(world)
    with pytest.raises(TypeError), world.db.change(world.oakfield.network_manager) as change:
        rename(world.oakfield, change.session)
        change.did(SchoolChanged("name", datetime(2026, 1, 1, tzinfo=UTC)))  # type: ignore[arg-type]
    assert everything(world) == before


def test_a_rollback_in_a_change_drops_what_was_said_before_it(world):
    before = everything(world)
    with world.db.change(world.oakfield.network_manager) as change:
        rename(world.oakfield, change.session)
        change.did(SAID)
        change.session.flush()
        change.session.rollback()
    assert everything(world) == before


def test_no_part_of_a_change_is_kept_before_the_rest(world):
    before = everything(world)
    with pytest.raises(SilentChangeError), world.db.change(world.oakfield.network_manager) as change:
        rename(world.oakfield, change.session)
        change.session.commit()
    assert everything(world) == before


def test_a_change_for_one_school_can_not_write_a_row_of_another(world):
    before = everything(world)
    for write in (rename, add):
        with pytest.raises(SilentChangeError), world.db.change(world.oakfield.network_manager) as change:
            write(world.elmfield, change.session)
            change.did(SAID)
    assert everything(world) == before


def test_a_change_inside_a_change_is_a_bug_and_said_so_at_once(world):
    manager = world.oakfield.network_manager
    for inner in (lambda: world.db.change(manager), world.db.note):
        with pytest.raises(RuntimeError, match="inside a change"), world.db.change(manager), inner():
            pass
    with world.db.change(manager) as change:
        change.did(SAID)


def test_an_update_that_found_no_row_wrote_nothing(world):
    with world.db.change(world.oakfield.network_manager) as change:
        change.session.execute(update(RuleRow).where(RuleRow.domain == "none.example").values(reason="r"))


def test_changes_of_one_school_come_one_after_the_other(world):
    """Each reads, then writes what it read plus one: none is lost, however many do it at once."""

    def count_up():
        for _ in range(10):
            with world.db.change(system(world.oakfield.id)) as change:
                change.session.get_one(School, world.oakfield.id).revision += 1
                change.did(SAID)

    threads = [threading.Thread(target=count_up) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with world.db.look() as session:
        assert session.get_one(School, world.oakfield.id).revision == 60


def test_looking_sees_everything_as_it_was_at_one_instant(world):
    with world.db.look() as session:
        before = session.scalar(select(School.name).where(School.id == world.oakfield.id))
        with world.db.change(world.oakfield.network_manager) as change:
            rename(world.oakfield, change.session)
            change.did(SAID)
        assert session.scalar(select(School.name).where(School.id == world.oakfield.id)) == before


def test_a_second_process_that_wants_to_write_waits_its_turn(world, database_url):
    """Another Database is to this one what another process is: they share the file, or the server, alone."""
    other = Database(database_url, world.clock)
    order = []

    def second():
        with other.change(world.oakfield.network_manager) as change:
            order.append("second")
            change.did(SAID)

    with world.db.change(world.oakfield.network_manager) as change:
        thread = threading.Thread(target=second)
        thread.start()
        thread.join(0.2)
        order.append("first")
        change.did(SAID)
    thread.join()
    other.engine.dispose()
    assert order == ["first", "second"]


def test_a_rule_and_its_event_are_both_there(world):
    manager = world.oakfield.network_manager
    with world.db.change(manager) as change:
        row = RuleRow(school_id=manager.school_id, action="block", domain="x.com", made_by="m", made_at=change.now)
        change.session.add(row)
        change.did(RuleAdded("block", "x.com", None, "r"))
    with world.db.look() as session:
        assert session.get(RuleRow, row.id)
        assert (
            session.scalars(select(Entry.event).order_by(Entry.at.desc(), Entry.number.desc())).first() == "RuleAdded"
        )


def test_a_naive_instant_is_refused(world):
    with pytest.raises(StatementError, match="offset"), world.db.change(world.oakfield.network_manager) as change:
        change.session.get_one(School, world.oakfield.id).signed_at = datetime(2026, 1, 1)  # noqa: DTZ001
        change.did(SAID)


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("SELECT 1", None),
        ("\n  select * from update_log", None),
        ("WITH x AS (SELECT 1) SELECT * FROM x", None),
        ("PRAGMA query_only=ON", None),
        ("WITH x AS (DELETE FROM rule RETURNING id) SELECT * FROM x", ("?", "?")),
        ("INSERT OR REPLACE INTO trail VALUES (1)", ("INSERT", "trail")),
        ("REPLACE INTO trail VALUES (1)", ("REPLACE", "trail")),
        ('UPDATE ONLY "School" SET name = 1', ("UPDATE", "school")),
        ("delete from rule", ("DELETE", "rule")),
        ("TRUNCATE trail", ("?", "?")),
        ("DROP TABLE trail", ("?", "?")),
        ("COPY trail FROM STDIN", ("?", "?")),
    ],
)
def test_a_statement_is_taken_for_a_write_unless_it_is_known_to_read(statement, found):
    assert written(statement) == found


@pytest.mark.parametrize(
    ("statement", "allowed"),
    [
        ("UPDATE target SET fetched_at=?, fetched_release=? WHERE target.id = ?", True),
        ("UPDATE target SET fetched_at=?, name=? WHERE target.id = ?", False),
        ("UPDATE target SET name=? WHERE fetched_at = ?", False),
        ("DELETE FROM target", False),
        ("INSERT INTO sign_in (seen_at) VALUES (?)", False),
        ("DELETE FROM guesses WHERE last_at <= ?", True),
        ("INSERT INTO school (name) VALUES (?)", False),
        ("TRUNCATE guesses", False),
    ],
)
def test_only_named_columns_are_bookkeeping(statement, allowed):
    assert is_bookkeeping(statement) is allowed
