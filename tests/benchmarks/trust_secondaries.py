"""Modelled secondaries: they take NOTIFY, ask for the SOA, transfer what changed by IXFR, and say when it was there.

Each has a port of its own, as a resolver has; all share one process. They begin with the serials of that moment and do
not keep the zones, which a real one does: what they show is when the primary had told them and given it to them.
"""

import multiprocessing as mp
import selectors
import socket
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection

import dns.exception
import dns.flags
import dns.message
import dns.opcode
import dns.query
import dns.rdatatype

HOST = "127.0.0.1"
AT_ONCE = 4
Arrival = tuple[int, str, str, float]  # port, zone, owner, seconds of the monotonic clock


@dataclass
class Modelled:
    """The running secondaries: their ports, and what arrived where."""

    ports: tuple[int, ...]
    _arrivals: Connection

    def arrivals(self) -> Iterator[Arrival]:
        """What has arrived since it was last asked."""
        while self._arrivals.poll():
            yield self._arrivals.recv()


@contextmanager
def modelled(primary: int, zones: Sequence[Sequence[str]]) -> Iterator[Modelled]:
    """A secondary for each sequence of zones, at the primary of that port."""
    context = mp.get_context("spawn")
    mine, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs, primary, zones), daemon=True)
    process.start()
    try:
        yield Modelled(mine.recv(), mine)
    finally:
        process.terminate()
        process.join(10)


def _serve(out: Connection, primary: int, zones: Sequence[Sequence[str]]) -> None:
    selector, serials = selectors.DefaultSelector(), dict[tuple[int, str], int]()
    first = {zone: _serial(primary, zone) for zone in {zone for each in zones for zone in each}}
    ports = []
    for each in zones:
        listening = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        listening.bind((HOST, 0))
        port = listening.getsockname()[1]
        serials.update({(port, zone): first[zone] for zone in each})
        ports.append(port)
        selector.register(listening, selectors.EVENT_READ)
    out.send(tuple(ports))
    busy = set[tuple[int, str]]()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        while True:
            for key, _ in selector.select():
                if (told := _notified(key.fileobj)) and told not in busy and told in serials:  # type: ignore[arg-type]
                    busy.add(told)
                    pool.submit(_follow, out, primary, told, serials, busy)


def _notified(listening: socket.socket) -> tuple[int, str] | None:
    octets, sender = listening.recvfrom(4096)
    try:
        asked = dns.message.from_wire(octets)
    except dns.exception.DNSException:
        return None
    if asked.opcode() != dns.opcode.NOTIFY or asked.flags & dns.flags.QR:
        return None
    answer = dns.message.make_response(asked)
    listening.sendto(answer.to_wire(), sender)
    return listening.getsockname()[1], asked.question[0].name.to_text(omit_final_dot=True)


def _follow(
    out: Connection,
    primary: int,
    told: tuple[int, str],
    serials: dict[tuple[int, str], int],
    busy: set[tuple[int, str]],
) -> None:
    """What changed since the serial that it has; whatever is told meanwhile is seen by the next look at the SOA."""
    port, zone = told
    try:
        while (now := _serial(primary, zone)) > serials[told]:
            owners = _transferred(primary, zone, serials[told])
            serials[told] = now
            at = time.monotonic()
            for owner in owners:
                out.send((port, zone, owner, at))
    finally:
        busy.discard(told)


def _transferred(primary: int, zone: str, since: int) -> list[str]:
    messages = dns.query.xfr(HOST, zone, rdtype=dns.rdatatype.IXFR, serial=since, port=primary, lifetime=60)
    return [rrset.name.to_text() for message in messages for rrset in message.answer]


def _serial(primary: int, zone: str) -> int:
    answer = dns.query.udp(dns.message.make_query(f"{zone}.", "SOA"), HOST, port=primary, timeout=30)
    return int(answer.answer[0][0].serial)
