"""Lists made to take all memory or all time: the worker goes on, the last good text stays, and people are told."""

from dataclasses import replace
from functools import partial

import pytest

from firewall_admin.adapters.reading import Bounds, TooCostly, apart, read_list
from firewall_admin.core.refusals import Refusal
from firewall_admin.journeys import lists, refreshes, subscriptions
from tests.web_of_lists import ADDRESS, in_force, looked, names, of_list, refreshed, row, subscribed, webbed

from .looking import trail

JUNK = b"a\n" * 1_500_000
# Until the memory is full it takes seconds, in a process that knows no database. What becomes of the refusal is the
# same for any reason, and tried on each below.
one_database = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def web(world):
    return webbed(world)


def bounded(world, **bounds):
    world.ports = replace(world.ports, read=partial(read_list, bounds=Bounds(**{"few": 2_000, **bounds})))


@one_database
def test_a_body_made_to_take_all_memory_is_refused_and_the_last_good_text_stays(world, web):
    listed = subscribed(world, web, names(1_000))
    bounded(world, memory=200 << 20)
    web.pages[ADDRESS] = JUNK
    assert refreshed(world, listed) == "refused"
    known = of_list(world, listed)
    assert "could not be read: it takes too much memory, more than 200 MB" in (known.trouble or "")
    assert "could not be read" in trail(world, world.oakfield)[-1]
    assert len(in_force(world, listed)) == 1_000
    assert not any(refreshes.fetching_folder(world.ports).iterdir())
    world.clock.pass_by(days=1)
    web.pages[ADDRESS] = names(2_500)
    assert refreshed(world, listed) == "taken", "a large one that is sound is read, by a process of its own"
    assert len(in_force(world, listed)) == 2_500


@one_database
def test_a_look_at_such_a_body_says_that_it_could_not_be_read(world, web):
    bounded(world, memory=200 << 20)
    web.pages[ADDRESS] = JUNK
    look = looked(world, world.oakfield)
    assert "could not be read" in (row(world, look).trouble or "")
    with pytest.raises(Refusal):
        subscriptions.subscribe(world.ports, world.oakfield.network_manager, subscription=look)


def test_somebody_can_stop_a_refresh_while_it_is_read(world, web, monkeypatch):
    listed = subscribed(world, web, names(1_000))
    bounded(world)
    web.pages[ADDRESS] = JUNK
    usual = apart._child

    def stopped(*given):
        subscriptions.stop(world.ports, world.oakfield.network_manager, listed=listed)
        return usual(*given)

    monkeypatch.setattr(apart, "_child", stopped)
    assert refreshed(world, listed) == "stopped"
    assert of_list(world, listed).lease is None
    assert len(in_force(world, listed)) == 1_000


@one_database
def test_a_text_that_is_handed_in_is_read_within_the_same_bounds(world):
    bounded(world, memory=200 << 20)
    manager = world.oakfield.network_manager
    with pytest.raises(Refusal, match="could not be read: it takes too much memory") as refusal:
        lists.add(world.ports, manager, title="Mine", role="blocked", text=JUNK)
    assert refusal.value.field == "text"
    lists.add(world.ports, manager, title="Mine", role="blocked", text=names(2_500))


def test_one_list_that_cannot_be_read_keeps_no_other_from_being_refreshed(world, web):
    subscribed(world, web, names(1_000))
    other = subscribed(world, web, names(10), title="Other", address="https://other.example.org/list.txt")

    def read(body, role, folder, **asked):
        if body.stat().st_size > 1_000_000:
            raise TooCostly("it takes too much memory")
        return read_list(body, role, folder, **asked)

    world.ports = replace(world.ports, read=read)
    web.pages |= {ADDRESS: JUNK, "https://other.example.org/list.txt": names(11)}
    world.clock.pass_by(days=2)
    assert refreshes.refresh_due(world.ports) == 2
    assert len(in_force(world, other)) == 11


def test_many_slow_lists_of_one_school_keep_those_of_another_waiting_for_one_of_them(world, web):
    for number in range(5):
        where = f"https://slow{number}.example.org/list.txt"
        subscribed(world, web, names(10), title=f"Slow {number}", address=where)
    world.clock.pass_by(minutes=1)
    theirs = "https://theirs.example.org/list.txt"
    subscribed(world, web, names(10), world.elmfield, title="Theirs", address=theirs)
    world.clock.pass_by(days=2)
    web.fetched.clear()
    assert refreshes.refresh_due(world.ports) == 6
    assert web.fetched.index(theirs) <= 1
    assert len(set(web.fetched)) == 6, "each once"
