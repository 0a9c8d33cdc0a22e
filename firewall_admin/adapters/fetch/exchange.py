"""One question and its answer over a connection, by HTTP/1.1 (RFC 9112)."""

from collections.abc import Iterator

import h11

from .connection import Connection
from .outcome import Failed, Limits
from .web_address import WebAddress

INTERIM = 10  # answers of the 1xx kind before the real one


class Exchange:
    """Ask once, look at `status` and `field`, then read the body or leave."""

    def __init__(self, connection: Connection, limits: Limits):
        self._connection, self._limits = connection, limits
        self._http = h11.Connection(h11.CLIENT, max_incomplete_event_size=limits.head)
        self.status = 0
        self._fields: list[tuple[bytes, bytes]] = []

    def ask(self, address: WebAddress, fields: dict[str, str]) -> None:
        """Send a GET and read the head of the answer. Raises Failed."""
        headers = {"Host": address.authority, "User-Agent": "firewall_admin", "Connection": "close", **fields}
        request = h11.Request(method="GET", target=address.target, headers=list(headers.items()))
        self._connection.send(self._http.send(request) + self._http.send(h11.EndOfMessage()))
        for _ in range(INTERIM + 1):
            head = self._next()
            if isinstance(head, h11.Response):
                break
        else:
            raise Failed("the server keeps on promising an answer")
        self.status, self._fields = head.status_code, list(head.headers)
        if len(self._fields) > self._limits.fields:
            raise Failed(f"the head of the answer has {len(self._fields)} fields; {self._limits.fields} is the most")

    def field(self, name: str) -> str | None:
        """A field of the head, by its name in lower case; more of one name are joined by commas."""
        found = [value.decode("latin-1") for key, value in self._fields if key == name.encode("ascii")]
        return ", ".join(found) if found else None

    def body(self) -> Iterator[bytes]:
        """The body as it was sent, piece by piece, its end proved. Raises Failed."""
        if self.field("transfer-encoding") is None and self.field("content-length") is None:
            raise Failed("the server does not say how long it is, so that nobody could tell a part from the whole")
        if int(self.field("content-length") or 0) > self._limits.wire:
            raise Failed(f"it is longer than {self._limits.wire:,} bytes")
        while isinstance(event := self._next(), h11.Data):
            yield bytes(event.data)

    def _next(self) -> object:
        while True:
            try:
                event = self._http.next_event()
                if event is not h11.NEED_DATA:
                    return event
                self._http.receive_data(self._connection.receive())
            except h11.RemoteProtocolError as problem:
                raise Failed(self._worded(problem)) from None

    def _worded(self, problem: h11.RemoteProtocolError) -> str:
        if self._connection.ended:
            return "the connection ended before the list did" if self.status else "the server ended the connection"
        if problem.error_status_hint == 431:
            return f"the answer has a head, or a line between its pieces, of more than {self._limits.head:,} bytes"
        return "the server's answer is not HTTP as it should be"
