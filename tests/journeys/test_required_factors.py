"""Who must have a second factor: nobody until somebody says so; asking less takes the headteacher."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from firewall_admin.adapters.sealed import Sealed
from firewall_admin.core.people import Role
from firewall_admin.core.refusals import NotAllowed, Refusal
from firewall_admin.core.second_factor import Must
from firewall_admin.db.tables import Letter
from firewall_admin.journeys import required_factors, sign_in
from firewall_admin.journeys.proving import Who

from .entering import inside
from .factor_world import GOOD, finish, half, turned_on, with_password
from .trail_of import trail


def demand(world, role, who):
    required_factors.demand(world.ports, world.oakfield.people[role], who=who)


def entered(world, actor):
    email = with_password(world, actor)
    return sign_in.sign_in(world.ports, Who(email, "127.0.0.1", "Firefox"), password=GOOD).token


def test_nobody_must_until_it_is_asked(world):
    for actor in (world.oakfield.headteacher, world.oakfield.teacher):
        assert not inside(world, entered(world, actor)).owes_factor


@pytest.mark.parametrize(("who", "head", "teacher"), [("deciders", True, False), ("everyone", True, True)])
def test_whoever_must_and_has_none_owes_one_at_once_in_this_school_only(world, who, head, teacher):
    tokens = {role: entered(world, world.oakfield.people[role]) for role in (Role.HEADTEACHER, Role.TEACHER)}
    elsewhere = entered(world, world.elmfield.headteacher)
    demand(world, Role.ADMINISTRATOR, who)
    assert inside(world, tokens[Role.HEADTEACHER]).owes_factor == head
    assert inside(world, tokens[Role.TEACHER]).owes_factor == teacher
    assert not inside(world, elsewhere).owes_factor


def test_whoever_has_one_owes_none(world):
    demand(world, Role.HEADTEACHER, "everyone")
    email = with_password(world, world.oakfield.teacher)
    app = turned_on(world, world.oakfield.teacher)
    assert not inside(world, finish(world, half(world, email), app.shows()).token).owes_factor


def test_the_administrator_asks_more_and_only_the_headteacher_asks_less(world):
    demand(world, Role.ADMINISTRATOR, "everyone")
    for milder in ("deciders", "nobody"):
        with pytest.raises(NotAllowed, match="Only the headteacher"):
            demand(world, Role.ADMINISTRATOR, milder)
    demand(world, Role.HEADTEACHER, "deciders")
    assert required_factors.asked(world.ports, world.oakfield.teacher) is Must.DECIDERS
    assert trail(world, world.oakfield)[-1] == (
        "Headteacher of Oakfield set who must have a second factor to those who decide and manage; before it was"
        " everyone."
    )
    with world.db.look() as session:
        letters = session.scalars(select(Letter).where(Letter.kind == "factor-demanded")).all()
    assert [letter.person_id for letter in letters] == [world.oakfield.headteacher.person_id]


def test_nobody_else_sets_it_and_what_is_no_choice_or_no_change_is_refused(world):
    for role in set(Role) - {Role.ADMINISTRATOR, Role.HEADTEACHER}:
        with pytest.raises(NotAllowed):
            demand(world, role, "everyone")
    for wrong in ("all", "", "nobody"):
        with pytest.raises(Refusal):
            demand(world, Role.HEADTEACHER, wrong)


def test_where_no_seed_can_be_kept_nobody_is_asked_for_one(world):
    world.ports = replace(world.ports, sealed=Sealed())
    with pytest.raises(Refusal, match="nowhere to keep"):
        demand(world, Role.HEADTEACHER, "everyone")
