"""Texts of lists in the store: one of each, kept while anybody needs them, gone afterwards."""

import os
from datetime import timedelta
from time import time

import pytest

from firewall_admin import worker
from firewall_admin.adapters.fetch import Failure
from firewall_admin.core.names import Names
from firewall_admin.db.tables import Snapshot, Subscription
from firewall_admin.journeys import (
    assignments,
    due_releases,
    refreshes,
    release_files,
    releases,
    snapshots,
    subscriptions,
)
from firewall_admin.journeys.refresh_leases import Stopped
from tests.web_of_lists import ADDRESS, in_force, looked, names, of_list, refreshed, subscribed, webbed

from .looking import every, now
from .release_world import add_target, live, live_policy, row


@pytest.fixture
def web(world):
    due_releases.forget()
    return webbed(world)


def files(world):
    return {path.name for path in world.ports.store.folder.glob("snapshots/*/*")}


def grow_old(world):
    """All that lies in the store was put there long ago."""
    for path in world.ports.store.folder.glob("snapshots/*/*"):
        os.utime(path, (0, 0))


def rows(world):
    with world.db.look() as session:
        return {row.sha256 for row in session.query(Snapshot)}


def test_the_same_text_is_kept_once_for_two_schools(world, web):
    subscribed(world, web, names(100))
    before = files(world)
    subscribed(world, web, names(100), world.elmfield)
    assert files(world) == before


def test_what_no_list_and_no_kept_release_names_goes_and_all_else_stays(world, web):
    listed = subscribed(world, web, names(1_000))
    assignments.assign(world.ports, world.oakfield.network_manager, slug="bad-sites", to=["pupils"])
    worker.once(world.ports)
    released = live_policy(world, world.oakfield).lists["bad-sites"].names
    for count in range(1_001, 1_005):
        web.pages[ADDRESS] = names(count)
        assert refreshed(world, listed) == "taken"
    web.pages[ADDRESS] = names(700)
    assert refreshed(world, listed) == "held"
    assert len(rows(world)) == 6
    world.clock.pass_by(days=30)
    assert snapshots.tidy(world.ports) == 0, "all of it is young, by the clock that stamped it"
    grow_old(world)
    assert snapshots.tidy(world.ports) == 3
    assert len(rows(world)) == 3, "the list's, the held one, and that of the release"
    assert len(in_force(world, listed)) == 1_004
    assert live_policy(world, world.oakfield).lists["bad-sites"].names == released
    assert len(world.ports.store.names(of_list(world, listed).found["sha256"])) == 700


def test_a_text_that_comes_again_is_young_again(world):
    store, text = world.ports.store, Names.of(["bad.example"])
    sha256 = store.put(text)
    grow_old(world)
    assert store.put(text) == sha256
    assert not store.forget(sha256, timedelta(days=1)), "somebody has just put it there"
    grow_old(world)
    assert store.forget(sha256, timedelta(days=1))
    with pytest.raises(FileNotFoundError):
        store.names(sha256)


def test_the_last_twenty_releases_can_be_gone_back_to_with_their_lists(world, web, monkeypatch):
    monkeypatch.setattr(snapshots, "LAST", 2)
    listed = subscribed(world, web, names(1_000))
    manager = world.oakfield.network_manager
    assignments.assign(world.ports, manager, slug="bad-sites", to=["pupils"])
    worker.once(world.ports)
    for count in (1_001, 1_002, 1_003):
        web.pages[ADDRESS] = names(count)
        refreshed(world, listed)
        worker.once(world.ports)
    number = live(world, world.oakfield).number
    grow_old(world)
    snapshots.tidy(world.ports)
    releases.go_back(world.ports, manager, number=number - 1, reason="a site that broke")
    assert len(live_policy(world, world.oakfield).lists["bad-sites"].names) == 1_002


