"""A block does not wait behind an edit that waits for a person; and nothing but blocks goes ahead."""

import pytest

from firewall_admin import worker
from firewall_admin.core.opening import openings_in_full
from firewall_admin.journeys import assignments, lists, preparing, release_files, releases, rules, timetables, urgent
from firewall_admin.journeys.assignments import Times
from firewall_admin.journeys.release_changes import difference, names
from firewall_admin.journeys.release_contents import rebuild

from .release_world import accept_all, block, end_rule, live, objections, publish, states, with_folders
from .release_world import published_blocks as blocked


@pytest.fixture
def world(world, tmp_path):
    return with_folders(world, tmp_path)


@pytest.fixture
def held(world):
    """Release 1 is published; an edit that blocks a helpline is held as release 2."""
    publish(world, world.oakfield, "x.com")
    block(world, world.oakfield, "childline.org.uk")
    worker.once(world.ports)
    assert states(world, world.oakfield) == [(1, "published"), (2, "held")]
    return world


def test_a_block_is_in_force_at_once_and_the_dangerous_edit_stays_held(held):
    before = objections(held, held.oakfield)
    block(held, held.oakfield, "tiktok.com")
    worker.once(held.ports)
    assert states(held, held.oakfield) == [(1, "replaced"), (2, "replaced"), (3, "published"), (4, "held")]
    assert live(held, held.oakfield).cause == urgent.CAUSE
    assert blocked(held, "tiktok.com")
    assert not blocked(held, "childline.org.uk")
    assert [o["key"] for o in objections(held, held.oakfield)] == [o["key"] for o in before]
    assert not worker.once(held.ports)


def test_what_the_held_edit_changes_is_told_against_the_release_that_went_ahead(held):
    block(held, held.oakfield, "tiktok.com")
    worker.once(held.ports)
    manager = held.oakfield.network_manager
    for number, expected in ((3, "tiktok.com"), (4, "childline.org.uk")):
        told, count = names(held.ports, manager, number=number, audience="pupils", blocked=True, first=0, most=9)
        found = [(one.domain, one.why) for one in told]
        # What is protected is blocked by no rule: the held edit changes nothing, which is why it is objected to.
        assert (found, count) == (([(expected, f"rule for {expected}")], 1) if number == 3 else ([], 0))


def test_once_the_danger_is_accepted_everything_is_in_force(held):
    block(held, held.oakfield, "tiktok.com")
    worker.once(held.ports)
    accept_all(held, held.oakfield)
    assert states(held, held.oakfield)[-1] == (4, "published")
    assert blocked(held, "tiktok.com")
    assert blocked(held, "x.com")


def test_a_block_made_together_with_the_dangerous_edit_goes_ahead_too(world):
    publish(world, world.oakfield, "x.com")
    block(world, world.oakfield, "childline.org.uk")
    block(world, world.oakfield, "tiktok.com", audience="staff")
    worker.once(world.ports)
    assert states(world, world.oakfield)[1:] == [(2, "published"), (3, "held")]
    assert blocked(world, "tiktok.com", "staff")
    assert not blocked(world, "tiktok.com", "pupils")


def test_a_shipped_list_goes_ahead_with_its_times_and_one_of_the_schools_own_waits(held):
    manager = held.oakfield.network_manager
    assignments.assign(held.ports, manager, slug="instagram", to=["pupils"])
    lists.add(held.ports, manager, title="Ours", role="blocked", text=b"ours.example\n")
    assignments.assign(held.ports, manager, slug="ours", to=["pupils"])
    worker.once(held.ports)
    assert blocked(held, "www.instagram.com")
    assert not blocked(held, "www.instagram.com", "staff")
    assert not blocked(held, "ours.example")
    assert states(held, held.oakfield)[-2:] == [(3, "published"), (4, "held")]


def test_a_list_at_hours_that_the_published_policy_does_not_know_waits(held):
    manager = held.oakfield.network_manager
    timetables.add(held.ports, manager, name="lunch", windows=["mon-fri 12:00-13:00"])
    assignments.assign(held.ports, manager, slug="instagram", to=["pupils"], times=Times(except_="lunch"))
    worker.once(held.ports)
    assert not blocked(held, "www.instagram.com")
    assert states(held, held.oakfield)[-1][1] == "held"


def test_what_opens_never_goes_ahead(held):
    manager = held.oakfield.network_manager
    before = rebuild(held.ports, live(held, held.oakfield))
    rules.add(held.ports, manager, action="allow", domain="a.x.com", reason="a lesson")
    end_rule(held, held.oakfield, "x.com")
    block(held, held.oakfield, "tiktok.com")
    worker.once(held.ports)
    assert blocked(held, "a.x.com")
    assert blocked(held, "x.com")
    assert blocked(held, "tiktok.com")
    after = rebuild(held.ports, live(held, held.oakfield))
    assert not list(openings_in_full(before, after, held.clock.at))
    plan = difference(held.ports, manager, number=1)  # going back to release 1 would open the block, and that alone
    assert {c.domain for found in plan.changes.values() for c in found} == {"tiktok.com"}


def test_a_block_that_is_a_danger_itself_waits_while_others_go_ahead(held):
    block(held, held.oakfield, "samaritans.org")
    block(held, held.oakfield, "tiktok.com")
    worker.once(held.ports)
    policy = rebuild(held.ports, live(held, held.oakfield))
    assert [rule.domain for rule in policy.rules] == ["x.com", "tiktok.com"]


def test_where_only_dangers_are_new_nothing_goes_ahead(held):
    block(held, held.oakfield, "samaritans.org")
    worker.once(held.ports)
    assert states(held, held.oakfield) == [(1, "published"), (2, "replaced"), (3, "held")]


def test_while_a_person_holds_publishing_no_block_goes_ahead(held):
    releases.hold(held.ports, held.oakfield.network_manager, reason="exams")
    block(held, held.oakfield, "tiktok.com")
    assert not worker.once(held.ports)
    assert not blocked(held, "tiktok.com")


def test_a_block_that_is_taken_back_while_it_is_prepared_is_not_published(held, monkeypatch):
    block(held, held.oakfield, "tiktok.com")
    usual = release_files.write_all

    def slow(*asked):
        monkeypatch.setattr(preparing, "write_all", usual)
        end_rule(held, held.oakfield, "tiktok.com")
        usual(*asked)

    monkeypatch.setattr(preparing, "write_all", slow)
    assert not worker.once(held.ports)
    assert not blocked(held, "tiktok.com")
    worker.once(held.ports)
    assert states(held, held.oakfield) == [(1, "published"), (2, "replaced"), (3, "held")]
