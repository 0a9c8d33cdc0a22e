"""What a change would do, before it is done: every name whose verdict changes, and every objection.

An objection is a danger with a name. It does not forbid: a person may accept it, by that name and on the record.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from heapq import merge
from itertools import groupby

from .domains import covers, order
from .names import Names
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
class Tally:
    """What is counted over a whole ruleset: the names it blocks, and which of them are public suffixes."""

    blocked: int = 0
    suffixes: tuple[str, ...] = ()

    @classmethod
    def of(cls, rules: Rules) -> "Tally":
        """Of a ruleset, in one pass."""
        blocked, suffixes = 0, []
        for name, is_blocked in rules:
            blocked += is_blocked
            if is_blocked and is_suffix(name):
                suffixes.append(name)
        return cls(blocked, tuple(suffixes))

    def moved(self, before: Rules, after: Rules) -> "Tally":
        """Where a part of the ruleset is replaced by another, both in label order."""
        gone, come = Tally.of(before), Tally.of(after)
        left = set(self.suffixes).difference(gone.suffixes).union(come.suffixes)
        return Tally(self.blocked - gone.blocked + come.blocked, tuple(sorted(left, key=order)))


@dataclass(frozen=True)
class Plan:
    """By audience what would change, and the tally of what would be; over all, what speaks against it."""

    changes: dict[str, tuple[Change, ...]] = field(default_factory=dict)
    objections: tuple[Objection, ...] = ()
    tallies: dict[str, Tally] = field(default_factory=dict)


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
    changes, tallies, objections = {}, {}, list(standing_objections(policy))
    for audience, rules in after.items():
        old, new = list(before.get(audience, ())), list(rules)
        changes[audience], tallies[audience] = tuple(difference(old, new)), Tally.of(new)
        objections += audience_objections(audience, Tally.of(old), tallies[audience])
    objections += gone_objections(before, after)
    return Plan(changes, tuple(objections), tallies)


def gone_objections(before: Iterable[str], after: Iterable[str]) -> Iterator[Objection]:
    """For each audience that there was and would not be."""
    for name in sorted(set(before) - set(after)):
        yield Objection("audience-gone", f"'{name}' would not be filtered at all", name)


def audience_objections(audience: str, old: Tally, new: Tally) -> Iterator[Objection]:
    """What speaks against one audience's ruleset, given the one in force."""
    yield from _size_objections(audience, old.blocked, new.blocked)
    if whole := new.suffixes:
        yield Objection("public-suffix", f"every site under {', '.join(whole[:3])} would be blocked", audience, whole)


def standing_objections(policy: SchoolPolicy) -> Iterator[Objection]:
    """What speaks against a policy as it stands, whatever was there before."""
    if len(policy.audiences) < 2:
        yield Objection("one-audience", "everyone is filtered alike: pupils and staff need an audience each at least")
    for audience in policy.audiences:
        if not audience.networks:
            yield Objection("no-network", f"no network belongs to '{audience.name}'", audience.name)
    protected = [ls for ls in policy.lists.values() if ls.role == "protected"]
    helped = tuple(n for ls in protected for n in ls.names) + policy.domains
    for listed in policy.lists.values():
        if listed.role in ("locked", "blocked") and (hit := _covered(helped, listed.names)):
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


@lru_cache(maxsize=256)
def _covered(domains: tuple[str, ...], names: Names) -> tuple[str, ...]:
    """Kept: most lists are the same from one edit to the next, and so is what is protected."""
    return tuple(domain for domain in domains if names.closest(domain))
