"""Texts of lines too long to be held in memory: mapped files, of which a block at a time is looked at."""

import mmap as memory
from collections.abc import Callable, Iterator
from mmap import mmap

Text = bytes | mmap
BLOCK = 1 << 20  # bytes
_UNNEEDED = getattr(memory, "MADV_DONTNEED", None)  # not on every system


def blocks(text: Text, size: int | None = None, start: int = 0, end: int | None = None) -> Iterator[bytes]:
    """Whole lines of about `size` bytes (a megabyte), one after the other; of a part of the text, where it is told with
    which line that begins and ends. Of a mapped file nothing that was given stays in memory."""
    end = len(text) if end is None else end
    while start < end:
        stop = line_end(text, min(start + (size or BLOCK), end))
        yield text[start:stop]
        leave(text)
        start = stop


def line_end(text: Text, at: int) -> int:
    """Behind the end of the line that holds the byte before `at`; no further than the end of the text."""
    return (0 < at < len(text) and text.find(b"\n", at - 1) + 1) or len(text)


def line_count(text: Text) -> int:
    """How many lines end in a text."""
    if isinstance(text, bytes):
        return text.count(b"\n")
    return sum(block.count(b"\n") for block in blocks(text))


def holds(text: Text, *parts: bytes) -> bool:
    """Whether one of the parts, none of which has a newline, stands anywhere in the text."""
    if isinstance(text, bytes):
        return any(part in text for part in parts)
    return any(part in block for block in blocks(text) for part in parts)


def leave(text: Text) -> None:
    """Give back the memory that holds a mapped file; whoever looks again reads it again."""
    if isinstance(text, mmap) and _UNNEEDED is not None:
        text.madvise(_UNNEEDED)


def at_or_after(
    text: Text, key: bytes, low: int = 0, high: int | None = None, of: Callable[[bytes], bytes] | None = None
) -> int:
    """Where the first line at or after `key` begins, between two places where lines begin; by bisection. Lines are in
    the order of their bytes, or of what `of` makes of each."""
    high = len(text) if high is None else high
    while low < high:
        start = text.rfind(b"\n", low, (low + high) // 2) + 1 or low
        end = text.find(b"\n", start)
        line = text[start:end]
        if (of(line) if of else line) < key:
            low = end + 1
        else:
            high = start
    return low
