"""Sorted runs of names put away one behind the other, and merged a stretch at a time.

Whoever keeps the texts decides where they lie. On disk, only a stretch of a list is ever in memory, however many names
it has.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from .long_text import Text, at_or_after, leave
from .names import Names
from .runs import distinct, merged

Keep = Callable[[Iterable[bytes]], Text]
"""Keeps parts, one behind the other, and gives them back as one text."""

STRETCH, SAMPLE = 1 << 21, 1 << 12  # bytes of names that are merged at a time; between orders that are noted
_HELD = 64  # runs looked into, after which the memory of a mapped file is given back


def together(parts: Iterable[bytes]) -> Text:
    """Keeps a text in memory."""
    return b"".join(parts)


def union(runs: Iterable[bytes], keep: Keep = together, stretch: int = STRETCH, sample: int = SAMPLE) -> Names:
    """Every name of the runs, once. A run is orders, one a line, each once; it is kept before the next is asked for."""
    shelf = _Shelf(sample)
    text = keep(shelf.noted(runs))
    if len(shelf.ends) > 1:
        counted = _Counted()
        text = keep(counted.each(shelf.stretches(text, stretch)))
        return Names(text, counted.lines)
    return Names(text)


@dataclass
class _Shelf:
    """Where each run ends in a text, and some orders that show how the names are spread."""

    sample: int
    ends: list[int] = field(default_factory=list)
    sampled: list[str] = field(default_factory=list)

    def noted(self, runs: Iterable[bytes]) -> Iterator[bytes]:
        end = 0
        for run in runs:
            if run:
                end += len(run)
                self.ends.append(end)
                self.sampled += Names(run).orders_every(self.sample)
                yield run

    def stretches(self, text: Text, size: int) -> Iterator[bytes]:
        """What all runs have between two orders, each name once."""
        step = max(size // self.sample, 1)
        cuts = dict.fromkeys(sorted(self.sampled)[step - 1 :: step])
        places = [0, *self.ends[:-1]]
        for cut in [*cuts, None]:
            key = None if cut is None else cut.encode("ascii")
            parts = []
            for run, (at, end) in enumerate(zip(places, self.ends, strict=True)):
                stop = end if key is None else at_or_after(text, key, at, end)
                parts.append(text[at:stop])
                places[run] = stop
                if run % _HELD == 0:
                    leave(text)
            yield distinct(merged(b"".join(parts))).encode("ascii")


@dataclass
class _Counted:
    lines: int = 0

    def each(self, parts: Iterable[bytes]) -> Iterator[bytes]:
        for part in parts:
            self.lines += part.count(b"\n")
            yield part
