"""A TCP proxy that loses what it should carry: whole answers, halves of messages, connections."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from random import Random

from .processes import HOST


class Lossy:
    """Leads to a port on loopback. `loses`: how probable it is that a piece is lost, and the connection with it;
    `answers_only`: what is sent arrives, and only what comes back is lost."""

    def __init__(self, port: int, seed: int):
        self.target, self.random = port, Random(seed)
        self.loses, self.answers_only, self.lost = 0.0, False, 0
        self.listener = socket.create_server((HOST, 0))
        self.port: int = self.listener.getsockname()[1]

    def serve(self) -> None:
        """Until the listener is closed."""
        with suppress(OSError):
            while True:
                client, _ = self.listener.accept()
                threading.Thread(target=self._carry, args=(client,), daemon=True).start()

    def _carry(self, client: socket.socket) -> None:
        with client, suppress(OSError), socket.create_connection((HOST, self.target)) as server:
            back = threading.Thread(target=self._pump, args=(server, client, True), daemon=True)
            back.start()
            self._pump(client, server, False)
            back.join()

    def _pump(self, source: socket.socket, sink: socket.socket, answers: bool) -> None:
        with suppress(OSError):
            while piece := source.recv(1 << 14):
                if (answers or not self.answers_only) and self.random.random() < self.loses:
                    self.lost += 1
                    sink.sendall(piece[: len(piece) // 2] if not self.answers_only else b"")
                    break
                sink.sendall(piece)
        for one in (source, sink):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)


@contextmanager
def lossy(port: int, seed: int = 1) -> Iterator[Lossy]:
    """A proxy for as long as the block lasts, which at first loses nothing."""
    proxy = Lossy(port, seed)
    thread = threading.Thread(target=proxy.serve, daemon=True)
    thread.start()
    try:
        yield proxy
    finally:
        with suppress(OSError):
            proxy.listener.shutdown(socket.SHUT_RDWR)
        proxy.listener.close()
        thread.join(5)
