"""A body on its way into a file: unpacked within bounds, counted, and looked at."""

import os
import tempfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from firewall_admin.core.listfile import looks_like

from .outcome import Failed, Limits

_STEP = 1 << 20  # bytes unpacked at once, and how many are allowed before their ratio counts
_HEAD = 1 << 16  # bytes by which something else than a list is told


def plain(pieces: Iterator[bytes], encoding: str | None, limits: Limits) -> Iterator[bytes]:
    """The bytes of a body whose Content-Encoding is none or gzip. Raises Failed for any other."""
    named = (encoding or "identity").strip().lower()
    if named == "identity":
        return pieces
    if named in ("gzip", "x-gzip"):
        return _unzipped(pieces, limits)
    raise Failed("it is packed in a way that was not asked for; only gzip was")


def _unzipped(pieces: Iterator[bytes], limits: Limits) -> Iterator[bytes]:
    """Never more than a megabyte at a time, whatever a few bytes unfold to (RFC 1952, members included)."""
    machine = zlib.decompressobj(wbits=31)
    packed = unpacked = 0
    for piece in pieces:
        packed += len(piece)
        while piece:
            if machine.eof:
                machine = zlib.decompressobj(wbits=31)
            try:
                out = machine.decompress(piece, _STEP)
            except zlib.error:
                raise Failed("its gzip data is damaged") from None
            unpacked += len(out)
            if unpacked > _STEP and unpacked > packed * limits.ratio:
                raise Failed(f"it unpacks to more than {limits.ratio} times its size, as no list does")
            yield out
            piece = machine.unconsumed_tail or machine.unused_data
    if not machine.eof:
        raise Failed("its gzip data breaks off")


def kept(pieces: Iterable[bytes], folder: Path, limits: Limits, progress: Callable[[int], None]) -> tuple[Path, int]:
    """A new file of a folder with the bytes, and how many they are; no file on any error. Raises Failed."""
    handle, name = _new_file(folder)
    path = Path(name)
    try:
        with os.fdopen(handle, "wb", buffering=0) as file:
            size, head = _written(pieces, file.write, limits, progress)
        if not size:
            raise Failed("it is empty")
        if what := looks_like(head):
            raise Failed(f"it is not a list: it looks like {what}")
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return path, size


def _new_file(folder: Path) -> tuple[int, str]:
    try:
        return tempfile.mkstemp(prefix="fetched-", dir=folder)
    except OSError as problem:
        raise Failed(f"it can't be kept in {folder}: {problem.strerror}") from None


def _written(
    pieces: Iterable[bytes], write: Callable[[bytes], int | None], limits: Limits, progress: Callable[[int], None]
) -> tuple[int, bytes]:
    size, head = 0, b""
    for piece in pieces:
        size += len(piece)
        if size > limits.unpacked:
            raise Failed(f"it is longer than {limits.unpacked:,} bytes")
        head += piece[: _HEAD - len(head)]
        try:
            while piece:
                piece = piece[write(piece) or 0 :]
        except OSError as problem:
            raise Failed(f"it can't be kept: {problem.strerror}") from None
        progress(size)
    return size, head
