"""Ends that fall on odd hours: a half-term's last day, the days on which the clocks change, a day nobody is there."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from firewall_admin.core import school_days
from firewall_admin.core.events import SchoolChanged
from firewall_admin.core.local_time import instant
from firewall_admin.core.people import system
from firewall_admin.core.refusals import NotAllowed
from firewall_admin.core.terms import ending
from firewall_admin.db.tables import Entry, RuleRow, School
from firewall_admin.journeys import preparing
from firewall_admin.journeys.standing import standing

from .looking import blocked
from .request_world import SITE, again, assessed, decided, furnished, submitted

LONDON = ZoneInfo("Europe/London")
SECOND = timedelta(seconds=1)
ENDS = [
    # the day, the time if one is given, the instant, and how people are told
    ("2026-12-18", None, "2026-12-19T00:00", "the end of Friday 18 December 2026"),
    ("2026-12-18", "15:10", "2026-12-18T15:10", "15:10 on Friday 18 December 2026"),
    ("2027-03-27", None, "2027-03-28T00:00", "the end of Saturday 27 March 2027"),
    ("2027-03-28", None, "2027-03-28T23:00", "the end of Sunday 28 March 2027"),
    ("2027-03-28", "01:30", "2027-03-28T01:30", "02:30 on Sunday 28 March 2027"),
    ("2027-03-28", "00:59", "2027-03-28T00:59", "00:59 on Sunday 28 March 2027"),
    ("2027-06-15", "15:10", "2027-06-15T14:10", "15:10 on Tuesday 15 June 2027"),
    ("2027-10-31", None, "2027-11-01T00:00", "the end of Sunday 31 October 2027"),
    ("2027-10-31", "01:30", "2027-10-31T00:30", "01:30 on Sunday 31 October 2027"),
    ("2027-10-30", None, "2027-10-30T23:00", "the end of Saturday 30 October 2027"),
]


@pytest.mark.parametrize(("day", "at", "instant_", "words"), ENDS, ids=[f"{day} {at}" for day, at, *_ in ENDS])
def test_it_ends_at_that_very_instant_and_is_told_so(world, day, at, instant_, words):
    until = instant(date.fromisoformat(day), at, LONDON, end_of_day=True).at
    assert until == datetime.fromisoformat(instant_).replace(tzinfo=UTC)
    world.clock.at = until - timedelta(days=10, hours=3)
    school = furnished(world)
    row = assessed(world, school, until=until)
    decided(world, school.headteacher, row)
    preparing.prepare_due(world.ports)
    world.clock.at = until - SECOND
    assert not blocked(world, school, SITE)
    with world.db.look() as session:
        found = standing(world.ports, session, again(world, row))
    assert (found.in_force, found.until) == (True, until)
    world.clock.at = until
    assert blocked(world, school, SITE)
    with world.db.look() as session:
        found = standing(world.ports, session, again(world, row))
    assert (found.words, found.in_force) == ("Ended", False)
    assert found.text == f"It ended {'with' if words.startswith('the end') else 'at'} {words}."
    assert ending(until, LONDON) == words


def test_the_release_after_the_end_blocks_again_without_anybodys_hand(world):
    school = furnished(world)
    row = assessed(world, school, until=world.clock() + timedelta(days=2))
    decided(world, school.headteacher, row)
    preparing.prepare_due(world.ports)
    before = releases(world, school)
    world.clock.pass_by(days=2)
    preparing.prepare_due(world.ports)
    assert releases(world, school) == before + 1
    with world.db.look() as session:
        (rule,) = session.scalars(select(RuleRow).where(RuleRow.decision == "D-1")).all()
    assert rule.ended_at is None, "time ended it; no hand did"


def releases(world, school):
    with world.db.look() as session:
        query = select(Entry).where(Entry.school_id == school.id, Entry.event == "ReleasePublished")
        return len(session.scalars(query).all())


def half_terms(world, school, *terms):
    with world.db.change(system(school.id)) as change:
        change.session.get_one(School, school.id).terms = list(terms)
        change.did(SchoolChanged("half-terms", f"{len(terms)}"))


def test_a_holiday_does_not_count_as_waiting_for_the_network_manager(world):
    school = furnished(world)
    half_terms(world, school, "2026-09-02/2026-11-23", "2026-12-07/2026-12-18")
    row = submitted(world, school, until=world.clock() + timedelta(days=40))
    world.clock.at = datetime(2026, 12, 7, 9, 30, tzinfo=UTC)  # two weeks later, and the first school day since
    with pytest.raises(NotAllowed, match="not assessed"):
        decided(world, school.headteacher, row)
    world.clock.pass_by(days=1)
    assert decided(world, school.headteacher, row) == "D-1"


def test_what_is_needed_on_the_first_day_after_the_holiday_can_be_decided_on_the_last_before_it(world):
    school = furnished(world)
    half_terms(world, school, "2026-09-02/2026-11-23", "2026-12-07/2026-12-18")
    row = submitted(world, school, needed_by=date(2026, 12, 7))
    assert decided(world, school.headteacher, row) == "D-1"


@pytest.mark.parametrize(
    ("today", "last"),
    [("2026-11-23", "2026-11-23"), ("2026-11-24", "2026-12-18"), ("2026-12-18", "2026-12-18")],
)
def test_the_end_of_the_half_term_is_a_day_of_school(today, last):
    terms = ["2026-09-02/2026-11-23", "2026-12-07/2026-12-18"]
    found = school_days.half_term_end(date.fromisoformat(today), terms)
    assert (str(found), school_days.is_school_day(found, terms)) == (last, True)
