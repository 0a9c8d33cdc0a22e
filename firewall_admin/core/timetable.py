"""Weekly windows and term dates: is a timetable open at this instant, and when does it next change?

A window is what the clock on the wall says: 12:00-13:00 is an hour of the school's own time on every day, whatever
the clocks did that night. An hour that happens twice is open twice; one that is left out is not open at all.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from .refusals import BadTimetable, shown

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WINDOW = re.compile(r"([a-z,-]+) +([0-9]{2}):([0-9]{2})-([0-9]{2}):([0-9]{2})")
_DAY = timedelta(days=1)
FIRST_YEAR, LAST_YEAR = 1970, 2199  # a term outside is a slip of the keyboard, and every day of it would be looked at


@dataclass(frozen=True)
class Window:
    """Days of the week (0 is Monday) and minutes since midnight. An end before the start is on the next day."""

    days: frozenset[int]
    start: int
    end: int

    @property
    def past_midnight(self) -> bool:
        return self.end < self.start


@dataclass(frozen=True)
class Timetable:
    """Open in any of its windows; with terms, only in windows that begin on a day within one (both ends included)."""

    name: str
    windows: tuple[Window, ...]
    terms: tuple[tuple[date, date], ...] = ()

    def is_open(self, at: datetime, zone: tzinfo) -> bool:
        """`at` is an aware instant; `zone` the school's time zone."""
        local = at.astimezone(zone)
        minute = local.hour * 60 + local.minute
        return any(self._holds(window, local.date(), minute) for window in self.windows)

    def next_change(self, at: datetime, zone: tzinfo) -> datetime | None:
        """The first instant (UTC) after `at` at which it opens or closes; None if it never does again."""
        now = self.is_open(at, zone)
        for instant in self._boundaries(at.astimezone(zone).date() - _DAY, zone):
            if instant > at and self.is_open(instant, zone) != now:
                return instant
        return None

    def _holds(self, window: Window, today: date, minute: int) -> bool:
        if not window.past_midnight:
            return window.start <= minute < window.end and self._begins(window, today)
        return (minute >= window.start and self._begins(window, today)) or (
            minute < window.end and self._begins(window, today - _DAY)
        )

    def _begins(self, window: Window, day: date) -> bool:
        return day.weekday() in window.days and (
            not self.terms or any(first <= day <= last for first, last in self.terms)
        )

    def _boundaries(self, day: date, zone: tzinfo) -> Iterator[datetime]:
        """Every instant at which the wall clock passes a boundary, day by day; it ends when nothing can change."""
        minutes = {m % 1440 for window in self.windows for m in (window.start, window.end)} | {0}
        # Without terms a week shows every change there is, and the second covers a change of the clocks in the first.
        last = max((end for _, end in self.terms), default=day + 14 * _DAY) + 2 * _DAY
        while day <= last:
            walls = [datetime.combine(day, time(m // 60, m % 60), zone) for m in minutes]
            instants = {wall.replace(fold=fold).astimezone(UTC) for wall in walls for fold in (0, 1)}
            yield from sorted(instants.union(_clock_changes(day, zone)))
            day += _DAY


def parse_timetable(name: str, windows: Iterable[str], terms: Iterable[str] = ()) -> Timetable:
    """From the policy file's spelling: windows like `mon-fri 12:00-13:00`, terms like `2026-09-02/2026-12-18`."""
    read = tuple(parse_window(window) for window in windows)
    if not read:
        raise BadTimetable("a timetable needs at least one window, such as 'mon-fri 12:00-13:00'")
    return Timetable(name, read, tuple(sorted(parse_term(term) for term in terms)))


def parse_window(text: str) -> Window:
    """`mon-fri 12:00-13:00`, `mon,wed 08:30-15:15`, `fri 22:00-06:00` (until Saturday), `sat-sun 00:00-24:00`."""
    found = _WINDOW.fullmatch(text.strip().lower())
    if not found:
        raise BadTimetable(f"'{shown(text)}' is no window; write days and times like 'mon-fri 12:00-13:00'")
    start, end = (_minutes(text, *found.group(i, i + 1)) for i in (2, 4))
    if start == end or start == 1440:
        raise BadTimetable(f"'{shown(text)}' has no length; for whole days write '00:00-24:00'")
    return Window(_days(text, found[1]), start, end)


def parse_term(text: str) -> tuple[date, date]:
    """`2026-09-02/2026-12-18`: first and last day, both included."""
    first, _, last = text.strip().partition("/")
    try:
        term = date.fromisoformat(first), date.fromisoformat(last)
    except ValueError:
        raise BadTimetable(
            f"'{shown(text)}' is no term; write its first and last day like '2026-09-02/2026-12-18'"
        ) from None
    if not FIRST_YEAR <= term[0].year <= term[1].year <= LAST_YEAR and term[0] <= term[1]:
        raise BadTimetable(f"the term '{shown(text)}' is not within the years {FIRST_YEAR} to {LAST_YEAR}")
    if term[1] < term[0]:
        raise BadTimetable(f"the term '{shown(text)}' ends before it begins")
    return term


def format_window(window: Window) -> str:
    """The policy file's spelling of a window."""
    days = sorted(window.days)
    run = len(days) > 2 and days == list(range(days[0], days[-1] + 1))
    named = f"{DAYS[days[0]]}-{DAYS[days[-1]]}" if run else ",".join(DAYS[day] for day in days)
    clock = "-".join(f"{minute // 60:02}:{minute % 60:02}" for minute in (window.start, window.end))
    return f"{named} {clock}"


def _minutes(text: str, hour: str, minute: str) -> int:
    if int(minute) > 59 or int(hour) * 60 + int(minute) > 1440:
        raise BadTimetable(f"'{shown(text)}': there is no time {hour}:{minute}")
    return int(hour) * 60 + int(minute)


def _days(text: str, spelt: str) -> frozenset[int]:
    days: set[int] = set()
    for part in spelt.split(","):
        first, _, last = part.partition("-")
        if first not in DAYS or (last or first) not in DAYS or part.endswith("-"):
            raise BadTimetable(f"'{shown(text)}': '{shown(part)}' is no day; days are {', '.join(DAYS)}")
        start = DAYS.index(first)
        days.update((start + i) % 7 for i in range((DAYS.index(last or first) - start) % 7 + 1))
    return frozenset(days)


def _clock_changes(day: date, zone: tzinfo) -> Iterator[datetime]:
    """The instants of a local day at which its zone's offset changes (to the second)."""
    start, stop = (datetime.combine(d, time(), zone).astimezone(UTC) for d in (day, day + _DAY))
    if start.astimezone(zone).utcoffset() == stop.astimezone(zone).utcoffset():
        return
    while (middle := (start + (stop - start) // 2).replace(microsecond=0)) != start:
        if middle.astimezone(zone).utcoffset() == start.astimezone(zone).utcoffset():
            start = middle
        else:
            stop = middle
    yield stop
