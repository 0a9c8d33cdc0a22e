"""The text of one response policy zone (draft-vixie-dnsop-dns-rpz; the dialect that all four resolvers share).

A zone entry covers one owner: `name` itself, `*.name` everything under it, so both are written. A deeper entry brings
the names between itself and the entry above into existence, and the wildcard above no longer covers those or what is
beside them (RFC 4592, section 3.3.1): where `x.y.bad.lab` stands in a zone that has `bad.lab`, `y.bad.lab` and
`*.y.bad.lab` must be written too, with what `bad.lab` says. Without them a blocked name is answered.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from functools import lru_cache

from ...domains import covers
from ...export import Lines
from ...names import Names
from ...policy import Audience
from ...ruleset import Action, Segment

# A name below these is a trigger of another kind, and a bad one stops a resolver from starting. None is a real domain.
_TRIGGER_TOPS = ("rpz-ip", "rpz-client-ip", "rpz-nsip", "rpz-nsdname")
_TRIGGERS = re.compile(rf"^.*\.(?:{'|'.join(_TRIGGER_TOPS)})\n", re.M)
_TTL = 60
_EXPIRE = 4 * 7 * 86400  # seconds; a secondary without its primary drops the zone, and the filter, only after this
_OCTETS = 255  # of a whole owner in wire form (RFC 1035, section 3.1)
ZONE_NAME = 14  # octets of the longest zone name here, as text
LONGEST = _OCTETS - len("*.") - 1 - (ZONE_NAME + 2)

Answers = Mapping[Action, tuple[str, ...]]


def answers(audience: Audience) -> Answers:
    """The records that give an audience's answer. Where there are only addresses, any other type is NODATA."""
    addresses = {"null": ("0.0.0.0", "::"), "sinkhole": audience.sinkhole, "nxdomain": ()}[audience.answer]
    blocked = tuple(f"AAAA {address}" if ":" in address else f"A {address}" for address in addresses)
    return {
        Action.OPEN: ("CNAME rpz-passthru.",),
        Action.BLOCK: blocked or ("CNAME .",),
        Action.DENY: ("CNAME .",),
    }


def head(about: str, at: datetime) -> str:
    """What every zone begins with. The serial grows with the instant of the policy (RFC 1982)."""
    serial = int(at.timestamp()) % 2**32
    return (
        f"; firewall_admin: {about}\n$TTL {_TTL}\n"
        f"@ SOA localhost. root.localhost. {serial} 3600 600 {_EXPIRE} {_TTL}\n@ NS localhost.\n"
    )


def steering(rewrites: Iterable[tuple[str, str]]) -> str:
    """Exact hosts, each a CNAME of its target."""
    return "".join(f"{host} CNAME {target}.\n" for host, target in rewrites)


def filtering(segments: Iterable[Segment], answers: Answers) -> Iterator[Lines]:
    """Every name of a layer, the names under it, and the names between it and the one above it."""
    above: list[tuple[str, Action]] = []  # what is written and may cover the names to come, the topmost first
    for segment in segments:
        text = sayable(segment.text)
        yield from _entries(text, answers[segment.action])
        for name in text.splitlines():
            while above and not covers(above[-1][0], name):
                above.pop()
            if not above:  # and so nothing above the rest of this segment either
                above = [(text[text.rfind("\n", 0, -1) + 1 : -1], segment.action)]
                break
            top, action = above[-1]
            for between in names_between(name, top):
                yield from _entries(between + "\n", answers[action])
                above.append((between, action))
            above.append((name, segment.action))


def names_between(name: str, top: str) -> list[str]:
    """The names strictly between a name and one that covers it, the topmost first."""
    labels = name[: -len(top) - 1].split(".")[1:]
    return [".".join([*labels[at:], top]) for at in range(len(labels) - 1, -1, -1)]


@lru_cache(maxsize=256)
def may_be_unsayable(names: Names) -> bool:
    """Whether `sayable` could leave out any of the names. A list is read through once, and then known."""
    if any(names.between(f"{top}", f"{top}!") for top in _TRIGGER_TOPS):
        return True
    text, at = names.text, 0
    while len(text) - at > LONGEST:
        if (end := text.rfind(b"\n", at, at + LONGEST + 1)) < 0:
            return True
        at = end + 1
    return False


def sayable(text: str) -> str:
    """Lines of names without those that no zone can hold."""
    if ".rpz-" in text:
        text = _TRIGGERS.sub("", text)
    return _TOO_LONG.sub("", text) if _has_a_long_line(text) else text


def _has_a_long_line(text: str) -> bool:
    """Found by leaps as long as a line may be: that takes a fraction of the time of reading every line."""
    at = 0
    while len(text) - at > LONGEST:
        end = text.rfind("\n", at, at + LONGEST + 1)
        if end < 0:
            return True
        at = end + 1
    return False


_TOO_LONG = re.compile(rf"^.{{{LONGEST + 1},}}\n", re.M)


def _entries(text: str, records: tuple[str, ...]) -> Iterator[Lines]:
    for record in records:
        yield Lines(text, "", f" {record}")
        yield Lines(text, "*.", f" {record}")
