"""A release goes to ring 0 first; to the next when the checks there have passed, or after a while without any."""

import shutil

import pytest
from sqlalchemy import select

from firewall_admin import worker
from firewall_admin.core.refusals import Refusal
from firewall_admin.db.tables import LiveCheck
from firewall_admin.db.tables.row import new_id
from firewall_admin.journeys import deliveries as journey
from firewall_admin.journeys import primaries, rings

from .release_world import add_target, block, deliveries, end_rule, live, publish, told, with_folders


@pytest.fixture
def world(world, tmp_path):
    return with_folders(world, tmp_path)


@pytest.fixture
def ringed(world, tmp_path):
    """One target in ring 0 and one in ring 1, and a release that both have."""
    found = [
        add_target(world, world.oakfield, name, "unbound", delivery="folder", folder=str(tmp_path / "delivered" / name))
        for name in ("first", "second")
    ]
    publish(world, world.oakfield)
    world.clock.pass_by(hours=1)
    worker.once(world.ports)
    primaries.choose_ring(world.ports, world.oakfield.network_manager, target=found[1], ring=1)
    assert [states(world, target)[-1] for target in found] == ["done", "done"]
    return found


def states(world, target):
    return [row.state for row in deliveries(world, target)]


def big(world):
    """A release that changes more than one name."""
    for name in ("a.example", "b.example"):
        block(world, world.oakfield, name)
    worker.once(world.ports)
    return live(world, world.oakfield)


def checked(world, target, release, finding):
    with world.db.note() as session:
        session.add(
            LiveCheck(
                id=new_id(),
                school_id=world.oakfield.id,
                target_id=target,
                release_id=release.id,
                resolver="r",
                audience="pupils",
                domain=f"{finding}.example",
                expected="blocked",
                why="sample",
                occasion="publishing",
                state="done" if finding else "due",
                next_try=world.clock.at,
                done_at=world.clock.at if finding else None,
                finding=finding,
            )
        )


def test_the_first_ring_has_it_at_once_and_the_second_when_the_checks_have_passed(world, ringed):
    release = big(world)
    assert [states(world, target)[-1] for target in ringed] == ["done", "due"]
    checked(world, ringed[0], release, "enforced")
    worker.once(world.ports)
    assert [states(world, target)[-1] for target in ringed] == ["done", "done"]


def test_while_a_check_is_unanswered_nothing_moves_however_long_it_takes(world, ringed):
    release = big(world)
    checked(world, ringed[0], release, None)
    world.clock.pass_by(hours=2)
    journey.deliver_due(world.ports)
    assert states(world, ringed[1])[-1] == "due"


def test_a_check_that_fails_halts_it_says_so_once_and_goes_on_when_it_is_right(world, ringed):
    release = big(world)
    checked(world, ringed[0], release, "leaking")
    for _ in range(3):
        journey.deliver_due(world.ports)
        world.clock.pass_by(hours=1)
    assert states(world, ringed[1])[-1] == "failed"
    assert sum("keeps release" in line and "ring 0" in line for line in told(world, world.oakfield)) == 1
    with world.db.note() as session:
        session.scalars(select(LiveCheck).where(LiveCheck.finding == "leaking")).one().finding = "enforced"
    journey.deliver_due(world.ports)
    assert states(world, ringed[1])[-1] == "done"


def test_where_nothing_is_checked_a_while_must_do(world, ringed):
    big(world)
    world.clock.pass_by(seconds=rings.WAIT.total_seconds() - 1)
    journey.deliver_due(world.ports)
    assert states(world, ringed[1])[-1] == "due"
    world.clock.pass_by(seconds=2)
    journey.deliver_due(world.ports)
    assert states(world, ringed[1])[-1] == "done"


def test_what_blocks_one_name_and_opens_none_goes_everywhere_at_once(world, ringed):
    publish(world, world.oakfield, "urgent.example")
    assert live(world, world.oakfield).blocked == 1
    assert [states(world, target)[-1] for target in ringed] == ["done", "done"]


def test_what_opens_a_name_waits_even_if_it_is_only_one(world, ringed):
    publish(world, world.oakfield, "short.example")
    end_rule(world, world.oakfield, "short.example")
    worker.once(world.ports)
    release = live(world, world.oakfield)
    assert (release.blocked, release.opened) == (0, 1)
    assert [states(world, target)[-1] for target in ringed] == ["done", "due"]


def test_a_ring_that_can_t_be_brought_it_keeps_it_from_the_next(world, ringed, tmp_path):
    folder = tmp_path / "delivered" / "first"
    shutil.rmtree(folder)
    folder.write_text("in the way")
    big(world)
    world.clock.pass_by(hours=1)
    journey.deliver_due(world.ports)
    assert [states(world, target)[-1] for target in ringed] == ["failed", "due"]


def test_a_ring_is_from_0_to_9_and_told(world, ringed):
    for wrong in (-1, 10):
        with pytest.raises(Refusal):
            primaries.choose_ring(world.ports, world.oakfield.network_manager, target=ringed[0], ring=wrong)
    before = len(told(world, world.oakfield))
    primaries.choose_ring(world.ports, world.oakfield.network_manager, target=ringed[0], ring=2)
    primaries.choose_ring(world.ports, world.oakfield.network_manager, target=ringed[0], ring=2)
    assert len(told(world, world.oakfield)) == before + 1
