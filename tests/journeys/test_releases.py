"""Releases: held by a danger, accepted by a person, gone back from, held and let go."""

from datetime import timedelta

import pytest

from firewall_admin import worker
from firewall_admin.core.people import system
from firewall_admin.core.refusals import Conflict, NotAllowed, NotFound, Refusal
from firewall_admin.db.tables import School
from firewall_admin.journeys import lists, releases, rules, typed_counts
from firewall_admin.journeys.release_contents import rebuild

from .release_world import (
    accept_all,
    block,
    end_rule,
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


def test_a_saved_edit_becomes_a_published_release_of_this_school_alone(world):
    worker.once(world.ports)
    block(world, world.oakfield, "tiktok.com")
    assert worker.once(world.ports)
    assert states(world, world.oakfield) == [(1, "replaced"), (2, "published")]
    assert states(world, world.elmfield) == [(1, "published")]
    assert blocked(world, "tiktok.com")
    assert told(world, world.oakfield)[-1] == (
        "the service published release 2 (an edit); newly blocked: 1, newly open: 0."
    )
    assert not worker.once(world.ports)


def test_a_release_with_an_objection_is_held_until_each_is_accepted_by_name(world):
    block(world, world.oakfield, "childline.org.uk")
    worker.once(world.ports)
    assert states(world, world.oakfield) == [(1, "held")]
    name = ["rule-names-protected"]
    with pytest.raises(NotAllowed):
        releases.accept(world.ports, world.oakfield.teacher, number=1, objections=name, reason="x")
    with pytest.raises(NotAllowed, match="by a person"):
        releases.accept(world.ports, system(world.oakfield.id), number=1, objections=name, reason="x")
    with pytest.raises(Refusal, match="has no objection"):
        releases.accept(world.ports, world.oakfield.headteacher, number=1, objections=["nosuch"], reason="x")
    with pytest.raises(Refusal, match="Choose what"):
        releases.accept(world.ports, world.oakfield.headteacher, number=1, objections=[], reason="x")
    with pytest.raises(Refusal, match="Say why"):
        releases.accept(world.ports, world.oakfield.headteacher, number=1, objections=name, reason=" ")
    with pytest.raises(NotFound):
        releases.accept(world.ports, world.elmfield.headteacher, number=9, objections=[], reason="x")
    releases.accept(world.ports, world.oakfield.headteacher, number=1, objections=name, reason="known")
    assert states(world, world.oakfield) == [(1, "published")]
    assert live(world, world.oakfield).objections[0]["accepted"]["by"] == world.oakfield.headteacher.name
    with pytest.raises(Conflict):
        releases.accept(world.ports, world.oakfield.headteacher, number=1, objections=[], reason="again")


def test_one_of_two_objections_accepted_is_not_enough(world):
    block(world, world.oakfield, "childline.org.uk")
    block(world, world.oakfield, "nspcc.org.uk")
    worker.once(world.ports)
    first, second = (o["key"] for o in objections(world, world.oakfield))
    head = world.oakfield.headteacher
    releases.accept(world.ports, head, number=1, objections=[first], reason="looked at")
    assert states(world, world.oakfield) == [(1, "held")]
    releases.accept(world.ports, head, number=1, objections=[second], reason="too")
    assert states(world, world.oakfield) == [(1, "published")]


def test_a_newer_edit_takes_the_place_of_a_held_release(world):
    block(world, world.oakfield, "childline.org.uk")
    worker.once(world.ports)
    block(world, world.oakfield, "tiktok.com")
    worker.once(world.ports)
    assert states(world, world.oakfield) == [(1, "replaced"), (2, "held")]


def test_a_standing_danger_accepted_once_holds_no_later_release_however_many_follow(world):
    block(world, world.oakfield, "childline.org.uk")
    block(world, world.oakfield, "x.com")
    worker.once(world.ports)
    accept_all(world, world.oakfield)
    for number in range(25):
        publish(world, world.oakfield, f"n{number}.example")
    assert states(world, world.oakfield)[-1] == (26, "published")
    end_rule(world, world.oakfield, "childline.org.uk")
    worker.once(world.ports)
    block(world, world.oakfield, "childline.org.uk")
    worker.once(world.ports)
    assert states(world, world.oakfield)[-1] == (28, "held"), "it was mended meanwhile, so it is asked again"


def test_going_back_publishes_the_older_release_and_holds_until_it_is_lifted(world):
    publish(world, world.oakfield, "x.com")
    publish(world, world.oakfield, "tiktok.com")
    manager = world.oakfield.network_manager
    with pytest.raises(Conflict):
        releases.go_back(world.ports, manager, number=2, reason="broken lesson")
    with pytest.raises(NotAllowed):
        releases.go_back(world.ports, world.oakfield.governor, number=1, reason="broken lesson")
    with pytest.raises(Refusal, match="Say why"):
        releases.go_back(world.ports, manager, number=1, reason="")
    releases.go_back(world.ports, manager, number=1, reason="broken lesson")
    assert states(world, world.oakfield) == [(1, "published"), (2, "replaced")]
    block(world, world.oakfield, "y.com")
    assert not worker.once(world.ports)
    releases.lift_hold(world.ports, manager, reason="mended")
    worker.once(world.ports)
    assert states(world, world.oakfield)[-1] == (3, "published")
    assert {rule.domain for rule in live_policy(world, world.oakfield).rules} == {"x.com", "tiktok.com", "y.com"}


def test_going_back_compiles_nothing_and_needs_only_the_rows(world, monkeypatch):
    publish(world, world.oakfield, "x.com")
    publish(world, world.oakfield, "tiktok.com")

    def compiling(*_):
        raise AssertionError("compiled")

    monkeypatch.setattr("firewall_admin.core.ruleset._segments", compiling)
    releases.go_back(world.ports, world.oakfield.network_manager, number=1, reason="broken lesson")
    assert not worker.once(world.ports)
    assert live(world, world.oakfield).number == 1


def test_what_was_gone_back_to_is_moved_to_the_present_so_that_nothing_expired_stays_open(world):
    soon = world.clock.at + timedelta(hours=1)
    block(world, world.oakfield, "x.com")
    rules.add(
        world.ports, world.oakfield.network_manager, action="allow", domain="a.x.com", until=soon, reason="a lesson"
    )
    worker.once(world.ports)
    world.clock.at = soon
    worker.once(world.ports)
    publish(world, world.oakfield, "tiktok.com")
    releases.go_back(world.ports, world.oakfield.network_manager, number=1, reason="broken lesson")
    worker.once(world.ports)
    assert live(world, world.oakfield).number == 4
    assert blocked(world, "a.x.com")
    assert not blocked(world, "tiktok.com")
    with world.db.look() as session:
        assert session.get_one(School, world.oakfield.id).hold


def test_a_release_never_published_can_not_be_gone_back_to(world):
    block(world, world.oakfield, "childline.org.uk")
    worker.once(world.ports)
    end_rule(world, world.oakfield, "childline.org.uk")
    worker.once(world.ports)
    assert states(world, world.oakfield) == [(1, "replaced"), (2, "published")]
    with pytest.raises(Refusal, match="never published"):
        releases.go_back(world.ports, world.oakfield.network_manager, number=1, reason="x")


def test_while_publishing_is_held_edits_wait_and_a_danger_can_not_slip_past(world):
    publish(world, world.oakfield, "x.com")
    block(world, world.oakfield, "childline.org.uk")
    worker.once(world.ports)
    manager = world.oakfield.network_manager
    releases.hold(world.ports, manager, reason="exams")
    with pytest.raises(Conflict):
        releases.hold(world.ports, manager, reason="exams")
    with pytest.raises(Conflict, match="Lift the hold"):
        accept_all(world, world.oakfield)
    block(world, world.oakfield, "tiktok.com")
    assert not worker.once(world.ports)
    releases.lift_hold(world.ports, manager, reason="over")
    with pytest.raises(Conflict):
        releases.lift_hold(world.ports, manager, reason="over")
    worker.once(world.ports)
    assert states(world, world.oakfield)[-2:] == [(3, "published"), (4, "held")]
    assert blocked(world, "tiktok.com")
    assert not blocked(world, "childline.org.uk")
    assert told(world, world.oakfield)[-3].endswith("lifted the hold on publishing, because over.")


def test_a_release_is_rebuilt_exactly_after_the_policy_has_moved_on(world):
    block(world, world.oakfield, "x.com", audience="pupils")
    worker.once(world.ports)
    then = live_policy(world, world.oakfield)
    end_rule(world, world.oakfield, "x.com")
    worker.once(world.ports)
    with world.db.look() as session:
        first = releases.find(session, world.oakfield.network_manager, 1)
    assert rebuild(world.ports, first) == then


def test_a_thousand_changed_names_are_accepted_by_typing_their_number(world, monkeypatch):
    monkeypatch.setattr(typed_counts, "MANY", 2)
    for name in ("childline.org.uk", "x.com", "y.com", "z.com"):
        block(world, world.oakfield, name)
    worker.once(world.ports)
    with world.db.look() as session:
        held = releases.find(session, world.oakfield.headteacher, 1)
    changed = held.blocked + held.opened
    assert changed > 2
    for typed in ("", str(changed - 1), "lots"):
        with pytest.raises(Refusal, match=f"{changed} names change"):
            accept_all(world, world.oakfield, typed)
    accept_all(world, world.oakfield, f" {changed:,} ")
    assert states(world, world.oakfield) == [(1, "published")]


@pytest.mark.parametrize("name", ["accounts.google.com", "childline.org.uk"])
def test_one_name_that_is_needed_is_enough_to_type_the_number(world, name):
    publish(world, world.oakfield, "x.com")
    manager = world.oakfield.network_manager
    lists.add(world.ports, manager, title="Cut", role="locked", text=name.encode())
    worker.once(world.ports)
    with pytest.raises(Refusal, match=r"names? changes?: type that number"):
        accept_all(world, world.oakfield, "")
    accept_all(world, world.oakfield)
    assert states(world, world.oakfield)[-1][1] == "published"
