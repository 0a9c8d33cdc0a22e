"""The process that reads one large list: run as a file, by `apart.py`, and by nobody else.

Its bounds are set before anything else is imported or read. It opens no socket and starts no process; whatever goes
wrong in it is its status.
"""

import ctypes
import json
import os
import resource
import signal
import sys
from collections.abc import Iterable
from contextlib import suppress
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Any

NAMES, SAID = "names", "said.json"
FULL, TOO_LONG = 3, 4  # statuses: no memory left; more lines than a list may have, and SAID says so
_FILES = 32  # open at once
_PDEATHSIG = 1  # <linux/prctl.h>


def follow_whoever_waits() -> None:
    """Nobody wants the result of a parent that was killed; and pages come before lists (Linux, prctl(2))."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PDEATHSIG, signal.SIGKILL)
    os.nice(5)


def bound(memory: int, processor: int, written: int) -> None:
    """Bytes of memory, seconds of a processor and bytes of one file: more this process never has from now on."""
    for what, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, _FILES),
        (resource.RLIMIT_FSIZE, written),
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, processor),
    ):
        _, hard = resource.getrlimit(what)
        resource.setrlimit(what, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))
    with suppress(OSError):  # where the whole machine is short of memory, this process goes first (Linux)
        Path("/proc/self/oom_score_adj").write_text("1000")


class Kept:
    """Texts in files of a folder, mapped and not held in memory."""

    def __init__(self, folder: Path):
        self._folder = folder
        self._kept: list[tuple[Path, mmap | bytes]] = []

    def __call__(self, parts: Iterable[bytes]) -> mmap | bytes:
        """The parts, one behind the other, as one text."""
        place = self._folder / f"kept-{len(self._kept)}"
        with place.open("wb") as file:
            file.writelines(parts)
        self._kept.append((place, mapped(place)))
        return self._kept[-1][1]

    def put(self, text: mmap | bytes, place: Path) -> None:
        """Put a text in a file; where it is one of these, that file gets the name."""
        if (there := next((where for where, kept in self._kept if kept is text), None)) is not None:
            there.rename(place)
        else:
            place.write_bytes(text)


def mapped(place: Path) -> mmap | bytes:
    """A file's bytes; nothing of it is in memory until it is looked at."""
    with place.open("rb") as file:
        return mmap(file.fileno(), 0, access=ACCESS_READ) if place.stat().st_size else b""


def read(asked: dict[str, Any]) -> int:
    """The names into one file and all else into another; the status."""
    from firewall_admin.core import listfile

    folder, limits = Path(asked["folder"]), listfile.Limits(*asked["limits"])
    kept = Kept(folder)
    try:
        found = listfile.counted(listfile.read(mapped(Path(asked["body"])), asked["role"], limits, kept))
    except listfile.ListTooLong as refusal:
        (folder / SAID).write_text(refusal.message, "utf-8")
        return TOO_LONG
    count = len(found.names)
    kept.put(found.names.text, folder / NAMES)
    (folder / SAID).write_text(json.dumps({**found.said, "names": count}), "utf-8")
    return 0


if __name__ == "__main__":
    given = json.loads(sys.argv[1])
    follow_whoever_waits()
    bound(given["memory"], given["processor"], 2 * given["limits"][0] + (1 << 20))
    sys.path[:] = given["path"]
    try:
        sys.exit(read(given))
    except MemoryError:
        sys.exit(FULL)
