from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firewall_admin.core import school_days
from firewall_admin.core.refusals import Refusal

TERMS = [
    "2026-09-02/2026-10-23",
    "2026-11-02/2026-12-18",
    "2027-01-04/2027-02-12",
    "2027-02-22/2027-03-25",
    "2027-04-12/2027-05-28",
    "2027-06-07/2027-07-20",
]


@pytest.mark.parametrize(
    ("day", "is_one"),
    [
        (date(2026, 9, 2), True),  # the first day
        (date(2026, 10, 23), True),  # the last of a half-term
        (date(2026, 10, 24), False),  # a Saturday
        (date(2026, 10, 26), False),  # a Monday of half-term holidays
        (date(2026, 11, 2), True),
        (date(2026, 12, 25), False),
        (date(2026, 9, 1), True),  # before the first that is known
        (date(2027, 7, 21), True),  # after the last one
        (date(2027, 7, 24), False),  # but no Saturday
    ],
)
def test_school_days_are_weekdays_within_a_half_term_or_where_none_is_known(day, is_one):
    assert school_days.is_school_day(day, TERMS) is is_one


def test_without_half_terms_every_weekday_is_a_school_day():
    week = [school_days.is_school_day(date(2026, 12, 21) + timedelta(days=n), []) for n in range(7)]
    assert week == [True] * 5 + [False] * 2


def test_the_fifth_school_day_after_a_holiday_began_is_counted_from_its_end():
    assert school_days.after(date(2026, 10, 22), 1, TERMS) == date(2026, 10, 23)
    assert school_days.after(date(2026, 10, 22), 2, TERMS) == date(2026, 11, 2)
    assert school_days.after(date(2026, 10, 28), 5, TERMS) == date(2026, 11, 6)
    assert school_days.before(date(2026, 11, 3), 2, TERMS) == date(2026, 10, 23)


@given(st.dates(date(2026, 8, 1), date(2027, 9, 1)), st.integers(1, 8), st.booleans())
def test_after_gives_the_day_with_so_many_school_days_on_the_way(day, n, known):
    terms = TERMS if known else []
    found = school_days.after(day, n, terms)
    between = [day + timedelta(days=i) for i in range(1, (found - day).days + 1)]
    assert sum(school_days.is_school_day(each, terms) for each in between) == n
    assert school_days.is_school_day(found, terms)
    if school_days.is_school_day(day, terms):
        assert school_days.before(found, n, terms) == day


@pytest.mark.parametrize("count", [school_days.after, school_days.before])
def test_there_is_no_school_day_number_nought(count):
    with pytest.raises(ValueError, match="number 0"):
        count(date(2026, 9, 2), 0, TERMS)


def test_a_half_term_ends_on_its_last_day_and_holidays_lead_to_the_next():
    assert school_days.half_term_end(date(2026, 9, 2), TERMS) == date(2026, 10, 23)
    assert school_days.half_term_end(date(2026, 10, 23), TERMS) == date(2026, 10, 23)
    assert school_days.half_term_end(date(2026, 10, 24), TERMS) == date(2026, 12, 18)


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_without_half_terms_one_ends_on_a_friday_and_never_in_the_christmas_or_summer_holidays(day):
    end = school_days.half_term_end(day, [])
    assert end.weekday() == 4
    assert timedelta(0) <= end - day < timedelta(weeks=16)
    assert (end.month, end.day) <= (12, 19)
    assert not (7, 22) < (end.month, end.day) < (9, 1)


def test_the_year_ends_with_its_summer_half_term_or_on_the_last_of_august():
    assert school_days.year_end(date(2026, 9, 2), TERMS) == date(2027, 7, 20)
    assert school_days.year_end(date(2027, 7, 20), TERMS) == date(2027, 7, 20)
    assert school_days.year_end(date(2027, 7, 21), TERMS) == date(2028, 8, 31), "holidays belong to the next year"
    assert school_days.year_end(date(2026, 9, 2), TERMS[:2]) == date(2027, 8, 31)
    assert school_days.year_end(date(2026, 8, 31), []) == date(2026, 8, 31)
    assert school_days.year_end(date(2026, 9, 1), []) == date(2027, 8, 31)


@pytest.mark.parametrize(
    "line",
    [
        "2 September 2026 to 23 October 2026",
        "2 sep 2026 - 23 Oct 2026",
        "2nd September 2026 – 23rd October 2026",
        "2/9/2026 to 23/10/2026",
        "02.09.2026 – 23.10.2026",
        "2026-09-02/2026-10-23",
        "  2026-09-02 to 2026-10-23 ",
    ],
)
def test_a_half_term_is_read_as_people_write_it(line):
    assert school_days.read(["", line]) == ["2026-09-02/2026-10-23"]


def test_what_is_kept_is_read_again_as_it_is_shown():
    assert school_days.read(school_days.lines(TERMS)) == TERMS


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["next week"], "Line 1 must be two dates such as"),
        (["", "31 February 2026 to 3 March 2026"], "Line 2 must be"),
        (["2 Smarch 2026 to 3 May 2026"], "Line 1 must be"),
        (["2026-09-02"], "Line 1 must be"),
        (["2026-09-02 to 2026-10-23 to 2026-11-01"], "Line 1 must be"),
        (["2026-10-23 to 2026-09-02"], "before it begins on 23 October 2026"),
        (["2026-09-02 to 2027-07-20"], "more than 120 days"),
        (["2026-09-02 to 2026-10-23", "2026-10-23 to 2026-12-18"], "Line 2 begins on 23 October 2026"),
        ([f"{y}-01-01 to {y}-02-01" for y in range(2000, 2061)], "60 half-terms at most"),
    ],
)
def test_what_is_wrong_with_a_line_is_said(lines, said):
    with pytest.raises(Refusal, match=said) as refused:
        school_days.read(lines)
    assert refused.value.field == "terms"
