"""Two decisions on the same site for overlapping times, one of them ended early: it is open exactly for as long as a
decision that has not ended allows it, and blocked at every other instant."""

from datetime import timedelta

import pytest

from firewall_admin.core.policy import decide
from firewall_admin.journeys import asking, decisions
from tests.journeys.looking import now

from .request_world import SITE, assess, decided, form, furnished, numbered

DAYS = range(25)


def blocked_on(world, school):
    """The days from today on which pupils can't reach the site."""
    policy = now(world, school)
    start = world.clock() + timedelta(minutes=1)
    return [day for day in DAYS if decide(policy.policy("pupils", start + timedelta(days=day)), SITE).blocked]


def allowed(world, school, first, last, follows=None):
    """A decision from one day to another, both counted from today."""
    days = {
        "since": world.clock() + timedelta(days=first) if first else None,
        "until": world.clock() + timedelta(days=last),
    }
    again = {"follows": follows, "why_again": "renewal"} if follows else {}
    number = asking.ask(world.ports, school.teacher, form(world, **days), **again)
    row = numbered(world, school, number)
    decided(world, school.headteacher, assess(world, school, row))
    return row.id


@pytest.mark.parametrize("second", [(0, 20), (0, 5), (5, 20), (3, 5), (12, 20), (10, 20)])
@pytest.mark.parametrize("ended", [0, 1])
def test_ending_one_of_two_closes_what_it_alone_allowed(world, second, ended):
    school = furnished(world)
    spans = [(0, 10), second]
    first = allowed(world, school, 0, 10)
    rows = [first, allowed(world, school, second[0], second[1], follows=first)]
    assert blocked_on(world, school) == [day for day in DAYS if not any(a <= day < b for a, b in spans)]
    decisions.end(world.ports, school.network_manager, request=rows[ended], reason="over")
    first_day, last_day = spans[1 - ended]
    assert blocked_on(world, school) == [day for day in DAYS if not first_day <= day < last_day]
    decisions.end(world.ports, school.network_manager, request=rows[1 - ended], reason="over")
    assert blocked_on(world, school) == list(DAYS)
