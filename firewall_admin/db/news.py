"""Word that something was committed, so that who waits for work need not wait for the next second.

In one process it comes at once. Other processes of the machine see it by the size of a file, at which they look twenty
times a second: that blocks nobody, and leaves nothing half open. Where neither gets through, as with a database that
several machines share, whoever waits looks again by themselves.
"""

import threading
import time
from contextlib import suppress
from pathlib import Path

GLANCE = 0.05  # seconds between two looks at the file
LARGEST = 1 << 16  # octets of the file, which grows by one each time
Mark = tuple[int, int]


class News:
    """`file` is where the processes of this machine meet, or None where there is only one."""

    def __init__(self, file: Path | None = None):
        self._file = file
        self._told = 0
        self._came = threading.Condition()

    def tell(self) -> None:
        """Something was committed. Never fails: an act that is done stays done."""
        with suppress(OSError):
            if self._file:
                with self._file.open("ab") as file:
                    if file.tell() >= LARGEST:
                        file.truncate(0)
                    file.write(b".")
        with self._came:
            self._told += 1
            self._came.notify_all()

    def mark(self) -> Mark:
        """What has been told up to now: whoever looks afterwards sees all of that."""
        with suppress(OSError):
            if self._file:
                return self._told, self._file.stat().st_size
        return self._told, 0

    def wait(self, since: Mark, seconds: float, stop: threading.Event) -> bool:
        """Until there is news since a mark, so many seconds have passed, or `stop` is set. Whether there is news."""
        end = time.monotonic() + seconds
        while not stop.is_set():
            if self.mark() != since:
                return True
            if (left := end - time.monotonic()) <= 0:
                return False
            with self._came:
                self._came.wait_for(lambda: self._told != since[0], min(left, GLANCE))
        return False
