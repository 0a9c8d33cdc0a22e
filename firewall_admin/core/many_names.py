"""Verdicts on many names at once, for little more than the places that the lists have for them.

The orders of the names that are asked for, and of those above them, are sorted, and each list is gone through once for
all of them: halved where they are far apart, as when one name is looked up, and read as it lies where they are near to
one another. Then it is known which lists and rules name what, and of names that the same ones name, at and above them,
`decide` is asked for one.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence

from .domains import from_order, order
from .names import Names
from .policy import Because, Policy, Verdict, decide

NEAR = 1 << 8  # bytes of a list for each order that is looked for: where there are fewer, halving them costs more
PIECE = 1 << 16  # bytes that are read at once


def decide_all(policy: Policy, domains: Sequence[str]) -> Iterator[Verdict]:
    """What `decide` says of each of some parsed names, in their order."""
    keys = [order(domain).encode("ascii") for domain in domains]
    naming = _naming(policy, keys)
    known: dict[tuple[int, ...], tuple[Verdict, int | None]] = {}
    for domain, key in zip(domains, keys, strict=True):
        named = []
        while key:
            if key in naming:
                named.append(key)
            key = key.rpartition(b" ")[0]
        alike = tuple([naming[each] for each in named])
        if alike not in known:
            verdict = decide(policy, domain)
            known[alike] = verdict, _place(verdict.because, named)
        verdict, place = known[alike]
        because, rewrite = verdict.because, None if verdict.blocked else policy.rewrites.get(domain)
        if place is not None:
            because = Because(because.kind, because.source, from_order(named[place].decode("ascii")))
        yield Verdict(domain, verdict.blocked, because, verdict.answer, rewrite)


def held(names: Names, keys: Sequence[bytes]) -> set[bytes]:
    """Those of some sorted orders that are in a list."""
    text, found = names.text, set[bytes]()
    waiting = [(0, len(text), 0, len(keys))] if keys else []
    while waiting:
        start, stop, first, last = waiting.pop()
        near = stop - start <= min(NEAR * (last - first), PIECE)
        middle = stop if near else text.find(b"\n", (start + stop) // 2) + 1
        if middle == stop:
            found.update(set(keys[first:last]).intersection(text[start:stop].split(b"\n")))
            continue
        cut = bisect_left(keys, text[middle : text.find(b"\n", middle)], first, last)
        if cut < last:
            waiting.append((middle, stop, cut, last))
        if first < cut:
            waiting.append((start, middle, first, cut))
    return found


def _naming(policy: Policy, keys: Iterable[bytes]) -> dict[bytes, int]:
    """By the order of each name that could cover one of these, who names it: a bit for each list and rule."""
    wanted = _with_those_above(keys)
    ordered, found = sorted(wanted), dict[bytes, int]()
    lists = (*policy.locked, *policy.protected, *policy.lists)
    for number, listed in enumerate(lists):
        for key in held(listed.names, ordered):
            found[key] = found.get(key, 0) | 1 << number
    for number, rule in enumerate(policy.rules, len(lists)):
        if (key := order(rule.domain).encode("ascii")) in wanted:
            found[key] = found.get(key, 0) | 1 << number
    return found


def _with_those_above(keys: Iterable[bytes]) -> set[bytes]:
    found = set[bytes]()
    for key in keys:
        while key not in found and b" " in key:
            found.add(key)
            key = key.rpartition(b" ")[0]
    return found


def _place(because: Because, named: Sequence[bytes]) -> int | None:
    """Which of the named it was that decided; None where nothing did."""
    return named.index(order(because.name).encode("ascii")) if because.name else None
