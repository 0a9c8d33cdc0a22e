"""An edit does not wait for the release of a list's new text, which takes as long as the list is long."""

import threading

import pytest
from sqlalchemy import select

from firewall_admin import worker
from firewall_admin.core import large_lists
from firewall_admin.db.tables import RuleRow
from firewall_admin.journeys import (
    assignments,
    due_releases,
    going_ahead,
    lists,
    release_contents,
    release_files,
    releases,
    rules,
)
from tests.web_of_lists import ADDRESS, names, refreshed, subscribed, webbed

from .release_world import add_target, block, live, published_blocks, states

MADE_WITH = "firewall_admin.journeys.preparing.write_all"  # the last and longest step of a release


@pytest.fixture
def listed(world, monkeypatch):
    """A list in force that counts as large, of which a new text has been taken and not been published."""
    monkeypatch.setattr(large_lists, "LARGE", 1_000)
    due_releases.forget()
    web = webbed(world)
    listed = subscribed(world, web, names(600))
    assignments.assign(world.ports, world.oakfield.network_manager, slug="bad-sites", to=["pupils"])
    add_target(world, world.oakfield, "proxy", "squid")
    worker.once(world.ports)
    web.pages[ADDRESS] = names(601)
    assert refreshed(world, listed) == "taken"
    return listed


def number(world):
    return live(world, world.oakfield).number


def rule_for(world, domain):
    with world.db.look() as session:
        return session.scalars(select(RuleRow.id).where(RuleRow.domain == domain)).one()


def test_a_rule_is_published_with_the_lists_as_they_are_and_the_list_stays_due(world, listed):
    block(world, world.oakfield, "urgent.example")
    assert going_ahead.edits_due(world.ports) == 1
    assert published_blocks(world, "urgent.example")
    assert not published_blocks(world, "bad600.example")
    assert live(world, world.oakfield).cause == due_releases.AHEAD
    assert going_ahead.lists_due(world.ports) == 1
    assert published_blocks(world, "urgent.example")
    assert published_blocks(world, "bad600.example")
    assert live(world, world.oakfield).blocked == 1, "only the list's new name is new"
    assert going_ahead.edits_due(world.ports) == going_ahead.lists_due(world.ports) == 0


def test_a_site_that_is_allowed_does_not_wait_either(world, listed):
    manager = world.oakfield.network_manager
    rules.add(world.ports, manager, action="allow", domain="bad7.example", reason="a lesson")
    assert going_ahead.edits_due(world.ports) == 1
    assert not published_blocks(world, "bad7.example")
    assert published_blocks(world, "bad8.example")


def test_a_release_that_was_being_made_is_overtaken_and_made_again(world, listed, monkeypatch):
    usual = release_files.write_all

    def meanwhile(*given):
        monkeypatch.setattr(MADE_WITH, usual)
        found = usual(*given)
        block(world, world.oakfield, "urgent.example")
        assert going_ahead.edits_due(world.ports) == 1
        assert published_blocks(world, "urgent.example")
        return found

    monkeypatch.setattr(MADE_WITH, meanwhile)
    assert going_ahead.lists_due(world.ports) == 0
    assert not published_blocks(world, "bad600.example")
    assert going_ahead.lists_due(world.ports) == 1
    assert published_blocks(world, "urgent.example")
    assert published_blocks(world, "bad600.example")


def test_edits_and_the_new_texts_of_large_lists_each_have_a_lane_of_their_own(world, listed):
    assert going_ahead.edits_due(world.ports) == 0, "a list alone"
    assert going_ahead.lists_due(world.ports) == 1
    block(world, world.oakfield, "urgent.example")
    assert going_ahead.lists_due(world.ports) == 0, "a rule alone"
    assert going_ahead.edits_due(world.ports) == 1
    assert live(world, world.oakfield).cause == due_releases.AN_EDIT
    assert going_ahead.edits_due(world.ports) == going_ahead.lists_due(world.ports) == 0


def test_the_new_text_of_a_small_list_comes_with_the_edits_unless_it_is_fetched(world, listed, monkeypatch):
    monkeypatch.setattr(large_lists, "LARGE", 1_000_000)
    assert going_ahead.edits_due(world.ports) == 0
    assert going_ahead.lists_due(world.ports) == 1
    manager = world.oakfield.network_manager
    lists.add(world.ports, manager, title="Mine", role="blocked", text=b"mine.example")
    assignments.assign(world.ports, manager, slug="mine", to=["pupils"])
    assert going_ahead.lists_due(world.ports) == 0
    assert going_ahead.edits_due(world.ports) == 1
    assert published_blocks(world, "mine.example")


