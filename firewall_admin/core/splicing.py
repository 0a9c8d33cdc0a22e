"""Compiled segments that are changed only where the policy changed, to the very segments that compiling anew gives.

A subtree is one stretch of label order. So the stretches of the subtrees that are touched are cut out, what the new
policy says there is put in, and the texts between are cut anew to the length that all texts have.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from hashlib import sha256
from itertools import groupby

from .domains import order
from .policy import ANTI_BYPASS, Policy
from .ruleset import LINES, Segment, layers, segments, sources_of
from .subtrees import Subtrees, narrowed_audience
from .touched import touched_audience

Segments = tuple[Segment, ...]
FLAT = ""  # the whole policy flattened, in place of one layer's name
MOST = 20_000  # subtrees; with more, compiling anew is no slower
_NEAR = 64  # lines that are counted one by one


def compiled(policy: Policy, layer: str) -> Segments:
    """The segments of a policy, flattened or of one of its layers, from the beginning."""
    if layer == FLAT:
        return tuple(segments(policy))
    return tuple(next(one for one in layers(policy) if one.name == layer).segments())


def content(policy: Policy, layer: str) -> str:
    """A hash of everything that the segments follow from: where it is the same, so are they."""
    found = sorted((mark, names.digest) for names, mark in sources_of(only(policy, layer)))
    style = policy.audience.answer == "nxdomain" if layer == FLAT else None
    return sha256(repr((layer, style, found)).encode()).hexdigest()


def only(policy: Policy, layer: str) -> Policy:
    """The part of a policy that one of its layers is made of."""
    if layer == FLAT:
        return policy
    bypass = tuple(listed for listed in policy.locked if listed is ANTI_BYPASS)
    locked = tuple(listed for listed in policy.locked if listed is not ANTI_BYPASS)
    nothing = replace(policy, locked=(), protected=(), rules=(), lists=())
    return {
        "anti-bypass": replace(nothing, locked=bypass),
        "locked": replace(nothing, locked=locked),
        "protected": replace(nothing, protected=policy.protected),
        "rules": replace(nothing, rules=policy.rules),
        "lists": replace(nothing, lists=policy.lists),
    }[layer]


def moved(before: Policy, there: Segments, after: Policy, layer: str) -> Segments | None:
    """The segments of `after`, given those of another policy of the same layer and style. None for too much change."""
    part = touched_audience(only(before, layer), only(after, layer))
    if part is None or len(part.roots) > MOST:
        return None
    return _spliced(there, part, compiled(narrowed_audience(after, part), layer)) if part else there


def _spliced(before: Segments, part: Subtrees, after: Segments) -> Segments:
    pieces = groupby(_pieces(before, part, after), key=lambda piece: piece.action)
    return tuple(Segment(action, text, lines) for action, group in pieces for text, lines in _cut_anew(group))


def _pieces(before: Segments, part: Subtrees, after: Segments) -> Iterator[Segment]:
    old, new = (_Stretches(found) for found in (before, after))
    start = ""
    for root in part.roots:
        stop = root + "!"  # behind the space of what stands under the root
        yield from old.between(start, root)
        yield from new.between(root, stop)
        start = stop
    yield from old.between(start, None)


class _Stretches:
    """Segments to be cut at any place of label order."""

    def __init__(self, found: Sequence[Segment]):
        self._found = found
        self._firsts = [order(segment.text[: segment.text.index("\n")]) for segment in found]

    def between(self, start: str, stop: str | None) -> Iterator[Segment]:
        """What stands at or after an order and before another; None is the end."""
        low = max(bisect_right(self._firsts, start) - 1, 0)
        high = len(self._found) if stop is None else bisect_left(self._firsts, stop)
        for number in range(low, high):
            segment = self._found[number]
            first = at_or_after(segment.text, start) if number == low else 0
            last = len(segment.text) if stop is None or number < high - 1 else at_or_after(segment.text, stop)
            if first == 0 and last == len(segment.text):
                yield segment
            elif first < last:
                yield Segment(segment.action, segment.text[first:last])


def at_or_after(text: str, key: str, low: int = 0) -> int:
    """Where the first domain at or after an order begins in a text of domains, from a line on; by bisection."""
    high = len(text)
    while low < high:
        line = text.rfind("\n", low, (low + high) // 2) + 1 or low
        end = text.index("\n", line)
        if order(text[line:end]) < key:
            low = end + 1
        else:
            high = line
    return low


def _cut_anew(pieces: Iterable[Segment]) -> Iterator[tuple[str, int]]:
    """Texts of exactly as many lines as compiling would put into one, and how many they are."""
    held, lines = "", 0
    for piece in pieces:
        text, count = piece.text, len(piece)
        while lines + count >= LINES:
            head, text = _split(text, count, LINES - lines)
            yield held + head, LINES
            count -= LINES - lines
            held, lines = "", 0
        held, lines = held + text, lines + count
    if held:
        yield held, lines


def _split(text: str, count: int, wanted: int) -> tuple[str, str]:
    """A text of `count` lines, cut behind so many; counted from whichever end is nearer."""
    if count - wanted <= _NEAR:
        at = len(text)
        for _ in range(count - wanted):
            at = text.rfind("\n", 0, at - 1) + 1
    elif wanted <= _NEAR:
        at = 0
        for _ in range(wanted):
            at = text.index("\n", at) + 1
    else:
        at = sum(map(len, text.splitlines(keepends=True)[:wanted]))
    return text[:at], text[at:]
