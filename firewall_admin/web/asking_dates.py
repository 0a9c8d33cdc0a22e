"""From the choices of the form to instants: this lesson, the end of the week, of the half-term, of the school year."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from wtforms import SelectChoice as Choice  # type: ignore[import-untyped]

from ..core import school_days
from ..core.local_time import Instant, instant
from ..core.refusals import Refusal
from ..core.terms import WITHOUT_SECOND_REASON
from .asking_form import AskForm
from .written import weekday

LAST_YEAR = 2999
FRIDAY = 4


@dataclass(frozen=True)
class Calendar:
    """The school's clock and half-terms, and the present."""

    zone: ZoneInfo
    terms: Sequence[str]
    now: datetime

    @property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()

    def ends(self) -> dict[str, date]:
        """The last day of each quick choice."""
        today = self.today
        week = today + timedelta(days=(FRIDAY - today.weekday()) % 7)
        return {
            "week": week,
            "half-term": school_days.half_term_end(today, self.terms),
            "year": school_days.year_end(today, self.terms),
        }


@dataclass(frozen=True)
class Dates:
    """When it is to be open, and what a page says where the clocks change."""

    since: datetime | None
    until: datetime
    notes: tuple[str, ...] = ()

    def is_long(self, now: datetime) -> bool:
        """Longer than goes without a second reason."""
        return self.until - max(self.since or now, now) > WITHOUT_SECOND_REASON


def choices(calendar: Calendar) -> list[Choice]:
    """The quick choices, each with its day; where two are the same day the nearer one stands."""
    words = {
        "week": "The end of this week",
        "half-term": "The end of this half-term",
        "year": "The end of the school year",
    }
    found = [Choice("day", "One day or one lesson")]
    seen: set[date] = set()
    for value, last in calendar.ends().items():
        if last not in seen or value == "half-term":
            hint = weekday(last, calendar.zone) + _remark(value, calendar)
            found = [c for c in found if last not in seen or c.value != "week"]
            found.append(Choice(value, words[value], render_kw={"hint": hint}))
        seen.add(last)
    return [*found, Choice("other", "Another day")]


def _remark(value: str, calendar: Calendar) -> str:
    if value == "half-term" and not calendar.terms:
        return ", as a guess: nobody has entered this school’s half-terms"
    return ". You will be asked why for so long" if value == "year" else ""


def chosen(form: AskForm, calendar: Calendar) -> Dates:
    """The instants of a form. Refusal, naming the field, for what is missing or can't be."""
    if form.ending.data == "day":
        return _one_day(form, calendar)
    since = _at("since", form.since.data, None, calendar) if form.since.data else None
    if form.ending.data == "other":
        if form.until.data is None:
            raise Refusal("Give the last day", "until")
        last = form.until.data
    else:
        last = calendar.ends()[form.ending.data]
    until = _at("until", last, None, calendar, end=True)
    if since and since.at >= until.at:
        raise Refusal("It would end before it begins", "since")
    return _dates(since, until, calendar, "until")


def filled(form: AskForm, since: datetime | None, until: datetime | None, calendar: Calendar) -> None:
    """Put instants back on a form: a whole number of days as days, anything else as one day with times."""
    if until is None:
        return
    first, last = since and since.astimezone(calendar.zone), until.astimezone(calendar.zone)
    if first and (last.time() != last.time().min or first.time() != first.time().min):
        form.ending.data = "day"
        form.day.process(None, first.date())
        form.day_from.data, form.day_to.data = f"{first:%H:%M}", f"{last:%H:%M}"
        return
    form.ending.data = "other"
    form.until.process(None, (last - timedelta(seconds=1)).date())
    if first:
        form.since.process(None, first.date())


def _one_day(form: AskForm, calendar: Calendar) -> Dates:
    if form.day.data is None:
        raise Refusal("Give the day", "day")
    since = _at("day_from", form.day.data, form.day_from.data, calendar)
    until = _at("day_to", form.day.data, form.day_to.data, calendar, end=True)
    if until.at <= since.at:
        raise Refusal("It would end before it begins", "day_to")
    return _dates(since if since.at > calendar.now else None, until, calendar, "day")


def _dates(since: Instant | None, until: Instant, calendar: Calendar, field: str) -> Dates:
    if until.at <= calendar.now:
        raise Refusal("That is over already", field)
    return Dates(since.at if since else None, until.at, tuple(_notes(since, until)))


def _notes(*instants: Instant | None) -> Iterator[str]:
    yield from dict.fromkeys(one.note for one in instants if one and one.note)


def _at(field: str, day: date, time: str | None, calendar: Calendar, *, end: bool = False) -> Instant:
    if day.year > LAST_YEAR:
        raise Refusal("Choose a day that is nearer", field)
    try:
        return instant(day, time, calendar.zone, end_of_day=end)
    except Refusal as problem:
        raise Refusal(problem.message, field) from None
