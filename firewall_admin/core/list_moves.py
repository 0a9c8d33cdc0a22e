"""Which names came to a list and which went, found out at about the speed at which two texts are compared.

Both texts are in label order. They are cut alike into small stretches; what is alike in a stretch is passed over as
bytes, by leaps that grow, and only lines that differ are taken apart. Where very many differ, sets are quicker.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from .alike import alike
from .long_text import Text, at_or_after, leave, line_end
from .names import Names

STRETCH = 1 << 16  # bytes of each text that are compared at a time
_MANY = 100  # differences in a stretch; with more, sets are quicker
_HELD = 256  # stretches after which the memory of mapped files is given back

Lines = list[bytes]


@dataclass(frozen=True)
class Moves:
    """How many names came and how many went, and which of those that were asked about came, as orders."""

    came: int
    gone: int
    asked: frozenset[bytes] = frozenset()


def moves(old: Names, new: Names, asked: frozenset[bytes] = frozenset()) -> Moves:
    """What has changed from one list to another. `asked`: orders."""
    came, gone, found = 0, 0, set[bytes]()
    for lost, gained in differing(old, new):
        came, gone = came + len(gained), gone + len(lost)
        found |= asked.intersection(gained)
    return Moves(came, gone, frozenset(found))


def differing(old: Names, new: Names) -> Iterator[tuple[Lines, Lines]]:
    """The orders that only the one list has, and those that only the other has, some at a time and in no order."""
    if old.text is new.text:
        return
    for number, (one, other) in enumerate(_stretches(old.text, new.text)):
        if one != other:
            yield _apart(one, other)
        if number % _HELD == 0:
            leave(old.text)
            leave(new.text)


def _stretches(old: Text, new: Text) -> Iterator[tuple[bytes, bytes]]:
    """Both texts cut at the same orders, neither into more than a stretch at a time."""
    at, there = 0, 0
    while at < len(old) or there < len(new):
        stop, its = line_end(old, at + STRETCH), line_end(new, there + STRETCH)
        keys = [_line(text, end) for text, end in ((old, stop), (new, its)) if end < len(text)]
        if keys:
            stop, its = at_or_after(old, min(keys), at, stop), at_or_after(new, min(keys), there, its)
        yield old[at:stop], new[there:its]
        at, there = stop, its


def _apart(one: bytes, other: bytes) -> tuple[Lines, Lines]:
    gone, came, at, there = Lines(), Lines(), 0, 0
    for _ in range(_MANY):
        size = alike(one, at, other, there, b"\n")
        at, there = at + size, there + size
        if at == len(one) or there == len(other):
            break
        mine, its = _line(one, at), _line(other, there)
        if mine < its:
            gone.append(mine)
            at += len(mine) + 1
        else:
            came.append(its)
            there += len(its) + 1
    were, are = set(one[at:].splitlines()), set(other[there:].splitlines())
    return [*gone, *(were - are)], [*came, *(are - were)]


def _line(text: Text, at: int) -> bytes:
    return text[at : text.find(b"\n", at)]
