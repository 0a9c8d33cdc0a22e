"""Does a change open anything, for anyone, now or later?

Closing is fast; opening takes two. So it is not enough to compare what holds now: a wider timetable opens at noon
tomorrow, and a rule with a first day opens then. Every state that the timetables and dates of the next weeks bring is
compared, each once. That takes no list that is the same in both policies: only the part of them in which anything can
open is looked at, and of a change that can only close there is none.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from .plan import difference
from .policy import Audience, Policy, SchoolPolicy
from .ruleset import ruleset
from .subtrees import narrowed
from .touched import opened

AHEAD = timedelta(days=15)  # two weeks and a day: every weekly window, whatever day it is
MOST = 500  # instants looked at; a policy with more boundaries than this has them in every week
_YOUTUBE = ("off", "moderate", "strict")


@dataclass(frozen=True)
class Opening:
    """What is opened for an audience: a name, or (`domain` None) a setting; `text` names it in a sentence."""

    audience: str
    text: str
    domain: str | None = None


def openings(before: SchoolPolicy, after: SchoolPolicy, at: datetime) -> Iterator[Opening]:
    """Everything that would be open after and is not before, from `at` on. Audiences are compared by name."""
    part = opened(before, after)
    small = (narrowed(before, part), narrowed(after, part)) if part is not None else (before, after)
    return _openings(before, after, at, small if part is None or part else None)


def takes_long(before: SchoolPolicy, after: SchoolPolicy) -> bool:
    """Whether so much may open that whole policies have to be compared, which takes seconds where lists are long."""
    return opened(before, after) is None


def openings_in_full(before: SchoolPolicy, after: SchoolPolicy, at: datetime) -> Iterator[Opening]:
    """The same from the whole policies, whatever they hold: by what `openings` is judged."""
    return _openings(before, after, at, (before, after))


def _openings(
    before: SchoolPolicy, after: SchoolPolicy, at: datetime, compared: tuple[SchoolPolicy, SchoolPolicy] | None
) -> Iterator[Opening]:
    for old in before.audiences:
        new = next((audience for audience in after.audiences if audience.name == old.name), None)
        if new is None:
            yield Opening(old.name, f"everything for {old.name}, whom nothing would filter any more")
            continue
        yield from _settings(old, new)
        if compared:
            yield from _names(old.name, *compared, at)
    yield from _newcomers(before, after)


def _settings(old: Audience, new: Audience) -> Iterator[Opening]:
    if set(old.networks) - set(new.networks):
        yield Opening(old.name, f"everything for the networks taken from {old.name}")
    if old.safe_search and not new.safe_search:
        yield Opening(old.name, f"unsafe searching for {old.name}")
    if _YOUTUBE.index(old.youtube) > _YOUTUBE.index(new.youtube):
        yield Opening(old.name, f"more of YouTube for {old.name}")
    if old.anti_bypass and not new.anti_bypass:
        yield Opening(old.name, f"ways round the filter for {old.name}")


def _newcomers(before: SchoolPolicy, after: SchoolPolicy) -> Iterator[Opening]:
    """A new audience takes clients out of those that were there."""
    known = {audience.name for audience in before.audiences}
    taken = {network for audience in before.audiences for network in audience.networks}
    for audience in after.audiences:
        if known and audience.name not in known and audience.networks and not set(audience.networks) <= taken:
            yield Opening(audience.name, f"what {audience.name} may see, for networks that may be another's now")


def _names(audience: str, before: SchoolPolicy, after: SchoolPolicy, at: datetime) -> Iterator[Opening]:
    compared: set[object] = set()
    told: set[str] = set()
    for instant in _instants(before, after, at):
        old, new = before.policy(audience, instant), after.policy(audience, instant)
        state = (_state(old), _state(new))
        if state in compared or state[0] == state[1]:
            continue
        compared.add(state)
        for change in difference(ruleset(old), ruleset(new)):
            if not change.blocked and change.domain not in told:
                told.add(change.domain)
                yield Opening(audience, f"{change.domain} for {audience}", change.domain)


def _state(policy: Policy) -> tuple[object, ...]:
    """What decides the ruleset. Lists are told apart by their text, which for the same snapshot is the same buffer."""
    lists = (*policy.locked, *policy.protected, *policy.lists)
    rules = frozenset((rule.action, rule.domain, rule.audience) for rule in policy.rules)
    return tuple((listed.slug, listed.role, listed.names) for listed in lists), rules


def _instants(before: SchoolPolicy, after: SchoolPolicy, at: datetime) -> Iterator[datetime]:
    """Now, every boundary of the next weeks, and the far dates of rules and terms."""
    yield at
    for policy in (before, after):
        instant: datetime | None = at
        for _ in range(MOST):
            instant = policy.next_change(instant) if instant else None
            if instant is None or instant > at + AHEAD:
                break
            yield instant
    for policy in (before, after):
        far = [t for rule in policy.rules for t in (rule.since, rule.until) if t and t > at]
        for term in (first for timetable in policy.timetables.values() for first, _ in timetable.terms):
            start = datetime(term.year, term.month, term.day, tzinfo=policy.zone)
            far += [start + timedelta(hours=hours) for hours in range(24 * 7)] if start > at + AHEAD else []
        yield from sorted(far)
