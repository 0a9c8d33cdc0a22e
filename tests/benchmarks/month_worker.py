"""The worker of the month, in a process of its own, as `firewall-admin worker` runs it.

Its clock is the machine's, moved on by whole days from outside; lists come over https from a server on loopback; and a
resolver that filters nothing is made up. Everything else is the service's own.
"""

import mmap
import os
import ssl
import struct
import sys
import threading
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from time import time
from typing import Any

from firewall_admin.adapters.fetch import Outcome, Reach, fetch
from firewall_admin.adapters.folders import Folders
from firewall_admin.adapters.policy_files import shipped
from firewall_admin.adapters.process_beside import beside, ending_with_input, give_way
from firewall_admin.adapters.sealed import Sealed
from firewall_admin.adapters.store import Store
from firewall_admin.cli.serve import ending_by_signal
from firewall_admin.core.questions import Where
from firewall_admin.db.change import Database
from firewall_admin.ports import Ports
from firewall_admin.worker import run, run_lists
from tests.journeys.month_of_lists import leads
from tests.list_server import LOOPBACK


class MovedClock:
    """The present and so many seconds, which stand in a file that several processes read and one writes."""

    def __init__(self, file: Path, moved: float | None = None):
        if moved is not None:
            file.write_bytes(struct.pack("d", moved))
        with file.open("r+b") as handle:
            self._moved = mmap.mmap(handle.fileno(), 8)

    def __call__(self) -> datetime:
        return datetime.fromtimestamp(time() + struct.unpack("d", self._moved)[0], UTC)

    def pass_by(self, seconds: float) -> None:
        self._moved[:8] = struct.pack("d", struct.unpack("d", self._moved)[0] + seconds)


def on_ports(ports: Ports, folder: Path, clock: MovedClock) -> Ports:
    """The same for the process that edits and for the one that works."""
    ports.db.clock = clock
    folders = Folders((folder / "delivered",))
    return replace(ports, clock=clock, folders=folders, ask=leads, controls=(Where("198.51.100.53"),))


def main(folder: Path, port: int, authority: str, *more: str) -> None:
    """Works until it is told to stop by a signal, with a process beside it that sees to lists, as in service."""
    clock = MovedClock(folder / "clock")
    reach = Reach(
        resolve=lambda host: ["127.0.0.1"],
        ports=frozenset({port}),
        also=(LOOPBACK,),
        trust=lambda: ssl.create_default_context(cafile=authority),
    )

    def fetched(url: str, into: Path, **asked: Any) -> Outcome:
        return fetch(url, into, reach=reach, **asked)

    database = Database(f"sqlite:///{folder / 'school.db'}", clock)
    sealed = Sealed(folder / "sealing-key")
    ports = Ports(database, Store(folder / "store"), clock, shipped(), sealed=sealed, fetch=fetched)
    ports = on_ports(ports, folder, clock)
    if more:
        give_way()
        run_lists(ports, ending_with_input())
        return
    again = [sys.executable, "-m", "tests.benchmarks.month_worker", str(folder), str(port), authority, "lists"]
    with ending_by_signal(), beside(again):
        run(ports, threading.Event(), lists=False)


if __name__ == "__main__":
    os.environ.setdefault("TZ", "UTC")
    main(Path(sys.argv[1]), int(sys.argv[2]), *sys.argv[3:])
