"""How long it honestly takes, and what is known of a decision at each target."""

from datetime import timedelta

import pytest

from firewall_admin import worker
from firewall_admin.db.tables import TargetRow
from firewall_admin.journeys import feeds, proof, rules
from firewall_admin.journeys.releases import published

from .check_world import checked_target, follow, with_resolver, work
from .release_world import add_target, block, feed, live, publish, row, with_folders


@pytest.fixture
def world(world, tmp_path):
    return with_folders(world, tmp_path)


def honest(world, audience="pupils"):
    with world.db.look() as session:
        return proof.honest_time(session, world.oakfield.id, audience, world.clock.at)


def expected_by(world, target):
    with world.db.look() as session:
        release = published(session, world.oakfield.id)
        assert release is not None
        return proof.expected_by(session, session.get_one(TargetRow, target), release, world.clock.at)


def fetched_every(world, token, minutes):
    for _ in range(2):
        feeds.fetch(world.ports, token=token, file="pupils.txt")
        world.clock.pass_by(minutes=minutes)


def test_a_feed_tells_its_pace(world):
    assert honest(world) == "Nobody can say: no target filters for pupils yet."
    target, token = feed(world, world.oakfield, "Library")
    publish(world, world.oakfield, "games.example")
    assert honest(world) == "Nobody can say for certain: 'Library' has never fetched its feed."
    assert expected_by(world, target) is None
    fetched_every(world, token, 5)
    assert honest(world) == "Within about 7 minutes: 'Library' fetches every 5 minutes."
    assert honest(world, "staff").startswith("Nobody can say: no target filters for staff")
    publish(world, world.oakfield, "chat.example")
    assert expected_by(world, target) == timedelta(minutes=6, seconds=30)
    feeds.fetch(world.ports, token=token, file="pupils.txt")
    assert expected_by(world, target) == timedelta(seconds=90)
    world.clock.pass_by(minutes=4)
    assert expected_by(world, target) == timedelta(0)


def test_the_slowest_target_counts_and_one_that_is_taken_by_hand_is_not_hidden(world, tmp_path):
    _, token = feed(world, world.oakfield, "Library")
    folder = str(tmp_path / "delivered" / "dns")
    put = add_target(world, world.oakfield, "Hall", "unbound", delivery="folder", folder=folder)
    publish(world, world.oakfield, "games.example")
    assert expected_by(world, put) == timedelta(seconds=90)
    fetched_every(world, token, 60)
    assert honest(world) == "Within about 62 minutes: 'Library' fetches every 60 minutes."
    add_target(world, world.oakfield, "Annexe", delivery="download")
    fastest = "Within about 62 minutes: 'Library' fetches every 60 minutes."
    assert honest(world) == f"{fastest} Elsewhere nobody can say: the files of 'Annexe' are taken by hand."


def test_a_decision_is_told_target_by_target(world):
    fake = with_resolver(world)
    checked_target(world, "asked")
    add_target(world, world.oakfield, "not asked", "unbound", delivery="download")
    add_target(world, world.oakfield, "for staff", "unbound", audiences=("staff",), delivery="download")
    publish(world, world.oakfield, "example.com")
    follow(world, fake)
    work(world, 5, 15, 30)
    with world.db.look() as session:
        assert proof.state(session, world.oakfield.id, decision="D-3") == ()
    rules.add(
        world.ports,
        world.oakfield.network_manager,
        action="allow",
        domain="maths.example.com",
        audience="pupils",
        reason="a lesson",
        decision="D-3",
    )
    worker.once(world.ports)
    follow(world, fake)
    work(world, 5)
    with world.db.look() as session:
        found = {one.target: one for one in proof.state(session, world.oakfield.id, decision="D-3")}
        assert proof.state(session, world.elmfield.id, decision="D-3") == ()
    assert {name: one.state for name, one in found.items()} == {"asked": "live", "not asked": "not-checked"}
    assert found["asked"].at == world.clock.at


def test_a_resolver_of_one_target_says_nothing_of_another_release(world):
    fake = with_resolver(world)
    target = checked_target(world)
    publish(world, world.oakfield, "games.example")
    follow(world, fake)
    work(world, 5)
    first = live(world, world.oakfield)
    block(world, world.oakfield, "chat.example")
    worker.once(world.ports)
    with world.db.look() as session:
        assert not proof.seen(
            session, world.oakfield.id, domain="chat.example", audience="pupils", expected="blocked", since=first.at
        )
    assert row(world, target).resolvers
