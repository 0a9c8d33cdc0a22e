"""The filtering checks log: what the service records by itself, and what it does not."""

from datetime import date

import pytest
from sqlalchemy import select

from firewall_admin.core.refusals import Conflict, NotAllowed, Refusal
from firewall_admin.db.tables import FilteringCheck
from firewall_admin.journeys import filtering_checks as journey
from firewall_admin.journeys.filtering_checks import Outcome, Plan

from .check_world import ALL_TRIES, checked_target, follow, with_resolver, work
from .release_world import publish, with_folders

TODAY = date(2026, 11, 23)
PLAN = Plan("live", "Year 5 iPads", "Main building", "pupils", TODAY, 12)


@pytest.fixture
def world(world, tmp_path):
    return with_folders(world, tmp_path)


def rows(world):
    with world.db.look() as session:
        return session.scalars(select(FilteringCheck).order_by(FilteringCheck.id)).all()


def test_a_live_check_is_recorded_from_what_was_seen_and_planned_again(world):
    fake = with_resolver(world)
    checked_target(world)
    journey.plan(world.ports, world.oakfield.network_manager, PLAN)
    publish(world, world.oakfield, "games.example")
    follow(world, fake)
    work(world, 5)
    done, again = rows(world)
    assert (done.state, done.result, done.done_by) == ("recorded", "good", "the service")
    assert "games.example" in done.tested
    assert (again.state, again.due, again.follows) == ("planned", date(2027, 11, 23), done.id)


def test_a_live_check_of_which_nothing_is_seen_stays_and_becomes_overdue(world):
    journey.plan(world.ports, world.oakfield.network_manager, PLAN)
    publish(world, world.oakfield, "games.example")
    work(world, 5)
    world.clock.pass_by(days=1)
    work(world)
    [row] = rows(world)
    assert row.state == "planned"
    with world.db.look() as session:
        assert [one.id for one in journey.overdue(session, world.oakfield.id, world.clock.at)] == [row.id]


def test_what_leaks_is_recorded_as_such(world):
    with_resolver(world)
    checked_target(world)
    publish(world, world.oakfield, "games.example")
    work(world, *ALL_TRIES)
    journey.plan(world.ports, world.oakfield.network_manager, PLAN)
    journey.record_due(world.ports)
    assert rows(world)[0].result == "bad"
    assert "games.example" in rows(world)[0].action


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"kind": "magic"}, "kind"),
        ({"device": " "}, "device"),
        ({"site": "x" * 201}, "site"),
        ({"group": "a\nb"}, "group"),
        ({"every": 13}, "every"),
    ],
)
def test_a_plan_that_says_too_little_is_refused_at_its_field(world, change, field):
    asked = {"kind": "hand", "device": "a", "site": "b", "group": "c", "due": TODAY} | change
    with pytest.raises(Refusal) as refused:
        journey.plan(world.ports, world.oakfield.network_manager, Plan(**asked))
    assert refused.value.field == field


def test_it_is_recorded_once_and_by_those_who_review(world):
    head = world.oakfield.headteacher
    check = journey.plan(world.ports, head, PLAN)
    outcome = Outcome(TODAY, "Dan Price", "sites of the list", "good")
    with pytest.raises(NotAllowed):
        journey.record(world.ports, world.oakfield.teacher, check=check, wanted=PLAN, outcome=outcome)
    journey.record(world.ports, head, check=check, wanted=PLAN, outcome=outcome)
    with pytest.raises(Conflict):
        journey.record(world.ports, head, check=check, wanted=PLAN, outcome=outcome)
    with pytest.raises(Conflict):
        journey.drop(world.ports, head, check=check)


def test_a_month_later_is_never_a_day_that_does_not_exist(world):
    assert journey._months_after(date(2027, 1, 31), 1) == date(2027, 2, 28)
    assert journey._months_after(date(2026, 12, 15), 1) == date(2027, 1, 15)
