"""What live checks can find out, and who decides where they ask."""

from dataclasses import dataclass, field

from .events import Event


@dataclass(frozen=True)
class ResolverAdded(Event):
    """{actor} had checks of {target} ask {resolver}, as a client of {audience}."""

    target: str
    resolver: str
    audience: str


@dataclass(frozen=True)
class ResolverRemoved(Event):
    """{actor} had checks of {target} ask {resolver} no more."""

    target: str
    resolver: str


@dataclass(frozen=True)
class CheckFailed(Event):
    """{actor} found {target} {finding}, asked at {resolver} for {audience}: {text}"""

    target: str
    resolver: str
    finding: str
    audience: str
    text: str
    domains: list[str] = field(default_factory=list)
    names: int = 1
    release: int | None = None


@dataclass(frozen=True)
class CheckRecovered(Event):
    """{actor} found {target} right again, asked at {resolver}: nothing is {finding} any more."""

    target: str
    resolver: str
    finding: str
    domains: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class DecisionProven(Event):
    """{actor} saw decision {decision} in force: {domain} for {audience} at {target}."""

    decision: str
    domain: str
    audience: str
    target: str


@dataclass(frozen=True)
class EndProven(Event):
    """{actor} saw that decision {decision} has ended: {domain} for {audience} at {target}."""

    decision: str
    domain: str
    audience: str
    target: str


@dataclass(frozen=True)
class ChecksOrdered(Event):
    """{actor} had {target} checked at once."""

    target: str


@dataclass(frozen=True)
class WentBackByItself(Event):
    """{actor} went back from release {previous} to release {number} by itself, as the school has chosen, because
    {why}; no edit is published until the hold is lifted."""

    number: int
    previous: int
    why: str


@dataclass(frozen=True)
class GoingBackChosen(Event):
    """{actor} chose that the service {does} to the last good release by itself where a new one fails its checks."""

    does: str


@dataclass(frozen=True)
class FilteringCheckPlanned(Event):
    """{actor} planned a check of the filter: {kind} on {device} at {site} as {group}, due {due}."""

    kind: str
    device: str
    site: str
    group: str
    due: str


@dataclass(frozen=True)
class FilteringCheckRecorded(Event):
    """{actor} recorded a check of the filter: {kind} on {device} at {site} as {group}, on {day}: {result}; {action}."""

    kind: str
    device: str
    site: str
    group: str
    day: str
    result: str
    action: str


@dataclass(frozen=True)
class FilteringCheckDropped(Event):
    """{actor} took a planned check of the filter off the plan: {kind} on {device} at {site} as {group}."""

    kind: str
    device: str
    site: str
    group: str
