"""A school's policy compiled for an instant: what every export is given."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property, partial

from . import ruleset, splicing
from .domains import covers
from .policy import Audience, Policy, SchoolPolicy, decide
from .ruleset import Action, Layer, Segment

Make = Callable[[Policy, str], tuple[Segment, ...]]
"""Gives the segments of a policy, flattened or of a layer: whoever has them from before need not compile them."""


@dataclass(frozen=True)
class CompiledAudience:
    """One audience's policy: flattened for formats where the closest name wins, in layers for those with an order."""

    policy: Policy
    make: Make | None = field(default=None, compare=False, repr=False)

    @property
    def audience(self) -> Audience:
        return self.policy.audience

    @property
    def name(self) -> str:
        return self.policy.audience.name

    @cached_property
    def segments(self) -> tuple[Segment, ...]:
        """The flattened ruleset in label order. Kept: every format reads it more than once."""
        return (self.make or splicing.compiled)(self.policy, splicing.FLAT)

    def layers(self) -> list[Layer]:
        """The stack: anti-bypass, locked, protected, rules, lists; the first that speaks decides."""
        return layers_of(self.policy, self.make)

    def content(self, layer: str = splicing.FLAT) -> str:
        """What the segments, or those of a layer, follow from, as a hash: for `File.content`."""
        return splicing.content(self.policy, layer)

    def names(self, *actions: Action) -> Iterator[str]:
        """The domains of the ruleset with one of the actions, in label order."""
        return (name for segment in self.segments if segment.action in actions for name in segment)

    def count(self, *actions: Action) -> int:
        return sum(self._counted[action] for action in actions)

    @cached_property
    def _counted(self) -> Counter[Action]:
        found: Counter[Action] = Counter()
        for segment in self.segments:
            found[segment.action] += len(segment)
        return found

    @cached_property
    def openings(self) -> dict[str, tuple[str, ...]]:
        """By blocked name, the open names directly below it, in label order; only blocked names that have some."""
        found: dict[str, list[str]] = {}
        above: list[str] = []  # only a segment's last name can hold any to come
        for segment in self.segments:
            for domain in segment if segment.action == Action.OPEN else [segment.last]:
                while above and not covers(above[-1], domain):
                    above.pop()
                if segment.action == Action.OPEN:
                    found.setdefault(above[-1], []).append(domain)
            above.append(segment.last)
        return {name: tuple(below) for name, below in found.items()}

    @cached_property
    def rewrites(self) -> tuple[tuple[str, str], ...]:
        """Exact hosts and the hosts they are steered to; a blocked name stays blocked and is not among them."""
        return tuple(pair for pair in self.policy.rewrites.items() if not decide(self.policy, pair[0]).blocked)


@dataclass(frozen=True)
class Compiled:
    """A policy for some or all of its audiences at one instant. `release` is None for a policy file. `since`: by a
    file's content, the instant of the release that had it first, where the releases up to this one all had it."""

    school_policy: SchoolPolicy
    at: datetime
    audiences: tuple[CompiledAudience, ...]
    next_change: datetime | None
    release: int | None = None
    since: Mapping[str, datetime] = field(default_factory=dict)
    make: Make | None = field(default=None, compare=False, repr=False)

    @property
    def school(self) -> str:
        return self.school_policy.school

    def addresses(self, target: str) -> tuple[str, ...]:
        """The fixed addresses of a rewrite's target, where they are known."""
        return self.school_policy.addresses.get(target, ())

    def counts(self) -> dict[str, dict[str, int]]:
        """By audience: names in the ruleset that block, that open below a block, and hosts that are steered."""
        return {
            compiled.name: {
                "blocked": compiled.count(Action.BLOCK, Action.DENY),
                "open": compiled.count(Action.OPEN),
                "rewritten": len(compiled.rewrites),
            }
            for compiled in self.audiences
        }


def compile_policy(
    school_policy: SchoolPolicy,
    at: datetime,
    audiences: tuple[str, ...] = (),
    release: int | None = None,
    since: Mapping[str, datetime] | None = None,
    make: Make | None = None,
) -> Compiled:
    """Compile for an aware instant; without names of audiences, all of them. KeyError for one that does not exist.

    Instants are kept in UTC, so that one instant gives one text however it was spelt.
    """
    at = at.astimezone(UTC)
    names = audiences or tuple(audience.name for audience in school_policy.audiences)
    compiled = tuple(CompiledAudience(school_policy.policy(name, at), make) for name in dict.fromkeys(names))
    changes = school_policy.next_change(at, names, lambda instant: _differs(school_policy, compiled, instant))
    return Compiled(school_policy, at, compiled, changes and changes.astimezone(UTC), release, since or {}, make)


def layers_of(policy: Policy, make: Make | None) -> list[Layer]:
    """The layers of a policy, their segments from whoever has them."""
    fresh = ruleset.layers(policy)
    return [replace(layer, segments=partial(make, policy, layer.name)) for layer in fresh] if make else fresh


def _differs(school_policy: SchoolPolicy, compiled: tuple[CompiledAudience, ...], instant: datetime) -> bool:
    """Whether any audience's result is another at an instant: what comes into force may change nothing."""
    return any(ruleset.differ(one.policy, school_policy.policy(one.name, instant)) for one in compiled)
