"""Compiled segments on disk, so that the next release need not compile what it shares with the last.

A file is named by a hash of what its segments follow from. Its first line says what the rest must be, so a file that
was cut short or changed is no file; none is needed, and any may be taken away.
"""

import hashlib
import json
import os
import tempfile
from collections import OrderedDict
from collections.abc import Set
from mmap import ACCESS_READ, mmap
from pathlib import Path
from threading import Lock

from firewall_admin.core.ruleset import Action, Segment

Segments = tuple[Segment, ...]
LEAST = 1 << 18  # bytes; what is smaller is compiled anew sooner than read
MOST = 1 << 28  # bytes in memory, and no more than a sixteenth of what the machine has


class SegmentMemory:
    """Segments that a process has at hand for its next release, by content: those used last, up to so many bytes."""

    def __init__(self, most: int | None = None):
        self._most = min(MOST, _memory() // 16) if most is None else most
        self._held: OrderedDict[str, Segments] = OrderedDict()
        self._size = 0
        self._turn = Lock()

    def get(self, content: str) -> Segments | None:
        with self._turn:
            if content in self._held:
                self._held.move_to_end(content)
            return self._held.get(content)

    def put(self, content: str, segments: Segments) -> None:
        with self._turn:
            if content not in self._held and _size(segments) <= self._most:
                self._held[content] = segments
                self._size += _size(segments)
            while self._size > self._most:
                _, gone = self._held.popitem(last=False)
                self._size -= _size(gone)


class SegmentFiles:
    """A folder of compiled segments by their content, and what of them is in memory. Nothing here fails: what can't be
    kept is not kept."""

    def __init__(self, folder: Path, memory: SegmentMemory | None = None):
        self._folder = folder
        self._memory = memory or SegmentMemory(0)

    def load(self, content: str) -> Segments | None:
        """The segments of a content; None where they are not here, or not whole."""
        place = self._folder / content
        found = self._memory.get(content)
        try:
            found = found or _read(place)
            os.utime(place)  # it is in use: whoever tidies leaves it
        except (OSError, ValueError, KeyError, TypeError):
            return found
        if found:
            self._memory.put(content, found)
        return found

    def keep(self, content: str, segments: Segments) -> None:
        """Keep segments, unless they are few."""
        if _size(segments) < LEAST:
            return
        self._memory.put(content, segments)
        digest = hashlib.sha256()
        for segment in segments:
            digest.update(segment.text.encode("ascii"))
        sizes = [[int(segment.action), len(segment.text), len(segment)] for segment in segments]
        head = json.dumps({"sha256": digest.hexdigest(), "segments": sizes}).encode()
        try:
            self._write(content, head + b"\n", segments)
        except OSError:
            return

    def tidy(self, used: Set[str]) -> None:
        """Take away all but those in use, and as many again of those used last."""
        try:
            others = [entry for entry in os.scandir(self._folder) if entry.name not in used]
            others.sort(key=lambda entry: entry.stat().st_mtime, reverse=True)
            for entry in others[max(len(used), 1) :]:
                Path(entry.path).unlink(missing_ok=True)
        except OSError:
            return

    def _write(self, content: str, head: bytes, segments: Segments) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        handle, fresh = tempfile.mkstemp(dir=self._folder, prefix=".new-")
        try:
            with os.fdopen(handle, "wb") as out:
                out.write(head)
                out.writelines(segment.text.encode("ascii") for segment in segments)
            os.replace(fresh, self._folder / content)
        except OSError:
            Path(fresh).unlink(missing_ok=True)
            raise


def _size(segments: Segments) -> int:
    return sum(len(segment.text) for segment in segments)


def _memory() -> int:
    """The bytes of memory that the machine has; none where nobody knows."""
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (ValueError, OSError, AttributeError):
        return 0


def _read(place: Path) -> Segments | None:
    """Through a map, so that nothing of a large file is in memory twice."""
    with place.open("rb") as file:
        there = mmap(file.fileno(), 0, access=ACCESS_READ)
    begin = there.find(b"\n") + 1
    said, body = json.loads(there[:begin]), memoryview(there)[begin:]
    if said["sha256"] != hashlib.sha256(body).hexdigest():
        return None
    at, found = 0, []
    for action, size, lines in said["segments"]:
        found.append(Segment(Action(action), str(body[at : at + size], "ascii"), lines))
        at += size
    return tuple(found)
