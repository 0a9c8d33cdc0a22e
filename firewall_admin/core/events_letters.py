"""What can happen around letters: reminders and digests, the school's half-terms, and links that need two people."""

from dataclasses import dataclass

from .events import Event


@dataclass(frozen=True)
class HalfTermsSet(Event):
    """{actor} set the half-terms: {terms}."""

    terms: str


@dataclass(frozen=True)
class RequestReminded(Event):
    """{actor} reminded {people} people of {request}, which has waited {days} school days."""

    request: str
    days: int
    people: int


@dataclass(frozen=True)
class EndAnnounced(Event):
    """{actor} told {people} people that what {decision} allows ends on {ends}."""

    decision: str
    ends: str
    people: int


@dataclass(frozen=True)
class DigestsWritten(Event):
    """{actor} wrote the digest of {day} for {people} people."""

    day: str
    people: int


@dataclass(frozen=True)
class ResetAsked(Event):
    """{actor} asked for a new link to set a password for {name}; a second person has to confirm it."""

    name: str
    person: str


@dataclass(frozen=True)
class ResetConfirmed(Event):
    """{actor} confirmed that {name} needs a new link to set a password, as {asker} asked."""

    name: str
    asker: str
    person: str


@dataclass(frozen=True)
class ResetWithdrawn(Event):
    """{actor} took back or refused the new link that {asker} asked for, for {name}."""

    name: str
    asker: str
    person: str
