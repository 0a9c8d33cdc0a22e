"""A whole published list → the set of its names."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..domains import order
from ..long_text import Text, line_count
from ..merging import Keep, together, union
from ..names import Names
from ..refusals import Refusal
from ..runs import distinct, spare
from .encoding import long_lines_of
from .piece import Rejected, Said, pieces, read_lines, read_piece, reject
from .zonehead import plain_lines

if TYPE_CHECKING:
    from ..policy import Role

OPENING = frozenset(["allowed", "protected"])


class ListTooLong(Refusal):
    """A list beyond the limits: nothing of it is read."""


@dataclass(frozen=True)
class Limits:
    """How long a list may be, in bytes and in lines."""

    bytes: int = 256 << 20
    lines: int = 20_000_000


@dataclass(frozen=True)
class ListFile:
    """What a published list says. `exceptions`: the names it leaves alone, which are not among `names`.

    `rejected` is sorted by line; a line of which one name of several is rejected stands there too.
    """

    names: Names
    exceptions: Names
    rejected: tuple[Rejected, ...]
    lines: int


@dataclass(frozen=True)
class Lines:
    """A list ready to be read: UTF-8 lines, how many there were, and those that no one needs to look at."""

    body: Text
    lines: int
    rejected: tuple[Rejected, ...]


def prepare(data: Text, limits: Limits | None = None, keep: Keep = together) -> Lines:
    """The lines of a list in UTF-8, without what can't be read line by line. Raises ListTooLong."""
    limits = limits or Limits()
    if len(data) > limits.bytes:
        raise ListTooLong(f"The list has {len(data):,} bytes; {limits.bytes:,} is the most.")
    text = long_lines_of(data, keep)
    count = line_count(text)
    if count > limits.lines:
        raise ListTooLong(f"The list has {count:,} lines; {limits.lines:,} is the most.")
    body, end = plain_lines(text)
    if end is None:
        return Lines(body, count, ())
    line = text[len(body) : text.find(b"\n", len(body))].decode("latin-1")
    reason = f"from here on names are relative to another origin: {count - end:,} more lines are not read"
    return Lines(body, count, (reject(end, line, reason),))


def read(data: Text, role: "Role" = "blocked", limits: Limits | None = None, keep: Keep = together) -> ListFile:
    """The names of a published list in any dialect, or in several. Raises ListTooLong, and nothing else.

    In a list that blocks (`blocked`, `locked`) an exception takes away the names at or under it. One that lies below a
    name that stays can't be said by a set of names, each covering all under it: it is rejected.
    In a list that opens (`allowed`, `protected`) the exceptions are the names, and bare names are too. If there is an
    exception, then a line that blocks is rejected, lest a block list with a few exceptions opens all it should block;
    if there is none, every name is one to be opened, as in AdGuard Home's allow lists.

    `keep` decides where the names lie meanwhile and afterwards: of a mapped file whose names are kept in files, only a
    piece is ever in memory.
    """
    text = prepare(data, limits, keep)
    said = _Said(list(text.rejected))
    names = union(said.runs(text.body), keep)
    if role in OPENING and said.exceptions:
        return _opening(text)
    names, below = spare(names, {order(one.name) for one in said.exceptions})
    rejected = sorted([*said.rejected, *unsayable(said.exceptions, below)])
    return ListFile(names, Names.of(one.name for one in said.exceptions), tuple(rejected), text.lines)


@dataclass
class _Said:
    """What the pieces of a list say besides names."""

    rejected: list[Rejected]
    exceptions: list[Said] = field(default_factory=list)

    def runs(self, body: Text) -> Iterator[bytes]:
        for lines, first in pieces(body):
            piece = read_piece(lines, first)
            self.rejected += piece.rejected
            self.exceptions += piece.exceptions
            yield distinct(piece.run).encode("ascii")


def unsayable(exceptions: list[Said], below: set[str]) -> list[Rejected]:
    """The rejections of those exceptions whose orders are `below` a name that stays."""
    return [
        reject(said.line, said.text, f"an exception for {said.name}, below a name that is blocked with all under it")
        for said in exceptions
        if order(said.name) in below
    ]


def _opening(text: Lines) -> ListFile:
    """A list that opens and has exceptions, line by line."""
    lines = text.body[:].decode("latin-1").split("\n")[:-1]
    said, rejected = read_lines(list(enumerate(lines, 1)))
    for each in said:
        if each.verb == "block":
            rejected.append(reject(each.line, each.text, "blocks, in a list that opens and says so by exceptions"))
    names = Names.of(each.name for each in said if each.verb != "block")
    return ListFile(names, Names(), tuple(sorted([*text.rejected, *rejected])), text.lines)
