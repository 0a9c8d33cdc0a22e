"""Where two policies can differ at all, found without compiling either.

A policy is made of parts: rules, and lists in force for someone. What is a part of both policies is not read. What
only one of them has touches its own names, and a list whose text is another touches the names it gained or lost.

Every part either closes or opens: with a closing part more, or an opening one less, no name is opened. So a name that
is opened lies under a closing part that went or an opening one that came, and nothing else need be looked at to find
openings.
"""

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field

from .domains import order
from .list_moves import differing
from .names import Names
from .policy import ANTI_BYPASS, Assignment, Audience, Policy, Rule, SchoolPolicy, weight
from .subtrees import Subtrees, orders_in

MOST = 200_000  # names touched; beyond that, compiling anew costs no more than comparing
_CLOSING = frozenset({"locked", "blocked"})
_NOTHING = Names()


@dataclass
class Parts:
    """What a policy is made of. The key of a list tells for whom and when it is in force, its role first."""

    lists: dict[tuple[Hashable, ...], Names] = field(default_factory=dict)
    rules: set[tuple[Hashable, ...]] = field(default_factory=set)  # each: action, domain, and when and for whom


def touched(before: SchoolPolicy, after: SchoolPolicy) -> Subtrees | None:
    """The subtrees in which two policies can differ for an audience that both have, at any time. None for too many."""
    return _subtrees(*_parts_of_both(before, after), opening=False)


def opened(before: SchoolPolicy, after: SchoolPolicy) -> Subtrees | None:
    """The subtrees in which a name can be open after and not before, at any time. None for too many."""
    return _subtrees(*_parts_of_both(before, after), opening=True)


def touched_audience(before: Policy, after: Policy) -> Subtrees | None:
    """The subtrees in which the rulesets of an audience's policies at their instants can differ. None for too many."""
    return _subtrees(_parts_at(before), _parts_at(after), opening=False)


def _parts_of_both(before: SchoolPolicy, after: SchoolPolicy) -> tuple[Parts, Parts]:
    names = {a.name for a in before.audiences} & {a.name for a in after.audiences}
    return _parts(before, names), _parts(after, names)


def _parts(policy: SchoolPolicy, audiences: set[str]) -> Parts:
    found = Parts({("protected", "the school's own"): Names.of(policy.domains)})
    for slug, listed in policy.lists.items():
        if listed.role in ("locked", "protected"):
            found.lists[listed.role, slug] = listed.names
    for audience in policy.audiences:
        if audience.name in audiences:
            found.lists |= _assigned(policy, audience)
    found.rules = {_timed(policy, rule) for rule in policy.rules if rule.audience is None or rule.audience in audiences}
    return found


def _assigned(policy: SchoolPolicy, audience: Audience) -> dict[tuple[Hashable, ...], Names]:
    found: dict[tuple[Hashable, ...], Names] = {}
    if audience.anti_bypass:
        found["locked", ANTI_BYPASS.slug, audience.name] = ANTI_BYPASS.names
    essential = (Assignment("essential"),) if audience.essential and "essential" in policy.lists else ()
    for one in (*audience.lists, *essential):
        listed = policy.lists[one.list]
        if listed.role in ("blocked", "allowed"):
            found[listed.role, one.list, audience.name, *_hours(policy, one.when, one.except_)] = listed.names
    return found


def _timed(policy: SchoolPolicy, rule: Rule) -> tuple[Hashable, ...]:
    return rule.action, rule.domain, rule.audience, rule.since, rule.until, *_hours(policy, rule.when)


def _hours(policy: SchoolPolicy, *names: str | None) -> tuple[Hashable, ...]:
    """The timetables themselves: one that is edited is another."""
    zone = policy.timezone if any(names) else None
    return (*(policy.timetables[name] if name else None for name in names), zone)


def _parts_at(policy: Policy) -> Parts:
    """At one instant a name has one rule, and every list is in force or not there."""
    lists: dict[tuple[Hashable, ...], Names] = {}
    for number, listed in enumerate((*policy.locked, *policy.protected, *policy.lists)):
        key = listed.role, listed.slug
        lists[key if key not in lists else (*key, number)] = listed.names
    heaviest: dict[str, Rule] = {}
    for rule in policy.rules:
        if rule.domain not in heaviest or weight(rule) > weight(heaviest[rule.domain]):
            heaviest[rule.domain] = rule
    return Parts(lists, {(rule.action, domain) for domain, rule in heaviest.items()})


def _subtrees(before: Parts, after: Parts, *, opening: bool) -> Subtrees | None:
    found: list[str] = []
    for orders in _touched(before, after, opening):
        found += orders
        if len(found) > MOST:
            return None
    return Subtrees.of(found)


def _touched(before: Parts, after: Parts, opening: bool) -> Iterator[list[str]]:
    gone, come = before.rules - after.rules, after.rules - before.rules
    for rules, action in ((gone, "block"), (come, "allow")):
        yield [order(str(domain)) for did, domain, *_ in rules if not opening or did == action]
    for key in (*before.lists, *(key for key in after.lists if key not in before.lists)):
        old, new, closes = before.lists.get(key, _NOTHING), after.lists.get(key, _NOTHING), key[0] in _CLOSING
        if opening and not len((old if closes else new).text):
            continue  # a whole list that closes came, or one that opens went
        for lost, gained in _compared(old, new):
            yield lost * (not opening or closes) + gained * (not opening or not closes)


def _compared(old: Names, new: Names) -> Iterator[tuple[list[str], list[str]]]:
    """What one list has and the other has not, some at a time."""
    if old == new:
        return
    if not len(old.text) or not len(new.text):
        for lines in orders_in(old if len(old.text) else new):
            yield (lines, []) if len(old.text) else ([], lines)
        return
    for lost, gained in differing(old, new):
        yield _words(lost), _words(gained)


def _words(lines: list[bytes]) -> list[str]:
    return [line.decode("ascii") for line in lines]
