"""What can happen to a policy beside its rules: lists, who they are for, audiences, timetables, and whole imports."""

from dataclasses import dataclass

from .events import Event


@dataclass(frozen=True)
class ListAdded(Event):
    """{actor} added the {role} list {list} ({source}): {names} names, {rejected} lines rejected."""

    list: str
    role: str
    source: str
    names: int
    rejected: int


@dataclass(frozen=True)
class ListReplaced(Event):
    """{actor} replaced the text of the list {list} ({source}): {before} names before, {names} now, {rejected} lines rejected."""  # noqa: E501 - one sentence

    list: str
    source: str
    before: int
    names: int
    rejected: int


@dataclass(frozen=True)
class ListChanged(Event):
    """{actor} changed the {what} of the list {list} from {before} to {now}."""

    list: str
    what: str
    before: str
    now: str


@dataclass(frozen=True)
class ListRemoved(Event):
    """{actor} removed the {role} list {list} with its {names} names."""

    list: str
    role: str
    names: int


@dataclass(frozen=True)
class ListAssigned(Event):
    """{actor} put the list {list} in force for {audience}, {times}."""

    list: str
    audience: str
    times: str


@dataclass(frozen=True)
class ListUnassigned(Event):
    """{actor} ended the list {list} for {audience}."""

    list: str
    audience: str


@dataclass(frozen=True)
class AudienceAdded(Event):
    """{actor} added the audience {audience} with the networks {networks}."""

    audience: str
    networks: list[str]


@dataclass(frozen=True)
class AudienceChanged(Event):
    """{actor} changed the {what} of {audience} from {before} to {now}."""

    audience: str
    what: str
    before: str
    now: str


@dataclass(frozen=True)
class AudienceRemoved(Event):
    """{actor} removed the audience {audience} with {lists} of its lists and {rules} of its rules."""

    audience: str
    lists: int
    rules: int


@dataclass(frozen=True)
class TimetableAdded(Event):
    """{actor} added the timetable {timetable}: {windows}; terms: {terms}."""

    timetable: str
    windows: list[str]
    terms: list[str]


@dataclass(frozen=True)
class TimetableChanged(Event):
    """{actor} changed the timetable {timetable} to {windows}; terms: {terms}."""

    timetable: str
    windows: list[str]
    terms: list[str]


@dataclass(frozen=True)
class TimetableRemoved(Event):
    """{actor} removed the timetable {timetable}."""

    timetable: str


@dataclass(frozen=True)
class PolicyImported(Event):
    """{actor} took the whole policy from {source}: {audiences} audiences, {lists} lists, {rules} rules, {timetables} timetables."""  # noqa: E501 - one sentence

    source: str
    audiences: int
    lists: int
    rules: int
    timetables: int


@dataclass(frozen=True)
class SettingsBrought(Event):
    """{actor} brought lists from {source}; {left} of its settings could not be carried."""

    source: str
    left: int


@dataclass(frozen=True)
class PolicySigned(Event):
    """{actor} signed the policy as a whole again ({decision})."""

    decision: str
