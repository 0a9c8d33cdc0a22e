"""Signed messages to a primary over TCP, and its signed answers (RFC 8945). What goes wrong is raised as Failed here
and becomes a value one floor above; no message of it has the key in it."""

import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import dns.exception
import dns.message
import dns.name
import dns.rcode
import dns.rdata
import dns.rdataclass
import dns.rdatatype
import dns.tsig
from dns.rdtypes.ANY.TSIG import TSIG

from firewall_admin.adapters import clock

FUDGE = 300  # seconds that the two clocks may be apart
_TSIG = 250


class Failed(Exception):
    """Why it did not work, in words that end a sentence: "'resolver' can't be given release 3: …"."""


@dataclass(frozen=True)
class Primary:
    """A server that zones are pushed to. `secret` is the key in base64; `algorithm` as in `hmac-sha256`;
    `patience`: seconds for one answer."""

    address: str
    port: int
    key_name: str
    algorithm: str
    secret: str = field(repr=False)
    patience: float

    @property
    def key(self) -> dns.tsig.Key:
        name = dns.name.from_text(self.key_name)
        return dns.tsig.Key(name, self.secret, dns.name.from_text(self.algorithm))


@dataclass
class Line:
    """An open connection. `awaited`: the signatures of the messages that were sent ahead, by their numbers."""

    primary: Primary
    connection: socket.socket
    number: int = 0
    awaited: dict[int, bytes] = field(default_factory=dict)

    def ask(self, message: bytes) -> bytes:
        """Send a message, numbered and signed, and give its answer, whose signature was checked. The answer's code is
        in its head. Raises Failed."""
        mac = self.send(message)
        return self.receive_one(mac)

    def send(self, message: bytes) -> bytes:
        """Send a message, numbered and signed; the signature, to which the answer's is bound."""
        self.number = self.number % 0xFFFF + 1
        signed, mac = sign(struct.pack(">H", self.number) + message[2:], self.primary.key)
        self.connection.sendall(struct.pack(">H", len(signed)) + signed)
        return mac

    def send_ahead(self, message: bytes) -> None:
        """Send a message whose answer is taken later: see `next_answer`."""
        mac = self.send(message)
        self.awaited[self.number] = mac

    def next_answer(self) -> bytes:
        """The next answer to any message that was sent ahead; its signature was checked. A server may answer them in
        another order (RFC 7766, section 7)."""
        while True:
            octets = self._message()
            if (mac := self.awaited.pop(int.from_bytes(octets[:2], "big"), None)) is not None:
                self.check(octets, mac)
                return octets

    def receive_one(self, mac: bytes) -> bytes:
        """One answer that stands alone."""
        octets = self.receive()
        self.check(octets, mac)
        return octets

    def check(self, octets: bytes, mac: bytes) -> None:
        """Whether an answer that stands alone is signed. One that is not could be anyone's and is not believed; what
        it said is told all the same, since REFUSED is a better hint than a missing signature."""
        key = self.primary.key
        try:
            dns.message.from_wire(octets, keyring={key.name: key}, request_mac=mac, ignore_trailing=True)
        except dns.exception.FormError:  # no signature at all
            said = dns.rcode.to_text(dns.rcode.Rcode(octets[3] & 15))
            hint = ": it does not serve that zone, or not to this key" if said in ("NOTAUTH", "REFUSED") else ""
            raise Failed(f"it answered {said} without a signature{hint}") from None

    def receive(self) -> bytes:
        """The octets of the next answer to the last message."""
        while True:
            octets = self._message()
            if int.from_bytes(octets[:2], "big") == self.number:
                return octets

    def _message(self) -> bytes:
        while True:
            octets = self._read(int.from_bytes(self._read(2), "big"))
            if len(octets) >= 12:
                return octets

    def _read(self, length: int) -> bytes:
        pieces = []
        while length:
            if not (piece := self.connection.recv(min(length, 1 << 16))):
                raise Failed("it hung up in the middle")
            pieces.append(piece)
            length -= len(piece)
        return b"".join(pieces)


@contextmanager
def line(primary: Primary) -> Iterator[Line]:
    """A connection for as long as the block lasts; whatever goes wrong on it is raised as Failed."""
    try:
        with socket.create_connection((primary.address, primary.port), timeout=primary.patience) as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            yield Line(primary, connection)
    except Failed:
        raise
    except TimeoutError:
        raise Failed("it did not answer in time") from None
    except OSError as problem:
        raise Failed(_of_the_system(problem)) from None
    except dns.exception.DNSException as problem:
        raise Failed(_of_the_key(problem)) from None
    except ValueError as problem:  # of core.push_wire, or a key that is no base64
        raise Failed(str(problem) or "its answer can't be read") from None


def sign(message: bytes, key: dns.tsig.Key) -> tuple[bytes, bytes]:
    """The message with a signature behind it, and that signature."""
    ident = int.from_bytes(message[:2], "big")
    now = int(clock.now().timestamp())
    blank = TSIG(  # type: ignore[no-untyped-call]
        dns.rdataclass.ANY, dns.rdatatype.TSIG, key.algorithm, now, FUDGE, b"", ident, 0, b""
    )
    rdata, _ = dns.tsig.sign(message, key, blank, now, b"")  # type: ignore[no-untyped-call]
    data = rdata.to_wire() or b""
    extra = int.from_bytes(message[10:12], "big") + 1
    owner = key.name.to_wire() or b""
    record = owner + struct.pack(">HHIH", _TSIG, 255, 0, len(data)) + data
    return message[:10] + struct.pack(">H", extra) + message[12:] + record, rdata.mac


@dataclass
class Chain:
    """The signatures of the messages of one transfer, each of which is bound to those before it."""

    key: dns.tsig.Key
    mac: bytes
    _context: object = None
    unsigned: int = 0

    def check(self, message: bytes, begins: int | None) -> None:
        """`begins`: where the signature's record begins. Raises Failed, and what dnspython has for a bad signature."""
        if begins is None:
            self.unsigned += 1
            if self._context is None or self.unsigned > 99:  # RFC 8945, section 5.3.1
                raise Failed("its transfer is not signed with the key")
            self._context.update(message)  # type: ignore[attr-defined]
            return
        owner, used = dns.name.from_wire(message, begins)
        at = begins + used + 10
        rdata = dns.rdata.from_wire(dns.rdataclass.ANY, dns.rdatatype.TSIG, message, at, len(message) - at)
        now = int(clock.now().timestamp())
        self._context = dns.tsig.validate(  # type: ignore[no-untyped-call]
            message, self.key, owner, rdata, now, self.mac, begins, self._context, multi=True
        )
        self.unsigned = 0


def _of_the_key(problem: dns.exception.DNSException) -> str:
    """The class alone says what it is: what dnspython adds could hold anything."""
    for kinds, words in _WORDS.items():
        if isinstance(problem, kinds):
            return words
    return f"its answer can't be read ({type(problem).__name__})"


_WORDS: dict[tuple[type[Exception], ...], str] = {
    (dns.tsig.PeerBadKey,): "it does not know the key of that name, or not with that algorithm",
    (dns.tsig.PeerBadSignature,): "its key of that name has another secret",
    (dns.tsig.PeerBadTime, dns.tsig.BadTime): "its clock and the one here are more than five minutes apart",
    (dns.tsig.BadSignature, dns.tsig.BadKey, dns.message.UnknownTSIGKey): "its answer is signed with another key",
}


def _of_the_system(problem: OSError) -> str:
    with suppress(AttributeError):
        if isinstance(problem, ConnectionRefusedError):
            return "nothing listens at that address and port"
    return problem.strerror or type(problem).__name__
