"""An edit weighed: what it changes, and everything that speaks against it.

Both policies are compiled for the same instant, so that what a timetable does at nine is not blamed on an edit made at
one minute past. Rulesets are compiled one audience at a time and let go again: two of a million names are enough.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from .dangers import Opened, essential_objections, list_objections, turnover_objections, used_objections
from .plan import Change, Objection, Plan, audience_objections, difference, standing_objections
from .policy import SchoolPolicy
from .ruleset import ruleset

Rules = list[tuple[str, bool]]


class Rulesets(Mapping[str, Rules]):
    """The ruleset of each audience at an instant, compiled anew whenever it is asked for."""

    def __init__(self, policy: SchoolPolicy | None, at: datetime):
        self._policy, self._at = policy, at

    def __getitem__(self, audience: str) -> Rules:
        if self._policy is None or audience not in self:
            raise KeyError(audience)
        return list(ruleset(self._policy.policy(audience, self._at)))

    def __iter__(self) -> Iterator[str]:
        return iter([audience.name for audience in self._policy.audiences] if self._policy else [])

    def __len__(self) -> int:
        return len(self._policy.audiences) if self._policy else 0

    def __contains__(self, audience: object) -> bool:
        return audience in list(self)


def weighed(before: SchoolPolicy | None, after: SchoolPolicy, at: datetime, opened: Iterable[Opened] = ()) -> Plan:
    """The plan of going from one policy to another at an instant; `opened` are the names people opened lately."""
    opened = tuple(opened)
    old, new = Rulesets(before, at), Rulesets(after, at)
    changes, objections = {}, list(standing_objections(after))
    if before is not None:
        objections += list_objections(before, after)
    for audience in new:
        changes[audience], found = _audience(before, after, at, audience, opened)
        objections += found
    gone = sorted(set(old) - set(new))
    objections += [Objection("audience-gone", f"'{name}' would not be filtered at all", name) for name in gone]
    return Plan(changes, tuple(objections))


def differences(before: Mapping[str, Rules], after: Mapping[str, Rules]) -> dict[str, tuple[Change, ...]]:
    """By audience of `after`, every name whose verdict changes."""
    return {name: tuple(difference(before.get(name, ()), after[name])) for name in after}


def _audience(
    before: SchoolPolicy | None, after: SchoolPolicy, at: datetime, name: str, opened: tuple[Opened, ...]
) -> tuple[tuple[Change, ...], list[Objection]]:
    old, new = Rulesets(before, at).get(name, []), Rulesets(after, at)[name]
    changes = tuple(difference(old, new))
    found = list(audience_objections(name, old, new))
    found += essential_objections(name, after, at)
    if before is not None and name in Rulesets(before, at):
        were, will = (sum(blocked for _, blocked in rules) for rules in (old, new))
        found += turnover_objections(name, were, will, changes)
        found += used_objections(name, before, after, at, opened, changes)
    return changes, found
