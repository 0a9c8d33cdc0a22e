"""Restrictions: from a day to a day, decided by two roles only, read by all staff without a name."""

from datetime import UTC, date, datetime, timedelta

import pytest

from firewall_admin.core.incidents import RESTRICTION_STEPS, Restricted, restricted
from firewall_admin.core.people import Role
from firewall_admin.core.refusals import Conflict, NotAllowed, NotFound, Refusal
from firewall_admin.db.tables import Restriction
from firewall_admin.journeys import restrictions as journey

from .looking import every, one, trail
from .reporting import incident, places, restriction

MONDAY = date(2026, 11, 23)


def row(world):
    return one(world, world.oakfield, Restriction)


def review(world, actor, made, **more):
    days = {"until": MONDAY + timedelta(5), "review_on": MONDAY + timedelta(4)}
    journey.review(world.ports, actor, restriction=made, **{**days, "remark": "Two quiet weeks", **more})


def end(world, actor, made):
    journey.end(world.ports, actor, restriction=made, reason="It was somebody else")


def test_the_table_of_steps_is_this():
    assert [(s.name, sorted(s.opens_from), sorted(s.leads_to), *s.permissions) for s in RESTRICTION_STEPS.values()] == [
        (
            "review",
            ["in-force", "to-review", "upcoming"],
            ["in-force", "over", "to-review", "upcoming"],
            "restrict a pupil's use of equipment",
        ),
        ("end", ["in-force", "to-review", "upcoming"], ["over"], "restrict a pupil's use of equipment"),
    ]


def test_how_it_stands_is_a_fact_of_the_day():
    days = {"since": MONDAY, "until": MONDAY + timedelta(4), "review_on": MONDAY + timedelta(2)}
    found = [restricted(MONDAY + timedelta(n), **days, ended_on=None) for n in range(-1, 6)]
    r = Restricted
    assert found == [r.UPCOMING, r.IN_FORCE, r.IN_FORCE, r.TO_REVIEW, r.TO_REVIEW, r.TO_REVIEW, r.OVER]
    assert restricted(MONDAY + timedelta(1), **days, ended_on=MONDAY + timedelta(1)) is r.OVER


def test_all_staff_see_who_needs_supervision_today_by_reference_until_its_last_day_on_the_schools_clock(world):
    restriction(world, world.oakfield.safeguarding_lead, pupil_name="Amelia Jonesby")
    for role, actor in world.oakfield.people.items():
        if role in (Role.GOVERNOR, Role.ADMINISTRATOR):
            with pytest.raises(NotAllowed):
                journey.today(world.ports, actor)
        else:
            assert journey.today(world.ports, actor) == (journey.Today("4F-012", MONDAY + timedelta(20), "RS-1"),)
    assert journey.today(world.ports, world.elmfield.teacher) == ()
    world.clock.at = datetime(2026, 12, 13, 23, 59, tzinfo=UTC)
    assert len(journey.today(world.ports, world.oakfield.teacher)) == 1
    world.clock.pass_by(minutes=1)
    assert journey.today(world.ports, world.oakfield.teacher) == ()
    assert places(world, "Amelia Jonesby") == set()


def test_it_is_reviewed_shortened_and_ended_early(world):
    head = world.oakfield.headteacher
    made = restriction(world, head)
    review(world, head, made)
    assert (row(world).until, row(world).reviewed_at) == (MONDAY + timedelta(5), world.clock.at)
    end(world, head, made)
    assert journey.today(world.ports, head) == ()
    assert (row(world).ended_on, row(world).closed_at) == (MONDAY, world.clock.at)
    for again in (review, end):
        with pytest.raises(Conflict):
            again(world, head, made)
    told = trail(world, world.oakfield)
    assert told[-3].endswith(
        "decided the restriction RS-1: close supervision from 2026-11-23 until 2026-12-13, reviewed on 2026-12-03."
    )
    assert "4F-012" not in "".join(told)


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"until": MONDAY - timedelta(1)}, "until"),
        ({"until": MONDAY + timedelta(400)}, "until"),
        ({"review_on": MONDAY + timedelta(30)}, "review_on"),
        ({"review_on": MONDAY - timedelta(1)}, "review_on"),
        ({"pupil": ""}, "pupil"),
        ({"pupil": "Amelia Jonesby"}, "pupil"),
        ({"reason": " "}, "reason"),
    ],
)
def test_what_can_not_be_is_refused_at_its_field(world, asked, field):
    with pytest.raises(Refusal) as refused:
        restriction(world, world.oakfield.headteacher, **asked)
    assert refused.value.field == field
    assert every(world, world.oakfield, Restriction) == []


def test_only_two_roles_decide_and_another_school_has_nothing_of_it(world):
    for role, actor in world.oakfield.people.items():
        if role not in (Role.HEADTEACHER, Role.SAFEGUARDING_LEAD):
            with pytest.raises(NotAllowed):
                restriction(world, actor)
    made = restriction(world, world.oakfield.headteacher)
    for take in (review, end):
        with pytest.raises(NotFound):
            take(world, world.elmfield.headteacher, made)
        with pytest.raises((NotAllowed, NotFound)):
            take(world, world.oakfield.network_manager, made)
    foreign = incident(world, world.elmfield.teacher)
    with pytest.raises(NotFound):
        restriction(world, world.oakfield.headteacher, pupil="5A-1", incident=foreign)
