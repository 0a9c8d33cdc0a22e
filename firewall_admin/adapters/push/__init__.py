"""Policy zones on a primary DNS server, looked at and changed over the wire (RFC 2136, RFC 5936), each message signed.

Nothing here remembers anything. What went wrong is a value with a sentence; what may be half done is never told as
done.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

import dns.rcode

from firewall_admin.core.push import Difference, Marker, marker_owner
from firewall_admin.core.push_wire import IN, TYPES, Records, read, updates, wire_name

from .exchange import Chain, Failed, Line, Primary, line

__all__ = ["Failure", "Overtaken", "Primary", "Seen", "Transferred", "change", "look", "transfer"]

AHEAD = 32  # messages of one change on their way. Knot DNS does in one go what waits; BIND drops more than a hundred
_AXFR = 252
_CONDITIONS = (dns.rcode.YXDOMAIN, dns.rcode.YXRRSET, dns.rcode.NXRRSET)


@dataclass(frozen=True)
class Failure:
    """It did not work, and why. `lost`: the zone may or may not have been changed."""

    reason: str
    lost: bool = False


@dataclass(frozen=True)
class Overtaken:
    """Somebody else changed the zone since it was looked at, and nothing of the message that said so was done."""


@dataclass(frozen=True)
class Seen:
    """A zone at a glance: its serial, and the text of its marker, None without one, empty for more than one."""

    serial: int
    marker: str | None


@dataclass(frozen=True)
class Transferred:
    """A zone with all its records, as lines."""

    seen: Seen
    lines: frozenset[str]


def look(primary: Primary, zone: str) -> Seen | Failure:
    """The serial and the marker of a zone. The serial is asked for first: a change between the two answers makes the
    marker newer than the serial, and the next look notices."""
    try:
        with line(primary) as one:
            serials = _asked(one, zone, zone, TYPES["SOA"]).serials
            if not serials:
                return Failure(f"it has no zone {zone}")
            markers = _asked(one, zone, f"{marker_owner(zone)}.{zone}", TYPES["TXT"]).markers
            return Seen(serials[0], _one(markers))
    except Failed as problem:
        return Failure(str(problem))


def transfer(primary: Primary, zone: str) -> Transferred | Failure:
    """All of a zone."""
    lines: set[str] = set()
    markers: list[str] = []
    serials: list[int] = []
    try:
        with line(primary) as one:
            for found in _transferred(one, zone):
                lines.update(found.lines)
                markers += found.markers
                serials += found.serials
                if len(serials) > 1:
                    return Transferred(Seen(serials[0], _one(markers)), frozenset(lines))
    except Failed as problem:
        return Failure(str(problem))
    return Failure("its transfer has no end")


def change(
    primary: Primary, zone: str, found: Difference, before: str | None, after: Marker, token: str
) -> Overtaken | Failure | None:
    """Change a zone whose marker was seen to be `before`; see `core.push_wire.updates`. None is success: all of it is
    there and the marker says so."""
    messages = updates(zone, found, before, after, token)
    sent = 0
    try:
        with line(primary) as one:
            message: bytes | None = next(messages)
            while message is not None:
                following = next(messages, None)  # made while the server is at those before
                if following is None:
                    _done(one, zone)  # only the last one says that all of it is there
                one.send_ahead(message)
                sent += 1
                _done(one, zone, AHEAD if sent > 1 else 0)
                message = following
            _done(one, zone)
    except _Overtaken:
        return Overtaken()
    except Failed as problem:
        return Failure(str(problem), lost=sent > (1 if isinstance(problem, _Refused) else 0))
    return None


class _Overtaken(Exception):
    """A server did nothing of a message, since the zone was not as it should have been."""


class _Refused(Failed):
    """The server said that nothing of a message was done."""


def _done(one: Line, zone: str, ahead: int = 0) -> None:
    """Take answers until no more than so many are awaited. Raises where one is anything but success."""
    while len(one.awaited) > ahead:
        code = _code(one.next_answer())
        if code in _CONDITIONS:
            raise _Overtaken
        if code != dns.rcode.NOERROR:
            raise _Refused(_refused(code, zone))


def _transferred(one: Line, zone: str) -> Iterator[Records]:
    mac = one.send(_question(zone, _AXFR))
    chain = Chain(one.primary.key, mac)
    while True:
        octets = one.receive()
        if (code := _code(octets)) != dns.rcode.NOERROR:
            one.check(octets, mac)
            raise Failed(_refused(code, zone))
        found = read(octets, zone)
        chain.check(octets, found.signature)
        yield found


def _asked(one: Line, zone: str, name: str, kind: int) -> Records:
    octets = one.ask(_question(name, kind))
    if (code := _code(octets)) not in (dns.rcode.NOERROR, dns.rcode.NXDOMAIN):
        raise Failed(_refused(code, zone))
    return read(octets, zone)


def _question(name: str, kind: int) -> bytes:
    return struct.pack(">HHHHHH", 0, 0, 1, 0, 0, 0) + wire_name(name) + struct.pack(">HH", kind, IN)


def _code(octets: bytes) -> dns.rcode.Rcode:
    return dns.rcode.Rcode(octets[3] & 15)


def _one(markers: list[str]) -> str | None:
    return None if not markers else markers[0] if len(markers) == 1 else ""


def _refused(code: dns.rcode.Rcode, zone: str) -> str:
    words = {
        dns.rcode.REFUSED: f"it does not let the key look at, transfer or change the zone {zone}",
        dns.rcode.NOTAUTH: f"it does not serve the zone {zone}, or not to this key",
        dns.rcode.NOTIMP: "it takes no changes over DNS (UPDATE)",
        dns.rcode.SERVFAIL: f"it can't answer for the zone {zone} just now",
        dns.rcode.NOTZONE: f"it has another zone where {zone} should be",
    }
    return words.get(code, f"it answered {dns.rcode.to_text(code)} for the zone {zone}")
