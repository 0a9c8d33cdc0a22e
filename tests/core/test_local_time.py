"""The clocks of Britain go forward on 28 March 2027 at 01:00 UTC and back on 31 October 2027 at 01:00 UTC."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firewall_admin.core import local_time
from firewall_admin.core.refusals import Refusal

LONDON = ZoneInfo("Europe/London")
SPRING, AUTUMN = date(2027, 3, 28), date(2027, 10, 31)

TWELVE = [  # a day, a time, whether its end is meant; the instant in UTC, and what the note has to say
    (SPRING, "00:59", False, "2027-03-28T00:59", ""),
    (SPRING, "01:00", False, "2027-03-28T01:00", "02:00 BST is taken"),
    (SPRING, "01:30", False, "2027-03-28T01:30", "02:30 BST is taken"),
    (SPRING, "02:00", False, "2027-03-28T01:00", ""),
    (SPRING, None, False, "2027-03-28T00:00", ""),
    (SPRING, None, True, "2027-03-28T23:00", ""),  # a day of 23 hours
    (AUTUMN, "00:59", False, "2027-10-30T23:59", ""),
    (AUTUMN, "01:00", False, "2027-10-31T00:00", "happens twice"),
    (AUTUMN, "01:30", False, "2027-10-31T00:30", "The first one is taken (01:30 BST)"),
    (AUTUMN, "02:00", False, "2027-10-31T02:00", ""),
    (AUTUMN, None, False, "2027-10-30T23:00", ""),
    (AUTUMN, None, True, "2027-11-01T00:00", ""),  # a day of 25 hours
]


@pytest.mark.parametrize(("day", "time", "end_of_day", "utc", "note"), TWELVE)
def test_what_the_clock_says_is_one_instant_also_when_the_clocks_change(day, time, end_of_day, utc, note):
    found = local_time.instant(day, time, LONDON, end_of_day=end_of_day)
    assert found.at == datetime.fromisoformat(utc).replace(tzinfo=UTC)
    assert note in found.note
    assert bool(found.note) == bool(note)


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.times().map(lambda t: t.replace(second=0, microsecond=0)))
def test_an_instant_without_a_note_reads_as_it_was_written(day, time):
    found = local_time.instant(day, f"{time:%H:%M}", LONDON)
    if not found.note:
        shown = found.at.astimezone(LONDON)
        assert (shown.date(), shown.time()) == (day, time)
    else:
        assert day.month in (3, 10)


def test_a_midnight_that_is_left_out_begins_the_day_an_hour_later():
    """The clocks of Chile go forward at midnight."""
    found = local_time.instant(date(2027, 9, 5), None, ZoneInfo("America/Santiago"))
    assert found.at == datetime(2027, 9, 5, 4, tzinfo=UTC)
    assert "01:00" in found.note


@pytest.mark.parametrize(("text", "same"), [("9:30", "09:30"), ("09.30", "09:30"), (" 14:05 ", "14:05")])
def test_a_time_is_read_as_people_write_it(text, same):
    assert f"{local_time.read(text):%H:%M}" == same


@pytest.mark.parametrize("text", ["24:00", "9", "09:60", "9am", "09:30:00", "٠٩:٣٠", "09:30\n10:00", "-1:30"])
def test_what_is_no_time_is_refused_at_its_field(text):
    with pytest.raises(Refusal) as refused:
        local_time.instant(SPRING, text, LONDON)
    assert refused.value.field == "time"


def test_an_empty_time_is_none():
    assert local_time.instant(SPRING, "  ", LONDON) == local_time.instant(SPRING, None, LONDON)


def test_a_day_beyond_the_calendar_is_refused():
    with pytest.raises(Refusal) as refused:
        local_time.instant(date.max, None, LONDON, end_of_day=True)
    assert refused.value.field == "day"
