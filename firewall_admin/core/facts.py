"""The facts of a school that its evidence is made of. They are counted by journeys.evidence_facts, and judged here."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from .policy import Audience, SchoolPolicy
from .school_days import said

YEAR = timedelta(days=365)
ADULTS = ("staff", "teacher", "office", "admin", "adult", "governor", "support", "site-team")
"""How audiences without pupils are called. Any other is taken for pupils: a gap is shown rather than missed."""


@dataclass(frozen=True)
class Reviewed:
    """A review: `signed_at` once all have signed it."""

    number: int
    cause: str
    opened_at: datetime
    signed_at: datetime | None


@dataclass(frozen=True)
class Undertook:
    """What the school says of itself: `old` where the day on which somebody looks at it again is past."""

    text: str
    owner: str
    old: bool = False


@dataclass(frozen=True)
class Waiting:
    """What waits just now, in school days since the oldest came; None where nothing does.

    `requests`: without a decision; `reports`: nobody has acted on them yet; `reviews`: acted on, and the safeguarding
    lead has not looked; `restricted`: records of what may be illegal that nobody has been told of; `at_risk`: what
    is with the safeguarding lead and neither handed over nor closed; `ways`: ways round the filter that are neither
    closed nor tried again."""

    requests: int | None = None
    reports: int | None = None
    reviews: int | None = None
    restricted: int | None = None
    at_risk: int | None = None
    ways: int | None = None


@dataclass(frozen=True)
class Checked:
    """What checks found. `live`: of the service's own in the last two weeks, by finding (what is right is kept no
    longer); `failed`: how often one found something wrong in a year; `troubles`: what is wrong just now, in sentences;
    `recorded`: how many people recorded, `overdue`: planned and late; `bad` and `partly`: where the newest record found
    the filter wrong; `unchecked`: audiences that nobody and nothing has checked; `outside`: when the filter was last
    tested from outside, with `outside_result`."""

    live: Mapping[str, int] = field(default_factory=dict)
    failed: int = 0
    last: datetime | None = None
    troubles: tuple[str, ...] = ()
    recorded: int = 0
    overdue: int = 0
    bad: tuple[str, ...] = ()
    partly: tuple[str, ...] = ()
    unchecked: tuple[str, ...] = ()
    outside: datetime | None = None
    outside_result: str = ""


@dataclass(frozen=True)
class Facts:
    """Counts are of the last 365 days where nothing else is said. `people`: names by role; `requests`: by state;
    `undecided`: requests that wait now; `decided_in`: school days from asking to the first decision, each; `mended`:
    decisions that ended a mistaken block; `areas`: reports by kind; `undertakings`: by kind, the one that stands;
    `triggers`: what changed since the last review, in words; `overdue_records`: past their time and still kept."""

    at: datetime
    zone: ZoneInfo
    school: str
    signed_at: datetime | None
    policy: SchoolPolicy
    people: Mapping[str, tuple[str, ...]]
    requests: Mapping[str, int] = field(default_factory=dict)
    undecided: int = 0
    refused_without_reason: int = 0
    decisions: int = 0
    by_deputy: int = 0
    mended: int = 0
    decided_in: tuple[int, ...] = ()
    months: tuple[tuple[str, int, int], ...] = ()
    rules: int = 0
    rules_with_decision: int = 0
    rules_without_reason: int = 0
    opened_without_decision: int = 0
    releases: int = 0
    published_within: float | None = None
    trouble: str | None = None
    checked: Checked = Checked()
    reports: Mapping[str, int] = field(default_factory=dict)
    illegal: int = 0
    incidents: Mapping[str, int] = field(default_factory=dict)
    waiting: Waiting = Waiting()
    destroyed: int = 0
    overdue_records: int = 0
    targets: int = 0
    stale_lists: tuple[str, ...] = ()
    acknowledged: int = 0
    staff: int = 0
    reviews: tuple[Reviewed, ...] = ()
    actions_open: int = 0
    actions_late: int = 0
    triggers: tuple[str, ...] = ()
    undertakings: Mapping[str, Undertook] = field(default_factory=dict)

    @property
    def usual_wait(self) -> str:
        """How long half of all decisions took at most, in words; empty where there was none."""
        return within(half(self.decided_in)) if self.decided_in else ""

    @property
    def reviewed_at(self) -> datetime | None:
        """When the last review was signed by all who sign it."""
        return max((each.signed_at for each in self.reviews if each.signed_at), default=None)

    @property
    def pupils(self) -> tuple[Audience, ...]:
        """The audiences that pupils may be in."""
        return tuple(each for each in self.policy.audiences if not of_adults(each.name))

    @property
    def adults(self) -> tuple[Audience, ...]:
        """The audiences of staff and other adults."""
        return tuple(each for each in self.policy.audiences if of_adults(each.name))

    def on(self, at: datetime) -> date:
        """The day of an instant on the school's calendar."""
        return at.astimezone(self.zone).date()

    def day(self, at: datetime) -> str:
        """The same in words: 21 November 2026."""
        return said(self.on(at))


def of_adults(audience: str) -> bool:
    """Whether an audience is called as one of adults is."""
    return audience.startswith(ADULTS)


def half(days: Iterable[int]) -> int:
    """So many days that half of them took no longer. Raises ValueError for none."""
    found = sorted(days)
    if not found:
        raise ValueError("half of nothing")
    return found[(len(found) - 1) // 2]


def within(days: int) -> str:
    """School days as people say them."""
    return {0: "on the same school day", 1: "by the next school day"}.get(days, f"within {days} school days")


def waits(days: int) -> str:
    """How long something has waited, in school days."""
    return {0: "since today", 1: "since the last school day"}.get(days, f"for {days} school days")
