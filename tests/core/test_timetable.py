from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firewall_admin.core.refusals import BadTimetable
from firewall_admin.core.timetable import (
    DAYS,
    Timetable,
    Window,
    format_window,
    parse_term,
    parse_timetable,
    parse_window,
)
from tests.thoroughness import examples

LONDON = ZoneInfo("Europe/London")


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


@pytest.mark.parametrize(
    ("windows", "open_at", "closed_at"),
    [
        (["mon-fri 12:00-13:00"], "2026-11-23T12:00", "2026-11-23T13:00"),
        (["mon-fri 12:00-13:00"], "2026-11-27T12:59", "2026-11-28T12:30"),
        (["fri 22:00-06:00"], "2026-11-28T05:59", "2026-11-28T06:00"),
        (["fri 22:00-06:00"], "2026-11-27T22:00", "2026-11-27T05:00"),
        (["sat,sun 00:00-24:00"], "2026-11-29T23:59", "2026-11-30T00:00"),
        (["fri-mon 09:00-10:00"], "2026-11-29T09:30", "2026-12-01T09:30"),
    ],
)
def test_a_window_is_open_from_its_start_until_its_end(windows, open_at, closed_at):
    timetable = parse_timetable("t", windows)
    assert timetable.is_open(at(open_at), LONDON)
    assert not timetable.is_open(at(closed_at), LONDON)


def test_a_window_is_what_the_wall_clock_says_in_summer_and_in_winter():
    lunch = parse_timetable("lunch", ["mon-sun 12:00-13:00"])
    assert lunch.is_open(datetime(2026, 7, 1, 11, 30, tzinfo=UTC), LONDON)
    assert lunch.is_open(datetime(2026, 12, 1, 12, 30, tzinfo=UTC), LONDON)
    assert not lunch.is_open(datetime(2026, 12, 1, 11, 30, tzinfo=UTC), LONDON)


def test_an_hour_left_out_in_spring_is_not_open_and_one_that_happens_twice_is_open_twice():
    night = parse_timetable("night", ["sun 01:00-02:00"])
    assert night.next_change(at("2027-03-28T00:30"), LONDON) == at("2027-04-04T01:00")
    opened = datetime(2026, 10, 25, 0, 0, tzinfo=UTC)
    assert night.next_change(opened - timedelta(hours=3), LONDON) == opened
    assert night.next_change(opened, LONDON) == opened + timedelta(hours=2)


def test_a_term_is_inclusive_and_a_window_belongs_to_the_day_it_begins():
    timetable = parse_timetable("t", ["mon-sun 22:00-06:00"], ["2026-09-02/2026-12-18"])
    assert timetable.is_open(at("2026-12-19T05:59"), LONDON)
    assert not timetable.is_open(at("2026-12-19T22:30"), LONDON)
    assert not timetable.is_open(at("2026-09-02T05:00"), LONDON)
    assert timetable.is_open(at("2026-09-02T22:00"), LONDON)


def test_the_next_change_is_found_across_a_holiday_and_is_none_after_the_last_term():
    terms = ["2026-09-02/2026-12-18", "2027-01-05/2027-03-25"]
    lunch = parse_timetable("lunch", ["mon-fri 12:00-13:00"], terms)
    assert lunch.next_change(at("2026-12-18T13:00"), LONDON) == at("2027-01-05T12:00")
    assert lunch.next_change(at("2027-03-25T13:00"), LONDON) is None


def test_a_timetable_that_is_always_open_never_changes():
    assert parse_timetable("t", ["mon-sun 00:00-24:00"]).next_change(at("2026-11-23T12:00"), LONDON) is None


windows = st.builds(
    Window,
    st.frozensets(st.integers(0, 6), min_size=1),
    st.integers(0, 1439),
    st.integers(1, 1440),
).filter(lambda window: window.start != window.end)
terms = st.tuples(st.integers(0, 20), st.integers(0, 20)).map(
    lambda days: (date(2026, 10, 18) + timedelta(days=days[0]), date(2026, 10, 18) + timedelta(days=sum(days)))
)
timetables = st.builds(
    Timetable,
    st.just("t"),
    st.lists(windows, min_size=1, max_size=3).map(tuple),
    st.lists(terms, max_size=2).map(tuple),
)


@given(timetables, st.integers(0, 14 * 24 * 60))
@settings(max_examples=examples(60), deadline=None)
def test_the_next_change_is_the_first_minute_at_which_the_state_is_another(timetable, minutes):
    """Against the plain way: walk minute by minute, over the night the clocks go back."""
    start = datetime(2026, 10, 17, tzinfo=UTC) + timedelta(minutes=minutes)
    now, change = timetable.is_open(start, LONDON), timetable.next_change(start, LONDON)
    walked = (start + timedelta(minutes=step) for step in range(1, 3 * 24 * 60))
    first = next((instant for instant in walked if timetable.is_open(instant, LONDON) != now), None)
    if first is not None:
        assert change == first
    else:
        assert change is None or change >= start + timedelta(days=3) - timedelta(minutes=1)


@given(windows)
def test_a_window_written_and_read_is_the_same_window(window):
    assert parse_window(format_window(window)) == window


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("12:00-13:00", "is no window"),
        ("mon 9-10", "is no window"),
        ("mon 12:00-25:00", "no time 25:00"),
        ("mon 12:60-13:00", "no time 12:60"),
        ("mon 12:00-12:00", "no length"),
        ("mon 24:00-01:00", "no length"),
        ("mond 12:00-13:00", "'mond' is no day"),
        ("mon-,tue 12:00-13:00", "is no day"),
        ("mon,,tue 12:00-13:00", "'' is no day"),
    ],
)
def test_a_window_that_is_none_is_refused_with_the_reason(text, why):
    with pytest.raises(BadTimetable) as refused:
        parse_window(text)
    assert why in refused.value.message


@pytest.mark.parametrize(
    "text", ["2026-09-02", "2026-09-02/9999-12-31", "2026-09-02/2026-13-01", "2026-12-18/2026-09-02", "x/y"]
)
def test_a_term_that_is_none_is_refused(text):
    with pytest.raises(BadTimetable):
        parse_term(text)


def test_days_are_the_seven_of_the_week_from_monday():
    assert parse_window("mon-sun 08:00-09:00").days == frozenset(range(len(DAYS)))
