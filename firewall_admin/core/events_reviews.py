"""What can happen to reviews, to what a school says of itself, and to links for inspectors."""

from dataclasses import dataclass

from .events import Event


@dataclass(frozen=True)
class UndertakingMade(Event):
    """{actor} answered '{title}'; to be looked at again on {review_on}."""

    title: str
    review_on: str


@dataclass(frozen=True)
class ReviewOpened(Event):
    """{actor} opened review {number}, because {cause}."""

    number: int
    cause: str


@dataclass(frozen=True)
class ReviewWritten(Event):
    """{actor} wrote the section '{section}' of review {number}."""

    number: int
    section: str


@dataclass(frozen=True)
class ReviewFinished(Event):
    """{actor} finished review {number} for signing (SHA-256 {sha256})."""

    number: int
    sha256: str


@dataclass(frozen=True)
class ReviewReopened(Event):
    """{actor} opened review {number} again: {reason}."""

    number: int
    reason: str


@dataclass(frozen=True)
class ReviewSigned(Event):
    """{actor} signed review {number} as {role} (SHA-256 {sha256})."""

    number: int
    role: str
    sha256: str


@dataclass(frozen=True)
class ReviewActionAdded(Event):
    """{actor} gave {owner} something to do after review {number}, until {due}: {text}."""

    number: int
    owner: str
    due: str
    text: str


@dataclass(frozen=True)
class ReviewActionDone(Event):
    """{actor} closed what was to be done after review {number} ({text}): {outcome}."""

    number: int
    text: str
    outcome: str


@dataclass(frozen=True)
class InspectionOpened(Event):
    """{actor} made a link to the evidence for {purpose}, good until {until}."""

    purpose: str
    until: str


@dataclass(frozen=True)
class InspectionClosed(Event):
    """{actor} ended the link to the evidence for {purpose}."""

    purpose: str
