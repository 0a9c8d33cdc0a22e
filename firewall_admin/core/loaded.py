"""Which release a resolver or a proxy has, as it says itself.

Files carry a mark (core.release_mark) that tells the release's number and whose client the asking one is taken for.
Of pushed zones each has a marker of its own, which tells the release that it was copied with.

A policy zone's marker (core.push.marker_owner) is one of its names, and is answered by the policy like any other: BIND,
Unbound and PowerDNS Recursor all do. The policy zone itself can't be asked at Unbound and Recursor.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from . import release_mark
from .push import marker_owner, read_marker
from .questions import Answer, Failure, Question


@dataclass(frozen=True)
class Behind:
    """A zone that is not as the name server has it: the release that it was copied with, and the one that changed it
    last."""

    zone: str
    has: int
    newest: int


@dataclass(frozen=True)
class Loaded:
    """What it says: all of its zones that it told of are as of `release`, but for those `behind`; or, by a mark, that
    it `has` another release. `taken_for`: the audience that the asking one is taken for, where that is a wrong one."""

    release: int
    behind: tuple[Behind, ...] = ()
    has: int | None = None
    taken_for: str = ""

    @property
    def is_stale(self) -> bool:
        """Whether it has anything but the release."""
        return bool(self.behind) or self.has not in (None, self.release)

    @property
    def text(self) -> str:
        """As people are told, to stand after whoever it is: `has release 7`."""
        other = f", and takes whoever asks for a client of {self.taken_for}" if self.taken_for else ""
        return self._what + other

    @property
    def _what(self) -> str:
        if self.has not in (None, self.release):
            return f"has release {self.has}; release {self.release} is the published one"
        if not self.behind:
            return f"has release {self.release}"
        first = self.behind[0]
        more = f", and {len(self.behind) - 1} more" if len(self.behind) > 1 else ""
        return f"has the zone {first.zone} as of release {first.has}; release {first.newest} changed it{more}"


def question(zone: str) -> Question:
    """What a client asks a resolver about a zone."""
    return Question(marker_owner(zone), "TXT")


def by_mark(release: int, audience: str, said: release_mark.Mark | None) -> Loaded | None:
    """What it has, by the mark that a client of an audience was told. None for no mark: an older export, or none."""
    if said is None:
        return None
    return Loaded(release, has=said.release, taken_for=said.audience if said.audience != audience else "")


def mark_of(said: Answer | Failure) -> release_mark.Mark | None:
    """The mark that an answer tells; None where it tells none."""
    if isinstance(said, Failure) or len(said.data) != 1:
        return None
    return release_mark.read(said.data[0].strip('"'))


def loaded(release: int, newest: Mapping[str, int], said: Mapping[str, Answer | Failure]) -> Loaded | None:
    """What it has, by its answers: `newest` is the release that last changed each zone at the name server. None where
    it told of no zone: it answers others by no policy, or takes no zones, or a rule covers every name."""
    markers = {zone: marker for zone, one in said.items() if (marker := _marker(one)) is not None}
    if not markers:
        return None
    behind = tuple(
        Behind(zone, has, newest[zone])
        for zone, has in sorted(markers.items())
        if zone in newest and has < newest[zone]
    )
    return Loaded(release, behind)


def kept(found: Loaded | None) -> dict[str, Any]:
    """Plain JSON values for the evidence."""
    return {"release": found.release, "text": found.text, "behind": found.is_stale} if found else {}


def _marker(said: Answer | Failure) -> int | None:
    if isinstance(said, Failure) or len(said.data) != 1:
        return None
    marker = read_marker(said.data[0].strip('"'))
    return marker.release if marker else None
