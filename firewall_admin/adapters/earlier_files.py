"""A file of an earlier export, of which another is made, where it is what its layout says.

Before a byte is taken it is seen that the file has its size, that at every mark of its layout stands what belongs
there, and that nothing wrote to it since its folder was finished: what somebody changed is not carried on.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from firewall_admin.core.export import File
from firewall_admin.core.splicing_files import Layout, Stretch

from . import kept_files
from .kept_files import KeptFile, Part

LEAST = 1 << 20  # bytes; what is smaller is written as soon as looked at
_SHORT = 1 << 16  # bytes that are put together


def vouched(place: Path, layout: Layout, finished: Path) -> KeptFile | None:
    """The file; None where it can't be vouched for. `finished` was written when its folder was."""
    if layout.size < LEAST:
        return None
    try:
        there = kept_files.find(place)
        if there.size != layout.size:
            return None
        if any(path.stat().st_mtime_ns > finished.stat().st_mtime_ns for path in there.written):
            return None
        told = _at(there, [(at, len(text)) for at, text in layout.marks])
        return there if told == [text.encode() for _, text in layout.marks] else None
    except OSError:
        return None


def parts(there: KeptFile, layout: Layout, file: File) -> Iterator[Part]:
    """What another file is made of, as parts of the earlier one's base; neighbours are one."""
    held: Part = b""
    for part in _parts(there, layout, file):
        if isinstance(held, Stretch) and isinstance(part, Stretch) and held.stop == part.start:
            held = Stretch(held.start, part.stop)
        elif isinstance(held, bytes) and isinstance(part, bytes) and len(held) < _SHORT:
            held += part
        else:
            yield from _if_any(held)
            held = part
    yield from _if_any(held)


def _parts(there: KeptFile, layout: Layout, file: File) -> Iterator[Part]:
    for part in layout.spliced(file.pieces):
        if isinstance(part, Stretch):
            yield from there.between(part.start, part.stop)
        else:
            yield part.encode("ascii")


def _if_any(part: Part) -> Iterator[Part]:
    if kept_files.length(part):
        yield part


def _at(there: KeptFile, places: Iterable[tuple[int, int]]) -> list[bytes]:
    """What stands at places of the file, each as an offset and a length."""
    found = []
    with there.base.open("rb", buffering=0) as base:
        for at, size in places:
            parts = there.between(at, at + size)
            found.append(b"".join(_read(base, part) if isinstance(part, Stretch) else part for part in parts))
    return found


def _read(base: BinaryIO, part: Stretch) -> bytes:
    base.seek(part.start)
    return base.read(part.stop - part.start)
