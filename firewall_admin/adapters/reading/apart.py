"""A list that is on disk is read, by this process or by one of its own, and what it says is given back."""

import json
import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from firewall_admin.core.listfile import CountedList, Limits, ListTooLong, counted, from_said, read
from firewall_admin.core.names import Names
from firewall_admin.core.refusals import Refusal

from .child import FULL, NAMES, SAID, TOO_LONG, mapped

if TYPE_CHECKING:
    from firewall_admin.core.policy import Role

Beat = Callable[[], None]
_CHILD = Path(__file__).with_name("child.py")
_ENVIRONMENT = {"LC_ALL": "C.UTF-8"}  # nothing of ours: no address of a database, no password
TROUBLE = "trouble"
LATE = 1 << 10  # no status of a process
_BEAT = 1.0  # seconds
_AT_ONCE = threading.BoundedSemaphore(2)  # processes that read
_log = logging.getLogger(__name__)


class TooCostly(Refusal):
    """A list that could not be read within the bounds: nothing of it is taken."""


@dataclass(frozen=True)
class Bounds:
    """How much reading one list may take at most: bytes of memory, seconds of a processor, seconds by the clock, for
    a machine may be busy. What is shorter than `small`, with fewer lines than `few`, is read by whoever asks."""

    memory: int = 2 << 30
    processor: int = 120
    clock: float = 900.0
    small: int = 4 << 20
    few: int = 200_000

    def of(self, size: int) -> "Bounds":
        """Those of a list of so many bytes. A sound one of ten million lines was seen to have 68 MB in memory, 626 MB
        with the files it maps, and to take 50 ms of a processor for each megabyte. A bad one takes most for its
        rejected lines."""
        memory, processor = (512 << 20) + 8 * size, 20 + (size >> 20) // 2
        return replace(self, memory=min(self.memory, memory), processor=min(self.processor, processor))


def read_list(
    body: Path,
    role: "Role",
    folder: Path,
    *,
    limits: Limits | None = None,
    bounds: Bounds | None = None,
    beat: Beat = lambda: None,
) -> CountedList:
    """What the list in a file says. `folder` is the caller's, and empties it; `beat` is called about every second
    while another process reads, and may raise to end it. Raises ListTooLong, TooCostly."""
    bounds, limits, size = bounds or Bounds(), limits or Limits(), body.stat().st_size
    if size > limits.bytes:
        raise ListTooLong(f"The list has {size:,} bytes; {limits.bytes:,} is the most.")
    if size < bounds.small and _lines(data := body.read_bytes()) < bounds.few:
        return counted(read(data, role, limits))
    bounds = bounds.of(size)
    with _turn(bounds.clock):
        status = _status(_child(body, role, folder, limits, bounds), bounds.clock, beat)
    if status:
        raise _refused(status, folder, bounds)
    said = json.loads((folder / SAID).read_text("utf-8"))
    count = said.pop("names")
    return from_said(said, Names(mapped(folder / NAMES), count))


@contextmanager
def _turn(seconds: float) -> Iterator[None]:
    """Many who hand in large texts at once take no more memory than a few."""
    if not _AT_ONCE.acquire(timeout=max(seconds, 1.0)):
        raise TooCostly("other lists are being read, and it had to wait too long")
    try:
        yield
    finally:
        _AT_ONCE.release()


def _lines(data: bytes) -> int:
    return data.count(b"\n") + data.count(b"\r")


def _child(body: Path, role: str, folder: Path, limits: Limits, bounds: Bounds) -> "subprocess.Popen[bytes]":
    """A fresh interpreter: a fork of a process with threads may find a lock that nobody will ever open."""
    asked = {
        "path": [os.path.abspath(path) for path in sys.path],
        "body": str(body.resolve()),
        "role": role,
        "folder": str(folder.resolve()),
        "limits": [limits.bytes, limits.lines],
        "memory": bounds.memory,
        "processor": bounds.processor,
    }
    with (folder / TROUBLE).open("wb") as trouble:
        return subprocess.Popen(
            [sys.executable, "-I", str(_CHILD), json.dumps(asked)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=trouble,
            env=_ENVIRONMENT,
            cwd=folder,
        )


def _status(child: "subprocess.Popen[bytes]", seconds: float, beat: Beat) -> int:
    """How it ended. It never outlives whoever waits."""
    waited = 0.0
    try:
        while waited < seconds:
            try:
                return child.wait(_BEAT)
            except subprocess.TimeoutExpired:
                waited += _BEAT
                beat()
        return LATE
    finally:
        if child.poll() is None:
            child.kill()
            child.wait()


def _refused(status: int, folder: Path, bounds: Bounds) -> Refusal:
    """Why nothing was read, in words that follow "the list could not be read:"."""
    if status == TOO_LONG:
        return ListTooLong((folder / SAID).read_text("utf-8"))
    known = {
        FULL: f"it takes too much memory, more than {bounds.memory >> 20:,} MB",
        LATE: f"it takes too much time, more than {bounds.clock:,.0f} seconds",
        -signal.SIGXCPU: f"it takes too much time, more than {bounds.processor:,} seconds of a processor",
        -signal.SIGKILL: "the system ended it, for it takes too much memory",
    }
    if status not in known:
        trouble = (folder / TROUBLE).read_bytes()[-2_000:].decode("utf-8", "replace")
        _log.error("a list could not be read (status %s): %r", status, trouble)
    return TooCostly(known.get(status, f"something went wrong (status {status})"))
