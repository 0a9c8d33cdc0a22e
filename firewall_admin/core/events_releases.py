"""What can happen to releases, targets and deliveries."""

from dataclasses import dataclass, field

from .events import Event


@dataclass(frozen=True)
class ReleasePublished(Event):
    """{actor} published release {number} ({cause}); newly blocked: {blocked}, newly open: {opened}."""

    number: int
    cause: str
    blocked: int
    opened: int


@dataclass(frozen=True)
class ReleaseHeld(Event):
    """{actor} held release {number} back ({cause}), because of: {objections}."""

    number: int
    cause: str
    objections: list[str]


@dataclass(frozen=True)
class ObjectionsAccepted(Event):
    """{actor} accepted {objections} of release {number}, because {reason}."""

    number: int
    objections: list[str]
    reason: str


@dataclass(frozen=True)
class WentBack(Event):
    """{actor} went back from release {previous} to release {number}, because {reason};
    no edit is published until the hold is lifted."""

    number: int
    previous: int
    reason: str


@dataclass(frozen=True)
class PublishingHeld(Event):
    """{actor} held publishing, because {reason}."""

    reason: str


@dataclass(frozen=True)
class HoldLifted(Event):
    """{actor} lifted the hold on publishing, because {reason}."""

    reason: str


@dataclass(frozen=True)
class PreparationFailed(Event):
    """{actor} could not prepare a release: {why}. What is published stays."""

    why: str


@dataclass(frozen=True)
class TargetAdded(Event):
    """{actor} added the target {target}: {format} for {audiences}, by {delivery}; what it can't say: {losses}."""

    target: str
    format: str
    audiences: list[str]
    delivery: str
    losses: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class TargetRemoved(Event):
    """{actor} removed the target {target}."""

    target: str


@dataclass(frozen=True)
class TokenMade(Event):
    """{actor} made a feed token for {target} that begins {hint}; {before}."""

    target: str
    hint: str
    before: str


@dataclass(frozen=True)
class TokenRevoked(Event):
    """{actor} revoked the feed token of {target} that begins {hint}."""

    target: str
    hint: str


@dataclass(frozen=True)
class ReleaseDelivered(Event):
    """{actor} delivered release {number} to {target}."""

    number: int
    target: str


@dataclass(frozen=True)
class DeliveryFailed(Event):
    """{actor} could not deliver release {number} to {target}: {why}."""

    number: int
    target: str
    why: str
