"""The trail can only grow, is one chain a school however many write, and nothing in it can be changed unnoticed."""

import json
import threading
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from firewall_admin.core import trail
from firewall_admin.core.events import Event, SchoolChanged
from firewall_admin.core.people import Actor, Role, system
from firewall_admin.db.chain import exported
from firewall_admin.db.change import Database

SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
POSTGRESQL = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
CHANGED = SchoolChanged("name", 'naïve \u202e "quoted" \n line')


def say(world, school, times=1, event: Event = CHANGED):
    for _ in range(times):
        with world.db.change(system(school.id)) as change:
            change.did(event)


def entries(world, school):
    with world.db.look() as session:
        return list(exported(session, school.id))


def check(found, wanted=None):
    return trail.check([trail.line(entry).encode() + b"\n" for entry in found], wanted)


def at_the_table(world, statement, before=()):
    """Somebody at the database with the program's own rights, and without the program."""
    with world.db.engine.execution_options(writes=True).begin() as connection:
        for each in (*before, statement):
            connection.execute(text(each))


BY_HAND = (
    "INSERT INTO trail (school_id, number, at, actor, role, event, fields, previous, hash) "
    "SELECT school_id, {number}, at, {actor}, role, event, fields, previous, hash FROM trail WHERE number = 1"
)
CHANGES = [
    "UPDATE trail SET actor = 'nobody' WHERE number = 1",
    "DELETE FROM trail WHERE number = 1",
    "DELETE FROM trail",
    BY_HAND.format(number=99, actor="actor"),
]
BY_REPLACE = BY_HAND.format(number="number", actor="'nobody'").replace("INSERT", "INSERT OR REPLACE")
UPSERT = (
    "INSERT INTO trail SELECT * FROM trail WHERE number = 1 "
    "ON CONFLICT (school_id, number) DO UPDATE SET actor = 'nobody'"
)
ON_SQLITE = [(BY_REPLACE, ()), (BY_REPLACE, ("PRAGMA recursive_triggers=OFF",))]
ON_POSTGRESQL = [
    ("TRUNCATE trail", ()),
    ("TRUNCATE school CASCADE", ()),
    ("DELETE FROM trail", ("SET LOCAL session_replication_role = replica",)),
    (UPSERT, ()),
]


@pytest.mark.parametrize("statement", CHANGES)
def test_the_database_lets_the_trail_only_grow(world, statement):
    before = entries(world, world.oakfield)
    with pytest.raises(DBAPIError, match="the trail only grows"):
        at_the_table(world, statement)
    assert entries(world, world.oakfield) == before


@SQLITE
@pytest.mark.parametrize(("statement", "first"), ON_SQLITE)
def test_replace_does_not_walk_past_it_whatever_the_connection_asked_for(world, statement, first):
    before = entries(world, world.oakfield)
    with pytest.raises(DBAPIError, match="the trail only grows"):
        at_the_table(world, statement, first)
    assert entries(world, world.oakfield) == before


@POSTGRESQL
@pytest.mark.parametrize(("statement", "first"), ON_POSTGRESQL)
def test_postgresqls_own_ways_round_do_not_walk_past_it_either(world, statement, first):
    before = entries(world, world.oakfield)
    with pytest.raises(DBAPIError, match="the trail only grows"):
        at_the_table(world, statement, first)
    assert entries(world, world.oakfield) == before


def test_each_school_has_a_chain_of_its_own(world):
    say(world, world.oakfield, 2)
    say(world, world.elmfield, 1)
    assert [check(entries(world, school)).entries for school in (world.oakfield, world.elmfield)] == [3, 2]
    assert check(entries(world, world.oakfield)).bad is None


def test_what_is_read_back_is_what_was_hashed_whatever_it_says(world):
    head = Actor(
        world.oakfield.id, "Ms Ńowak", Role.DEPUTY, world.oakfield.deputy.person_id, standing_in_for="Mx O'Neil"
    )
    with world.db.change(head) as change:
        change.did(SchoolChanged("\x00 \ud800 😀", ""))
        change.did(CHANGED)
    last = entries(world, world.oakfield)[-1]
    assert (last["actor"], last["role"], last["number"]) == ("Ms Ńowak, for Mx O'Neil", "deputy", 3)
    assert check(entries(world, world.oakfield)).bad is None


