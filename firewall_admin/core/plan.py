"""What a change would do, before it is done: every name whose verdict changes, and every objection.

An objection is a danger with a name. It does not forbid: a person may accept it, by that name and on the record.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import merge
from itertools import groupby

from .domains import covers, order
from .policy import SchoolPolicy
from .suffixes import is_suffix

Rules = Iterable[tuple[str, bool]]
SHRINK, GROWTH, LEAST, MUCH = 0.10, 0.50, 500, 5_000  # of the names blocked; safety limits, not tuning


@dataclass(frozen=True)
class Change:
    """A name whose verdict changes, and to what. What stands under it changes with it unless named itself."""

    domain: str
    blocked: bool


@dataclass(frozen=True)
class Objection:
    """A danger: its name, the sentence a person reads, whom it concerns and some of the names."""

    name: str
    text: str
    audience: str | None = None
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Plan:
    """By audience what would change; over all, what speaks against it."""

    changes: dict[str, tuple[Change, ...]] = field(default_factory=dict)
    objections: tuple[Objection, ...] = ()


def difference(before: Rules, after: Rules) -> Iterator[Change]:
    """The names of either ruleset whose verdict is another after; both in label order, in one pass."""
    stack: list[tuple[str, bool, bool]] = [("", False, False)]
    marked = merge(((order(n), 0, b) for n, b in before), ((order(n), 1, b) for n, b in after))
    for key, entries in groupby(marked, key=lambda entry: entry[0]):
        while not key.startswith(stack[-1][0]):
            stack.pop()
        verdicts = list(stack[-1][1:])
        for _, side, blocked in entries:
            verdicts[side] = blocked
        stack.append((key + " ", *verdicts))
        if verdicts[0] != verdicts[1]:
            yield Change(".".join(key.split(" ")[::-1]), verdicts[1])


def plan(before: Mapping[str, Rules], after: Mapping[str, Rules], policy: SchoolPolicy) -> Plan:
    """From the rulesets in force and those that would be, by audience. `policy` is the one that would be."""
    changes, objections = {}, list(standing_objections(policy))
    for audience, rules in after.items():
        old, new = list(before.get(audience, ())), list(rules)
        changes[audience] = tuple(difference(old, new))
        objections += audience_objections(audience, old, new)
    gone = sorted(set(before) - set(after))
    objections += [Objection("audience-gone", f"'{name}' would not be filtered at all", name) for name in gone]
    return Plan(changes, tuple(objections))


def audience_objections(audience: str, old: Rules, new: Rules) -> Iterator[Objection]:
    """What speaks against one audience's ruleset, given the one in force."""
    new = list(new)
    yield from _size_objections(audience, _blocked(old), _blocked(new))
    yield from _suffix_objections(audience, new)


def standing_objections(policy: SchoolPolicy) -> Iterator[Objection]:
    """What speaks against a policy as it stands, whatever was there before."""
    if len(policy.audiences) < 2:
        yield Objection("one-audience", "everyone is filtered alike: pupils and staff need an audience each at least")
    for audience in policy.audiences:
        if not audience.networks:
            yield Objection("no-network", f"no network belongs to '{audience.name}'", audience.name)
    protected = [ls for ls in policy.lists.values() if ls.role == "protected"]
    helped = [n for ls in protected for n in ls.names] + list(policy.domains)
    for listed in policy.lists.values():
        if listed.role in ("locked", "blocked") and (hit := tuple(n for n in helped if listed.names.closest(n))):
            effect = "it would block them" if listed.role == "locked" else "it can't block them; look at the list"
            name, text = f"{listed.role}-names-protected", f"'{listed.slug}' names protected sites: {effect}"
            yield Objection(name, text, None, hit)
    whole = [("a rule", rule.domain) for rule in policy.rules] + [("an own name", name) for name in policy.domains]
    for kind, name in whole:
        if is_suffix(name):
            yield Objection("public-suffix", f"{kind} is {name}: every site under it is meant", None, (name,))
    for rule in policy.rules:
        if rule.action == "block" and (hit := tuple(n for n in helped if covers(rule.domain, n))):
            yield Objection("rule-names-protected", f"blocking {rule.domain} can't block what is protected", None, hit)


def _size_objections(audience: str, old: int, new: int) -> Iterator[Objection]:
    numbers = f"{old:,} names blocked before, {new:,} after"
    if not new:
        yield Objection("blocks-nothing", f"nothing would be blocked for '{audience}' ({numbers})", audience)
    elif old >= LEAST and new < old * (1 - SHRINK):
        yield Objection("much-opened", f"far fewer names would be blocked for '{audience}' ({numbers})", audience)
    elif new - old >= MUCH and old and new > old * (1 + GROWTH):
        yield Objection("much-blocked", f"far more names would be blocked for '{audience}' ({numbers})", audience)


def _suffix_objections(audience: str, rules: Sequence[tuple[str, bool]]) -> Iterator[Objection]:
    whole = tuple(name for name, blocked in rules if blocked and is_suffix(name))
    if whole:
        yield Objection("public-suffix", f"every site under {', '.join(whole[:3])} would be blocked", audience, whole)


def _blocked(rules: Rules) -> int:
    return sum(blocked for _, blocked in rules)
