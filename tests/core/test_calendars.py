from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from firewall_admin.core.calendars import calendar

MADE = datetime(2026, 11, 23, 10, tzinfo=UTC)


def made(until: datetime, about: str = "bbc.co.uk") -> str:
    return calendar(
        decision="D-7",
        about=about,
        what="allow pupils to reach bbc.co.uk",
        until=until,
        made_at=MADE,
        zone=ZoneInfo("Europe/London"),
        host="filter.oakfield.example",
    )


@pytest.mark.parametrize(
    ("until", "start"),
    [
        (datetime(2026, 12, 19, tzinfo=UTC), date(2026, 12, 18)),
        (datetime(2027, 7, 20, 23, tzinfo=UTC), date(2027, 7, 20)),  # midnight in summer
        (datetime(2026, 12, 18, 15, 30, tzinfo=UTC), datetime(2026, 12, 18, 15, 30, tzinfo=UTC)),
    ],
)
def test_the_end_is_the_day_that_it_ends_or_the_instant(until, start):
    event = Calendar.from_ical(made(until)).walk("VEVENT")[0]
    assert event.decoded("dtstart") == start


def test_the_file_has_what_calendars_need_and_is_the_same_each_time():
    text = made(datetime(2026, 12, 19, tzinfo=UTC))
    assert text == made(datetime(2026, 12, 19, tzinfo=UTC))
    event = Calendar.from_ical(text).walk("VEVENT")[0]
    assert str(event["uid"]) == "D-7@filter.oakfield.example"
    assert event.decoded("dtstamp") == MADE
    assert str(event["summary"]) == "D-7 ends: bbc[.]co[.]uk"
    assert len(event.walk("VALARM")) == 1


def test_nothing_adds_a_line_to_the_file():
    text = made(datetime(2026, 12, 19, tzinfo=UTC), about="x\r\nATTENDEE:mailto:a@b.example\nEND:VEVENT")
    assert len(Calendar.from_ical(text).walk("VEVENT")) == 1
    assert not any(line.startswith(("ATTENDEE", "END:VEVENT\r\nEND:VEVENT")) for line in text.split("\r\n"))
