"""An edit weighed: what it changes, and everything that speaks against it.

Both policies are taken at the same instant, so that what a timetable does at nine is not blamed on an edit made at
one minute past. Only where they can differ are they compiled, so a change costs what it changes; totals over a whole
ruleset are carried on from those of a release (`Known`). Where there is no such place to begin, or too much has
changed, rulesets are compiled whole, one audience at a time, and let go again.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from .dangers import Opened, essential_objections, list_objections, turnover_objections, used_objections
from .domains import order
from .plan import (
    Change,
    Plan,
    Tally,
    audience_objections,
    difference,
    gone_objections,
    standing_objections,
)
from .policy import Policy, SchoolPolicy
from .ruleset import ruleset
from .subtrees import Subtrees, narrowed, narrowed_audience
from .touched import touched, touched_audience

Rules = list[tuple[str, bool]]


@dataclass(frozen=True)
class Known:
    """A policy at an instant, of which the tallies are known, by audience."""

    policy: SchoolPolicy
    at: datetime
    tallies: Mapping[str, Tally] = field(default_factory=dict)

    def tally(self, policy: Policy) -> Tally | None:
        """The tally of an audience's policy, from that of its policy here. None where it has none here."""
        name = policy.audience.name
        if name not in self.tallies:
            return None
        here = self.policy.policy(name, self.at)
        part = touched_audience(here, policy)
        return self.tallies[name].moved(*_both(here, policy, part)) if part is not None else None


class Rulesets(Mapping[str, Rules]):
    """The ruleset of each audience at an instant, compiled anew whenever it is asked for."""

    def __init__(self, policy: SchoolPolicy | None, at: datetime):
        self._policy, self._at = policy, at

    def __getitem__(self, audience: str) -> Rules:
        return list(ruleset(self.policy(audience)))

    def policy(self, audience: str) -> Policy:
        """What applies to an audience at the instant; KeyError for one that is not here."""
        if self._policy is None:
            raise KeyError(audience)
        return self._policy.policy(audience, self._at)

    def __iter__(self) -> Iterator[str]:
        return iter([audience.name for audience in self._policy.audiences] if self._policy else [])

    def __len__(self) -> int:
        return len(self._policy.audiences) if self._policy else 0

    def __contains__(self, audience: object) -> bool:
        return audience in list(self)


def weighed(
    before: SchoolPolicy | None,
    after: SchoolPolicy,
    at: datetime,
    opened: Iterable[Opened] = (),
    known: Known | None = None,
) -> Plan:
    """The plan of going from one policy to another at an instant; `opened` are the names people opened lately, `known`
    a policy near the first of which the totals are known."""
    return _plan(before, after, at, opened, known, touched(before, after) if before else None)


def weighed_in_full(
    before: SchoolPolicy | None, after: SchoolPolicy, at: datetime, opened: Iterable[Opened] = ()
) -> Plan:
    """The same from whole rulesets, whatever they hold: by what `weighed` is judged."""
    return _plan(before, after, at, opened, None, None)


def differences(before: Rulesets, after: Rulesets) -> dict[str, tuple[Change, ...]]:
    """By audience of `after`, every name whose verdict changes."""
    found = {}
    for name in after:
        if name in before:
            old, new = before.policy(name), after.policy(name)
            found[name] = tuple(difference(*_both(old, new, touched_audience(old, new))))
        else:
            found[name] = tuple(difference((), after[name]))
    return found


def _plan(
    before: SchoolPolicy | None,
    after: SchoolPolicy,
    at: datetime,
    opened: Iterable[Opened],
    known: Known | None,
    part: Subtrees | None,
) -> Plan:
    opened, old, new = tuple(opened), Rulesets(before, at), Rulesets(after, at)
    changes, tallies, objections = {}, {}, list(standing_objections(after))
    if before is not None:
        objections += list_objections(before, after)
    for name in new:
        there = name in old
        rules = _both(old.policy(name), new.policy(name), part) if there else ([], new[name])
        were = _tally(old.policy(name), known) if there and part is not None else Tally.of(rules[0])
        tallies[name], changes[name] = were.moved(*rules), tuple(difference(*rules))
        objections += audience_objections(name, were, tallies[name])
        objections += essential_objections(name, after if part is None else _essential(after), at)
        if before is not None and there:
            small = (before, after) if part is None else (narrowed(before, part), narrowed(after, part))
            objections += turnover_objections(name, were.blocked, tallies[name].blocked, changes[name])
            objections += used_objections(name, *small, at, opened, changes[name])
    objections += gone_objections(old, new)
    return Plan(changes, tuple(objections), tallies)


def _tally(policy: Policy, known: Known | None) -> Tally:
    return (known and known.tally(policy)) or Tally.of(ruleset(policy))


def _both(old: Policy, new: Policy, part: Subtrees | None) -> tuple[Rules, Rules]:
    """Two rulesets, whole or only as far as they bear on a part. Beyond it the two have the same names."""
    if part is None:
        return list(ruleset(old)), list(ruleset(new))
    if not part:
        return [], []
    return list(ruleset(narrowed_audience(old, part))), list(ruleset(narrowed_audience(new, part)))


def _essential(policy: SchoolPolicy) -> SchoolPolicy:
    """The part of a policy that bears on the essential names: what blocks them, and by which list, is as in all."""
    names = policy.lists["essential"].names if "essential" in policy.lists else ()
    return narrowed(policy, Subtrees.of(map(order, names)))
