"""Timetables by Squid's own clock: `acl time`.

Squid compares the wall clock of its own time zone, to the minute, and a time's last minute belongs to it (`acl time`
in squid.conf.documented; the server test sees it); a window that ends at 13:00 is therefore written to 12:59. It knows
weekdays and no dates, so a timetable with term dates is followed by its weekly windows only where these say the same
up to the next change of the policy. Where that is not enough, all is as at the instant, as in every other format.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from itertools import product

from firewall_admin.core.compiled import Compiled
from firewall_admin.core.policy import Audience, Rule
from firewall_admin.core.timetable import Timetable, Window

DAYS = "MTWHFAS"  # as Squid abbreviates Monday to Sunday
MOST = 3  # timetables of an audience's rules and allowed lists: each doubles the number of their files
Condition = tuple[tuple[str, bool], ...]
"""Timetables that must be open (True) or closed (False), in order of their names. Empty: always."""


@dataclass(frozen=True)
class Clock:
    """Which timetables Squid can follow from the instant a policy is compiled for."""

    compiled: Compiled

    def followed(self, audience: Audience) -> frozenset[str]:
        """The timetables that are followed for an audience; none if all is to be as at the instant."""
        return frozenset() if len(self.switching(audience)) > MOST else self._followed

    def switching(self, audience: Audience) -> frozenset[str]:
        """The followed timetables of its rules and allowed lists, whose every state has to be written down."""
        lists = self.compiled.school_policy.lists
        names = {rule.when for rule in self.rules(audience)}
        names |= {n for a in audience.lists if lists[a.list].role == "allowed" for n in (a.when, a.except_)}
        return self._followed & names

    def is_open(self, name: str) -> bool:
        """Whether a timetable is open at the instant."""
        return self.compiled.school_policy.clock(self.compiled.at)(name)

    def rules(self, audience: Audience) -> list[Rule]:
        """The audience's rules that are in force now, or would be if their timetable were open."""
        return list(self.compiled.school_policy.policy(audience.name, self.compiled.at, lambda name: True).rules)

    @cached_property
    def _followed(self) -> frozenset[str]:
        """Empty if one can neither be followed nor stays as it is until the next change."""
        named = {name for compiled in self.compiled.audiences for name in self._named(compiled.audience)}
        weekly = frozenset(name for name in named if self._weekly(self._timetable(name)))
        return weekly if all(self._stays(self._timetable(name)) for name in named - weekly) else frozenset()

    def _named(self, audience: Audience) -> Iterator[str]:
        names = [rule.when for rule in self.rules(audience)] + [n for a in audience.lists for n in (a.when, a.except_)]
        yield from filter(None, names)

    def _timetable(self, name: str) -> Timetable:
        return self.compiled.school_policy.timetables[name]

    def _stays(self, timetable: Timetable) -> bool:
        return not self._before_next(timetable.next_change(self.compiled.at, self.compiled.school_policy.zone))

    def _weekly(self, timetable: Timetable) -> bool:
        """Whether the weekly windows alone say the same until the policy's next change."""
        if not timetable.terms:
            return True
        weekly, zone, at = replace(timetable, terms=()), self.compiled.school_policy.zone, self.compiled.at
        if weekly.is_open(at, zone) != timetable.is_open(at, zone):
            return False
        while (change := timetable.next_change(at, zone)) == weekly.next_change(at, zone):
            if change is None or not self._before_next(change):
                return True
            at = change
        return not self._before_next(weekly.next_change(at, zone)) and not self._before_next(change)

    def _before_next(self, instant: datetime | None) -> bool:
        following = self.compiled.next_change
        return instant is not None and (following is None or instant < following)


def both(one: Condition, other: Condition) -> Condition | None:
    """The condition that holds where both do; None if that is never."""
    if any(dict(other).get(name, state) != state for name, state in one):
        return None
    return tuple(sorted(set(one) | set(other)))


def states(timetables: Iterable[str]) -> Iterator[Condition]:
    """Every way in which these timetables can be open and closed together."""
    names = sorted(timetables)
    for opened in product((False, True), repeat=len(names)):
        yield tuple(zip(names, opened, strict=True))


def times(timetable: Timetable) -> list[str]:
    """The weekly windows as the arguments of `acl time`."""
    parts = (part for window in timetable.windows for part in _parts(window))
    return [f"{_days(days)} {_wall(start)}-{_wall(end - 1)}" for days, start, end in parts]


def _parts(window: Window) -> Iterator[tuple[Iterable[int], int, int]]:
    """A window as weekdays and minutes of one day, the end excluded: what runs past midnight is two."""
    if not window.past_midnight:
        yield window.days, window.start, window.end
        return
    yield window.days, window.start, 1440
    if window.end:
        yield [(day + 1) % 7 for day in window.days], 0, window.end


def _days(days: Iterable[int]) -> str:
    return "".join(DAYS[day] for day in sorted(days))


def _wall(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
