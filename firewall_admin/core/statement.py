"""What the filter does, in plain English, from the policy itself: for staff, for parents, for the wall.

The lasting part (lists, safe search, ways round the filter) has a version, by which staff acknowledge it; what is open
for a few weeks is told beside it and does not make everyone read it again.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from .policy import Assignment, Audience, Rule, SchoolPolicy
from .shipped import ShippedList
from .terms import ending, listed
from .timetable import Timetable, format_window

_DAYS = {"mon": "Monday", "tue": "Tuesday", "wed": "Wednesday", "thu": "Thursday", "fri": "Friday"}
_DAYS |= {"sat": "Saturday", "sun": "Sunday"}
_YOUTUBE = {
    "strict": "YouTube is in Restricted Mode, strict: many videos, comments and live streams are hidden.",
    "moderate": "YouTube is in Restricted Mode, moderate: some videos and comments are hidden.",
}
_OWN = "other"


@dataclass(frozen=True)
class Blocked:
    """Services of one kind that are blocked at the same times."""

    category: str
    names: tuple[str, ...]
    times: str


@dataclass(frozen=True)
class ForAudience:
    """What the filter does for one audience. `allowed`: what is open for a time, in words."""

    audience: str
    blocked: tuple[Blocked, ...]
    sentences: tuple[str, ...]
    allowed: tuple[str, ...]


@dataclass(frozen=True)
class Statement:
    """Of a school, for an instant. `version` is of everything that lasts."""

    school: str
    at: datetime
    audiences: tuple[ForAudience, ...]
    timetables: tuple[tuple[str, str], ...]
    version: str

    @property
    def lasting(self) -> str:
        """The lasting part as text: what an acknowledgement is of."""
        return _lasting(self.audiences, self.timetables)


def statement(
    policy: SchoolPolicy, shipped: Mapping[str, ShippedList], titles: Mapping[str, str], at: datetime
) -> Statement:
    """The statement of a policy. `titles`: the school's own lists by slug, as people call them."""
    audiences = tuple(_audience(policy, shipped, titles, audience, at) for audience in policy.audiences)
    used = {t for a in policy.audiences for s in a.lists for t in (s.when, s.except_) if t}
    tables = tuple((name, in_words(policy.timetables[name])) for name in sorted(used))
    version = hashlib.sha256(_lasting(audiences, tables).encode()).hexdigest()
    return Statement(policy.school, at, audiences, tables, version)


def in_words(timetable: Timetable) -> str:
    """`Monday to Friday 12:00 to 13:00`, in term time if it has terms."""
    said = "; ".join(_window(format_window(window)) for window in timetable.windows)
    return f"{said}, in term time" if timetable.terms else said


def _window(spelt: str) -> str:
    days, clock = spelt.split(" ")
    named = [" to ".join(_DAYS[day] for day in part.split("-")) for part in days.split(",")]
    return f"{listed(named)} {clock.replace('-', ' to ')}"


def _audience(
    policy: SchoolPolicy,
    shipped: Mapping[str, ShippedList],
    titles: Mapping[str, str],
    audience: Audience,
    at: datetime,
) -> ForAudience:
    found: dict[tuple[str, str], list[str]] = {}
    for assigned in audience.lists:
        if policy.lists[assigned.list].role == "blocked":
            category, name = _called(shipped, titles, assigned.list)
            found.setdefault((category, _times(assigned)), []).append(name)
    blocked = tuple(Blocked(c, tuple(sorted(names)), times) for (c, times), names in sorted(found.items()))
    rules = [rule for rule in policy.rules if rule.audience in (None, audience.name)]
    return ForAudience(
        audience.name,
        blocked,
        tuple(_sentences(policy, audience, rules)),
        tuple(_allowed(policy, rules, at)),
    )


def _called(shipped: Mapping[str, ShippedList], titles: Mapping[str, str], slug: str) -> tuple[str, str]:
    known = shipped.get(slug)
    if known is None:
        return _OWN, titles.get(slug, slug)
    other = {"bundle": "several services together", "circumvention": "ways round the filter"}
    return known.fact("category") or other.get(known.kind, _OWN), known.name


def _times(assigned: Assignment) -> str:
    if assigned.when:
        return f"during '{assigned.when}'"
    return f"at all times except during '{assigned.except_}'" if assigned.except_ else "at all times"


def _sentences(policy: SchoolPolicy, audience: Audience, rules: Sequence[Rule]) -> Iterable[str]:
    if any(rule.action == "block" and rule.until is None for rule in rules):
        yield "The school also blocks further sites one by one."  # which is nobody's business: some come from reports
    if audience.safe_search:
        yield "Search engines are set to safe search, and this can’t be switched off."
    if words := _YOUTUBE.get(audience.youtube):
        yield words
    if audience.anti_bypass:
        yield "Ways round the filter, such as private relays and encrypted DNS, are refused."
    if any(listed.role == "locked" for listed in policy.lists.values()):
        yield "What is on a locked list is blocked always. Nobody at the school can open it."
    yield "Helplines, GOV.UK and the school’s own sites are always open."


def _allowed(policy: SchoolPolicy, rules: Sequence[Rule], at: datetime) -> Iterable[str]:
    for rule in rules:
        if rule.action == "allow" and rule.until and (rule.since or at) <= at < rule.until:
            yield f"{rule.domain} until {ending(rule.until, policy.zone)}"


def _lasting(audiences: Sequence[ForAudience], tables: Sequence[tuple[str, str]]) -> str:
    lines = []
    for each in audiences:
        lines.append(f"For {each.audience}")
        lines += [f"- {', '.join(b.names)} ({b.category}): blocked {b.times}" for b in each.blocked]
        lines += [f"- {sentence}" for sentence in each.sentences]
    lines += [f"'{name}' is {words}" for name, words in tables]
    return "\n".join(lines)
