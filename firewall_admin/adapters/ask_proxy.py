"""Asks a proxy for one name over HTTP, and reads no more than the head of its reply (RFC 9112).

Nothing is sent through a tunnel, and no page is fetched: the connection ends with the head. Whatever goes wrong is a
value, never an exception.
"""

import errno
import re
import socket
import time

from firewall_admin.core.proxies import Asked, Heard, Request, Unheard
from firewall_admin.core.questions import Where

TIMEOUT = 5.0  # seconds for one request in all: a proxy may have to look the name up, and to reach it
MOST = 16_384  # bytes of a head
_STATUS = re.compile(rb"HTTP/1\.[01] ([1-5][0-9]{2})(?: [^\r\n]*)?\r?\n")
_SOURCE = (errno.EADDRNOTAVAIL, errno.EINVAL, errno.EAFNOSUPPORT)


def ask(request: Request, at: Where, *, timeout: float = TIMEOUT) -> Asked:
    """The reply of a proxy, within `timeout` seconds in all."""
    until = time.monotonic() + timeout
    try:
        source = (at.source, 0) if at.source else None
        with socket.create_connection((at.address, at.port), timeout, source_address=source) as one:
            host = request.line if request.method == "CONNECT" else request.host
            text = f"{request.method} {request.line} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
            one.sendall(text.encode("ascii"))
            return _read(request, _head(one, until))
    except TimeoutError:
        return Unheard(request, "silent", "no answer came in time")
    except OSError as problem:
        return _of_the_system(request, at, problem)


def _head(one: socket.socket, until: float) -> bytes:
    """Up to the empty line, the end, or as much as is read at most."""
    head = b""
    while len(head) < MOST and b"\r\n\r\n" not in head and b"\n\n" not in head:
        if (left := until - time.monotonic()) <= 0:
            raise TimeoutError
        one.settimeout(left)
        if not (part := one.recv(MOST - len(head))):
            break
        head += part
    return head


def _read(request: Request, head: bytes) -> Asked:
    if not head:
        return Unheard(request, "broken", "it hung up without an answer")
    if not (first := _STATUS.match(head)):
        return Unheard(request, "broken", "what came is no answer of a proxy")
    fields: dict[bytes, str] = {}
    for line in head[first.end() :].splitlines():
        if not line:
            break
        name, _, value = line.partition(b":")
        fields.setdefault(name.strip().lower(), _plain(value))
    return Heard(request, int(first[1]), fields.get(b"location", ""), fields.get(b"x-squid-error", ""))


def _plain(value: bytes) -> str:
    """Printable ASCII, and not much of it: it is kept as evidence."""
    return "".join(c if " " <= c <= "~" else "?" for c in value.strip().decode("latin-1"))[:300]


def _of_the_system(request: Request, at: Where, problem: OSError) -> Unheard:
    if at.source and problem.errno in _SOURCE:
        return Unheard(request, "source", f"this machine has no address {at.source} to ask from")
    if isinstance(problem, ConnectionResetError | BrokenPipeError):
        return Unheard(request, "broken", "it hung up without an answer")
    if isinstance(problem, ConnectionError):
        return Unheard(request, "unreachable", "nothing answers at that address and port")
    return Unheard(request, "unreachable", problem.strerror or type(problem).__name__)
