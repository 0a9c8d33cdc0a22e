"""Dates, times and numbers as people in an English school write them: 21 November 2026, 3:48pm, 1,240 names.

English only: a second language brings a library that knows its dates, and this file goes.
"""

from collections.abc import Sequence
from datetime import date, datetime, tzinfo

MONTHS = tuple("January February March April May June July August September October November December".split())
WEEKDAYS = tuple("Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split())
NONE = "–"


def local(at: datetime, zone: tzinfo) -> datetime:
    """An instant on the school's clock. Raises ValueError where it has no zone: nobody could say when that was."""
    if at.tzinfo is None:
        raise ValueError(f"{at} has no time zone")
    return at.astimezone(zone)


def _day(at: date, zone: tzinfo) -> date:
    return local(at, zone).date() if isinstance(at, datetime) else at


def day(at: date, zone: tzinfo) -> str:
    """21 November 2026, of a date or of an instant."""
    on = _day(at, zone)
    return f"{on.day} {MONTHS[on.month - 1]} {on.year}"


def short_day(at: date, zone: tzinfo) -> str:
    """21 Nov 2026: where a column is narrow."""
    on = _day(at, zone)
    return f"{on.day} {MONTHS[on.month - 1][:3]} {on.year}"


def weekday(at: date, zone: tzinfo) -> str:
    """Saturday 21 November 2026."""
    return f"{WEEKDAYS[_day(at, zone).weekday()]} {day(at, zone)}"


def clock(at: datetime, zone: tzinfo) -> str:
    """10:41am, 3pm, midday, midnight."""
    then = local(at, zone)
    if (then.hour, then.minute) in ((0, 0), (12, 0)):
        return "midday" if then.hour else "midnight"
    minutes = f":{then.minute:02}" if then.minute else ""
    return f"{then.hour % 12 or 12}{minutes}{'am' if then.hour < 12 else 'pm'}"


def moment(at: datetime, zone: tzinfo) -> str:
    """21 November 2026 at 3:48pm."""
    return f"{day(at, zone)} at {clock(at, zone)}"


def short_moment(at: datetime, zone: tzinfo) -> str:
    """21 Nov 2026, 3:48pm: where a column is narrow."""
    return f"{short_day(at, zone)}, {clock(at, zone)}"


def ago(at: date, now: datetime, zone: tzinfo) -> str:
    """Today, yesterday, 3 days ago, tomorrow, in 3 days: by the school's calendar, not by the hour."""
    days = (_day(now, zone) - _day(at, zone)).days
    near = {0: "today", 1: "yesterday", -1: "tomorrow"}
    return near.get(days) or (f"{days:,} days ago" if days > 0 else f"in {-days:,} days")


def machine_readable(at: date, zone: tzinfo) -> str:
    """2026-11-21T15:48+00:00, for the `datetime` of a time element."""
    return local(at, zone).isoformat(timespec="minutes") if isinstance(at, datetime) else at.isoformat()


def number(value: float) -> str:
    """1,240; 1.4 with one place at most where it is no whole number."""
    return f"{value:,}" if isinstance(value, int) else f"{value:,.1f}".removesuffix(".0")


def counted(value: int, one: str, many: str | None = None) -> str:
    """1 name, 1,240 names, no names."""
    return f"{number(value) if value else 'no'} {one if value == 1 else many or one + 's'}"


def share(part: float, whole: float) -> str:
    """65%, of a part in a whole. A little is never nothing, and nearly all is never all."""
    if not whole:
        return NONE
    percent = 100 * part / whole
    if 0 < percent < 1:
        return "under 1%"
    return "over 99%" if 99 < percent < 100 else f"{percent:.0f}%"


def listed(words: Sequence[str], last: str = "and") -> str:
    """Pupils, staff and guests."""
    return f" {last} ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))
