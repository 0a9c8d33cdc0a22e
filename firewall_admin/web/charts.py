"""Bars for a few numbers, laid out in percent so that one drawing fits a phone, a desk and paper.

The table of the same numbers below a chart is what everyone can read; the bars repeat it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

MOST_SERIES = 3
LEAST_FOR_A_NUMBER = 9.0  # percent of the width: a narrower segment can't hold its number


@dataclass(frozen=True)
class Chart:
    """Whole numbers by row and series: `rows` are (label, one number for each series), none below zero."""

    title: str
    series: tuple[str, ...]
    rows: tuple[tuple[str, tuple[int, ...]], ...]


@dataclass(frozen=True)
class Segment:
    """A piece of a bar: where it starts and how wide it is in percent, its series from 1, and its number."""

    x: float
    width: float
    series: int
    value: int

    @property
    def middle(self) -> float:
        return round(self.x + self.width / 2, 2)

    @property
    def holds_its_number(self) -> bool:
        return self.width >= LEAST_FOR_A_NUMBER


@dataclass(frozen=True)
class Bar:
    label: str
    values: tuple[int, ...]
    segments: tuple[Segment, ...]
    total: int


def drawn(chart: Chart) -> tuple[Bar, ...]:
    """The bars of a chart, the longest as wide as the drawing. Raises ValueError on what can't be drawn."""
    if not 1 <= len(chart.series) <= MOST_SERIES:
        raise ValueError(f"{len(chart.series)} series: a chart has 1 to {MOST_SERIES}")
    for label, values in chart.rows:
        if len(values) != len(chart.series) or min(values) < 0:
            raise ValueError(f"{label}: {values} for {len(chart.series)} series")
    longest = max((sum(values) for _, values in chart.rows), default=0)
    return tuple(Bar(label, values, _segments(values, longest), sum(values)) for label, values in chart.rows)


def _segments(values: Sequence[int], longest: int) -> tuple[Segment, ...]:
    found, before = [], 0
    for series, value in enumerate(values, 1):
        if value:
            found.append(Segment(_percent(before, longest), _percent(value, longest), series, value))
        before += value
    return tuple(found)


def _percent(part: int, whole: int) -> float:
    return round(100 * part / whole, 2)
