"""A layer's names by how deep they are nested.

Squid refuses a list that holds a name and a name under it (`acl dstdomain`), and knows no closest match. The entries
of a layer that are nested equally deep never cover one another, so each depth is a list of its own; and as a layer
names a domain only where the action changes, what lies directly below a block is an opening, and the reverse.
"""

from bisect import bisect
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from firewall_admin.core.domains import covers
from firewall_admin.core.ruleset import Action, Segment


@dataclass
class Stratum:
    """The names of one depth and action: texts of plain domains, one a line. Depth 0 is below nothing."""

    depth: int
    action: Action
    texts: list[str] = field(default_factory=list, repr=False)

    @property
    def opens(self) -> bool:
        return self.action == Action.OPEN


def strata(segments: Iterable[Segment]) -> list[Stratum]:
    """The strata of a layer, the outermost first; those without names are left out."""
    found: dict[tuple[int, Action], Stratum] = {}
    above: list[str] = []
    for segment in segments:
        for depth, text in _by_depth(segment.text, above):
            stratum = found.setdefault((depth, segment.action), Stratum(depth, segment.action))
            stratum.texts.append(text)
        # Names stand directly behind the one that holds them, and never have its action: only the last can hold any.
        above.append(_last(segment.text))
    return sorted(found.values(), key=lambda stratum: (stratum.depth, stratum.action))


def _by_depth(text: str, above: list[str]) -> Iterator[tuple[int, str]]:
    """Cut a segment where it leaves the names `above`, outermost first; leaves there those that hold its last name."""
    while text:
        first = text[: text.index("\n")]
        while above and not covers(above[-1], first):
            above.pop()
        end = _end(text, above[-1]) if above else len(text)
        yield len(above), text[:end]
        text = text[end:]


def _end(text: str, name: str) -> int:
    """How far the lines go that a name covers; in label order they stand first."""
    lines = text.splitlines(keepends=True)
    under = f".{name}\n"
    return sum(map(len, lines[: bisect(lines, False, key=lambda line: not line.endswith(under))]))


def _last(text: str) -> str:
    return text[text.rfind("\n", 0, -1) + 1 : -1]
