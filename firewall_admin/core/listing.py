"""What a release changed, name by name, as one text that may be memory-mapped: nothing is loaded to look into it.

A line for each name, in label order: `+ads.example` is blocked by the release, `-news.example` opened.
"""

from collections.abc import Iterator

from .domains import lineage, order
from .long_text import Text, at_or_after, blocks

_PIECE = 1 << 16  # bytes: of one of them the lines are taken apart


class Listing:
    """Lines of changed names in label order."""

    __slots__ = ("text",)

    def __init__(self, text: Text = b""):
        self.text = text

    def around(self, domain: str, most: int) -> Iterator[tuple[str, bool]]:
        """Changed names at a parsed name and above it, the closest first, then at most so many under it; each with
        whether it was blocked."""
        for name in lineage(domain):
            if (found := self._line(self._at_or_after(order(name)))) and found[0] == name:
                yield found
        key = order(domain) + " "
        at = self._at_or_after(key)
        for _ in range(most):
            if (found := self._line(at)) is None or not order(found[0]).startswith(key):
                return
            yield found
            at = self.text.find(b"\n", at) + 1

    def page(self, *, blocked: bool, first: int, most: int) -> list[str]:
        """Some of the names that were blocked, or opened, from the `first` (0 is the first of all). Who knows how many
        there are asks for no more: the rest is looked through for them."""
        mark, found, before = (b"+" if blocked else b"-"), list[str](), first
        if most <= 0:
            return found
        for piece in blocks(self.text, _PIECE):
            count = piece.startswith(mark) + piece.count(b"\n" + mark)
            if before < count:
                lines = [line for line in piece.splitlines() if line.startswith(mark)]
                found += [line[1:].decode("ascii") for line in lines[before : before + most - len(found)]]
                if len(found) == most:
                    break
            before = max(before - count, 0)
        return found

    def _line(self, at: int) -> tuple[str, bool] | None:
        end = self.text.find(b"\n", at)
        line = self.text[at:end].decode("ascii") if end >= 0 else ""
        return (line[1:], line[0] == "+") if line else None

    def _at_or_after(self, key: str) -> int:
        """Where the first line begins whose name's order is at or after `key`."""
        return at_or_after(self.text, key.encode("ascii"), of=_order)


def _order(line: bytes) -> bytes:
    return order(line[1:].decode("ascii")).encode("ascii")
