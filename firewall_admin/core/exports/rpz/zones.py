"""Which zones there are, in which order, and for whom: the layers of each audience, the first that speaks decides.

A person's decision changes a rules zone, which is small, however large the lists are. A zone that would be the same
for several audiences is written once.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from ...compiled import Compiled, CompiledAudience
from ...export import Piece, content_of
from ...policy import ANTI_BYPASS, NameList
from ...ruleset import Layer
from . import records

# The layers in order, with the names of their zones: short, since a zone's name is part of every owner in it.
KINDS = {
    "rewrites": "steer",
    "anti-bypass": "deny",
    "locked": "locked",
    "protected": "open",
    "rules": "rules",
    "lists": "lists",
}


@dataclass(frozen=True)
class Zone:
    """One zone: `name` as `lists2.rpz`, numbered by its first audience; `text` gives its records a piece at a time.

    Its serial is that of the release since which its `content` is what it is, so an unchanged zone keeps its bytes;
    `content` is empty for one that every release writes anew.
    """

    name: str
    layer: str
    audiences: tuple[str, ...]
    text: Callable[[], Iterator[Piece]]
    content: str
    rewrites: tuple[tuple[str, str], ...] = ()

    @property
    def path(self) -> str:
        return f"zones/{self.name}" if self.content else f"markers/{self.name}"


@dataclass
class _Shared:
    """What several audiences have in common in one layer."""

    content: object
    first: CompiledAudience
    audiences: list[str]


def zones(compiled: Compiled) -> list[Zone]:
    """Every zone of a policy, in the order in which resolvers must look into them."""
    return [zone for layer in KINDS for zone in _of_layer(compiled, layer)]


def seen_by(zones: Iterable[Zone], audience: str) -> list[Zone]:
    """The zones of one audience, in order."""
    return [zone for zone in zones if audience in zone.audiences]


def _of_layer(compiled: Compiled, layer: str) -> Iterator[Zone]:
    found: list[_Shared] = []
    for audience in compiled.audiences:
        if audience.audience.networks and not _empty(audience, layer):
            content = _content(audience, layer)
            same = next((shared for shared in found if shared.content == content), None)
            if same:
                same.audiences.append(audience.name)
            else:
                found.append(_Shared(content, audience, [audience.name]))
    for shared in found:
        yield _zone(compiled, layer, shared)


def _zone(compiled: Compiled, layer: str, shared: _Shared) -> Zone:
    audience = shared.first
    number = 1 + [a.name for a in compiled.school_policy.audiences].index(audience.name)
    about = f"{layer} of {', '.join(shared.audiences)}"
    name = f"{KINDS[layer]}{number}.rpz"
    said = audience.rewrites if layer == "rewrites" else audience.content(layer)
    content = content_of("rpz", name, about, said, sorted(records.answers(audience.audience).items()))

    def text() -> Iterator[Piece]:
        yield records.head(about, compiled.since.get(content, compiled.at))
        if layer == "rewrites":
            yield records.steering(audience.rewrites)
        else:
            yield from records.filtering(_layer(audience, layer).segments(), records.answers(audience.audience))

    rewrites = audience.rewrites if layer == "rewrites" else ()
    return Zone(name, layer, tuple(shared.audiences), text, content, rewrites)


def _content(audience: CompiledAudience, layer: str) -> object:
    """What tells a zone from another. Lists are compared whole: to compile them just to compare would take too long."""
    policy = audience.policy
    if layer == "rewrites":
        return audience.rewrites
    if layer == "anti-bypass":
        return True
    if layer == "protected":
        return _names(policy.protected)
    answers = records.answers(audience.audience)
    if layer == "rules":
        return answers, tuple(_layer(audience, "rules").segments())
    return answers, _names(policy.locked if layer == "locked" else policy.lists)


def _names(lists: Iterable[NameList]) -> object:
    return [(listed.role, listed.names) for listed in lists if listed is not ANTI_BYPASS and len(listed.names.text)]


def _empty(audience: CompiledAudience, layer: str) -> bool:
    if layer == "rewrites":
        return not audience.rewrites
    return _layer(audience, layer).is_empty()


def _layer(audience: CompiledAudience, name: str) -> Layer:
    return next(layer for layer in audience.layers() if layer.name == name)
