"""What a review tells of a school: figures, each with the records behind it, tables and charts; as plain values, so
that what was signed can be kept and shown for ever."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from .evidence import SMALL, few, suppressed

MOST = 300
"""Records that are kept behind one figure; the figure counts them all, and says how many more there are."""


@dataclass(frozen=True)
class Source:
    """A record: `name` as people call it (AR-3, release 12, entry 40), its day in words, what it says, and the page on
    which it is read (empty where it has none of its own)."""

    name: str
    day: str
    what: str
    path: str = ""


@dataclass(frozen=True)
class Figure:
    """`words`: what is counted; `value`: the number as it is told; `sources`: the first records behind it, of which
    there are `more`; `link`: the page on which the records are read, where they are not for everyone who reads this."""

    key: str
    words: str
    value: str
    sources: tuple[Source, ...] = ()
    more: int = 0
    link: str = ""


@dataclass(frozen=True)
class Grid:
    """A table: `heads` and as many texts in each row."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Drawing:
    """A chart of whole numbers, by row and series."""

    title: str
    series: tuple[str, ...]
    rows: tuple[tuple[str, tuple[int, ...]], ...]
    note: str = ""


@dataclass(frozen=True)
class Told:
    """What a review's section tells before anybody writes a word."""

    figures: tuple[Figure, ...] = ()
    grids: tuple[Grid, ...] = ()
    charts: tuple[Drawing, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Plain values, to be kept and to be shown."""
        return {part: [_plain(one) for one in getattr(self, part)] for part in ("figures", "grids", "charts")}


def _plain(one: Figure | Grid | Drawing) -> dict[str, Any]:
    kept = asdict(one)
    if isinstance(one, Figure):
        kept["names"] = names(one)
    return kept


def counted(key: str, words: str, sources: Sequence[Source], link: str = "") -> Figure:
    """A figure that is the number of its records."""
    return Figure(key, words, f"{len(sources):,}", tuple(sources[:MOST]), max(0, len(sources) - MOST), link)


def guarded(key: str, words: str, number: int, link: str) -> Figure:
    """A figure of what could name a person: no records, and no number below five."""
    told = few(number)
    return Figure(key, words, told[:1].upper() + told[1:], link=link)


def guarded_grid(title: str, head: str, counts: Mapping[str, int]) -> Grid | None:
    """Counts of what could name a person, none below five told or to be worked out. None where there is nothing."""
    if not any(counts.values()):
        return None
    shown = suppressed(counts)
    rows = tuple(
        (label, f"Not told (under {SMALL}, or next to one)" if n is None else f"{n:,}") for label, n in shown.items()
    )
    return Grid(title, (head, "Number"), rows)


def guarded_chart(title: str, series: str, counts: Mapping[str, int]) -> Drawing | None:
    """The same drawn, without what is not told. None where nothing is left."""
    shown = suppressed(counts)
    rows = tuple((label, (n,)) for label, n in shown.items() if n is not None)
    hidden = any(n is None for n in shown.values())
    note = f"Bars are left out where a number is under {SMALL}, or would give one away." if hidden else ""
    return Drawing(title, (series,), rows, note) if any(n for _, (n,) in rows) else None


def names(figure: Figure) -> str:
    """The names of a figure's records for paper: all of a few, the first and last of many."""
    all_ = [source.name for source in figure.sources]
    if len(all_) <= 12 and not figure.more:
        return ", ".join(all_)
    return f"{', '.join(all_[:3])} … {all_[-1]}" + (f" and {figure.more:,} more" if figure.more else "")
