"""The stack of layers as denials that need no `allow`.

In `http_access` the first line that matches ends it all, the site's own lines included, so an opening can't be an
`allow`: it would give away what the site still wants to refuse. Instead each denial excepts what opens a name before
it: `deny clients names !opening`. With openings by depth that is exact:

- a name in a stratum of blocked names is blocked unless the stratum of openings directly below covers it too (what is
  nested deeper is nested in that one, and a deeper block has a denial of its own);
- protected names open whatever rules and lists block; names a rule opens, whatever lists block. A name that is both
  under an opening rule and a closer blocking one was denied by the rules already.

Lists with timetables come apart by *when*: a name is blocked as soon as one list in force blocks it closer than any
allowed list opens it, so each group of lists with the same hours is compiled with the allowed lists on its own.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from firewall_admin.core.policy import Assignment, Audience, Policy

from .clock import Clock, Condition, both, states
from .shelf import Kept, Shelf


@dataclass(frozen=True)
class Denial:
    """Names that are blocked where the condition holds, unless one of the openings covers them. Without `page` the
    audience's block page is not shown, whatever its answer."""

    condition: Condition
    names: str
    unless: tuple[str, ...] = ()
    page: bool = True


@dataclass(frozen=True)
class Stack:
    """An audience's denials. `openings`: what lists can't block, and when; together they are the acl `opening`."""

    audience: Audience
    denials: tuple[Denial, ...]
    openings: tuple[tuple[Condition, str], ...]

    @property
    def opening(self) -> str:
        return f"open-{self.audience.name}"

    def conditions(self) -> Iterator[Condition]:
        yield from (denial.condition for denial in self.denials)
        yield from (condition for condition, _ in self.openings)


def stack(clock: Clock, audience: Audience, shelf: Shelf) -> Stack:
    """The denials of one audience; their names are put on the shelf."""
    policy = _at_instant(clock, audience, ())
    denials: list[Denial] = []
    if audience.anti_bypass:
        asked = shelf.layer(
            "anti-bypass", policy, "the names that browsers and phones ask before they go round filters"
        )
        denials += [replace(denial, page=False) for denial in _denials((), asked, ())]
    denials += _denials((), shelf.layer("locked", policy, "the locked lists"), ())
    protected = shelf.layer("protected", policy, "the protected lists and the school's own names")
    openings: list[tuple[Condition, str]] = [((), kept.name) for kept in protected]
    safe = tuple(kept.name for kept in protected)
    for condition, kept in _rules(clock, audience, shelf):
        denials += _denials(condition, kept, safe)
        openings += [(condition, one.name) for one in kept if one.stratum.opens]
    found = Stack(audience, (), tuple(openings))
    for condition, kept in _lists(clock, audience, shelf):
        denials += _denials(condition, kept, (found.opening,) if openings else ())
    return replace(found, denials=tuple(denials))


def _denials(condition: Condition, layer: tuple[Kept, ...], safe: tuple[str, ...]) -> Iterator[Denial]:
    opening = {kept.stratum.depth: kept.name for kept in layer if kept.stratum.opens}
    for kept in layer:
        if not kept.stratum.opens:
            below = opening.get(kept.stratum.depth + 1)
            yield Denial(condition, kept.name, ((below,) if below else ()) + safe)


def _rules(clock: Clock, audience: Audience, shelf: Shelf) -> Iterator[tuple[Condition, tuple[Kept, ...]]]:
    """The rules in each state of their timetables."""
    followed = clock.followed(audience)
    timed = {rule.when for rule in clock.rules(audience) if rule.when in followed}
    for number, state in enumerate(states(filter(None, timed)), 1):
        name = f"rules-{number}-{audience.name}" if timed else f"rules-{audience.name}"
        about = f"the rules for {audience.name}" + (f" with {_told(state)}" if timed else "")
        yield state, shelf.layer("rules", _at_instant(clock, audience, state), about, name, audience.name)


def _lists(clock: Clock, audience: Audience, shelf: Shelf) -> Iterator[tuple[Condition, tuple[Kept, ...]]]:
    """Blocked lists by when they are in force, in each state of the timetables of allowed ones."""
    lists = clock.compiled.school_policy.lists
    assigned = [*audience.lists, *[Assignment("essential")] * (audience.essential and "essential" in lists)]
    blocked, allowed = (_by_condition(clock, audience, assigned, role) for role in ("blocked", "allowed"))
    bare = replace(_at_instant(clock, audience, ()), locked=(), protected=(), rules=())
    for state in states({name for condition in allowed for name, _ in condition}):
        opened = {slug for condition, slugs in allowed.items() if set(condition) <= set(state) for slug in slugs}
        for condition, slugs in sorted(blocked.items()):
            if (whole := both(condition, state)) is not None:
                yield whole, shelf.lists(replace(bare, lists=tuple(lists[slug] for slug in sorted(slugs | opened))))


def _by_condition(
    clock: Clock, audience: Audience, assigned: Iterable[Assignment], role: str
) -> dict[Condition, set[str]]:
    """The lists of a role by when they are in force; those always in force are not named again."""
    followed = clock.followed(audience)
    found: defaultdict[Condition, set[str]] = defaultdict(set)
    for assignment in assigned:
        condition = _condition(clock, followed, assignment)
        if condition is not None and clock.compiled.school_policy.lists[assignment.list].role == role:
            found[condition].add(assignment.list)
    always = found.get((), set())
    left = {condition: slugs - always if condition else slugs for condition, slugs in found.items()}
    return {condition: slugs for condition, slugs in left.items() if slugs}


def _condition(clock: Clock, followed: frozenset[str], assignment: Assignment) -> Condition | None:
    """When an assignment is in force: () for always, None for never."""
    whole: Condition | None = ()
    for name, state in ((assignment.when, True), (assignment.except_, False)):
        if name is not None and whole is not None:
            if name in followed:
                whole = both(whole, ((name, state),))
            elif clock.is_open(name) != state:
                whole = None
    return whole


def _at_instant(clock: Clock, audience: Audience, state: Condition) -> Policy:
    """The audience's policy, with some timetables supposed open or closed."""
    supposed = dict(state)
    compiled = clock.compiled
    return compiled.school_policy.policy(
        audience.name, compiled.at, lambda name: supposed[name] if name in supposed else clock.is_open(name)
    )


def _told(state: Condition) -> str:
    return ", ".join(f"{name} {'open' if opened else 'closed'}" for name, opened in state)
