"""A text that tells how much of it was read."""

from typing import Any


class CountedText(bytes):
    """`read`: the bytes that were taken out of it or looked through; `largest`: of those taken at once, the most."""

    read = largest = 0

    def __getitem__(self, key: Any) -> Any:
        found = super().__getitem__(key)
        size = len(found) if isinstance(found, bytes) else 1
        self.read, self.largest = self.read + size, max(self.largest, size)
        return found

    def find(self, what: Any, start: Any = 0, stop: Any = None) -> int:
        stop = len(self) if stop is None else stop
        found = super().find(what, start, stop)
        self.read += (found if found >= 0 else stop) - start
        return found

    def rfind(self, what: Any, start: Any = 0, stop: Any = None) -> int:
        stop = len(self) if stop is None else stop
        found = super().rfind(what, start, stop)
        self.read += stop - max(found, start)
        return found
