"""Which release of each pushed zone a resolver has copied, as it says itself.

A policy zone's marker (core.push.marker_owner) is one of its names, and is answered by the policy like any other: BIND,
Unbound and PowerDNS Recursor all do. The policy zone itself can't be asked at Unbound and Recursor.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

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
    """What a resolver says: all of its zones that it told of are as of `release`, but for those `behind`."""

    release: int
    behind: tuple[Behind, ...] = ()

    @property
    def text(self) -> str:
        """As people are told, to stand after whoever it is: `has release 7`."""
        if not self.behind:
            return f"has release {self.release}"
        first = self.behind[0]
        more = f", and {len(self.behind) - 1} more" if len(self.behind) > 1 else ""
        return f"has the zone {first.zone} as of release {first.has}; release {first.newest} changed it{more}"


def question(zone: str) -> Question:
    """What a client asks a resolver about a zone."""
    return Question(marker_owner(zone), "TXT")


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
    return {"release": found.release, "text": found.text, "behind": bool(found.behind)} if found else {}


def _marker(said: Answer | Failure) -> int | None:
    if isinstance(said, Failure) or len(said.data) != 1:
        return None
    marker = read_marker(said.data[0].strip('"'))
    return marker.release if marker else None
