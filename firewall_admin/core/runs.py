"""Sorted runs of names: many become one, cut into parts that can be worked on apart.

A run is a `Names`; in `merging` all of them are one text. Runs are cut at the same places into parts; a part is sorted
anew, which is quick, because it consists of pieces already in order. No cut lies inside the subtree of a name, so that
a part also knows by itself which of its names others cover.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from .domains import from_order
from .names import Names

STRETCH, MOST = 1 << 20, 32  # bytes; a stretch has at least so many, and there are not many more stretches
_SAMPLE = 1 << 15  # bytes
# A stretch of lines none of which the next repeats (or, below, has above it), and whatever does that to its last one.
_ONCE = re.compile(r"((?:([^\n]++\n)(?!\2))*+(?:([^\n]++\n))?+)(?:\3)*+")
_MINIMAL = re.compile(r"((?:([^\n]++)\n(?!\2[ \n]))*+(?:([^\n]++)\n)?+)(?:\3(?: [^\n]*+)?+\n)*+")
_UNCOVERED = re.compile(r"([^\n]++)\n(?:\1(?: [^\n]*+)?+\n)*+")  # a line, and all that repeat it or lie under it


def orders(names: Iterable[str]) -> list[str]:
    """The orders of parsed names, sorted."""
    keys = _turned(names, ".", " ")
    keys.sort()
    return keys


def domains(keys: Iterable[str]) -> list[str]:
    """The names of orders: `com x www` → `www.x.com`."""
    return _turned(keys, " ", ".")


def _turned(texts: Iterable[str], old: str, new: str) -> list[str]:
    """The parts of each text the other way round: what order() and from_order() of `domains.py` do to one."""
    turned = []
    for text in texts:  # without a call, and reversed in place: these lines run for every name of every list
        parts = text.split(old)
        parts.reverse()
        turned.append(new.join(parts))
    return turned


def lines(keys: Iterable[str]) -> str:
    """One a line, as Names.text and the functions here have them."""
    text = "\n".join(keys)
    return text + "\n" if text else ""


def distinct(sorted_lines: str) -> str:
    """Each line once."""
    return "".join([found[1] for found in _ONCE.finditer(sorted_lines)])


def minimal(sorted_lines: str) -> str:
    """The lines that no other covers, each once: `uncovered`, where the text is wanted and not each line."""
    return "".join([found[1] for found in _MINIMAL.finditer(sorted_lines)])


def uncovered(sorted_lines: str) -> list[str]:
    """The orders that no other covers, each once."""
    return _UNCOVERED.findall(sorted_lines)


def stretches(runs: Sequence[Names], least: int = STRETCH, sample: int = _SAMPLE) -> Iterator[tuple[str, str | None]]:
    """Where to cut the runs: the orders between which lie about as many bytes, `least` or more. None is the end."""
    start = ""
    for stop in _cuts(runs, least, sample):
        yield start, stop
        start = stop
    yield start, None


def between(runs: Iterable[Names], start: str, stop: str | None) -> bytes:
    """A part of the runs: what each has in a stretch, one after the other; the lines are not yet in order."""
    return b"".join([run.between(start, stop) for run in runs])


def merged(part: bytes) -> str:
    """The lines of a part in order, duplicates and all."""
    keys = part.decode("ascii").split("\n")
    keys.pop()  # what follows the last newline: nothing
    keys.sort()  # finds the runs by itself, and merges them (timsort)
    return lines(keys)


def spare(names: Names, exceptions: Iterable[str]) -> tuple[Names, set[str]]:
    """The names less those at or under an exception; and the exceptions that lie below a name which stays.

    The second can't be said by a set of names, each of which covers all that lies under it. Exceptions are orders.
    """
    every = sorted(exceptions)
    kept, start = [], ""
    for top in uncovered(lines(every)):
        kept.append(names.between(start, top))
        start = top + "!"  # the byte after the space: beyond the last name under it
    if not kept:
        return names, set()
    left = Names(b"".join([*kept, names.between(start)]))
    return left, {key for key in every if left.closest(from_order(key))}


def _cuts(runs: Sequence[Names], least: int, sample: int) -> list[str]:
    """Orders of two labels, which cut the runs together into parts of about the same size."""
    size = max(least, sum(len(run.text) for run in runs) // MOST)
    sampled = sorted(key for run in runs for key in run.orders_every(sample))
    step = max(1, size // sample)
    return list(dict.fromkeys(" ".join(key.split(" ")[:2]) for key in sampled[step - 1 :: step]))
