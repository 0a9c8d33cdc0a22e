"""A connection to the address that was checked, and to no other."""

import socket
import ssl
from contextlib import suppress
from ipaddress import ip_address
from typing import Any

from .outcome import Failed, Limits
from .public_addresses import Address
from .reach import Deadline, Reach
from .web_address import WebAddress

PIECE = 1 << 16  # bytes


class Connection:
    """Bytes there and back, each step within the deadline. `received`: bytes so far; `ended`: no more will come;
    `issuer`: the organisation that vouches for the server, None over http."""

    def __init__(self, sock: socket.socket, limits: Limits, deadline: Deadline):
        self._socket, self._limits, self._deadline = sock, limits, deadline
        self.received = 0
        self.ended = False
        self.issuer = _issuer(sock) if isinstance(sock, ssl.SSLSocket) else None

    def close(self) -> None:
        """Leave, whatever is still to come."""
        self._socket.close()

    def send(self, data: bytes) -> None:
        """Raises Failed."""
        self._socket.settimeout(self._deadline.left(self._limits.silence))
        try:
            self._socket.sendall(data)
        except OSError as problem:
            raise Failed(f"the connection broke: {_worded(problem)}") from None

    def receive(self) -> bytes:
        """What comes next, at the most 64 KB; nothing at the end. Raises Failed."""
        self._socket.settimeout(self._deadline.left(self._limits.silence))
        try:
            data = self._socket.recv(PIECE)
        except TimeoutError:
            self._deadline.left(1)
            raise Failed(f"the server said nothing for {self._limits.silence:g} seconds") from None
        except OSError as problem:
            raise Failed(f"the connection broke: {_worded(problem)}") from None
        self.received += len(data)
        self.ended = not data
        if self.received > self._limits.wire:
            raise Failed(f"it is longer than {self._limits.wire:,} bytes")
        return data


def connected(to: WebAddress, reach: Reach, limits: Limits, deadline: Deadline) -> Connection:
    """A connection to a host; over https its certificate has been verified. Raises Failed before any byte is sent
    to an address that is not to be used."""
    problem: OSError = TimeoutError()
    for address in reach.addresses(to.host, deadline)[: limits.addresses]:
        try:
            plain = _pinned(address, to.port, deadline.left(limits.connect))
        except OSError as said:
            problem = said
            continue
        try:
            secured = plain if to.scheme == "http" else _secured(plain, to.host, reach, deadline.left(limits.connect))
        except BaseException:
            plain.close()
            raise
        return Connection(secured, limits, deadline)
    deadline.left(limits.connect)
    raise Failed(f"the server {to.authority} can't be reached: {_worded(problem)}")


def _pinned(address: Address, port: int, seconds: float) -> socket.socket:
    """A socket whose other end is the address that was checked. Raises OSError, or Failed where it is another."""
    made = socket.socket(socket.AF_INET6 if address.version == 6 else socket.AF_INET, socket.SOCK_STREAM)
    try:
        made.settimeout(seconds)
        made.connect((str(address), port))
        peer = made.getpeername()
        if ip_address(peer[0]) != address or peer[1] != port:
            raise Failed(f"the connection to {address} came out at {peer[0]}")
    except BaseException:
        made.close()
        raise
    return made


def _secured(plain: socket.socket, host: str, reach: Reach, seconds: float) -> ssl.SSLSocket:
    """TLS for the name, whatever the address: SNI and the certificate are the host's."""
    context = reach.trust()
    with suppress(NotImplementedError):
        context.set_alpn_protocols(["http/1.1"])
    plain.settimeout(seconds)  # of the whole handshake, not of each of its reads
    try:
        return context.wrap_socket(plain, server_hostname=host)
    except ssl.SSLCertVerificationError as problem:
        why = getattr(problem, "verify_message", "") or "it does not verify"
        raise Failed(f"the certificate of {host} can't be trusted: {why}") from None
    except (OSError, ValueError) as problem:
        raise Failed(f"no secure connection to {host} comes about: {_worded(problem)}") from None


def _issuer(secured: ssl.SSLSocket) -> str | None:
    """The organisation's name or, where the certificate has none, the common one (RFC 5280, section 4.1.2.4)."""
    said: Any = (secured.getpeercert() or {}).get("issuer", ())
    names = {name: str(value) for part in said for name, value in part}
    return (names.get("organizationName") or names.get("commonName") or "")[:200] or None


def _worded(problem: Exception) -> str:
    if isinstance(problem, TimeoutError):
        return "it does not answer in time"
    if isinstance(problem, ssl.SSLError):
        return (problem.reason or "TLS error").replace("_", " ").lower()
    return getattr(problem, "strerror", None) or type(problem).__name__
