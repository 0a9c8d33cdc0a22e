"""Dates, times and numbers are written as people write them."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from firewall_admin.web import written

LONDON = ZoneInfo("Europe/London")
SUMMER, WINTER = datetime(2026, 7, 1, 11, 0, tzinfo=UTC), datetime(2026, 11, 21, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (written.day(date(2026, 9, 1), LONDON), "1 September 2026"),
        (written.day(datetime(2026, 7, 1, 23, 30, tzinfo=UTC), LONDON), "2 July 2026"),
        (written.short_day(WINTER, LONDON), "21 Nov 2026"),
        (written.weekday(WINTER, LONDON), "Saturday 21 November 2026"),
        (written.clock(SUMMER, LONDON), "midday"),
        (written.clock(WINTER, LONDON), "midnight"),
        (written.clock(WINTER.replace(minute=5), LONDON), "12:05am"),
        (written.clock(WINTER.replace(hour=12, minute=30), LONDON), "12:30pm"),
        (written.clock(WINTER.replace(hour=15, minute=48), LONDON), "3:48pm"),
        (written.short_moment(WINTER.replace(hour=9), LONDON), "21 Nov 2026, 9am"),
        (written.ago(WINTER, WINTER, LONDON), "today"),
        (written.ago(date(2026, 11, 20), WINTER, LONDON), "yesterday"),
        (written.ago(date(2026, 11, 22), WINTER, LONDON), "tomorrow"),
        (written.ago(datetime(2026, 11, 20, 23, 59, tzinfo=UTC), WINTER, LONDON), "yesterday"),
        (written.ago(date(2026, 11, 14), WINTER, LONDON), "7 days ago"),
        (written.ago(date(2026, 12, 1), WINTER, LONDON), "in 10 days"),
        (written.machine_readable(date(2026, 9, 1), LONDON), "2026-09-01"),
        (written.machine_readable(SUMMER, LONDON), "2026-07-01T12:00+01:00"),
        (written.number(1234567), "1,234,567"),
        (written.number(1.44), "1.4"),
        (written.number(2.0), "2"),
        (written.counted(0, "name"), "no names"),
        (written.counted(1, "name"), "1 name"),
        (written.counted(1240, "entry", "entries"), "1,240 entries"),
        (written.share(65, 100), "65%"),
        (written.share(1, 1000), "under 1%"),
        (written.share(999, 1000), "over 99%"),
        (written.share(0, 0), written.NONE),
        (written.listed(["pupils", "staff", "guests"]), "pupils, staff and guests"),
        (written.listed(["pupils", "staff"], "or"), "pupils or staff"),
        (written.listed(["pupils"]), "pupils"),
        (written.listed([]), ""),
    ],
)
def test_dates_and_numbers_are_written_as_people_write_them(words: str, said: str) -> None:
    assert words == said


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        written.moment(datetime(2026, 11, 21, 9, 0), LONDON)  # noqa: DTZ001
