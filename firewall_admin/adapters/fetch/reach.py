"""How far a fetch reaches: who looks names up, which addresses and ports it may go to, whom it trusts."""

import socket
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import TYPE_CHECKING

from .outcome import Failed
from .public_addresses import Address, Network, not_public

if TYPE_CHECKING:
    import ssl


class Deadline:
    """The end of everything, by a clock that only goes forward."""

    def __init__(self, clock: Callable[[], float], seconds: float):
        self._clock, self._seconds = clock, seconds
        self._end = clock() + seconds

    def left(self, most: float) -> float:
        """The seconds that a step may take, `most` of them. Raises Failed where none are left."""
        if (left := self._end - self._clock()) <= 0:
            raise Failed(f"it did not come whole within {self._seconds:g} seconds")
        return min(left, most)


def system_addresses(host: str) -> list[str]:
    """The addresses of a host by the system's resolver, in its order (RFC 6724). Raises OSError."""
    # As bytes, and with the dot that ends a whole name: no search domain of the school is tried.
    found = socket.getaddrinfo(host.encode("ascii") + b".", None, type=socket.SOCK_STREAM)
    return [str(at[0]) for *_, at in found]


def system_trust() -> "ssl.SSLContext":
    """TLS as the operating system trusts: its own certificates, and those that a school's filter has added to it."""
    import ssl

    import truststore

    context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


@dataclass(frozen=True)
class Reach:
    """The internet, by default. Nothing here is ever taken from an address or from a server's answer.

    `resolve` gives a host's addresses or raises OSError. `ports`: those that an address may name. `also`: networks
    that are not public and may be connected to all the same. `http`: whether plain http will do. `clock`: seconds, as
    `time.monotonic` counts them.
    """

    resolve: Callable[[str], Sequence[str]] = system_addresses
    ports: frozenset[int] = frozenset({443})
    also: tuple[Network, ...] = ()
    http: bool = False
    trust: Callable[[], "ssl.SSLContext"] = field(default=system_trust)
    clock: Callable[[], float] = time.monotonic

    def addresses(self, host: str, deadline: Deadline) -> list[Address]:
        """A host's addresses, looked up once, IPv4 and IPv6 by turns. Raises Failed if even one is not to be used."""
        found = list(dict.fromkeys(self._checked(host, text) for text in self._looked_up(host, deadline)))
        if not found:
            raise Failed(f"the name {host} has no address")
        turns = {version: [address for address in found if address.version == version] for version in (4, 6)}
        return sorted(found, key=lambda address: turns[address.version].index(address))

    def _looked_up(self, host: str, deadline: Deadline) -> Sequence[str]:
        """Asked in a thread of its own: the system's resolver can't be told when to stop."""
        said: list[Sequence[str] | OSError] = []
        done = threading.Event()

        def ask() -> None:
            try:
                said.append(self.resolve(host))
            except OSError as problem:
                said.append(problem)
            finally:
                done.set()

        threading.Thread(target=ask, daemon=True).start()
        while not done.wait(deadline.left(1)):
            pass
        if not said or isinstance(said[0], OSError):
            raise Failed(f"the name {host} can't be looked up: {_why(*said)}")
        return said[0]

    def _checked(self, host: str, text: str) -> Address:
        try:
            address = ip_address(text)
        except ValueError:
            raise Failed(f"the name {host} has an address that can't be read") from None
        if any(address in network for network in self.also):
            return address
        if what := not_public(address):
            raise Failed(f"the name {host} leads to {address}, which is no server on the internet: {what}")
        return address


def _why(*said: object) -> str:
    problem = said[0] if said else None
    return (isinstance(problem, OSError) and problem.strerror) or "no answer"
