"""Compiled segments on disk, so that the next release need not compile what it shares with the last.

A file is named by a hash of what its segments follow from. Its first line says what the rest must be, so a file that
was cut short or changed is no file; none is needed, and any may be taken away.
"""

import hashlib
import json
import os
import tempfile
from collections.abc import Set
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
            head, _, body = place.read_bytes().partition(b"\n")
            said = json.loads(head)
            if said["sha256"] != hashlib.sha256(body).hexdigest():
                return None
            os.utime(place)
        except (OSError, ValueError, KeyError, TypeError):
            return None
        text, at, found = body.decode("ascii"), 0, []
        for action, size, lines in said["segments"]:
            found.append(Segment(Action(action), text[at : at + size], lines))
            at += size
        return tuple(found)

    def keep(self, content: str, segments: Segments) -> None:
        """Keep segments, unless they are few."""
        body = "".join(segment.text for segment in segments).encode("ascii")
        if len(body) < LEAST:
            return
        sizes = [[int(segment.action), len(segment.text), len(segment)] for segment in segments]
        head = json.dumps({"sha256": hashlib.sha256(body).hexdigest(), "segments": sizes}).encode()
        try:
            self._write(content, head + b"\n", body)
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

    def _write(self, content: str, *parts: bytes) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        handle, fresh = tempfile.mkstemp(dir=self._folder, prefix=".new-")
        try:
            with os.fdopen(handle, "wb") as out:
                out.writelines(parts)
            os.replace(fresh, self._folder / content)
        except OSError:
            Path(fresh).unlink(missing_ok=True)
            raise
