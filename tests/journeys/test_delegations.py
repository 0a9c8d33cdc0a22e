from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from firewall_admin.core import events_people as events
from firewall_admin.core.people import DELEGATED, PERMISSIONS, Permission, Role, system
from firewall_admin.core.refusals import NotAllowed, NotFound, Refusal
from firewall_admin.db.tables import Delegation, Person
from firewall_admin.journeys import delegations
from firewall_admin.journeys.actors import of_person

from .trail_of import trail


def make(world, days=3.0, starts=0.0, **asked):
    since = world.clock.at + timedelta(days=starts)
    whole = {"since": since, "until": since + timedelta(days=days), "reason": "a course"} | asked
    delegations.make(world.ports, world.oakfield.headteacher, **{"deputy": world.oakfield.deputy.person_id, **whole})


def deputy(world):
    with world.db.look() as session:
        return of_person(session, world.oakfield.deputy.person_id, world.clock.at)


def only(world):
    with world.db.look() as session:
        return session.scalars(select(Delegation)).one().id


def test_a_deputy_decides_while_it_lasts_and_the_record_says_for_whom(world):
    make(world, starts=1)
    assert deputy(world).standing_in_for is None
    world.clock.pass_by(days=1)
    now = deputy(world)
    assert now.standing_in_for == "Headteacher of Oakfield"
    assert now.permissions == PERMISSIONS[Role.DEPUTY] | DELEGATED
    world.clock.pass_by(days=3)
    assert deputy(world).permissions == PERMISSIONS[Role.DEPUTY]
    assert trail(world, world.oakfield)[-1] == (
        "Headteacher of Oakfield lets Deputy of Oakfield decide in their place from 24 November 2026, 09:30 "
        "until 27 November 2026, 09:30, because a course."
    )


def test_what_was_handed_over_can_not_be_handed_on(world):
    make(world)
    assert not deputy(world).may(Permission.DELEGATE)
    assert not deputy(world).may(Permission.APPROVE_ROLES)
    with pytest.raises(NotAllowed):
        delegations.make(
            world.ports,
            deputy(world),
            deputy=world.oakfield.deputy.person_id,
            since=world.clock.at,
            until=world.clock.at + timedelta(days=1),
            reason="r",
        )


def test_it_ends_early_at_once(world):
    make(world)
    delegations.end(world.ports, world.oakfield.headteacher, delegation=only(world))
    assert deputy(world).standing_in_for is None
    with pytest.raises(Refusal, match="ended already"):
        delegations.end(world.ports, world.oakfield.headteacher, delegation=only(world))


def test_thirty_days_by_the_calendar_are_the_most_even_where_the_clock_goes_back(world):
    world.clock.at = datetime(2026, 10, 1, 9, tzinfo=UTC)
    make(world, since=datetime(2026, 10, 9, 23, tzinfo=UTC), until=datetime(2026, 11, 9, 0, tzinfo=UTC))
    with pytest.raises(Refusal, match="30 days at most"):
        make(world, since=datetime(2026, 11, 9, 0, tzinfo=UTC), until=datetime(2026, 12, 9, 0, 1, tzinfo=UTC))


def test_days_that_have_passed_are_not_given_back(world):
    make(world, since=world.clock.at - timedelta(days=9))
    with world.db.look() as session:
        assert session.scalars(select(Delegation)).one().since == world.clock.at


@pytest.mark.parametrize(
    ("asked", "field"),
    [({"days": 0}, "until"), ({"days": -1}, "until"), ({"days": 30.1}, "until"), ({"reason": " "}, "reason")],
)
def test_what_can_not_be_is_refused_at_its_field(world, asked, field):
    with pytest.raises(Refusal) as refused:
        make(world, **asked)
    assert refused.value.field == field
    assert len(trail(world, world.oakfield)) == 1


def test_nobody_but_a_deputy_stands_in_and_only_one_at_a_time(world):
    with pytest.raises(Refusal, match="no deputy"):
        make(world, deputy=world.oakfield.teacher.person_id)
    with pytest.raises(Refusal, match="no deputy"):
        make(world, deputy=world.oakfield.headteacher.person_id)
    make(world)
    with pytest.raises(Refusal, match="already in that time"):
        make(world, starts=2)
    make(world, starts=3)


def test_another_schools_deputy_and_delegation_do_not_exist(world):
    with pytest.raises(NotFound):
        make(world, deputy=world.elmfield.deputy.person_id)
    make(world)
    with pytest.raises(NotFound):
        delegations.end(world.ports, world.elmfield.headteacher, delegation=only(world))


@pytest.mark.parametrize("now", [{"role": "governor"}, {"state": "left"}])
def test_nobody_stands_in_for_a_headteacher_who_is_none_any_more(world, now):
    make(world)
    with world.db.change(system(world.oakfield.id)) as change:
        head = change.session.get_one(Person, world.oakfield.headteacher.person_id)
        for name, value in now.items():
            setattr(head, name, value)
        change.did(events.PasswordSet())
    assert deputy(world).standing_in_for is None


@pytest.mark.parametrize("now", [{"role": "governor"}, {"state": "left"}])
def test_nobody_stands_in_who_is_no_deputy_any_more(world, now):
    make(world)
    with world.db.change(system(world.oakfield.id)) as change:
        person = change.session.get_one(Person, world.oakfield.deputy.person_id)
        for name, value in now.items():
            setattr(person, name, value)
        change.did(events.PasswordSet())
    assert deputy(world).standing_in_for is None
