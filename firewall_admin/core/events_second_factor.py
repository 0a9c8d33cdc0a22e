"""What can happen to second factors: how they come, are used and go, and who must have one."""

from dataclasses import dataclass

from .events import Event


@dataclass(frozen=True)
class SecondFactorBegun(Event):
    """{actor} began to set up a second factor for signing in."""


@dataclass(frozen=True)
class SecondFactorTurnedOn(Event):
    """{actor} turned on a second factor for signing in; every other session of theirs ended."""


@dataclass(frozen=True)
class SecondFactorTurnedOff(Event):
    """{actor} turned off their second factor; a password is enough for them."""


@dataclass(frozen=True)
class RecoveryCodesMade(Event):
    """{actor} made {codes} new recovery codes; the former ones ended."""

    codes: int


@dataclass(frozen=True)
class RecoveryCodeUsed(Event):
    """{actor} used a recovery code in place of their second factor; {left} are left."""

    left: int


@dataclass(frozen=True)
class CodesPaused(Event):
    """After {guesses} wrong codes behind the right password, signing in as {name} was paused for {minutes} minutes."""

    name: str
    guesses: int
    minutes: int
    person: str


@dataclass(frozen=True)
class LostFactorAsked(Event):
    """{actor} asked to take away the second factor of {name}, who has lost it; a second person has to confirm it."""

    name: str
    person: str


@dataclass(frozen=True)
class LostFactorConfirmed(Event):
    """{actor} confirmed that {name} has lost their second factor, as {asker} said."""

    name: str
    asker: str
    person: str


@dataclass(frozen=True)
class LostFactorWithdrawn(Event):
    """{actor} took back or refused what {asker} asked for: to take away the second factor of {name}."""

    name: str
    asker: str
    person: str


@dataclass(frozen=True)
class SecondFactorTaken(Event):
    """{actor} took away the second factor of {name}; every session of theirs ended."""

    name: str
    person: str


@dataclass(frozen=True)
class SecondFactorDemanded(Event):
    """{actor} set who must have a second factor to {who}; before it was {before}."""

    who: str
    before: str
