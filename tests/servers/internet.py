"""A small internet on loopback: a DNS server that answers every name at once, so that a leak is easily seen.

Any name has A 198.51.100.7, AAAA 2001:db8::7, an HTTPS and an SVCB record with both as hints, and a TXT record; every
other type is NODATA, and ANY is all of them. Chosen names are CNAMEs, have other addresses, or do not exist. UDP and
TCP (RFC 1035) on raw sockets and bytes alone, since it must be quicker than the resolver in front of it.
"""

import socket
import struct
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from types import TracebackType
from typing import Self

REAL_A, REAL_AAAA = "198.51.100.7", "2001:db8::7"
TTL = 60
TEXT = b"the real one"
A, CNAME, SOA, TXT, AAAA, OPT, SVCB, HTTPS, ANY = 1, 5, 6, 16, 28, 41, 64, 65, 255
_SOA_DATA = b"\x00\x00" + struct.pack(">5I", 1, 3600, 600, 86400, TTL)
_OPT = b"\x00" + struct.pack(">HHIH", OPT, 4096, 0, 0)


@dataclass
class Internet:
    """Serves while entered. `aliases`: name → the name its CNAME leads to; `hosts`: name → its IPv4 and IPv6 address;
    `missing`: names answered NXDOMAIN, as is what can't exist. All names are lower case without the last dot. `port` is
    UDP and TCP."""

    aliases: Mapping[str, str] = field(default_factory=dict)
    hosts: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    missing: frozenset[str] = frozenset()
    port: int = 0
    asked: int = 0

    def __enter__(self) -> Self:
        self._udp, self._tcp = _both_sockets()
        self.port = self._udp.getsockname()[1]
        self._threads = [threading.Thread(target=serve, daemon=True) for serve in (self._serve_udp, self._serve_tcp)]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        port, self.port = self.port, 0
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as waker:
            waker.sendto(b"", ("127.0.0.1", port))
        with socket.socket() as waker:
            waker.connect(("127.0.0.1", port))
        for thread in self._threads:
            thread.join(5)
        self._udp.close()
        self._tcp.close()

    def _serve_udp(self) -> None:
        while True:
            question, client = self._udp.recvfrom(4096)
            if not self.port:
                return
            if answer := self.answer(question):
                self._udp.sendto(answer, client)

    def _serve_tcp(self) -> None:
        while True:
            connection, _ = self._tcp.accept()
            if not self.port:
                connection.close()
                return
            threading.Thread(target=self._serve_connection, args=(connection,), daemon=True).start()

    def _serve_connection(self, connection: socket.socket) -> None:
        with connection, connection.makefile("rwb") as stream:
            connection.settimeout(10)
            try:
                while length := stream.read(2):
                    answer = self.answer(stream.read(int.from_bytes(length, "big")))
                    stream.write(len(answer).to_bytes(2, "big") + answer)
                    stream.flush()
            except OSError:
                return  # the resolver hung up

    def answer(self, question: bytes) -> bytes:
        """The answer to one question in wire form; empty for what is no question."""
        if len(question) < 17 or question[2] & 0x80:
            return b""
        self.asked += 1
        name, end = _name_at(question, 12)
        kind = int.from_bytes(question[end : end + 2], "big")
        code, answers, authority = self._records(name, kind, end + 4)
        extra = _OPT if question[10:12] != b"\x00\x00" else b""
        flags = 0x8480 | (question[2] & 1) << 8 | code
        counts = struct.pack(">HHHHH", flags, 1, len(answers), len(authority), 1 if extra else 0)
        return question[:2] + counts + question[12 : end + 4] + b"".join(answers) + b"".join(authority) + extra

    def _records(self, name: str, kind: int, at: int) -> tuple[int, list[bytes], list[bytes]]:
        """Code, answers and authority for a name; `at` is where in the message the first answer will stand."""
        answers: list[bytes] = []
        owner = b"\xc0\x0c"
        while (target := self.aliases.get(name)) and kind != CNAME:
            data = wire(target)
            answers.append(_record(owner, CNAME, data))
            owner = struct.pack(">H", 0xC000 | at + 12)
            at += len(answers[-1])
            name = target
        if name in self.missing or name.endswith(".firewall-admin.invalid"):
            return 3, answers, [_record(b"\x00", SOA, _SOA_DATA)]
        kinds = (A, AAAA, HTTPS, SVCB, TXT) if kind == ANY else (kind,)
        found = [_record(owner, one, real) for one in kinds if (real := self._data(name, one)) is not None]
        return 0, [*answers, *found], [] if found else [_record(b"\x00", SOA, _SOA_DATA)]

    def _data(self, name: str, kind: int) -> bytes | None:
        v4, v6 = (ip_address(address).packed for address in self.hosts.get(name, (REAL_A, REAL_AAAA)))
        if kind == CNAME and name in self.aliases:
            return wire(self.aliases[name])
        if kind in (HTTPS, SVCB):  # RFC 9460: priority 1, the owner itself, alpn h2, ipv4hint, ipv6hint
            return b"\x00\x01\x00\x00\x01\x00\x03\x02h2\x00\x04\x00\x04" + v4 + b"\x00\x06\x00\x10" + v6
        return {A: v4, AAAA: v6, TXT: bytes([len(TEXT)]) + TEXT}.get(kind)


def wire(name: str) -> bytes:
    """A name in wire form, uncompressed; its case is kept."""
    labels = [label.encode("ascii") for label in name.split(".")]
    return b"".join(bytes([len(label)]) + label for label in labels) + b"\x00"


def _name_at(message: bytes, at: int) -> tuple[str, int]:
    """The name that stands uncompressed at an offset, in lower case, and where the rest begins."""
    labels = []
    while length := message[at]:
        labels.append(message[at + 1 : at + 1 + length])
        at += 1 + length
    return b".".join(labels).decode("latin-1").lower(), at + 1


def _record(owner: bytes, kind: int, data: bytes) -> bytes:
    return owner + struct.pack(">HHIH", kind, 1, TTL, len(data)) + data


def _both_sockets() -> tuple[socket.socket, socket.socket]:
    """A UDP and a listening TCP socket at one port that the system chose."""
    while True:
        udp, tcp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM), socket.socket()
        udp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
        tcp.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        udp.bind(("127.0.0.1", 0))
        try:
            tcp.bind(udp.getsockname())
        except OSError:
            udp.close()
            tcp.close()
            continue
        tcp.listen(64)
        return udp, tcp
