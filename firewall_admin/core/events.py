"""What can happen, past tense: the trail's whole vocabulary, each event with its sentence.

An event is a frozen dataclass whose docstring is its sentence. `{actor}` is whoever acted; the other braces are its
own fields. The trail keeps name and fields, so the sentence can be worded better later without touching what happened.
"""

from dataclasses import asdict, dataclass
from typing import Any

REGISTER: dict[str, type["Event"]] = {}


@dataclass(frozen=True)
class Event:
    """The base of all events: registered by name, with a sentence."""

    def __init_subclass__(cls) -> None:
        if cls.__name__ in REGISTER:
            raise TypeError(f"{cls.__name__} is an event of {REGISTER[cls.__name__].__module__} already")
        REGISTER[cls.__name__] = cls

    def fields(self) -> dict[str, Any]:
        """What is kept: plain JSON values."""
        return asdict(self)


def sentence(name: str, actor: str, fields: dict[str, Any]) -> str:
    """The plain sentence of an event in the trail; KeyError for a name that was never an event."""
    told = {key: _told(value) for key, value in fields.items()}
    return " ".join((REGISTER[name].__doc__ or "").split()).format(actor=actor, **told)


def _told(value: object) -> str:
    if isinstance(value, (list, tuple)):
        return ", ".join(map(str, value)) or "none"
    return "everyone" if value is None else str(value)


@dataclass(frozen=True)
class SchoolCreated(Event):
    """{actor} began setting up {school}."""

    school: str


@dataclass(frozen=True)
class SchoolChanged(Event):
    """{actor} changed the school's {what} to {now}."""

    what: str
    now: str


@dataclass(frozen=True)
class SetUpFinished(Event):
    """{actor} signed the first policy as a whole; from now on opening a name takes a decision."""

    release: int | None = None


@dataclass(frozen=True)
class RuleAdded(Event):
    """{actor} added a rule: {action} {domain} for {audience}, because {reason}."""

    action: str
    domain: str
    audience: str | None
    reason: str
    since: str | None = None
    until: str | None = None
    when: str | None = None
    decision: str | None = None


@dataclass(frozen=True)
class RuleEnded(Event):
    """{actor} ended the rule to {action} {domain} for {audience}."""

    action: str
    domain: str
    audience: str | None
    rule: str


# Each of these modules puts its events into the register above, which is why they are imported last.
from . import (  # noqa: E402
    events_checks,  # noqa: F401
    events_letters,  # noqa: F401
    events_people,  # noqa: F401
    events_policy,  # noqa: F401
    events_push,  # noqa: F401
    events_reports,  # noqa: F401
    events_requests,  # noqa: F401
    events_reviews,  # noqa: F401
    events_second_factor,  # noqa: F401
    events_statement,  # noqa: F401
    events_subscriptions,  # noqa: F401
)
