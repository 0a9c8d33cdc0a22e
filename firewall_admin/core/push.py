"""What is pushed to a primary DNS server: policy zones as sets of records, how two differ, and the marker that says
which release a zone holds.

A record is a line of the rpz export: owner relative to its zone, type, data. What somebody else put into a zone and
no export writes is a line of two words, owner and type: it can be removed, never written.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass

from .refusals import Refusal

KINDS = ("steer", "deny", "locked", "open", "rules", "lists")
"""The zones of an audience, in the order in which resolvers look into them (core/exports/rpz/zones.py)."""

ALGORITHMS = ("hmac-sha256", "hmac-sha384", "hmac-sha512")
MARKER = "_release"
OPEN = " CNAME rpz-passthru."
_LAYERS = {
    "rewrites": "steer",
    "anti-bypass": "deny",
    "locked": "locked",
    "protected": "open",
    "rules": "rules",
    "lists": "lists",
}
_ABOUT = re.compile(r"; firewall_admin: (?P<layer>[a-z-]+) of (?P<audiences>[a-z][a-z0-9, -]*)\n")
_MARKED = re.compile(r"(?P<under_way>changing )?(?P<release>[0-9]+) (?P<digest>[0-9a-f]{64})(?: (?P<token>[0-9a-f]+))?")
HEAD = 4  # lines of a zone file before its records: what it is about, $TTL, SOA, NS
SUFFIX = re.compile(r"[a-z][a-z0-9]{0,4}")  # so short that every name that the export can say fits (records.ZONE_NAME)


@dataclass(frozen=True)
class Content:
    """The records of a zone, a line each, and the SHA-256 of that text."""

    text: str
    digest: str


@dataclass(frozen=True)
class Marker:
    """Which release a zone holds. `token`: while many messages change it, whose they are; empty once all of it is
    there."""

    release: int
    digest: str
    token: str = ""

    def __str__(self) -> str:
        return f"changing {self.release} {self.digest} {self.token}" if self.token else f"{self.release} {self.digest}"


@dataclass(frozen=True)
class Difference:
    """What makes one set of records the other: lines to add, owners whose records are replaced (what goes, what comes),
    lines to remove."""

    added: tuple[str, ...] = ()
    replaced: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = ()
    removed: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.added) + len(self.removed) + sum(len(gone) + len(came) for gone, came in self.replaced)

    def steps(self) -> Iterator[tuple[tuple[bool, str], ...]]:
        """Records, each as `(adds, line)`, that must not be torn apart. Whoever reads the zone between two steps finds
        every name blocked that is blocked before and after: blocks come before the exceptions from them, additions
        before removals, and exceptions go before what they are beneath or above."""
        for line in sorted(self.added, key=_is_open):
            yield ((True, line),)
        for gone, came in sorted(self.replaced, key=lambda both: any(map(_is_open, both[1]))):
            yield (*((False, line) for line in gone), *((True, line) for line in came))
        for line in sorted(self.removed, key=_is_open, reverse=True):
            yield ((False, line),)

    def without_removals(self) -> "Difference":
        """What adds and replaces alone."""
        return Difference(self.added, self.replaced)


EMPTY = Content("", hashlib.sha256(b"").hexdigest())


def content(text: str) -> Content:
    """The content with its digest."""
    return Content(text, hashlib.sha256(text.encode("ascii")).hexdigest())


def read_marker(text: str | None) -> Marker | None:
    """What a marker's text says; None for no marker, or one that nobody here wrote."""
    if text is None or not (match := _MARKED.fullmatch(text)):
        return None
    if bool(match["under_way"]) != bool(match["token"]):
        return None
    return Marker(int(match["release"]), match["digest"], match["token"] or "")


def marker_owner(zone: str) -> str:
    """The owner of a zone's marker, relative to the zone: `_release-rules` in `rules1.rpz`.

    A resolver that copied the zone answers that name by its policy, and of several zones the first that has it. So
    each kind of zone has a name of its own, and a client can ask a resolver which release of each zone it holds.
    """
    return f"{MARKER}-{zone.partition('.')[0].rstrip('0123456789')}"


def zone_names(audiences: Iterable[str], suffix: str) -> Iterator[tuple[str, str, str]]:
    """Every zone a target can have, in the order in which resolvers look: its name, its kind, and its audience.

    Each audience has zones of its own, numbered in the order of the target's audiences, whether or not they hold the
    same: a server is told its zones once, and a policy changes every day.
    """
    named = list(audiences)
    for kind in KINDS:
        for number, audience in enumerate(named, 1):
            yield f"{kind}{number}.{suffix}", kind, audience


def told(head: str) -> tuple[str, tuple[str, ...]]:
    """The kind and the audiences of a zone file of the rpz export, by its first line. Raises Refusal for another."""
    match = _ABOUT.match(head)
    if not match or match["layer"] not in _LAYERS:
        raise Refusal("this is no zone file of the rpz export")
    return _LAYERS[match["layer"]], tuple(match["audiences"].split(", "))


def body(zone_file: str) -> str:
    """The records of a zone file, without its head."""
    at = 0
    for _ in range(HEAD):
        at = zone_file.index("\n", at) + 1
    return zone_file[at:]


def difference(before: Iterable[str], after: Iterable[str]) -> Difference:
    """What makes `before` into `after`. Owners that have records in both are changed in one step each, removals first:
    a server passes over a CNAME for a name that has other records (RFC 2136, section 3.4.2.2)."""
    had, wanted = (side if isinstance(side, Set) else dict.fromkeys(side).keys() for side in (before, after))
    if not had or not wanted:  # the first time, and the last: nothing to sort apart among millions
        return Difference(tuple(wanted), (), tuple(had))
    added, removed = sorted(wanted - had), sorted(had - wanted)
    both = {_owner(line) for line in added}.intersection(map(_owner, removed))
    if not both:
        return Difference(tuple(added), (), tuple(removed))
    gone, came = (_by_owner(line for line in lines if _owner(line) in both) for lines in (removed, added))
    return Difference(
        tuple(line for line in added if _owner(line) not in both),
        tuple((tuple(gone[owner]), tuple(came[owner])) for owner in sorted(both)),
        tuple(line for line in removed if _owner(line) not in both),
    )


def _is_open(line: str) -> bool:
    return line.endswith(OPEN)


def _owner(line: str) -> str:
    return line.split(" ", 1)[0]


def _by_owner(lines: Iterable[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in lines:
        found.setdefault(_owner(line), []).append(line)
    return found
