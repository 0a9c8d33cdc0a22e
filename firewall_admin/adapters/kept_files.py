"""A file of a release as it is kept: whole, or as stretches of an earlier one and what stands between them.

Of a whole file `x` there is `x`. Of another there are `x.parts`, which says what it is made of, and `x.base`, one more
name on the disk of the whole file that its stretches are of: so that goes when the last release goes that needs it.
One name changed among five million is written as a few hundred bytes, and twenty releases take the room of one.
"""

import errno
import io
import json
import mmap
import os
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from pathlib import Path
from typing import BinaryIO

from firewall_admin.core.splicing_files import Stretch

Part = Stretch | bytes
BASE, PARTS = ".base", ".parts"
_SOME, _MANY = 1 << 20, 1 << 25  # bytes that are looked at together


class HarmedError(OSError, ValueError):
    """What there is of a kept file is not what was kept. To whoever reads, it is a file that can't be read."""

    def __init__(self, why: str):
        super().__init__(errno.EIO, why)


@dataclass(frozen=True)
class KeptFile:
    """A file by its place, whether or not anything has that very name. `base`: the whole file its parts are of."""

    place: Path
    base: Path
    parts: tuple[Part, ...]

    @cached_property
    def size(self) -> int:
        return self._ends[-1] if self.parts else 0

    @cached_property
    def _ends(self) -> list[int]:
        return list(accumulate(length(part) for part in self.parts))

    @property
    def written(self) -> tuple[Path, ...]:
        """What there is of it on the disk: the base, and what else."""
        return (self.base,) if self.base == self.place else (self.base, _with(self.place, PARTS))

    def between(self, start: int, stop: int) -> Iterator[Part]:
        """The parts of a stretch of this file, as stretches of its base and bytes."""
        at = bisect_right(self._ends, start)
        while start < stop:
            part, end = self.parts[at], self._ends[at]
            until, before = min(stop, end), end - length(part)
            if isinstance(part, Stretch):
                yield Stretch(part.start + start - before, part.start + until - before)
            else:
                yield part[start - before : until - before]
            start, at = until, at + 1

    def pieces(self) -> Iterator[bytes | memoryview]:
        """Its bytes, no more than a megabyte at a time. Raises OSError, as where the base is shorter than it was."""
        yield from bytes_of(self.base, self.parts, _SOME)

    def open(self) -> BinaryIO:
        """Its bytes as a file to be read from its beginning to its end."""
        return self.place.open("rb") if self.base == self.place else io.BufferedReader(_Reader(self.pieces()), _SOME)


def find(place: Path) -> KeptFile:
    """The file of a place. Raises FileNotFoundError where there is none, and HarmedError for what is no such file."""
    try:
        return KeptFile(place, place, (Stretch(0, place.stat().st_size),))
    except FileNotFoundError:
        base, told = _with(place, BASE), _with(place, PARTS).read_bytes()
    size = base.stat().st_size
    try:
        parts = tuple(part.encode("ascii") if isinstance(part, str) else Stretch(*part) for part in json.loads(told))
        if any(not 0 <= part.start <= part.stop <= size for part in parts if isinstance(part, Stretch)):
            raise ValueError("stretches of another file")
    except (ValueError, TypeError) as problem:
        raise HarmedError(f"the parts of {place} can't be read: {problem}") from None
    return KeptFile(place, base, parts)


def keep(place: Path, base: Path, parts: Sequence[Part]) -> None:
    """Keep a file as parts of a whole one, which gets one more name. Raises OSError, as where it can't get one."""
    place.parent.mkdir(parents=True, exist_ok=True)
    os.link(base, _with(place, BASE))
    told = [[part.start, part.stop] if isinstance(part, Stretch) else part.decode("ascii") for part in parts]
    with _with(place, PARTS).open("w", encoding="ascii") as out:
        json.dump(told, out, separators=(",", ":"))
        out.flush()
        os.fsync(out.fileno())


def take_over(there: KeptFile, place: Path) -> None:
    """Give a kept file one more place. Raises OSError."""
    place.parent.mkdir(parents=True, exist_ok=True)
    if there.base == there.place:
        os.link(there.place, place)
        return
    for ending in (BASE, PARTS):
        os.link(_with(there.place, ending), _with(place, ending))


def forget(place: Path) -> None:
    """Take away what there is of a file."""
    for path in (place, _with(place, BASE), _with(place, PARTS)):
        path.unlink(missing_ok=True)


def names_of(path: str) -> set[str]:
    """The names by which a file of that path may be on the disk."""
    return {path, path + BASE, path + PARTS}


def bytes_of(base: Path, parts: Iterable[Part], most: int = _MANY) -> Iterator[bytes | memoryview]:
    """The bytes of parts of a file, of a stretch no more than so many at a time. They are no copies, so many together
    cost nothing; and whoever hashes them is the less often kept waiting by other threads."""
    with base.open("rb") as file:
        if not os.fstat(file.fileno()).st_size:
            yield from (part for part in parts if isinstance(part, bytes))
            return
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as there, memoryview(there) as view:
            for part in parts:
                if isinstance(part, bytes):
                    yield part
                    continue
                if part.stop > len(view):
                    raise HarmedError(f"{base} has become shorter")
                for at in range(part.start, part.stop, most):
                    with view[at : min(at + most, part.stop)] as piece:
                        yield piece


def length(part: Part) -> int:
    """How many bytes a part is."""
    return part.stop - part.start if isinstance(part, Stretch) else len(part)


class _Reader(io.RawIOBase):
    """Pieces read as a file."""

    def __init__(self, pieces: Iterator[bytes | memoryview]):
        self._pieces = pieces
        self._left = b""

    def readable(self) -> bool:
        return True

    def readinto(self, wanted: "memoryview | bytearray") -> int:  # type: ignore[override]
        while not self._left:
            if (piece := next(self._pieces, None)) is None:
                return 0
            self._left = bytes(piece)
        size = min(len(self._left), len(wanted))
        wanted[:size], self._left = self._left[:size], self._left[size:]
        return size

    def close(self) -> None:
        self._pieces.close()  # type: ignore[attr-defined]
        super().close()


def _with(place: Path, ending: str) -> Path:
    return place.with_name(place.name + ending)
