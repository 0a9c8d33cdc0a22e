"""What can happen to primary servers that releases are pushed to, to rings, and to the key of what is sealed."""

from dataclasses import dataclass

from .events import Event


@dataclass(frozen=True)
class PrimaryNamed(Event):
    """{actor} had releases pushed to {target}, at {address} port {port}, with the key {key} ({algorithm})."""

    target: str
    address: str
    port: int
    key: str
    algorithm: str


@dataclass(frozen=True)
class ZoneRepaired(Event):
    """{actor} found the zone {zone} of {target} changed by somebody else, and put it right: {missing} records were
    missing, {strange} were not ours."""

    target: str
    zone: str
    missing: int
    strange: int


@dataclass(frozen=True)
class RingChosen(Event):
    """{actor} put {target} into ring {ring}: it gets a release when the rings before it have passed."""

    target: str
    ring: int


@dataclass(frozen=True)
class RingHalted(Event):
    """{actor} keeps release {number} from {target}, because {why}."""

    number: int
    target: str
    why: str


@dataclass(frozen=True)
class SealingKeyChanged(Event):
    """{actor} changed the key of what is kept secret; {cells} cells were sealed anew."""

    cells: int
