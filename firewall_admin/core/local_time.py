"""From what the clock on the wall says to an instant. Twice a year it says what is no time, or two."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from .refusals import Refusal, shown

_TIME = re.compile(r"([01]?[0-9]|2[0-3])[:.]([0-5][0-9])")
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Instant:
    """`at` in UTC. `note`: what a page says of it, where the clocks change; empty otherwise."""

    at: datetime
    note: str = ""


def instant(day: date, time_text: str | None, zone: tzinfo, *, end_of_day: bool = False) -> Instant:
    """A day and a time (`HH:MM`) of a zone. Without a time, the day's first instant, or with `end_of_day` the one at
    which it is over (the next day's first).

    A time that the clocks leave out becomes the later one; of one that happens twice the first is meant. Both say so
    in `note`. Refusal of `time` for a text that is no time, of `day` for a day beyond the calendar's end.
    """
    clock = read(time_text) if time_text and time_text.strip() else None
    try:
        wall = datetime.combine(day + _DAY, time()) if clock is None and end_of_day else _wall(day, clock)
        return _settled(wall, zone)
    except OverflowError:
        raise Refusal("Choose a day that is nearer.", "day") from None


def read(text: str) -> time:
    """A time as people write it: `9:30`, `09.30`, `14:05`. Refusal of `time` for anything else."""
    found = _TIME.fullmatch(text.strip())
    if not found:
        raise Refusal(f"Give the time as 09:30 or 14:05, not '{shown(text.strip())}'.", "time")
    return time(int(found[1]), int(found[2]))


def _wall(day: date, clock: time | None) -> datetime:
    return datetime.combine(day, clock or time())


def _settled(wall: datetime, zone: tzinfo) -> Instant:
    first = wall.replace(tzinfo=zone, fold=0)
    at = first.astimezone(UTC)
    real = at.astimezone(zone)
    if real.replace(tzinfo=None) != wall:
        return Instant(at, f"There is no {_said(wall)}: the clocks go forward then. {real:%H:%M %Z} is taken instead.")
    if first.utcoffset() != wall.replace(tzinfo=zone, fold=1).utcoffset():
        again = f"{_said(wall)} happens twice, because the clocks go back then."
        return Instant(at, f"{again} The first one is taken ({real:%H:%M %Z}).")
    return Instant(at)


def _said(wall: datetime) -> str:
    return f"{wall:%H:%M} on {wall.day} {wall:%B %Y}"
