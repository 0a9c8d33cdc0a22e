"""A whole published list → the set of its names."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..domains import order
from ..names import Names
from ..refusals import Refusal
from ..runs import distinct, spare, union
from .encoding import lines_of
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
class Text:
    """A list ready to be read: UTF-8 lines, how many there were, and those that no one needs to look at."""

    body: bytes
    lines: int
    rejected: tuple[Rejected, ...]


def prepare(data: bytes, limits: Limits | None = None) -> Text:
    """The lines of a list in UTF-8, without what can't be read line by line. Raises ListTooLong."""
    limits = limits or Limits()
    if len(data) > limits.bytes:
        raise ListTooLong(f"The list has {len(data):,} bytes; {limits.bytes:,} is the most.")
    text = lines_of(data)
    count = text.count(b"\n")
    if count > limits.lines:
        raise ListTooLong(f"The list has {count:,} lines; {limits.lines:,} is the most.")
    body, end = plain_lines(text)
    if end is None:
        return Text(body, count, ())
    line = text[len(body) : text.index(b"\n", len(body))].decode("latin-1")
    reason = f"from here on names are relative to another origin: {count - end:,} more lines are not read"
    return Text(body, count, (reject(end, line, reason),))


def read(data: bytes, role: "Role" = "blocked", limits: Limits | None = None) -> ListFile:
    """The names of a published list in any dialect, or in several. Raises ListTooLong, and nothing else.

    In a list that blocks (`blocked`, `locked`) an exception takes away the names at or under it. One that lies below a
    name that stays can't be said by a set of names, each covering all under it: it is rejected.
    In a list that opens (`allowed`, `protected`) the exceptions are the names, and bare names are too. If there is an
    exception, then a line that blocks is rejected, lest a block list with a few exceptions opens all it should block;
    if there is none, every name is one to be opened, as in AdGuard Home's allow lists.
    """
    text = prepare(data, limits)
    read_pieces = [read_piece(piece, line) for piece, line in pieces(text.body)]
    exceptions = [said for piece in read_pieces for said in piece.exceptions]
    if role in OPENING and exceptions:
        return _opening(text)
    names = union([Names(distinct(piece.run).encode("ascii")) for piece in read_pieces])
    rejected = [*text.rejected, *(each for piece in read_pieces for each in piece.rejected)]
    names, below = spare(names, {order(said.name) for said in exceptions})
    rejected += unsayable(exceptions, below)
    return ListFile(names, Names.of(said.name for said in exceptions), tuple(sorted(rejected)), text.lines)


def unsayable(exceptions: list[Said], below: set[str]) -> list[Rejected]:
    """The rejections of those exceptions whose orders are `below` a name that stays."""
    return [
        reject(said.line, said.text, f"an exception for {said.name}, below a name that is blocked with all under it")
        for said in exceptions
        if order(said.name) in below
    ]


def _opening(text: Text) -> ListFile:
    """A list that opens and has exceptions, line by line."""
    lines = text.body.decode("latin-1").split("\n")[:-1]
    said, rejected = read_lines(list(enumerate(lines, 1)))
    for each in said:
        if each.verb == "block":
            rejected.append(reject(each.line, each.text, "blocks, in a list that opens and says so by exceptions"))
    names = Names.of(each.name for each in said if each.verb != "block")
    return ListFile(names, Names(), tuple(sorted([*text.rejected, *rejected])), text.lines)
