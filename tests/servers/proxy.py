"""A world behind a proxy, and requests through one: by GET, by CONNECT, and by the server name of TLS."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import TypeVar

HOST = "127.0.0.1"
Asked = TypeVar("Asked")
Heard = TypeVar("Heard")
_PATIENCE = 20  # seconds for one answer


@dataclass(frozen=True)
class Request:
    """What a client asks a proxy for. `url` of a GET; for CONNECT `host:port`."""

    source: str
    url: str


@dataclass(frozen=True)
class Reply:
    """`status`, and where a redirect leads."""

    status: int
    location: str | None = None


@contextmanager
def origin() -> Iterator[int]:
    """A parent proxy that has every name: 200 to each GET, and a tunnel to something that says "origin". Its port."""
    with closing(socket.create_server((HOST, 0), backlog=512)) as listener:
        threading.Thread(target=_accept, args=(listener,), daemon=True).start()
        yield listener.getsockname()[1]
        # On Linux a blocked accept() does not notice close().
        listener.shutdown(socket.SHUT_RDWR)


def behind(parent: int) -> str:
    """Squid's lines that send everything to `origin`, so that no name is looked up."""
    return (
        f"cache_peer {HOST} parent {parent} 0 no-query no-digest no-netdb-exchange default\n"
        "never_direct allow all\nnetdb_filename none\nclient_db off\n"
    )


def get(port: int, requests: Sequence[Request]) -> list[Reply]:
    """The replies in order; each client keeps one connection."""
    open_: dict[str, HTTPConnection] = {}
    try:
        return [_get(open_, port, request) for request in requests]
    finally:
        for connection in open_.values():
            connection.close()


def connect(port: int, request: Request) -> Reply:
    """The reply to one CONNECT."""
    with _connected(port, request.source) as one:
        return _asked(one, request.url)


def at_once(ask: Callable[[Asked], Heard], wanted: Iterable[Asked]) -> list[Heard]:
    """The answers in order, where each takes a connection of its own and most of the time is waiting."""
    with ThreadPoolExecutor(16) as several:
        return list(several.map(ask, wanted))


def tls(port: int, source: str, address: str, server_name: str) -> bool:
    """Whether TLS for a server name gets through a tunnel to an address: True if the origin's side was heard."""
    with _connected(port, source) as one:
        reply = _asked(one, address)
        assert reply.status == 200, reply
        try:
            one.sendall(_client_hello(server_name))
            return one.recv(100) == b"origin"
        except ConnectionError:
            return False


def _get(open_: dict[str, HTTPConnection], port: int, request: Request) -> Reply:
    if request.source not in open_:
        open_[request.source] = HTTPConnection(HOST, port, _PATIENCE, (request.source, 0))
    connection = open_[request.source]
    connection.request("GET", request.url, headers={"Host": request.url.split("/")[2]})
    with connection.getresponse() as response:
        response.read()
        return Reply(response.status, response.getheader("Location"))


def _connected(port: int, source: str) -> socket.socket:
    return socket.create_connection((HOST, port), _PATIENCE, (source, 0))


def _asked(one: socket.socket, host: str) -> Reply:
    one.sendall(f"CONNECT {host} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode("ascii"))
    head = _head(one).decode("latin-1").split("\r\n")
    location = next((line[10:] for line in head if line.lower().startswith("location: ")), None)
    return Reply(int(head[0].split()[1]), location)


def _head(one: socket.socket) -> bytes:
    """Up to the empty line that ends a head; what follows is left to others."""
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        if not (byte := one.recv(1)):
            break
        head += byte
    return head


def _client_hello(server_name: str) -> bytes:
    written = ssl.MemoryBIO()
    with_name = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).wrap_bio(ssl.MemoryBIO(), written, server_hostname=server_name)
    try:
        with_name.do_handshake()
    except ssl.SSLWantReadError:
        return written.read()
    raise AssertionError("a handshake can't end before the server was heard")


def _accept(listener: socket.socket) -> None:
    while True:
        try:
            one, _ = listener.accept()
        except OSError:
            return
        threading.Thread(target=_serve, args=(one,), daemon=True).start()


def _serve(one: socket.socket) -> None:
    with one, one.makefile("rb") as lines:
        try:
            while first := lines.readline():
                while lines.readline() not in (b"\r\n", b""):
                    pass
                if first.startswith(b"CONNECT"):
                    one.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
                    lines.read(1)
                    one.sendall(b"origin")
                    return
                one.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\norigin")
        except OSError:
            return
