"""A date as three inputs: people type a date they know faster than they find it in a calendar."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from wtforms import Field  # type: ignore[import-untyped]
from wtforms.utils import unset_value  # type: ignore[import-untyped]

from .written import MONTHS, listed

PARTS = ("day", "month", "year")


class DayField(Field):  # type: ignore[misc]
    """A date, or None. Read from the inputs `name-day`, `name-month` and `name-year`; a month may be a word.

    `subject` begins the messages: 'The end date must include a month'. `parts` is what was typed, and `wrong` the
    parts to mend.
    """

    def __init__(self, label: str, validators: Sequence[Any] | None = None, subject: str = "The date", **rest: Any):
        super().__init__(label, validators, **rest)
        self.subject = subject
        self.parts = ("", "", "")
        self.wrong: tuple[str, ...] = ()

    def process(self, formdata: Any, data: Any = unset_value, extra_filters: Any = None) -> None:
        """As every field: from a form that was sent, else from what is known already."""
        super().process(None, data, extra_filters)
        if isinstance(self.data, date):
            self.parts = (str(self.data.day), str(self.data.month), str(self.data.year))
        if formdata is not None and any(self.input_name(part) in formdata for part in PARTS):
            self._take(tuple(formdata.get(self.input_name(part), "").strip() for part in PARTS))

    def input_name(self, part: str) -> str:
        return f"{self.name}-{part}"

    @property
    def focus(self) -> str:
        """The id of the input to go to: the first that is wrong."""
        return f"{self.id}-{self.wrong[0] if self.wrong else 'day'}"

    def _take(self, parts: tuple[str, ...]) -> None:
        self.parts = parts  # type: ignore[assignment]
        self.raw_data = ["".join(parts)]
        self.data = None
        missing = tuple(part for part, typed in zip(PARTS, parts, strict=True) if not typed)
        if len(missing) == len(PARTS):
            return
        if missing:
            self._blame(missing, f"must include {listed([f'a {part}' for part in missing])}")
        elif (found := read(*parts)) is None:
            self._blame(_suspects(*parts), "must be a real date")
        else:
            self.data = found

    def _blame(self, wrong: tuple[str, ...], why: str) -> None:
        self.wrong = wrong
        self.process_errors = [f"{self.subject} {why}"]


def read(day: str, month: str, year: str) -> date | None:
    """The date that was typed, or None where there is none: 31 February, or a year of two digits."""
    which = _month(month)
    if not (_digits(day) and which and _digits(year) and len(year) == 4):
        return None
    try:
        return date(int(year), which, int(day))
    except ValueError:
        return None


def _digits(typed: str) -> bool:
    return typed.isascii() and typed.isdigit()


def _month(typed: str) -> int | None:
    if _digits(typed):
        return int(typed) if len(typed) < 3 and 1 <= int(typed) <= 12 else None
    word = typed.lower()
    return next((n for n, name in enumerate(MONTHS, 1) if len(word) >= 3 and name.lower().startswith(word)), None)


def _suspects(day: str, month: str, year: str) -> tuple[str, ...]:
    """The parts that can't be right by themselves; all three where only together they make no date."""
    alone = {
        "day": _digits(day) and len(day) < 3 and 1 <= int(day) <= 31,
        "month": _month(month) is not None,
        "year": _digits(year) and len(year) == 4,
    }
    return tuple(part for part in PARTS if not alone[part]) or PARTS
