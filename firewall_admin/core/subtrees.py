"""Subtrees of the name space, and the part of a policy that bears on them.

What a policy says of a name follows from the names above it and itself. So of a policy cut down to the names in some
subtrees and above them, everything in those subtrees is as in the whole one, and everything that compiles, compares or
decides may be given the small policy in place of the large.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from .domains import order
from .names import Names
from .policy import ANTI_BYPASS, NameList, Policy, Rule, SchoolPolicy

_PIECE = 1 << 20  # bytes of a list that are read at a time
_A_LOOK = 4_000  # bytes of a list that are read through in about the time of one look into it


@dataclass(frozen=True)
class Subtrees:
    """The orders of their roots, sorted, none under another."""

    roots: tuple[str, ...] = ()

    @classmethod
    def of(cls, orders: Iterable[str]) -> "Subtrees":
        """The subtrees of names given as orders, in any order and with duplicates."""
        found: list[str] = []
        for key in sorted(orders):
            if not found or not (key == found[-1] or key.startswith(found[-1] + " ")):
                found.append(key)
        return cls(tuple(found))

    def __bool__(self) -> bool:
        return bool(self.roots)

    @cached_property
    def above(self) -> tuple[str, ...]:
        """The orders of every name above a root, sorted."""
        return tuple(sorted({key for root in self.roots for key in _lineage(root)[1:]}))

    @cached_property
    def _either(self) -> tuple[frozenset[str], frozenset[str]]:
        return frozenset(self.roots), frozenset(self.above)

    def holds(self, domain: str) -> bool:
        """Whether a domain is in one of the subtrees."""
        return not self._either[0].isdisjoint(_lineage(order(domain)))

    def concerns(self, domain: str) -> bool:
        """Whether what is said of a domain may bear on the subtrees: it is in one, or above one."""
        return order(domain) in self._either[1] or self.holds(domain)


def narrowed(policy: SchoolPolicy, subtrees: Subtrees) -> SchoolPolicy:
    """A school's policy, cut down to what bears on the subtrees."""
    lists = {slug: _list(listed, subtrees) for slug, listed in policy.lists.items()}
    return replace(policy, lists=lists, rules=_rules(policy.rules, subtrees))


def narrowed_audience(policy: Policy, subtrees: Subtrees) -> Policy:
    """The same for one audience's policy at an instant."""
    locked, protected, lists = (
        tuple(_list(listed, subtrees) for listed in group) for group in (policy.locked, policy.protected, policy.lists)
    )
    rules = _rules(policy.rules, subtrees)
    return replace(policy, locked=locked, protected=protected, lists=lists, rules=rules)


def narrowed_names(names: Names, subtrees: Subtrees) -> Names:
    """The names in the subtrees and above them. Of a long list for few subtrees next to nothing is read."""
    if not subtrees or not len(names.text):
        return Names()
    if (len(subtrees.roots) + len(subtrees.above)) * _A_LOOK < len(names.text):
        return Names("".join(sorted(_looked_up(names, subtrees))).encode("ascii"))
    return Names("".join(_read_through(names, subtrees)).encode("ascii"))


def orders_in(names: Names) -> Iterator[list[str]]:
    """All orders of a list, some at a time."""
    cuts = ["", *names.orders_every(_PIECE)]
    for start, stop in zip(cuts, [*cuts[1:], None], strict=True):
        yield names.between(start, stop).decode("ascii").splitlines()


# The same few lists are asked about the same few names (what everyone needs, what is protected) at every edit.
_kept = lru_cache(maxsize=256)(narrowed_names)


def _list(listed: NameList, subtrees: Subtrees) -> NameList:
    if listed is ANTI_BYPASS:
        return listed  # known by being itself
    few = len(subtrees.roots) < 1_000
    return replace(listed, names=(_kept if few else narrowed_names)(listed.names, subtrees))


def _rules(rules: Iterable[Rule], subtrees: Subtrees) -> tuple[Rule, ...]:
    return tuple(rule for rule in rules if subtrees.concerns(rule.domain))


def _lineage(key: str) -> list[str]:
    """The orders that could cover an order, the closest first, down to one label."""
    keys = [key]
    while " " in keys[-1]:
        keys.append(keys[-1].rpartition(" ")[0])
    return keys


def _looked_up(names: Names, subtrees: Subtrees) -> Iterator[str]:
    for root in subtrees.roots:
        yield from names.between(root, root + "!").decode("ascii").splitlines(keepends=True)  # "!" follows the space
    for key in subtrees.above:
        yield from (line + "\n" for line in names.following(key, 1, or_at=True) if line == key)


def _read_through(names: Names, subtrees: Subtrees) -> Iterator[str]:
    above = subtrees._either[1]
    for lines in orders_in(names):
        if not lines:
            continue
        chosen = {line for line in lines if line in above} if above else set()
        at = max(bisect_left(subtrees.roots, lines[0]) - 1, 0)  # a root before the first line may hold it
        for root in subtrees.roots[at:]:
            if root > lines[-1]:
                break
            start = bisect_left(lines, root)
            chosen.update(lines[start : bisect_left(lines, root + "!", start)])
        yield from (line + "\n" for line in sorted(chosen))
