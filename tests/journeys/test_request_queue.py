"""Which requests there are, what was there before, and what a mistaken block is: on both databases."""

from datetime import timedelta

import pytest

from firewall_admin.core.refusals import NotAllowed, Refusal
from firewall_admin.core.terms import Kind, Terms
from firewall_admin.journeys import assignments, lists, mistaken_blocks, name_history, request_queue
from firewall_admin.journeys.request_queue import queue

from .looking import blocked
from .request_world import SITE, assess, assessed, decided, furnished, standing_in, submitted


def references(world, actor, **asked):
    return [row.reference for row in queue(world.ports, actor, **asked).rows]


def test_the_queue_knows_what_is_open_decided_over_and_found(world):
    school = furnished(world, world.oakfield, SITE, "b.example", "c.example", "d.example")
    manager, head = school.network_manager, school.headteacher
    day = world.clock().date()
    allowed, refused = assessed(world, school), assess(world, school, submitted(world, school, address="b.example"))
    decided(world, head, allowed)
    decided(world, head, refused, "refused")
    submitted(world, school, address="c.example", needed_by=day + timedelta(days=9))
    submitted(world, school, address="d.example", needed_by=day + timedelta(days=4), also=("more.example",))
    assert references(world, manager, which="waiting") == ["AR-4", "AR-3"], "what is needed first"
    assert references(world, manager, which="open") == ["AR-4", "AR-3"]
    assert references(world, head, which="waiting") == []
    assert references(world, manager, which="decided") == ["AR-2", "AR-1"]
    assert references(world, manager, which="ended") == []
    assert references(world, manager, word="more.example") == ["AR-4"]
    assert references(world, manager, word="D-2") == ["AR-2"]
    assert references(world, manager, word="teacher of oak") == ["AR-4", "AR-3", "AR-2", "AR-1"]
    world.clock.pass_by(days=20)
    assert references(world, manager, which="decided") == ["AR-2"]
    assert references(world, manager, which="ended") == ["AR-1"]
    assert references(world, world.elmfield.network_manager) == []
    with pytest.raises(NotAllowed):
        queue(world.ports, school.governor)


def test_a_decision_that_took_the_place_of_an_allow_is_no_allow_that_is_over(world):
    school = furnished(world)
    row = assessed(world, school)
    decided(world, school.headteacher, row)
    decided(world, school.headteacher, row, "refused")
    decided(world, school.headteacher, row)
    assert references(world, school.headteacher, which="decided") == ["AR-1"]
    assert references(world, school.headteacher, which="ended") == []


def test_pages_hold_so_many_and_the_rest_is_on_the_next(world, monkeypatch):
    monkeypatch.setattr(request_queue, "PAGE", 2)
    names = [f"n{number}.example" for number in range(3)]
    school = furnished(world, world.oakfield, *names)
    for name in names:
        submitted(world, school, address=name)
    assert references(world, school.teacher, which="open") == ["AR-1", "AR-2"]
    assert references(world, school.teacher, which="open", page=2) == ["AR-3"]
    assert references(world, school.teacher, page=2) == ["AR-1"]


def test_who_stands_in_finds_what_waits_for_the_headteacher(world):
    school = furnished(world)
    assessed(world, school)
    (row,) = queue(world.ports, standing_in(school), which="waiting").rows
    assert (row.waits, row.unassessed) == ("decide", False)
    assert queue(world.ports, school.deputy, which="waiting").rows == ()


def test_history_is_of_the_whole_site_and_of_this_school(world):
    school = furnished(world)
    row = assessed(world, school)
    decided(world, school.headteacher, row, "refused")
    found = name_history.history(world.ports, school.network_manager, Terms(names=("www.mit.edu",)))
    assert [one.reference for one in found if one.request] == ["AR-1"]
    assert next(one for one in found if not one.request).text.startswith("Network manager of Oakfield made a rule")
    apart = name_history.history(world.ports, school.network_manager, Terms(names=(SITE,)), row.id)
    assert [one for one in apart if one.request] == []


def listed(world, school):
    lists.add(world.ports, school.network_manager, title="Games", role="blocked", text=b"code.example\nb.example\n")
    assignments.assign(world.ports, school.network_manager, slug="games", to=["pupils"])
    world.sign(school)
    return submitted(world, school, address="www.code.example")


@pytest.mark.parametrize(("way", "kind", "others"), [("name-", Kind.LIST_NAMES, True), ("list-", Kind.END_LIST, False)])
def test_a_mistake_in_a_list_is_mended_by_the_decision(world, way, kind, others):
    school = world.oakfield
    row, manager = listed(world, school), school.network_manager
    ways = mistaken_blocks.ways_to_end(world.ports, manager, row.id)
    assert [one.text for one in ways] == [
        "Take code.example out of the list 'Games', for everyone",
        "Take the whole list 'Games' out of force for pupils",
    ]
    key = next(one.key for one in ways if one.key.startswith(way))
    terms = mistaken_blocks.terms_for(world.ports, manager, row.id, key)
    assert terms.kind == kind
    row = assess(world, school, row, terms=terms)
    assert decided(world, school.headteacher, row) == "D-1"
    assert not blocked(world, school, "www.code.example")
    assert blocked(world, school, "b.example") == others
    with pytest.raises(Refusal, match="not there any more"):
        mistaken_blocks.terms_for(world.ports, manager, row.id, key)