def test_what_a_killed_worker_left_goes_and_what_a_living_one_is_at_stays(world, web):
    listed = subscribed(world, web, names(10))
    left = refreshes.fetching_folder(world.ports) / "0123456789abcdef0123456789abcdef"
    left.mkdir(parents=True)
    (left / "fetched-x").write_text("half a li")
    unfinished = next(world.ports.store.folder.glob("snapshots/*")) / ".new-abc"
    unfinished.write_text("half a te")
    os.utime(unfinished, (0, 0))
    begun = unfinished.with_name(".new-def")
    begun.write_text("hal")
    world.clock.pass_by(days=30)  # another clock than the one that stamped it

    def tidying():
        snapshots.tidy(world.ports)
        (here,) = refreshes.fetching_folder(world.ports).iterdir()
        assert here.name == of_list(world, listed).lease
        raise Stopped

    web.pages[ADDRESS] = tidying
    assert refreshed(world, listed) == "stopped"
    assert not left.exists()
    assert not unfinished.exists()
    assert begun.exists()


def test_a_look_that_nobody_came_back_to_goes_after_two_days(world, web):
    web.pages[ADDRESS] = names(10)
    looked(world, world.oakfield)
    world.clock.pass_by(days=3)
    snapshots.tidy(world.ports)
    assert every(world, world.oakfield, Subscription) == []


def test_after_a_restart_without_a_network_everything_is_as_it_was(world, web):
    """opnsense/core#10353: lists of size 0 after a reboot."""
    listed = subscribed(world, web, names(1_000))
    manager = world.oakfield.network_manager
    assignments.assign(world.ports, manager, slug="bad-sites", to=["pupils"])
    target = add_target(world, world.oakfield)
    worker.once(world.ports)
    release = live(world, world.oakfield)

    def exported():
        folder, kept = release_files.ensure(world.ports, release, row(world, target))
        return {one.path: (folder / one.path).read_bytes() for one in kept}

    before, policy = exported(), now(world, world.oakfield)
    web.pages[ADDRESS] = Failure("the name lists.example.org can't be looked up: no answer")
    due_releases.forget()
    world.ports.store._mapped.clear()
    for _ in range(40):
        world.clock.pass_by(days=1)
        worker.once(world.ports)
    assert live(world, world.oakfield).number == release.number
    assert now(world, world.oakfield) == policy
    assert exported() == before
    assert of_list(world, listed).failures > 20


def test_two_schools_hold_and_keep_apart(world, web):
    mine = subscribed(world, web, names(1_000))
    theirs = subscribed(world, web, names(1_000), world.elmfield)
    web.pages[ADDRESS] = names(800)
    refreshed(world, mine)
    refreshed(world, theirs)
    text = of_list(world, mine).found["sha256"]
    head = world.oakfield.headteacher
    subscriptions.decide(world.ports, head, listed=mine, text=text, take=True, reason="looked into")
    assert (len(in_force(world, mine)), len(in_force(world, theirs))) == (800, 1_000)


def test_a_text_that_the_store_has_lost_is_fetched_again_and_another_in_its_place_is_held(world, web):
    listed = subscribed(world, web, names(100))
    kept = next(path for path in world.ports.store.folder.glob("snapshots/*/*") if path.name in rows(world))
    kept.write_bytes(b"x" + kept.read_bytes()[1:])
    world.ports.store._mapped.clear()
    assert refreshed(world, listed) == "unchanged"
    assert len(in_force(world, listed)) == 100
    kept.unlink()
    world.ports.store._mapped.clear()
    web.pages[ADDRESS] = names(101)
    assert refreshed(world, listed) == "held"
    assert "is lost" in subscriptions.findings_of(of_list(world, listed))[0].text


def test_what_was_handed_in_and_never_saved_goes_after_a_day_and_nothing_else_with_it(world, web):
    subscribed(world, web, names(100))
    worker.once(world.ports)
    kept, store = files(world), world.ports.store
    sha256 = store.put_draft(b"handed-in.example\n")
    assert store.draft(sha256) == b"handed-in.example\n"
    assert files(world) == kept, "it is apart from what lists and releases name"
    (draft,) = store.folder.glob("drafts/*/*")
    for hours, left in ((23, 1), (25, 0)):
        at = time() - timedelta(hours=hours).total_seconds()
        os.utime(draft, (at, at))
        snapshots.tidy(world.ports)
        assert len(list(store.folder.glob("drafts/*/*"))) == left
    with pytest.raises(FileNotFoundError):
        store.draft(sha256)
    assert files(world) == kept
