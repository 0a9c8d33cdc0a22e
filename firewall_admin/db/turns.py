"""Whose turn it is to write to a SQLite file: one thread of one process at a time, in the order they came.

SQLite's own way of waiting is unfair, so that a busy hour makes somebody wait for seconds; and versions before 3.51.3
can damage the file where two connections write and check-point at the same time (sqlite.org/wal.html#walresetbug).
"""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

if sys.platform != "win32":  # there SQLite's own lock alone holds processes apart
    import fcntl


class Turns:
    """Turns at one database; `file` is where its processes meet, or None where the server itself keeps order."""

    def __init__(self, file: Path | None):
        self._file = file
        self._thread = threading.Lock()
        self._mine = threading.local()

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Wait for a turn and keep it. RuntimeError where this thread has one already: it would wait for itself."""
        if getattr(self._mine, "taken", False):
            raise RuntimeError("a change inside a change: one act is one transaction")
        self._mine.taken = True
        try:
            if self._file is None:
                yield
            else:
                with self._thread, _only_process(self._file):
                    yield
        finally:
            self._mine.taken = False


@contextmanager
def _only_process(file: Path) -> Iterator[None]:
    """The lock goes with the process, however it ends."""
    with file.open("ab") as handle:
        if sys.platform != "win32":
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
