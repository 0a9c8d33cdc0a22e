"""A device that fetches is given what it had until its ring's turn comes, never nothing and never something torn."""

import hashlib

import pytest

from firewall_admin import worker
from firewall_admin.db.tables import TargetRow
from firewall_admin.journeys import feeds, primaries, proof, releases, rings

from .release_world import add_target, block, feed, live, publish, with_folders
from .test_rings import checked


@pytest.fixture
def world(world, tmp_path):
    return with_folders(world, tmp_path)


@pytest.fixture
def ringed(world, tmp_path):
    """A folder in ring 0, a device that fetches in ring 1, and a release that both have."""
    place = str(tmp_path / "delivered" / "first")
    first = add_target(world, world.oakfield, "first", "unbound", delivery="folder", folder=place)
    device, token = feed(world, world.oakfield, "Library")
    publish(world, world.oakfield, "early.example")
    primaries.choose_ring(world.ports, world.oakfield.network_manager, target=device, ring=1)
    world.clock.pass_by(hours=1)
    fetch(world, token)
    return first, device, token


def fetch(world, token):
    return feeds.fetch(world.ports, token=token, file="pupils.txt")


def big(world, *names):
    for name in names or ("a.example", "b.example"):
        block(world, world.oakfield, name)
    worker.once(world.ports)
    return live(world, world.oakfield)


def text(found):
    octets = found.path.read_bytes()
    assert hashlib.sha256(octets).hexdigest() == found.sha256
    assert len(octets) == found.size > 0
    return octets.decode()


def test_it_is_given_the_release_before_until_the_checks_of_ring_0_have_passed(world, ringed):
    first, _, token = ringed
    before = fetch(world, token)
    release = big(world)
    held = fetch(world, token)
    assert (held.release, held.sha256, held.published_at) == (before.release, before.sha256, before.published_at)
    assert "a.example" not in text(held)
    checked(world, first, release, "enforced")
    after = fetch(world, token)
    assert after.release == release.number
    assert "a.example" in text(after)


def test_a_check_that_fails_keeps_it_from_the_device_and_several_releases_wait_as_one(world, ringed):
    first, _, token = ringed
    before = fetch(world, token).release
    checked(world, first, big(world), "leaking")
    assert fetch(world, token).release == before
    newest = big(world, "c.example", "d.example")
    assert fetch(world, token).release == before, "what has never passed is skipped"
    checked(world, first, newest, "enforced")
    assert fetch(world, token).release == newest.number


def test_where_nothing_is_checked_a_while_must_do(world, ringed):
    _, _, token = ringed
    release = big(world)
    world.clock.pass_by(seconds=rings.WAIT.total_seconds() - 1)
    assert fetch(world, token).release == release.number - 1
    world.clock.pass_by(seconds=2)
    assert fetch(world, token).release == release.number


def test_what_it_got_is_not_taken_back_when_a_check_fails_later(world, ringed):
    first, _, token = ringed
    release = big(world)
    checked(world, first, release, "enforced")
    assert fetch(world, token).release == release.number
    checked(world, first, release, "leaking")
    assert fetch(world, token).release == release.number


def test_an_urgent_block_and_going_back_wait_for_no_ring(world, ringed):
    _, _, token = ringed
    urgent = publish(world, world.oakfield, "urgent.example")
    assert fetch(world, token).release == urgent
    big(world)
    world.clock.pass_by(hours=1)
    fetch(world, token)
    releases.go_back(world.ports, world.oakfield.network_manager, number=urgent - 1, reason="a lesson")
    assert fetch(world, token).release == urgent - 1


def test_a_device_that_missed_going_back_is_not_given_what_was_gone_back_from(world, ringed):
    _, _, token = ringed
    good = fetch(world, token).release
    bad = big(world).number
    world.clock.pass_by(hours=1)
    assert fetch(world, token).release == bad
    releases.go_back(world.ports, world.oakfield.network_manager, number=good, reason="a lesson")
    world.clock.pass_by(minutes=1)
    releases.lift_hold(world.ports, world.oakfield.network_manager, reason="over")
    newest = big(world, "c.example", "d.example")
    assert newest.number > bad
    assert fetch(world, token).release == good


def test_a_device_that_never_fetched_is_given_something(world, ringed):
    device, token = feed(world, world.oakfield, "New")
    primaries.choose_ring(world.ports, world.oakfield.network_manager, target=device, ring=2)
    release = big(world)
    found = fetch(world, token)
    assert found.release == release.number - 1
    assert "early.example" in text(found)


def test_the_honest_time_says_that_it_comes_in_turns(world, ringed):
    first, device, token = ringed
    for _ in range(2):
        world.clock.pass_by(minutes=5)
        fetch(world, token)
    release = big(world)
    with world.db.look() as session:
        row = session.get_one(TargetRow, device)
        assert proof.expected_by(session, row, release, world.clock.at) is None
        said = proof.honest_time(session, world.oakfield.id, "pupils", world.clock.at)
    assert "'Library' is in ring 1" in said
    assert "15 minutes in each where nothing is checked" in said
    checked(world, first, release, "enforced")
    with world.db.look() as session:
        row = session.get_one(TargetRow, device)
        assert proof.expected_by(session, row, release, world.clock.at) is not None
