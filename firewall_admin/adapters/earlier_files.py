"""A file of an earlier export, to copy from where it is what its layout says.

Before a byte is taken it is seen that the file has its size, that at every mark of its layout stands what belongs
there, and that nothing wrote to it since its folder was finished: what somebody changed is not carried on.
"""

import mmap
from collections.abc import Iterator
from pathlib import Path

from firewall_admin.core.export import File
from firewall_admin.core.splicing_files import Layout, Stretch

Piece = bytes | memoryview
_SOME = 1 << 26  # bytes at a time: written in small pieces, a file takes several times as long
_LEAST = 1 << 16  # bytes; what is smaller is written as soon as looked at


def opened(place: Path, layout: Layout, finished: Path) -> mmap.mmap | None:
    """The bytes of the file; None where it can't be vouched for. `finished` was written when its folder was."""
    if layout.size < _LEAST:
        return None
    try:
        with place.open("rb") as file:
            if place.stat().st_mtime_ns > finished.stat().st_mtime_ns:
                return None
            there = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except (OSError, ValueError):
        return None
    if len(there) == layout.size and all(there[at : at + len(text)] == text.encode() for at, text in layout.marks):
        return there
    there.close()
    return None


def pieces(there: mmap.mmap, layout: Layout, file: File) -> Iterator[Piece]:
    """The bytes of another file, those that both have from the earlier one."""
    start = stop = 0
    with memoryview(there) as view:
        for part in layout.spliced(file.pieces):
            if isinstance(part, Stretch) and part.start == stop:
                stop = part.stop
                continue
            yield from _cut(view, start, stop)
            start, stop = (part.start, part.stop) if isinstance(part, Stretch) else (0, 0)
            if isinstance(part, str):
                yield part.encode("ascii")
        yield from _cut(view, start, stop)


def _cut(view: memoryview, start: int, stop: int) -> Iterator[memoryview]:
    for at in range(start, stop, _SOME):
        with view[at : min(at + _SOME, stop)] as piece:
            yield piece
