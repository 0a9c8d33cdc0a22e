"""Preparing: what is due, at its instant, once, whatever fails and whoever is faster."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest

from firewall_admin import worker
from firewall_admin.core import events_releases
from firewall_admin.db.tables import School, TimetableRow
from firewall_admin.journeys import due_releases, preparing, release_contents, release_files, releases, rules

from .release_world import (
    accept_all,
    add_target,
    block,
    live,
    live_policy,
    objections,
    publish,
    states,
    told,
    with_folders,
)
from .release_world import (
    published_blocks as blocked,
)


@pytest.fixture
def world(world, tmp_path):
    return with_folders(world, tmp_path)


def test_dates_publish_by_themselves_at_their_instant(world):
    block(world, world.oakfield, "always.example")
    until = world.clock.at + timedelta(hours=1)
    block(world, world.oakfield, "x.com", until=until)
    worker.once(world.ports)
    assert live(world, world.oakfield).next_change == until
    assert worker.wait(world.ports, 1e9) == 3600
    world.clock.pass_by(minutes=59, seconds=59.5)
    assert not worker.once(world.ports)
    assert worker.wait(world.ports, 30) == 0.5
    world.clock.pass_by(seconds=0.5)
    worker.once(world.ports)
    assert (live(world, world.oakfield).number, live(world, world.oakfield).cause) == (2, due_releases.THE_CLOCK)
    assert live(world, world.oakfield).at == until
    assert not blocked(world, "x.com")
    assert not worker.once(world.ports)
    assert worker.wait(world.ports, 30) == 30


def test_a_timetable_publishes_at_each_boundary_and_needs_nobody(world):
    with world.db.change(world.oakfield.network_manager) as change:
        timetable = TimetableRow(school_id=world.oakfield.id, name="lunch", windows=["Mon 12:00-13:00"], terms=[])
        change.session.add(timetable)
        change.did(events_releases.HoldLifted("a timetable for this test"))
    block(world, world.oakfield, "always.example")
    block(world, world.oakfield, "x.com", when="lunch")
    worker.once(world.ports)
    seen = []
    for _ in range(3):
        seen.append((world.clock.at.hour, blocked(world, "x.com")))
        boundary = due_releases.next_boundary(world.ports)
        assert boundary
        world.clock.at = boundary
        worker.once(world.ports)
    assert seen == [(9, False), (12, True), (13, False)]


def test_what_is_open_until_noon_closes_at_noon_though_an_edit_or_all_publishing_is_held(world):
    noon = world.clock.at + timedelta(hours=1)
    block(world, world.oakfield, "x.com")
    rules.add(
        world.ports, world.oakfield.network_manager, action="allow", domain="a.x.com", until=noon, reason="a lesson"
    )
    worker.once(world.ports)
    block(world, world.oakfield, "childline.org.uk")
    worker.once(world.ports)
    assert states(world, world.oakfield) == [(1, "published"), (2, "held")]
    assert not blocked(world, "a.x.com")
    world.clock.at = noon
    worker.once(world.ports)
    assert states(world, world.oakfield) == [(1, "replaced"), (2, "replaced"), (3, "published"), (4, "held")]
    assert blocked(world, "a.x.com")
    assert not blocked(world, "childline.org.uk")


def test_a_clock_set_back_does_not_open_what_has_expired(world):
    soon = world.clock.at + timedelta(hours=1)
    block(world, world.oakfield, "x.com")
    rules.add(
        world.ports, world.oakfield.network_manager, action="allow", domain="a.x.com", until=soon, reason="a lesson"
    )
    worker.once(world.ports)
    world.clock.at = soon
    worker.once(world.ports)
    world.clock.pass_by(hours=-1, minutes=-1)
    publish(world, world.oakfield, "tiktok.com")
    assert live(world, world.oakfield).number == 3
    assert blocked(world, "a.x.com")


def test_a_release_that_can_not_be_prepared_leaves_what_is_published_and_says_so_once(world, monkeypatch):
    publish(world, world.oakfield, "x.com")
    add_target(world, world.oakfield)

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(world.ports.store, "write_release", full)
    for _ in range(3):
        assert not worker.once(world.ports)
        world.clock.pass_by(minutes=1)
    assert states(world, world.oakfield) == [(1, "published")]
    failures = [line for line in told(world, world.oakfield) if "could not prepare" in line]
    assert failures == ["the service could not prepare a release: No space left on device. What is published stays."]
    monkeypatch.undo()
    worker.once(world.ports)
    assert states(world, world.oakfield)[-1] == (2, "published")
    with world.db.look() as session:
        assert session.get_one(School, world.oakfield.id).trouble is None


def test_after_a_failure_it_rests_unless_there_is_a_newer_edit(world, monkeypatch):
    add_target(world, world.oakfield)
    tries = []

    def full(*_):
        tries.append(world.clock.at)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(world.ports.store, "write_release", full)
    for _ in range(5):
        worker.once(world.ports)
    assert len(tries) == 1
    block(world, world.oakfield, "x.com")
    worker.once(world.ports)
    assert len(tries) == 2
    world.clock.pass_by(seconds=30)
    worker.once(world.ports)
    assert len(tries) == 3


def test_one_school_that_can_not_be_prepared_keeps_no_other_from_its_release(world, monkeypatch):
    usual = release_contents.weigh

    def broken(ports, policy, *rest):
        if policy.school == world.oakfield.name:
            raise KeyError("a bug")
        return usual(ports, policy, *rest)

    monkeypatch.setattr(preparing, "weigh", broken)
    worker.once(world.ports)
    assert states(world, world.oakfield) == []
    assert states(world, world.elmfield) == [(1, "published")]


def test_where_the_published_release_can_not_be_read_any_more_a_person_decides_whether_to_go_on(world):
    """A lost snapshot must not keep every later release from being made."""
    publish(world, world.oakfield, "x.com")
    kept = world.ports.store
    [lost] = [kept.folder.joinpath("snapshots").rglob(live(world, world.oakfield).snapshots["steering"])]
    next(iter(lost)).unlink()
    block(world, world.oakfield, "tiktok.com")
    worker.once(world.ports)
    assert [o["name"] for o in objections(world, world.oakfield)] == ["not-comparable"]
    accept_all(world, world.oakfield)
    assert live(world, world.oakfield).number == 2


def test_a_worker_goes_on_when_the_database_is_away_for_a_moment(world, monkeypatch):
    stop = threading.Event()
    looked = []

    def away(ports):
        looked.append(ports)
        if len(looked) == 3:
            stop.set()
        raise OSError("the database is away")

    monkeypatch.setattr(due_releases, "next_boundary", away)
    worker.run(world.ports, stop, pause=0)
    assert len(looked) == 3


def test_a_past_boundary_that_can_not_be_published_makes_no_busy_loop(world, monkeypatch):
    until = world.clock.at + timedelta(hours=1)
    block(world, world.oakfield, "x.com", until=until)
    worker.once(world.ports)

    def lost(*_):
        raise OSError("gone")

    monkeypatch.setattr(preparing, "turned", lost)
    world.clock.at = until + timedelta(minutes=1)
    worker.once(world.ports)
    assert worker.wait(world.ports, 1) == 1


def test_a_target_whose_audience_is_gone_holds_the_release_and_is_never_given_everybodys_files(world):
    add_target(world, world.oakfield, audiences=("staff",))
    publish(world, world.oakfield, "x.com")
    first = live_policy(world, world.oakfield)
    without = replace(first, audiences=first.audiences[:1])
    with world.db.look() as session:
        found = releases.targets_of(session, world.oakfield.id)
    contents = release_contents.weigh(world.ports, without, live(world, world.oakfield), found, 9, world.clock.at)
    assert "target-without-audience" in {o.name for o in contents.objections}
    release_files.write_all(world.ports, "9-x", contents.compiled, found)
    assert not (world.ports.store.releases_folder(str(world.oakfield.id)) / "9-x").exists()