def test_many_threads_and_a_second_process_keep_one_gapless_chain(world, database_url):
    other = Database(database_url, world.clock)
    failures = []

    def write(database):
        try:
            for _ in range(8):
                with database.change(system(world.oakfield.id)) as change:
                    change.did(CHANGED)
        except DBAPIError as problem:
            failures.append(problem)

    threads = [threading.Thread(target=write, args=(db,)) for db in (world.db, other) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    other.engine.dispose()
    assert failures == []
    checked = check(entries(world, world.oakfield))
    assert (checked.entries, checked.bad) == (65, None)


CHAIN: list[dict[str, Any]] = []
for _number in range(1, 5):
    _entry = {
        "school": "s", "number": _number, "at": "2026-11-23T09:30:00.000000+00:00", "actor": "Ms A", "actor_id": None,
        "role": "teacher", "event": "RuleAdded", "fields": {"names": ["x.com", 1, True, None]},
        "previous": CHAIN[-1]["hash"] if CHAIN else trail.START,
    }  # fmt: skip
    CHAIN.append({**_entry, "hash": trail.digest(_entry)})
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


def same(one, other):
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


@given(st.integers(0, 3), st.sampled_from(sorted(trail.WHOLE)), JSON)
def test_whatever_is_put_in_place_of_any_field_is_found_at_its_entry(place, key, value):
    if same(CHAIN[place][key], value):
        return
    found = deepcopy(CHAIN)
    found[place][key] = value
    bad = check(found).bad
    assert bad is not None
    assert bad[0] == place + 1


@given(st.integers(0, 3), st.sampled_from(sorted(trail.KEYS)), JSON)
def test_a_change_with_a_hash_made_anew_is_found_at_the_next_entry(place, key, value):
    if same(CHAIN[place][key], value):
        return
    found = deepcopy(CHAIN)
    found[place][key] = value
    found[place]["hash"] = trail.digest(found[place])
    bad = check([*found, {}]).bad
    assert bad is not None
    assert bad[0] in (place + 1, place + 2)


@given(st.data())
def test_any_byte_of_an_export_that_changes_is_found(data):
    lines = [trail.line(entry).encode() + b"\n" for entry in CHAIN]
    place = data.draw(st.integers(0, 3))
    at = data.draw(st.integers(0, len(lines[place]) - 2))
    byte = data.draw(st.integers(0, 255).filter(lambda value: value != lines[place][at]))
    lines[place] = lines[place][:at] + bytes([byte]) + lines[place][at + 1 :]
    bad = trail.check([piece for line in lines for piece in line.splitlines(keepends=True)]).bad
    assert bad is not None
    assert bad[0] == place + 1


@given(st.permutations(range(4)), st.integers(0, 4))
def test_entries_left_out_or_in_another_order_are_found(order, count):
    checked = check([CHAIN[place] for place in order[:count]])
    first = next((n for n, place in enumerate(order[:count], 1) if place != n - 1), None)
    assert (checked.bad and checked.bad[0]) == first


def test_an_entry_of_the_same_number_twice_and_one_field_twice_are_found():
    assert check([CHAIN[0], CHAIN[0]]).bad == (2, "entry 2 is missing: 1 stands in its place")
    doubled = trail.line(CHAIN[0]).replace('{"actor":', '{"actor":"Mr B","actor":', 1).encode()
    assert trail.check([doubled]).bad == (1, "it says one thing twice")


def test_what_was_never_written_beside_the_rest_is_found():
    assert check([{**CHAIN[0], "note": "approved"}]).bad == (1, "it has a 'note', which was never written")


@pytest.mark.parametrize("line", [b"[]", b"null", b"", b"{", b"\xff", b'{"number":NaN}', b"[" * 100_000, b'"a"'])
def test_a_line_that_is_no_entry_is_named(line):
    checked = trail.check([trail.line(CHAIN[0]).encode(), line])
    assert (checked.entries, checked.bad and checked.bad[0]) == (1, 2)


def test_an_end_that_was_cut_off_is_found_by_whoever_kept_a_hash():
    noted = CHAIN[-1]["hash"]
    assert check(CHAIN, noted).holds
    assert check(CHAIN[:-1]).bad is None, "a chain alone can't know that it went on"
    assert not check(CHAIN[:-1], noted).holds


def test_only_a_hash_elsewhere_finds_a_chain_that_was_made_anew():
    """Said as it is: who can write the whole file can make a chain that holds. That is why hashes go elsewhere."""
    anew, previous = [], trail.START
    for entry in CHAIN:
        entry = {**entry, "actor": "Mr B", "previous": previous}
        previous = trail.digest(entry)
        anew.append({**entry, "hash": previous})
    assert check(anew).bad is None
    assert not check(anew, CHAIN[-1]["hash"]).holds
