"""A file made from an earlier one of the same format: what both have is told as a stretch of the earlier one's bytes.

A format gives a file as pieces. Of `Lines` the length follows from the names, so where every line of the earlier file
stands is known without reading it. The names of both are compared as they are; their label order only tells where to
look next after a difference.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from .alike import alike
from .domains import order
from .export import Lines, Piece
from .splicing import at_or_after

_LONG = 1 << 14  # characters alike that are worth remembering


@dataclass(frozen=True)
class Stretch:
    """Bytes of the earlier file, from one offset up to another."""

    start: int
    stop: int


class Likeness:
    """What texts have in common, found out once for all the files that are made of them. Several may ask at a time:
    at worst two find out the same."""

    def __init__(self) -> None:
        # Texts are known by being themselves, and so are kept: another must not get the identity of one.
        self._alike: dict[tuple[int, int, int, int], tuple[int, str, str]] = {}
        self._lines: dict[int, tuple[int, str]] = {}

    def know(self, text: str, lines: int) -> None:
        """That a text has so many lines."""
        self._lines[id(text)] = lines, text

    def lines(self, text: str) -> int:
        """How many lines a text has."""
        if id(text) not in self._lines:
            self.know(text, text.count("\n"))
        return self._lines[id(text)][0]

    def alike(self, one: str, at: int, other: str, there: int) -> int:
        """How many characters two texts have alike from places on where a line begins, in whole lines."""
        key = id(one), at, id(other), there
        if found := self._alike.get(key):
            return found[0]
        size = alike(one, at, other, there, "\n")
        if size >= _LONG:
            self._alike[key] = size, one, other
        return size


@dataclass
class _Run:
    """The lines of one style and one audience in the earlier file, and how far they have been compared."""

    likeness: Likeness
    lines: int = 0  # bytes a line has besides its name
    texts: list[str] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    firsts: list[str] = field(default_factory=list)
    number: int = 0
    at: int = 0
    passed: int = 0  # lines of the text before `at`

    def add(self, lines: Lines, start: int) -> None:
        self.texts.append(lines.names)
        self.starts.append(start)
        self.firsts.append(order(lines.names[: lines.names.index("\n")]))

    @property
    def text(self) -> str | None:
        return self.texts[self.number] if self.number < len(self.texts) else None

    def take(self, size: int) -> Stretch:
        """Where the next characters, whole lines, stand in the file; goes on behind them."""
        start = self._place()
        text, end = self.texts[self.number], self.at + size
        if end == len(text):
            stop = self.starts[self.number] + end + self.likeness.lines(text) * self.lines
            self.number, self.at, self.passed = self.number + 1, 0, 0
            return Stretch(start, stop)
        self.passed += text.count("\n", self.at, end)
        self.at = end
        return Stretch(start, self._place())

    def skip(self, key: str) -> None:
        """Go on to the first line at or after an order, but at least by one line."""
        number = max(bisect_right(self.firsts, key, self.number) - 1, self.number)
        text, at = self.texts[number], self.at if number == self.number else 0
        self.take_to(number, max(at_or_after(text, key, at), text.index("\n", at) + 1 if number == self.number else 0))

    def take_to(self, number: int, at: int) -> None:
        """Go on to a place in one of the texts."""
        if at == len(self.texts[number]):
            number, at = number + 1, 0
        before = self.at if number == self.number else 0
        self.passed = (self.passed if before else 0) + (self.texts[number].count("\n", before, at) if at else 0)
        self.number, self.at = number, at

    def _place(self) -> int:
        return self.starts[self.number] + self.at + self.passed * self.lines


class Layout:
    """Where everything stands in a file of these pieces, its size in bytes, and what is to be seen there (`marks`)."""

    def __init__(self, pieces: Iterable[Piece], likeness: Likeness):
        self._likeness = likeness
        self._runs: dict[tuple[str, str, str], _Run] = {}
        self.marks: list[tuple[int, str]] = []
        self.size = 0
        for piece in pieces:
            if isinstance(piece, str):
                self.marks.append((self.size, piece))
                self.size += len(piece)
            elif piece.names:
                self._add(piece)

    def _add(self, lines: Lines) -> None:
        each_line = len(lines.before) + len(lines.after)
        run = self._runs.setdefault((lines.of, lines.before, lines.after), _Run(self._likeness, each_line))
        run.add(lines, self.size)
        size = len(lines.names) + self._likeness.lines(lines.names) * each_line
        first, last = lines.names.index("\n") + 1, lines.names.rfind("\n", 0, -1) + 1
        end = str(Lines(lines.names[last:], lines.before, lines.after))
        self.marks.append((self.size, str(Lines(lines.names[:first], lines.before, lines.after))))
        self.size += size
        self.marks.append((self.size - len(end), end))

    def spliced(self, pieces: Iterable[Piece]) -> Iterator[str | Stretch]:
        """A file of other pieces, as its text and stretches of this one. To be asked for once."""
        for piece in pieces:
            if isinstance(piece, str):
                yield piece
            elif (run := self._runs.get((piece.of, piece.before, piece.after))) is None:
                yield str(piece)
            else:
                yield from self._compared(run, piece)

    def _compared(self, run: _Run, lines: Lines) -> Iterator[str | Stretch]:
        names, at = lines.names, 0
        while at < len(names):
            if (there := run.text) is None:
                yield str(Lines(names[at:], lines.before, lines.after))
                return
            if size := self._likeness.alike(names, at, there, run.at):
                yield run.take(size)
                at += size
                continue
            mine, its = (order(text[start : text.index("\n", start)]) for text, start in ((names, at), (there, run.at)))
            if mine > its:
                run.skip(mine)
                continue
            stop = max(at_or_after(names, its, at), names.index("\n", at) + 1)
            yield str(Lines(names[at:stop], lines.before, lines.after))
            at = stop
