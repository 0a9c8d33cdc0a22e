"""Which days are school days. Half-terms are kept as text, `2026-09-02/2026-10-23`, both ends included and in order.

Between two half-terms are holidays. Before the first and after the last that are known, every weekday counts: nobody
has said otherwise, and a school that forgot to enter next year must not wait for ever.
"""

import re
from collections.abc import Sequence
from datetime import date, timedelta
from functools import lru_cache

from .refusals import Refusal, shown

FRIDAY = 4  # Monday is 0
ABOUT = ((2, 14), (3, 28), (5, 28), (7, 22), (10, 25), (12, 19))  # month and day by which half-terms in England end
LONGEST = timedelta(days=120)  # a half-term; what is longer is a slip of the keyboard
MOST = 60  # half-terms, ten years of them
SUMMER, SEPTEMBER = 6, 9  # months: the school year's last half-term ends in or after the first, the next year begins
_DAY = timedelta(days=1)
MONTHS = "january february march april may june july august september october november december".split()
_BETWEEN = re.compile(r"\s+to\s+|\s+-\s+|\s*[–—]\s*|(?<=-\d\d)\s*/\s*(?=\d{4}-)")
_WRITTEN = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[ /.]([a-z]{3,9}|\d{1,2})[ /.](\d{4})")


def half_terms(terms: Sequence[str]) -> tuple[tuple[date, date], ...]:
    """First and last day of each. ValueError for a text that is none: what is kept has been read by `read`."""
    return _half_terms(tuple(terms))


@lru_cache(maxsize=256)
def _half_terms(terms: tuple[str, ...]) -> tuple[tuple[date, date], ...]:
    """Read once: every school day of every request that waits is looked for in the same ones."""
    return tuple((date.fromisoformat(first), date.fromisoformat(last)) for first, last in _split(terms))


def is_school_day(day: date, terms: Sequence[str]) -> bool:
    """A weekday that lies in a half-term, or where no half-terms are known."""
    if day.weekday() > FRIDAY:
        return False
    known = half_terms(terms)
    if not known or day < known[0][0] or day > known[-1][1]:
        return True
    return any(first <= day <= last for first, last in known)


def after(day: date, n: int, terms: Sequence[str]) -> date:
    """The n-th school day after a day, which needn't be one itself. `n` is at least 1."""
    if n < 1:
        raise ValueError(f"there is no school day number {n} after a day")
    for _ in range(n):
        day += _DAY
        while not is_school_day(day, terms):
            day += _DAY
    return day


def before(day: date, n: int, terms: Sequence[str]) -> date:
    """The n-th school day before a day. `n` is at least 1."""
    if n < 1:
        raise ValueError(f"there is no school day number {n} before a day")
    for _ in range(n):
        day -= _DAY
        while not is_school_day(day, terms):
            day -= _DAY
    return day


def half_term_end(day: date, terms: Sequence[str]) -> date:
    """The last day of the half-term that a day lies in, or of the next one. Where none is known, a guess for England
    that never reaches into the holidays: the last Friday before one of the days in `ABOUT`."""
    for _, last in half_terms(terms):
        if day <= last:
            return last
    guesses = (_friday_before(date(year, *about)) for year in (day.year, day.year + 1) for about in ABOUT)
    return next(guess for guess in guesses if day <= guess)


def _friday_before(day: date) -> date:
    return day - (day.weekday() - FRIDAY) % 7 * _DAY


def year_end(day: date, terms: Sequence[str]) -> date:
    """The last day of the school year that a day lies in; in the summer holidays, of the next. A half-term that ends
    in June, July or August is a year's last one; where none is known, the year ends on 31 August."""
    known = [last for _, last in half_terms(terms) if SUMMER <= last.month < SEPTEMBER]
    year = day.year + (day.month >= SEPTEMBER)
    while True:
        last = max((last for last in known if last.year == year), default=date(year, SEPTEMBER, 1) - _DAY)
        if day <= last:
            return last
        year += 1


def read(lines: Sequence[str]) -> list[str]:
    """Half-terms as they are kept, from lines of two dates: `2 September 2026 to 23 October 2026`. Days may be written
    `2/9/2026` or `2026-09-02` too.

    Empty lines are passed over. Refusal of `terms`, which names the line.
    """
    found: list[tuple[date, date]] = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        half = _one(number, line)
        if found and half[0] <= found[-1][1]:
            raise Refusal(
                f"Line {number} begins on {said(half[0])}, before the half-term above it has ended "
                f"({said(found[-1][1])}).",
                "terms",
            )
        found.append(half)
    if len(found) > MOST:
        raise Refusal(f"Give {MOST} half-terms at most.", "terms")
    return [f"{first}/{last}" for first, last in found]


def said(day: date) -> str:
    """`2 September 2026`."""
    return f"{day.day} {day:%B %Y}"


def lines(terms: Sequence[str]) -> list[str]:
    """Half-terms as people write them, one a line: what `read` reads."""
    return [f"{said(first)} to {said(last)}" for first, last in half_terms(terms)]


def _day(text: str) -> date:
    """A date as people write it, the day before the month. ValueError for anything else."""
    written = _WRITTEN.fullmatch(text.lower())
    if not written:
        return date.fromisoformat(text)
    day, month, year = written.groups()
    which = int(month) if month.isdigit() else 1 + [name[: len(month)] for name in MONTHS].index(month)
    return date(int(year), which, int(day))


def _one(number: int, line: str) -> tuple[date, date]:
    try:
        first, last = map(_day, _BETWEEN.split(line.strip()))
    except ValueError:
        example = "two dates such as 2 September 2026 to 23 October 2026"
        raise Refusal(f"Line {number} must be {example}, and is '{shown(line.strip())}'.", "terms") from None
    if last < first:
        raise Refusal(f"Line {number} ends on {said(last)}, before it begins on {said(first)}.", "terms")
    if last - first > LONGEST:
        raise Refusal(f"Line {number} lasts more than {LONGEST.days} days, which is no half-term.", "terms")
    return first, last


def _split(terms: Sequence[str]) -> list[tuple[str, str]]:
    return [(first, last) for first, _, last in (term.partition("/") for term in terms)]
