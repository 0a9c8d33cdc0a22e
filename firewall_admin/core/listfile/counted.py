"""What a list says, with what was rejected counted: of a hostile list that may be all of it, and millions of lines."""

from dataclasses import dataclass
from typing import Any

from ..names import Names
from .piece import Rejected
from .whole import ListFile

KEPT = 1_000  # rejected lines, and public suffixes, that are kept to be shown
_SUFFIX = ("is a public suffix", "a whole top-level domain", "'*' can't stand")


@dataclass(frozen=True)
class CountedList:
    """`rejected`: the first lines that were not taken, of `rejected_lines`; `web_addresses`: how many of all of them
    were addresses of pages; `suffixes`: the texts of those that named a public suffix, each once, sorted, the first
    thousand. `exceptions`: how many names the list leaves alone."""

    names: Names
    exceptions: int
    rejected: tuple[Rejected, ...]
    rejected_lines: int
    web_addresses: int
    suffixes: tuple[str, ...]
    lines: int

    @property
    def said(self) -> dict[str, Any]:
        """All but the names, as plain JSON values."""
        return {what: value for what, value in self.__dict__.items() if what != "names"}


def counted(found: ListFile) -> CountedList:
    """The same list, counted."""
    suffixes = {line.text[:60] for line in found.rejected if any(part in line.reason for part in _SUFFIX)}
    return CountedList(
        found.names,
        len(found.exceptions),
        found.rejected[:KEPT],
        len(found.rejected),
        sum("web address" in line.reason for line in found.rejected),
        tuple(sorted(suffixes)[:KEPT]),
        found.lines,
    )


def from_said(said: dict[str, Any], names: Names) -> CountedList:
    """A list as `said` gives it, with its names."""
    rejected = tuple(Rejected(*line) for line in said["rejected"])
    return CountedList(names, **{**said, "rejected": rejected, "suffixes": tuple(said["suffixes"])})
