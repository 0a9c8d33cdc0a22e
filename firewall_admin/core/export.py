"""What an export format is made of: what it can carry, what it loses, and the files it writes.

A format is one module of `core.exports` with `TITLE`, `CARRIES`, `losses` and `files` (see `Format`).
"""

import re
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Literal, Protocol

from .compiled import Compiled, CompiledAudience
from .old_lists import old_list_lines
from .policy import ANSWERS, ANTI_BYPASS, Answer
from .ruleset import Action

_NOT_FOR_COMMENTS = re.compile(r"[^ -~]|[\\`]")


@dataclass(frozen=True)
class Carries:
    """What a format can say. `audiences`: "together" (one server tells clients apart by network) or "apart" (a file
    each). `every_type`: a blocked name's AAAA, HTTPS and SVCB answers are held back too, whatever the answer style.
    `chains`: a name is also blocked where its CNAME leads to a blocked one. `clock`: follows timetables by itself.
    `mark`: how whoever asks is told of the release (see `release_mark`); None where the format can't."""

    audiences: str
    subdomains: bool = True
    exceptions: bool = True
    answers: frozenset[Answer] = frozenset(ANSWERS)
    rewrites: bool = True
    every_type: bool = True
    chains: bool = False
    clock: bool = False
    mark: Literal["TXT", "http"] | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Loss:
    """Something the policy says and the format can't. `names`: how many names it concerns."""

    what: str
    text: str
    audience: str | None = None
    names: int = 0


@dataclass(frozen=True)
class Lines:
    """Names, one a line, and what stands before and after each. Of one audience (`of`) in one file, the names of the
    same style stand in label order; where they don't, the next release takes longer."""

    names: str = field(repr=False)
    before: str = ""
    after: str = ""
    of: str = ""

    def __str__(self) -> str:
        return each(self.names, self.before, self.after)


Piece = str | Lines


@dataclass(frozen=True)
class File:
    """One file: `path` relative to the folder, `use` one line that says how to load it, `pieces` its text (ASCII), to
    be read once.

    `content`: where a file does not tell of its release, what its bytes follow from but for `Compiled.since`, as one
    text (see `content_of`). While that stays the same from one release to the next, nobody asks for its pieces.
    """

    path: str
    use: str
    pieces: Iterable[Piece] = field(repr=False)
    audience: str | None = None
    content: str | None = None

    @property
    def parts(self) -> Iterator[str]:
        """The text, a part at a time."""
        return map(str, self.pieces)


@dataclass(frozen=True)
class Target:
    """Where files will live: `base` is the folder's path there, for references inside them; `device` a profile of a
    format's `DEVICES`, whose limits then hold."""

    base: str
    device: str | None = None


class Format(Protocol):
    """What each module of `core.exports` provides; `DEVICES` only where a format has device profiles."""

    TITLE: str
    CARRIES: Carries

    def losses(self, compiled: Compiled, target: Target) -> Iterator[Loss]: ...

    def files(self, compiled: Compiled, target: Target) -> Iterator[File]: ...


def content_of(*parts: object) -> str:
    """A hash of what a file's bytes follow from, its path among it. Parts are told apart by their `repr`."""
    return sha256(repr(parts).encode()).hexdigest()


def usual_losses(compiled: Compiled, carries: Carries) -> Iterator[Loss]:
    """The losses that follow from what a format carries, where this policy needs it."""
    for audience in compiled.audiences:
        yield from _audience_losses(audience, carries)


def _audience_losses(audience: CompiledAudience, carries: Carries) -> Iterator[Loss]:
    name, answer = audience.name, audience.audience.answer
    blocked = audience.count(Action.BLOCK, Action.DENY)
    opened, steered = audience.count(Action.OPEN), len(audience.rewrites)
    if blocked and not carries.subdomains:
        yield Loss("subdomains", "blocks only the names written down, not the names under them", name, blocked)
    if opened and not carries.exceptions:
        yield Loss("exceptions", "can't open a name below a blocked one: these stay blocked", name, opened)
    if blocked and answer not in carries.answers:
        yield Loss("answer", f"can't answer a blocked name with '{answer}'", name, blocked)
    if audience.audience.anti_bypass and "nxdomain" not in carries.answers:
        text = "can't answer NXDOMAIN, the one answer that turns bypasses off"
        yield Loss("anti-bypass", text, name, len(ANTI_BYPASS.names))
    if blocked and not carries.every_type:
        yield Loss("types", "holds back addresses only: HTTPS and SVCB answers get through", name, blocked)
    if steered and not carries.rewrites:
        yield Loss("rewrites", "can't steer search engines and YouTube to their safe hosts", name, steered)


def network_losses(audience: CompiledAudience) -> Iterator[Loss]:
    """For a server that knows its clients by network: an audience that has none is filtered for nobody."""
    blocked = audience.count(Action.BLOCK, Action.DENY)
    if not audience.audience.networks and (blocked or audience.rewrites):
        yield Loss("networks", "has no networks, so no client is of this audience", audience.name, blocked)


def header(compiled: Compiled, audience: CompiledAudience | None = None, comment: str = "#") -> str:
    """Comment lines that tell school, release, instant and counts, in printable ASCII whatever a school is called."""
    release = "none, compiled from a policy file" if compiled.release is None else str(compiled.release)
    lines = [f"firewall_admin for {printable(compiled.school)}", f"release: {release}"]
    lines += [f"policy at: {_when(compiled, compiled.at)}"]
    if compiled.next_change:
        lines += [f"changes next at: {_when(compiled, compiled.next_change)}"]
    for name, counts in compiled.counts().items():
        if audience is None or name == audience.name:
            lines += [f"{name}: " + ", ".join(f"{number} {what}" for what, number in counts.items())]
    lines += old_list_lines(compiled, audience)
    return "".join(f"{comment} {line}\n" for line in lines)


def printable(text: str) -> str:
    """A person's words as they may stand in a comment: printable ASCII, everything else a question mark. So are the
    backslash and the backtick, which at the end of a line may draw the next one into the comment."""
    return _NOT_FOR_COMMENTS.sub("?", text)


def each(text: str, before: str, after: str) -> str:
    """Lines of text with something put before and after each, without a loop over the lines."""
    return before + text.replace("\n", f"{after}\n{before}").removesuffix(before) if text else ""


def some(names: Sequence[str], most: int = 5) -> str:
    """Names for a sentence: all of a few, the first of many."""
    rest = len(names) - most
    return ", ".join(names[:most]) + (f" and {rest} more" if rest > 0 else "")


def without(text: str, names: Set[str]) -> str:
    """Lines of text but for those that are one of the names."""
    lines = text.splitlines()
    if names.isdisjoint(lines):
        return text
    return "".join(f"{line}\n" for line in lines if line not in names)


def _when(compiled: Compiled, at: datetime) -> str:
    local = at.astimezone(compiled.school_policy.zone)
    return f"{at:%Y-%m-%dT%H:%M:%SZ} ({local:%a %d %b %Y %H:%M} {compiled.school_policy.timezone})"
