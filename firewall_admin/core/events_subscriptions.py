"""What can happen to lists that are fetched from somebody else."""

from dataclasses import dataclass

from .events import Event


@dataclass(frozen=True)
class ListLookAsked(Event):
    """{actor} asked what the list at {address} holds."""

    address: str


@dataclass(frozen=True)
class ListLookEnded(Event):
    """{actor} put away the look at the list at {address}."""

    address: str


@dataclass(frozen=True)
class ListSubscribed(Event):
    """{actor} subscribed the {role} list {title} to {address}: {names} names, {rejected} lines rejected; dangers taken on: {dangers}."""  # noqa: E501 - one sentence

    title: str
    role: str
    address: str
    names: int
    rejected: int
    dangers: list[str]


@dataclass(frozen=True)
class SubscriptionChanged(Event):
    """{actor} changed the {what} of the subscribed list {title} from {before} to {now}."""

    title: str
    what: str
    before: str
    now: str


@dataclass(frozen=True)
class SubscriptionCarried(Event):
    """{actor} let the list {title}, from a policy file, be fetched {how}."""

    title: str
    how: str


@dataclass(frozen=True)
class SubscriptionEnded(Event):
    """{actor} ended the subscription of the list {title} to {address}; its names stay."""

    title: str
    address: str


@dataclass(frozen=True)
class RefreshAsked(Event):
    """{actor} asked for the list {title} to be fetched now."""

    title: str


@dataclass(frozen=True)
class RefreshStopped(Event):
    """{actor} stopped fetching the list {title}; what is in force stays."""

    title: str


@dataclass(frozen=True)
class RefreshesPaused(Event):
    """{actor} paused fetching the list {title}; what is in force stays."""

    title: str


@dataclass(frozen=True)
class RefreshesResumed(Event):
    """{actor} resumed fetching the list {title}."""

    title: str


@dataclass(frozen=True)
class ListRefreshed(Event):
    """{actor} refreshed the list {title}: {before} names before, {names} now; {added} came, {removed} went, {rejected} lines rejected."""  # noqa: E501 - one sentence

    title: str
    before: int
    names: int
    added: int
    removed: int
    rejected: int


@dataclass(frozen=True)
class ListRefreshHeld(Event):
    """{actor} held back the new text of the list {title}, because of: {why}. What was in force stays."""

    title: str
    why: list[str]


@dataclass(frozen=True)
class ListRefreshRefused(Event):
    """{actor} refused the new text of the list {title}, because of: {why}. What was in force stays."""

    title: str
    why: list[str]


@dataclass(frozen=True)
class ListRefreshFailed(Event):
    """{actor} could not fetch the list {title}: {why}. What was in force stays."""

    title: str
    why: str


@dataclass(frozen=True)
class ListFetchedAgain(Event):
    """{actor} fetched the list {title} again after {failures} failures."""

    title: str
    failures: int


@dataclass(frozen=True)
class HeldTextTaken(Event):
    """{actor} took the held text of the list {title} ({names} names) in spite of {dangers}, because {reason}."""

    title: str
    names: int
    dangers: list[str]
    reason: str


@dataclass(frozen=True)
class HeldTextLeft(Event):
    """{actor} kept the old text of the list {title} because of {dangers}: {reason}."""

    title: str
    dangers: list[str]
    reason: str


@dataclass(frozen=True)
class ListDangersTaken(Event):
    """{actor} saved the text of the list {title} in spite of: {dangers}."""

    title: str
    dangers: list[str]
