"""What can happen to a request for access. A person's free text stays on the request; the trail tells who did what."""

from dataclasses import dataclass

from .events import Event


@dataclass(frozen=True)
class AccessAsked(Event):
    """{actor} asked ({request}) to {what}."""

    request: str
    what: str
    follows: str | None = None


@dataclass(frozen=True)
class AccessChanged(Event):
    """{actor} changed the request {request}: now to {what}."""

    request: str
    what: str


@dataclass(frozen=True)
class AccessWithdrawn(Event):
    """{actor} withdrew the request {request}."""

    request: str


@dataclass(frozen=True)
class AccessReturned(Event):
    """{actor} asked a question about the request {request}."""

    request: str


@dataclass(frozen=True)
class AccessAnswered(Event):
    """{actor} answered the question about the request {request}."""

    request: str


@dataclass(frozen=True)
class AccessCommented(Event):
    """{actor} commented on the request {request}."""

    request: str


@dataclass(frozen=True)
class AccessAssessed(Event):
    """{actor} assessed the request {request}: advises to {advice}; terms: to {what}."""

    request: str
    advice: str
    what: str


@dataclass(frozen=True)
class AccessDecided(Event):
    """{actor} decided ({decision}) on the request {request}: {outcome}, to {what}, because {reason}. Shown: {sha256:.12}."""  # noqa: E501 - one sentence

    decision: str
    request: str
    outcome: str
    what: str
    reason: str
    sha256: str
    standing: str = ""
    supersedes: str | None = None


@dataclass(frozen=True)
class AccessEnded(Event):
    """{actor} ended what {decision} allowed before its time, because {reason}."""

    decision: str
    reason: str


@dataclass(frozen=True)
class AccessOver(Event):
    """What {decision} allowed is over: {names} closed at its time."""

    decision: str
    names: list[str]
