"""Compiled segments on disk, so that the next release need not compile what it shares with the last.

A file is named by a hash of what its segments follow from. Its first line says what the rest must be, so a file that
was cut short or changed is no file; none is needed, and any may be taken away.
"""

import hashlib
import json
import os
import tempfile
from collections.abc import Set
from mmap import ACCESS_READ, mmap
from pathlib import Path

from firewall_admin.core.ruleset import Action, Segment

Segments = tuple[Segment, ...]
LEAST = 1 << 18  # bytes; what is smaller is compiled anew sooner than read


class SegmentFiles:
    """A folder of compiled segments by their content. Nothing here fails: what can't be kept is not kept."""

    def __init__(self, folder: Path):
        self._folder = folder

    def load(self, content: str) -> Segments | None:
        """The segments of a content; None where they are not here, or not whole."""
        place = self._folder / content
        try:
            found = _read(place)
            os.utime(place)
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return found

    def keep(self, content: str, segments: Segments) -> None:
        """Keep segments, unless they are few."""
        if sum(len(segment.text) for segment in segments) < LEAST:
            return
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
