"""Some whole lines of a published list → names, and every rejected line with number and reason."""

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from ..domains import LONGEST, order
from ..long_text import Text, blocks
from ..runs import lines, orders
from ..suffixes import suffixes, wild_among
from . import fast
from .dialects import read_line
from .line import BOILERPLATE, Verb

PIECE = 1 << 19  # bytes: what is made of it finds room in a processor's cache
_SHOWN = 100  # characters
_FEW = 8  # names
_WORD = re.compile(r"[a-z0-9_.-]+")


class Rejected(NamedTuple):
    """A line that was not taken: its number from 1, its text shortened and printable, and why in plain words."""

    line: int
    text: str
    reason: str


class Said(NamedTuple):
    """What a line, read by itself, does with a name. `text`: a latin-1 view of its bytes."""

    verb: Verb
    name: str
    line: int
    text: str


class Piece(NamedTuple):
    """What some lines say. `run`: the orders of all names in order, one a line; some may stand there twice."""

    run: str
    exceptions: list[Said]
    rejected: list[Rejected]


def pieces(text: Text, size: int = PIECE) -> Iterator[tuple[bytes, int]]:
    """Whole lines of about `size` bytes, each piece with the number of its first line. The text ends in a newline."""
    line = 1
    for piece in blocks(text, size):
        yield piece, line
        line += piece.count(b"\n")


def read_piece(piece: bytes, first: int = 1) -> Piece:
    """What whole lines say, the first of which has the number `first`; each ends in a newline."""
    text = piece.decode("latin-1")
    found, left = fast.take(text)
    names = fast.lower(found)
    keys = orders(names)
    if doubtful := {*_never_names().intersection(names), *wild_among(keys), *_too_long(names)}:
        keys = sorted(set(keys).difference(map(order, doubtful)))
        left += _lines_that_hold(doubtful, text, left)
    said, rejected = read_lines([(first + index, line) for index, line in left])
    if more := orders(each.name for each in said if each.verb != "except"):
        keys += more
        keys.sort()
    return Piece(lines(keys), [each for each in said if each.verb == "except"], rejected)


def read_lines(numbered: list[tuple[int, str]]) -> tuple[list[Said], list[Rejected]]:
    """Reads lines one by one. Each is given as its number and a latin-1 view of its bytes."""
    said: list[Said] = []
    rejected: list[Rejected] = []
    for number, text in sorted(numbered):
        line = read_line(text.encode("latin-1"))
        said += [Said(line.verb, name, number, text) for name in line.names]
        if line.problem:
            rejected.append(reject(number, text, line.problem))
    return said, rejected


def reject(number: int, text: str, problem: str) -> Rejected:
    """A rejected line, given as a latin-1 view, as it can be repeated in a message, a log or a terminal."""
    start = text[: _SHOWN * 4].encode("latin-1").decode("utf-8", "replace").strip(" \t")
    return Rejected(number, _clean(start, _SHOWN), _clean(problem, 2 * _SHOWN))


def _clean(text: str, longest: int) -> str:
    short = text if len(text) <= longest else text[:longest] + "…"
    return short if short.isprintable() else "".join(c if c.isprintable() else f"U+{ord(c):04X}" for c in short)


@cache
def _never_names() -> frozenset[str]:
    """What the fast reading takes for names, and the exact one does not."""
    return suffixes() | {name for name in BOILERPLATE if "." in name}


def _too_long(names: list[str]) -> list[str]:
    return [name for name in names if len(name) > LONGEST] if names and max(map(len, names)) > LONGEST else []


def _lines_that_hold(names: set[str], text: str, known: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """Lines, with their indexes, where one of the names may stand; those already known are left out.

    A few names are searched for, many are looked up word by word: either is linear, for whoever makes a list knows
    which names are doubtful, and may write one in every line."""
    every, seen = text.split("\n"), {index for index, _ in known}
    found = _searched(names, text.lower()) if len(names) <= _FEW else _worded(names, text.lower())
    return [(index, every[index]) for index in found if index not in seen]


def _searched(names: set[str], text: str) -> set[int]:
    indexes = set[int]()
    for name in names:
        index = at = 0
        while (place := text.find(name, at)) >= 0:
            index += text.count("\n", at, place)
            indexes.add(index)
            at = text.find("\n", place)
            if at < 0:
                break
    return indexes


def _worded(names: set[str], text: str) -> Iterator[int]:
    for index, line in enumerate(text.split("\n")):
        if not names.isdisjoint(word.strip(".") for word in _WORD.findall(line)):
            yield index
