from typing import Any

import pytest

from firewall_admin.core.refusals import NotAllowed, OpensNames, Refusal
from firewall_admin.db.tables import School
from firewall_admin.journeys import rules, schools

from .looking import blocked, now, trail

ASKED: dict[str, Any] = {
    "name": "Oakfield Primary School",
    "timezone": "Europe/London",
    "domains": ["oakfield.leics.sch.uk"],
}


@pytest.fixture
def manager(world):
    return world.oakfield.network_manager


def test_name_clock_and_own_names_are_changed_and_each_is_said(world, manager):
    wanted: dict[str, Any] = {
        "name": " Oakfield  Academy ",
        "timezone": "Europe/Dublin",
        "domains": ["Oakfield.Example.", "oakfield.example"],
    }
    schools.change(world.ports, manager, **wanted)
    found = now(world, world.oakfield)
    assert (found.school, found.timezone, found.domains) == ("Oakfield Academy", "Europe/Dublin", ("oakfield.example",))
    assert trail(world, world.oakfield)[-3:] == [
        "Network manager of Oakfield changed the school's name to Oakfield Academy.",
        "Network manager of Oakfield changed the school's time zone to Europe/Dublin.",
        "Network manager of Oakfield changed the school's own names to oakfield.example.",
    ]
    with world.db.look() as session:
        assert session.get_one(School, world.elmfield.id).name == "Elmfield Primary School"


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"timezone": "Europe/Leicester"}, "timezone"),
        ({"timezone": "../etc/passwd"}, "timezone"),
        ({"domains": ["leics.sch.uk"]}, "domains"),
        ({"domains": ["https://oakfield.example"]}, "domains"),
        ({}, None),
    ],
)
def test_what_can_not_be_is_refused_at_its_field(world, manager, asked, field):
    with pytest.raises(Refusal) as refused:
        schools.change(world.ports, manager, **(ASKED | asked))
    assert refused.value.field == field


def test_once_signed_protecting_a_blocked_name_takes_a_decision(world, manager):
    rules.add(world.ports, manager, action="block", domain="proxy.example", reason="r")
    world.sign(world.oakfield)
    wanted = ASKED | {"domains": ["oakfield.leics.sch.uk", "proxy.example"]}
    with pytest.raises(OpensNames):
        schools.change(world.ports, manager, **wanted)
    assert blocked(world, world.oakfield, "proxy.example")


def test_only_who_changes_policy_may(world):
    with pytest.raises(NotAllowed):
        schools.change(world.ports, world.oakfield.administrator, **(ASKED | {"name": "Mine"}))


def test_half_terms_are_set_told_and_count_for_one_school_only(world, manager):
    lines = ["2 September 2026 to 23 October 2026", "", "2 November 2026 to 18 December 2026"]
    schools.set_half_terms(world.ports, manager, lines=lines)
    with world.db.look() as session:
        assert session.get_one(School, world.oakfield.id).terms == ["2026-09-02/2026-10-23", "2026-11-02/2026-12-18"]
        assert session.get_one(School, world.elmfield.id).terms == []
    said = "Network manager of Oakfield set the half-terms: 2026-09-02/2026-10-23, 2026-11-02/2026-12-18."
    assert said in trail(world, world.oakfield)
    with pytest.raises(Refusal, match="Nothing is different"):
        schools.set_half_terms(world.ports, manager, lines=lines)
    schools.set_half_terms(world.ports, manager, lines=[])
    with world.db.look() as session:
        assert session.get_one(School, world.oakfield.id).terms == []


def test_half_terms_that_are_none_change_nothing(world, manager):
    with pytest.raises(Refusal) as refused:
        schools.set_half_terms(world.ports, manager, lines=["in autumn"])
    assert refused.value.field == "terms"
    with pytest.raises(NotAllowed):
        schools.set_half_terms(world.ports, world.oakfield.teacher, lines=[])
