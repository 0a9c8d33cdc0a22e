"""Records of policy zones as octets and back (RFC 1035 section 4, RFC 2136 section 2).

Written for millions of records: an object for each would take a hundred times as long.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address

from .push import Difference, Marker, marker_owner

MOST = 60_000  # octets of a message, of 65,535, so that its signature fits
RECORDS = 2_000  # in a message
IN, NONE, ANY = 1, 254, 255
TYPES = {"A": 1, "CNAME": 5, "SOA": 6, "TXT": 16, "AAAA": 28}
_NAMES = {number: name for name, number in TYPES.items()}
_UPDATE = 5 << 11
_ZONE = b"\xc0\x0c"  # the zone's name, which stands behind the twelve octets of the head
_TTL = 60
_POINTER = 0xC0


@dataclass(frozen=True)
class Records:
    """What one message of a transfer holds: lines as in `core.push`, the marker's texts, how many SOA records, the
    last serial, and where a last record of type TSIG begins (None without one)."""

    lines: list[str] = field(default_factory=list)
    markers: list[str] = field(default_factory=list)
    serials: list[int] = field(default_factory=list)
    signature: int | None = None


def updates(zone: str, found: Difference, before: str | None, after: Marker, token: str) -> Iterator[bytes]:
    """The messages that change a zone, to be numbered and signed.

    `before` is the marker's text as it was seen, None for no marker, empty for one that can't be read: each message
    only does anything while the zone is in the state that the one before left it in. What fits one message is done at
    once. Otherwise the first one marks the zone as being changed, under `token`, and only the last says that all of it
    is there.
    """
    under_way, seen = str(Marker(after.release, after.digest, token)), before
    parts = _parts(found)
    part: list[bytes] | None = next(parts)
    while part is not None:
        following = next(parts, None)
        leaves = str(after) if following is None else under_way
        marked = [] if leaves == seen else [_remove_markers(zone), _mark(zone, leaves)]
        yield _update(zone, _must_be(zone, seen), [*part, *marked])
        part, seen = following, leaves


def wire_name(name: str) -> bytes:
    """A name, absolute, as octets; `.` is the root. Octets that no name of ours has stand as `\\DDD`."""
    return _labels(name) + b"\0" if name != "." else b"\0"


def _labels(name: str) -> bytes:
    if "\\" in name:
        return b"".join(bytes([len(label)]) + label for label in map(_unescaped, name.split(".")))
    octets = name.encode("ascii")
    return b"".join([b"%c%b" % (len(label), label) for label in octets.split(b".")])


def _unescaped(label: str) -> bytes:
    first, *rest = label.split("\\")
    return first.encode("ascii") + b"".join(bytes([int(part[:3])]) + part[3:].encode("ascii") for part in rest)


def _parts(found: Difference) -> Iterator[list[bytes]]:
    """Steps as many to a message as fit; one message without records where nothing differs but the marker."""
    part: list[bytes] = []
    size = 0
    for step in found.steps():
        records = [_record(adds, line) for adds, line in step]
        octets = sum(map(len, records))
        if part and (size + octets > MOST or len(part) + len(records) > RECORDS):
            yield part
            part, size = [], 0
        part += records
        size += octets
    yield part


def _record(adds: bool, line: str) -> bytes:
    owner, kind, *data = line.split(" ", 2)
    name = (b"" if owner == "@" else _labels(owner)) + _ZONE
    if not data:  # somebody else's: all of that type goes
        return name + struct.pack(">HHIH", int(kind.removeprefix("TYPE")), ANY, 0, 0)
    number, octets = _data(kind, data[0])
    return name + struct.pack(">HHIH", number, IN if adds else NONE, _TTL if adds else 0, len(octets)) + octets


@lru_cache(maxsize=1024)
def _data(kind: str, text: str) -> tuple[int, bytes]:
    if kind == "CNAME":
        return TYPES[kind], wire_name(text if text == "." else text.removesuffix("."))
    if kind in ("A", "AAAA"):
        return TYPES[kind], (IPv4Address if kind == "A" else IPv6Address)(text).packed
    raise ValueError(f"no policy zone has a record of type {kind}")


def _text(text: str) -> bytes:
    return bytes([len(text)]) + text.encode("ascii")


def _mark(zone: str, text: str) -> bytes:
    octets = _text(text)
    return _labels(marker_owner(zone)) + _ZONE + struct.pack(">HHIH", TYPES["TXT"], IN, _TTL, len(octets)) + octets


def _remove_markers(zone: str) -> bytes:
    return _labels(marker_owner(zone)) + _ZONE + struct.pack(">HHIH", TYPES["TXT"], ANY, 0, 0)


def _must_be(zone: str, text: str | None) -> bytes:
    """The prerequisite that the marker is this and nothing else, that there is none, or, for an empty text, that there
    is one at all (RFC 2136, 2.4.1 to 2.4.3)."""
    owner = _labels(marker_owner(zone)) + _ZONE
    if text == "":
        return owner + struct.pack(">HHIH", TYPES["TXT"], ANY, 0, 0)
    if text is None:
        return owner + struct.pack(">HHIH", TYPES["TXT"], NONE, 0, 0)
    octets = _text(text)
    return owner + struct.pack(">HHIH", TYPES["TXT"], IN, 0, len(octets)) + octets


def _update(zone: str, prerequisite: bytes, records: list[bytes]) -> bytes:
    head = struct.pack(">HHHHHH", 0, _UPDATE, 1, 1, len(records), 0)
    return head + wire_name(zone) + struct.pack(">HH", TYPES["SOA"], IN) + prerequisite + b"".join(records)


def read(message: bytes, zone: str) -> Records:
    """The records of one message of a transfer of a zone. Raises ValueError for a message that is broken."""
    try:
        return _Reading(message, zone).records()
    except (struct.error, IndexError):
        raise ValueError("a message of the transfer is cut short") from None


class _Reading:
    """Names are kept by where they stand, since a server points back to them for most of what it writes."""

    def __init__(self, message: bytes, zone: str):
        self.message, self.apex = message, zone.lower()
        self.marker = marker_owner(self.apex)
        self.known: dict[int, str] = {}
        self.found = Records()
        self.at = 12

    def records(self) -> Records:
        questions, answers, authority, extra = struct.unpack_from(">HHHH", self.message, 4)
        for _ in range(questions):
            self._name()
            self.at += 4
        for _ in range(answers):
            self._answer()
        signature = None
        for _ in range(authority + extra):
            begun = self.at
            if self._skip() == 250:
                signature = begun
        return Records(self.found.lines, self.found.markers, self.found.serials, signature)

    def _answer(self) -> None:
        owner = self._relative(self._name())
        kind, _class, _ttl, length = struct.unpack_from(">HHIH", self.message, self.at)
        self.at += 10
        begun, self.at = self.at, self.at + length
        if self.at > len(self.message):
            raise ValueError("a record is cut short")
        if owner == "@" and kind == TYPES["SOA"]:
            self.found.serials.append(struct.unpack_from(">I", self.message, self.at - 20)[0])
        elif owner == self.marker and kind == TYPES["TXT"]:
            self.found.markers.append(self.message[begun + 1 : self.at].decode("ascii", "replace"))
        elif owner != "@":
            self.found.lines.append(f"{owner} {self._told(kind, begun)}")

    def _told(self, kind: int, begun: int) -> str:
        octets = self.message[begun : self.at]
        if kind == TYPES["CNAME"]:
            return f"CNAME {self._name_at(begun)[0]}."
        if kind == TYPES["A"] and len(octets) == 4:
            return f"A {IPv4Address(octets)}"
        if kind == TYPES["AAAA"] and len(octets) == 16:
            return f"AAAA {IPv6Address(octets)}"
        return f"TYPE{kind}"

    def _relative(self, name: str) -> str:
        if name == self.apex:
            return "@"
        return name.removesuffix(f".{self.apex}")

    def _skip(self) -> int:
        self._name()
        kind, _class, _ttl, length = struct.unpack_from(">HHIH", self.message, self.at)
        self.at += 10 + length
        return int(kind)

    def _name(self) -> str:
        name, self.at = self._name_at(self.at)
        return name

    def _name_at(self, at: int, depth: int = 0) -> tuple[str, int]:
        """The name at an offset, lower case without the last dot, and where what follows it begins."""
        if depth > 127:
            raise ValueError("a name points in a circle")
        begun, message = at, self.message
        labels: list[str] = []
        while length := message[at]:
            if length >= _POINTER:
                target = (length & 0x3F) << 8 | message[at + 1]
                rest = self.known.get(target)
                if rest is None:
                    rest = self._name_at(target, depth + 1)[0]
                name = ".".join([*labels, rest]) if labels and rest else rest or ".".join(labels)
                self.known[begun] = name
                return name, at + 2
            labels.append(_label(message[at + 1 : at + 1 + length]))
            at += 1 + length
        name = ".".join(labels)
        self.known[begun] = name
        return name, at + 1


def _label(octets: bytes) -> str:
    text = octets.decode("latin-1").lower()
    if (text.isascii() and text.replace("-", "").replace("_", "").isalnum()) or text == "*":
        return text
    return "".join(c if c.isascii() and (c.isalnum() or c in "-_*") else f"\\{ord(c):03d}" for c in text)
