from dataclasses import replace

import pytest

from firewall_admin.core.events_releases import TargetAdded
from firewall_admin.core.refusals import NotAllowed, NotFound, OpensNames, Refusal
from firewall_admin.db.tables import AssignmentRow, AudienceRow, RuleRow, TargetRow
from firewall_admin.journeys import assignments, audiences, rules
from firewall_admin.journeys.audiences import Wanted

from .looking import every, now, one, trail

GUESTS = Wanted("guests", ("127.30.0.0/16",), "sinkhole", ("10.20.0.2", "2001:db8:20::2"), True, "moderate")


@pytest.fixture
def manager(world):
    return world.oakfield.network_manager


def pupils(world):
    return one(world, world.oakfield, AudienceRow, name="pupils")


def test_an_audience_is_added_last_with_all_it_was_given(world, manager):
    audiences.add(world.ports, manager, GUESTS)
    found = now(world, world.oakfield).audiences[-1]
    assert (found.name, found.networks, found.sinkhole) == ("guests", GUESTS.networks, GUESTS.sinkhole)
    assert (found.answer, found.safe_search, found.youtube, found.essential) == ("sinkhole", True, "moderate", True)
    assert trail(world, world.oakfield)[-1] == (
        "Network manager of Oakfield added the audience guests with the networks 127.30.0.0/16."
    )
    assert len(now(world, world.elmfield).audiences) == 2


@pytest.mark.parametrize(
    ("asked", "field", "why"),
    [
        ({"name": "pupils"}, "name", "already"),
        ({"name": "Year 7"}, "name", "small letters"),
        ({"name": "7th"}, "name", "letter"),
        ({"networks": ("10.0.0.1/16",)}, "networks", "no network"),
        ({"networks": ("127.10.0.0/16",)}, "networks", "already a network of 'pupils'"),
        ({"networks": ("10.1.0.0/16", "10.1.0.0/16")}, "networks", "twice"),
        ({"sinkhole": ()}, "sinkhole", "needs the block page"),
        ({"sinkhole": ("10.0.0.1", "10.0.0.2")}, "sinkhole", "One IPv4"),
        ({"sinkhole": ("block.example",)}, "sinkhole", "no IP address"),
        ({"answer": "nxdomain"}, "sinkhole", "only where"),
        ({"answer": "teapot"}, "answer", "nxdomain"),
        ({"youtube": "kids"}, "youtube", "moderate"),
    ],
)
def test_what_contradicts_itself_or_another_audience_is_refused_at_its_field(world, manager, asked, field, why):
    with pytest.raises(Refusal) as refused:
        audiences.add(world.ports, manager, replace(GUESTS, **asked))
    assert refused.value.field == field
    assert why in refused.value.message
    assert len(trail(world, world.oakfield)) == 1


def test_a_change_says_each_thing_that_is_different_and_loosening_takes_a_decision(world, manager):
    tighter = replace(audiences.wanted_of(pupils(world)), safe_search=True, youtube="strict")
    world.sign(world.oakfield)
    audiences.change(world.ports, manager, audience=pupils(world).id, wanted=tighter)
    assert trail(world, world.oakfield)[-2:] == [
        "Network manager of Oakfield changed the safe search of pupils from off to on.",
        "Network manager of Oakfield changed the YouTube setting of pupils from off to strict.",
    ]
    for looser in ({"safe_search": False}, {"youtube": "moderate"}, {"anti_bypass": False}, {"networks": ()}):
        with pytest.raises(OpensNames):
            audiences.change(world.ports, manager, audience=pupils(world).id, wanted=replace(tighter, **looser))
    off = replace(tighter, safe_search=False)
    audiences.change(world.ports, manager, audience=pupils(world).id, wanted=off, decision="4")
    assert not pupils(world).safe_search


def test_an_audience_keeps_its_name_and_must_differ_to_be_changed(world, manager):
    present = audiences.wanted_of(pupils(world))
    with pytest.raises(Refusal, match="keeps its name"):
        audiences.change(world.ports, manager, audience=pupils(world).id, wanted=replace(present, name="juniors"))
    with pytest.raises(Refusal, match="Nothing is different"):
        audiences.change(world.ports, manager, audience=pupils(world).id, wanted=present)


def test_removing_an_audience_ends_its_lists_and_rules_and_keeps_the_rules_on_record(world, manager):
    assignments.assign(world.ports, manager, slug="tiktok", to=["pupils", "staff"])
    rules.add(world.ports, manager, action="block", domain="x.com", audience="pupils", reason="r")
    rules.add(world.ports, manager, action="block", domain="y.com", reason="r")
    audiences.remove(world.ports, manager, audience=pupils(world).id)
    assert [audience.name for audience in now(world, world.oakfield).audiences] == ["staff"]
    assert len(every(world, world.oakfield, AssignmentRow)) == 1
    ended = one(world, world.oakfield, RuleRow, domain="x.com")
    assert (ended.former_audience, ended.audience_id) == ("pupils", None)
    assert ended.ended_by == manager.name
    assert [rule.domain for rule in now(world, world.oakfield).rules] == ["y.com"], "an ended rule is nobody's"
    assert trail(world, world.oakfield)[-1].endswith(
        "removed the audience pupils with 1 of its lists and 1 of its rules."
    )


def test_once_signed_removing_an_audience_takes_a_decision(world, manager):
    world.sign(world.oakfield)
    with pytest.raises(OpensNames):
        audiences.remove(world.ports, manager, audience=pupils(world).id)
    assert pupils(world)


def test_an_audience_that_a_target_filters_for_is_not_removed(world, manager):
    with world.db.change(manager) as change:
        row = TargetRow(school_id=world.oakfield.id, name="resolver", format="hosts", audiences=["pupils"])
        row.created_at = change.now
        change.session.add(row)
        change.did(TargetAdded("resolver", "hosts", ["pupils"], "feed"))
    with pytest.raises(Refusal, match="The target 'resolver' filters for pupils"):
        audiences.remove(world.ports, manager, audience=pupils(world).id)


def test_only_who_changes_policy_may_and_another_schools_audience_does_not_exist(world):
    with pytest.raises(NotAllowed):
        audiences.add(world.ports, world.oakfield.headteacher, GUESTS)
    with pytest.raises(NotFound):
        audiences.remove(world.ports, world.elmfield.network_manager, audience=pupils(world).id)
    wanted = audiences.wanted_of(pupils(world))
    with pytest.raises(NotFound):
        audiences.change(world.ports, world.elmfield.network_manager, audience=pupils(world).id, wanted=wanted)
