"""A list that has not come from its maker for a week is told of to devices; a young one changes nothing."""

import json
from dataclasses import replace
from datetime import date

import pytest

from firewall_admin import worker
from firewall_admin.adapters.fetch import Failure
from firewall_admin.core.compiled import compile_policy
from firewall_admin.core.export import header
from firewall_admin.core.manifest import manifest
from firewall_admin.journeys import assignments, release_files, rules, subscriptions
from firewall_admin.journeys.release_contents import rebuild
from tests.web_of_lists import ADDRESS, names, refreshed, subscribed, webbed

from .looking import now
from .release_world import add_target, live, publish, row, with_folders

LINE = "# list bad-sites: not come from its maker since 2026-11-23\n"


@pytest.fixture
def web(world, tmp_path):
    with_folders(world, tmp_path)
    return webbed(world)


@pytest.fixture
def listed(world, web):
    listed = subscribed(world, web, names(100))
    assignments.assign(world.ports, world.oakfield.network_manager, slug="bad-sites", to=["pupils"])
    return listed


def compiled(world):
    """What is published."""
    release = live(world, world.oakfield)
    return compile_policy(rebuild(world.ports, release), release.at, release=release.number)


def told(world):
    return header(compiled(world))


def days_of_silence(world, web, listed, days):
    web.pages[ADDRESS] = Failure("the server answers 503, not 200")
    for _ in range(days):
        world.clock.pass_by(days=1)
        refreshed(world, listed)


def test_only_after_a_week_and_with_the_day_since_when(world, web, listed):
    publish(world, world.oakfield)
    days_of_silence(world, web, listed, 7)
    publish(world, world.oakfield, "first.example")
    assert "bad-sites:" not in told(world)
    assert "old_lists" not in manifest("hosts", compiled(world), (), ())
    days_of_silence(world, web, listed, 1)
    publish(world, world.oakfield, "second.example")
    assert LINE in told(world)
    assert json.loads(manifest("hosts", compiled(world), (), ()))["old_lists"] == {"bad-sites": "2026-11-23"}


def test_the_line_is_the_same_the_day_after(world, web, listed):
    days_of_silence(world, web, listed, 9)
    publish(world, world.oakfield)
    days_of_silence(world, web, listed, 3)
    publish(world, world.oakfield, "second.example")
    assert LINE in told(world)


def test_only_those_whom_the_list_is_in_force_for_are_told(world, web, listed):
    days_of_silence(world, web, listed, 9)
    publish(world, world.oakfield)
    whole = compiled(world)
    by_audience = {one.name: LINE in header(whole, one) for one in whole.audiences}
    assert by_audience == {"pupils": True, "staff": False}


def test_a_list_that_was_asked_for_and_is_unchanged_is_young(world, web, listed):
    publish(world, world.oakfield)
    for _ in range(10):
        world.clock.pass_by(days=1)
        assert refreshed(world, listed) == "unchanged"
    publish(world, world.oakfield, "first.example")
    assert "bad-sites:" not in told(world)


def test_what_the_clock_moves_knows_of_fetches_since_the_release_was_made(world, web, listed):
    until = world.clock.at.replace(hour=12)
    manager = world.oakfield.network_manager
    rules.add(
        world.ports, manager, action="block", domain="a.example", reason="x", until=until.replace(month=12, day=20)
    )
    worker.once(world.ports)
    number = live(world, world.oakfield).number
    world.clock.at = until.replace(month=12, day=19)
    assert refreshed(world, listed) == "unchanged"
    world.clock.at = until.replace(month=12, day=20)
    worker.once(world.ports)
    assert live(world, world.oakfield).number > number
    assert "bad-sites:" not in told(world)
    assert compiled(world).school_policy.lists["bad-sites"].as_of >= date(2026, 12, 19)


def test_files_made_again_later_tell_what_they_told(world, web, listed):
    days_of_silence(world, web, listed, 9)
    target = row(world, add_target(world, world.oakfield, format_="hosts"))
    publish(world, world.oakfield)
    release = live(world, world.oakfield)
    folder, _ = release_files.ensure(world.ports, release, target)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert any(LINE.encode() in content for content in before.values())
    web.pages[ADDRESS] = names(101)
    assert refreshed(world, listed) == "taken"
    world.ports.store.remove_folder(folder)
    folder, _ = release_files.ensure(world.ports, release, target)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_an_age_makes_no_other_policy(world, listed):
    policy = now(world, world.oakfield)
    assert policy.lists["bad-sites"].as_of == date(2026, 11, 23)
    older = replace(policy.lists["bad-sites"], as_of=date(2020, 1, 1))
    assert replace(policy, lists={**policy.lists, "bad-sites": older}) == policy


def test_a_list_of_ones_own_has_no_age(world, listed):
    subscriptions.end(world.ports, world.oakfield.network_manager, listed=listed)
    world.clock.pass_by(days=30)
    publish(world, world.oakfield)
    assert "bad-sites:" not in told(world)
