"""A set of domains as one text: the order of each, one a line, in label order.

Millions of names stay one buffer, which may be a memory-mapped file: nothing is loaded to look a name up. The core
opens no files; whoever has the buffer hands it over.
"""

from collections.abc import Iterable, Iterator
from hashlib import sha256
from itertools import islice, takewhile

from .domains import from_order, order
from .long_text import Text, at_or_after, blocks, leave, line_count


class Names:
    """Distinct domains in label order. `text` holds ASCII lines such as `com x www`, each ended by a newline."""

    __slots__ = ("_count", "_digest", "text")

    def __init__(self, text: Text = b"", count: int | None = None, digest: str | None = None):
        self.text = text
        self._count = count
        self._digest = digest

    @classmethod
    def of(cls, domains: Iterable[str]) -> "Names":
        """Parsed domains, in any order and with duplicates."""
        keys = sorted(set(map(order, domains)))
        return cls("".join(key + "\n" for key in keys).encode("ascii"), len(keys))

    def __len__(self) -> int:
        if self._count is None:
            self._count = line_count(self.text)
        return self._count

    def __iter__(self) -> Iterator[str]:
        for piece in blocks(self.text):
            yield from map(from_order, piece.decode("ascii").splitlines())

    def __contains__(self, domain: str) -> bool:
        key = order(domain).encode("ascii")
        start = self._at_or_after(key)
        return self.text[start : start + len(key) + 1] == key + b"\n"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Names) or len(self.text) != len(other.text):
            return False
        return self.text is other.text or self.digest == other.digest

    def __hash__(self) -> int:
        return hash((len(self.text), self.text[:64], self.text[-64:]))  # a whole list would take its time

    def __repr__(self) -> str:
        return f"Names({len(self)})"

    @property
    def digest(self) -> str:
        """SHA-256 of the text in hexadecimal; found out once."""
        if self._digest is None:
            self._digest = sha256(self.text).hexdigest()
        return self._digest

    def closest(self, domain: str) -> str | None:
        """The longest name here that covers the domain.

        It stands before the domain with nothing between them but names under it. So it covers the line directly
        before the domain too, and has no labels but those that line and domain begin with alike.
        """
        key = order(domain)
        while " " in key:
            before = self._at_or_before(key)
            if key == before or key.startswith(before + " "):
                return from_order(before)
            key = _shared(key, before)
        return None

    def between(self, start: str = "", stop: str | None = None) -> bytes:
        """The lines whose order is at or after `start` and before `stop`, both given as orders."""
        first = self._at_or_after(start.encode("ascii"))
        last = len(self.text) if stop is None else self._at_or_after(stop.encode("ascii"))
        return self.text[first:last]

    def under(self, domain: str) -> bytes:
        """The lines of a domain and all the names under it."""
        key = order(domain)
        own = (key + "\n").encode("ascii") if domain in self else b""
        return own + self.between(key + " ", key + "!")  # "!" is the byte after the space

    def weight(self, domain: str) -> int:
        """How many bytes the lines of the names under a domain have; none of them is read."""
        key = order(domain)
        return self._at_or_after(f"{key}!".encode("ascii")) - self._at_or_after(f"{key} ".encode("ascii"))

    def first_under(self, domain: str, most: int) -> list[str]:
        """The first names under a domain, itself not counted, in label order; nothing else is read."""
        key = order(domain) + " "
        return list(map(from_order, islice(takewhile(lambda line: line.startswith(key), self._from(key)), most)))

    def count_under(self, domain: str) -> int:
        """How many names stand under a domain, itself not counted: all are looked through, a piece at a time."""
        key = order(domain)
        first, last = (self._at_or_after(f"{key}{end}".encode("ascii")) for end in (" ", "!"))
        return sum(piece.count(b"\n") for piece in blocks(self.text, start=first, end=last))

    def following(self, key: str, most: int, *, or_at: bool = False) -> list[str]:
        """The `most` orders that come after an order (or at it), fewer at the end; nothing else is read."""
        return list(islice((line for line in self._from(key) if line != key or or_at), most))

    def preceding(self, key: str | None, most: int) -> list[str]:
        """The `most` orders that stand directly before an order (None: before the end), in order."""
        found: list[str] = []
        end = len(self.text) if key is None else self._at_or_after(key.encode("ascii"))
        while len(found) < most and end:
            start = self.text.rfind(b"\n", 0, end - 1) + 1
            found.append(self.text[start : end - 1].decode("ascii"))
            end = start
        return found[::-1]

    def holding(self, part: str, most: int) -> list[str]:
        """The first domains with a part without dots in them. Everything is looked through, a piece at a time; of a
        mapped file nothing of it stays in memory."""
        found: list[str] = []
        for piece in blocks(self.text):
            hit = piece.find(part.encode("ascii"))
            while hit >= 0 and len(found) < most:
                end = piece.find(b"\n", hit)
                found.append(from_order(piece[piece.rfind(b"\n", 0, hit) + 1 : end].decode("ascii")))
                hit = piece.find(part.encode("ascii"), end)
            if len(found) == most:
                break
        leave(self.text)
        return found

    def orders_every(self, size: int) -> list[str]:
        """An order about every `size` bytes: where a long text can be cut into runs."""
        cuts = [self.text.rfind(b"\n", 0, at) + 1 for at in range(size, len(self.text), size)]
        return [self.text[cut : self.text.find(b"\n", cut)].decode("ascii") for cut in dict.fromkeys(cuts) if cut]

    def _from(self, key: str) -> Iterator[str]:
        """The lines at or after a key, read one by one."""
        at = self._at_or_after(key.encode("ascii"))
        while (end := self.text.find(b"\n", at)) >= 0:
            yield self.text[at:end].decode("ascii")
            at = end + 1

    def _at_or_before(self, key: str) -> str:
        """The last line at or before a key; empty if there is none."""
        end = self._at_or_after(f"{key}\t".encode("ascii"))  # a tab stands below the space between labels
        return self.text[self.text.rfind(b"\n", 0, max(end - 1, 0)) + 1 : max(end - 1, 0)].decode("ascii")

    def _at_or_after(self, key: bytes) -> int:
        return at_or_after(self.text, key)


def _shared(one: str, other: str) -> str:
    """The labels that two orders begin with alike: `com x a` and `com x b c` → `com x`."""
    labels = one.split(" ")
    for number, (label, its) in enumerate(zip(labels, other.split(" "), strict=False)):
        if label != its:
            return " ".join(labels[:number])
    return min(one, other, key=len)