def test_the_first_release_waits_for_nobody_s_large_list_but_the_school_s_own(world, monkeypatch):
    due_releases.forget()
    web = webbed(world)
    subscribed(world, web, names(4_000))
    monkeypatch.setattr(large_lists, "LARGE", 50_000)
    assert going_ahead.edits_due(world.ports) == 1, "the other school's"
    assert going_ahead.lists_due(world.ports) == 1
    assert number(world) == 1


def test_a_text_that_comes_meanwhile_overtakes_nothing_and_an_edit_does(world, listed, monkeypatch):
    web, usual = webbed(world), release_files.write_all
    web.pages[ADDRESS] = names(602)
    block(world, world.oakfield, "urgent.example")

    def a_text(*given):
        monkeypatch.setattr(MADE_WITH, usual)
        assert refreshed(world, listed) == "taken"
        return usual(*given)

    monkeypatch.setattr(MADE_WITH, a_text)
    assert going_ahead.edits_due(world.ports) == 1
    assert published_blocks(world, "urgent.example")
    block(world, world.oakfield, "second.example")

    def an_edit(*given):
        monkeypatch.setattr(MADE_WITH, usual)
        block(world, world.oakfield, "third.example")
        return usual(*given)

    monkeypatch.setattr(MADE_WITH, an_edit)
    assert going_ahead.edits_due(world.ports) == 0
    assert not published_blocks(world, "second.example")
    assert going_ahead.edits_due(world.ports) == 1
    assert published_blocks(world, "third.example")
    assert going_ahead.lists_due(world.ports) == 1
    assert published_blocks(world, "bad601.example")


def test_a_large_list_for_somebody_more_goes_with_the_lists_and_a_rule_ahead_of_it(world, listed):
    assert going_ahead.lists_due(world.ports) == 1
    assignments.assign(world.ports, world.oakfield.network_manager, slug="bad-sites", to=["staff"])
    block(world, world.oakfield, "urgent.example")
    assert going_ahead.edits_due(world.ports) == 1
    assert published_blocks(world, "urgent.example")
    assert not published_blocks(world, "bad7.example", "staff")
    assert going_ahead.lists_due(world.ports) == 1
    assert published_blocks(world, "bad7.example", "staff")


def test_what_may_not_go_ahead_is_weighed_once_and_not_every_second(world, listed, monkeypatch):
    block(world, world.oakfield, "google.com")
    weighed, usual = [], release_contents.weigh

    def counted(*given):
        weighed.append(given)
        return usual(*given)

    monkeypatch.setattr("firewall_admin.journeys.preparing.weigh", counted)
    for _ in range(3):
        assert going_ahead.edits_due(world.ports) == 0
    assert len(weighed) == 1
    rules.end(world.ports, world.oakfield.network_manager, rule=rule_for(world, "google.com"))
    block(world, world.oakfield, "urgent.example")
    assert going_ahead.edits_due(world.ports) == 1


def test_what_would_be_held_does_not_go_ahead(world, listed):
    before = number(world)
    block(world, world.oakfield, "google.com")
    block(world, world.oakfield, "urgent.example")
    assert going_ahead.edits_due(world.ports) == 0
    assert number(world) == before


def test_a_hold_holds_what_would_go_ahead(world, listed):
    releases.hold(world.ports, world.oakfield.network_manager, reason="exams")
    block(world, world.oakfield, "urgent.example")
    assert going_ahead.edits_due(world.ports) == 0
    assert not published_blocks(world, "urgent.example")


def test_a_list_has_its_turn_after_so_many_edits(world, listed):
    for at in range(going_ahead.MOST):
        block(world, world.oakfield, f"urgent{at}.example")
        assert going_ahead.edits_due(world.ports) == 1
    block(world, world.oakfield, "patient.example")
    assert going_ahead.edits_due(world.ports) == 0
    assert going_ahead.lists_due(world.ports) == 1
    assert published_blocks(world, "patient.example")
    assert published_blocks(world, "bad600.example")


def test_a_worker_lets_an_edit_go_ahead_of_a_list_that_takes_long(world, listed, monkeypatch):
    usual, going_on, ready = release_files.write_all, threading.Event(), threading.Event()

    def slow(*given):
        monkeypatch.setattr(MADE_WITH, usual)
        found = usual(*given)
        going_on.set()
        assert ready.wait(60)
        return found

    monkeypatch.setattr(MADE_WITH, slow)
    stop = threading.Event()
    working = threading.Thread(target=worker.run, args=(world.ports, stop, 0.05))
    working.start()
    try:
        assert going_on.wait(60)
        block(world, world.oakfield, "urgent.example")
        for _ in range(1200):
            if published_blocks(world, "urgent.example"):
                break
            stop.wait(0.05)
        assert published_blocks(world, "urgent.example")
        assert not published_blocks(world, "bad600.example")
    finally:
        ready.set()
        stop.set()
        working.join()
    assert [state for _, state in states(world, world.oakfield)].count("published") == 1
