"""A real program started for a test on a loopback port the system chose, and stopped by its own process id."""

import atexit
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import dns.exception
import dns.message
import pytest

HOST = "127.0.0.1"
_PATH = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/sbin", "/usr/local/sbin"])


@dataclass(frozen=True)
class Server:
    """A running daemon. `port` is UDP and TCP at 127.0.0.1, for a resolver at ::1 too; `log` is what it wrote."""

    name: str
    port: int
    pid: int
    log_file: Path

    @property
    def log(self) -> str:
        return self.log_file.read_text("utf-8", "replace") if self.log_file.exists() else ""


class NotStarted(AssertionError):
    """A daemon ended, or did not answer in time; its message holds the log."""


def program(name: str) -> str:
    """Where a program is. Without it the test is skipped, and under CI that is an error."""
    if found := shutil.which(name, path=_PATH):
        return found
    if os.environ.get("CI"):
        raise NotStarted(f"{name} is not installed, and under CI every server test must run")
    pytest.skip(f"{name} is not installed")


def loopback() -> tuple[str, ...]:
    """The loopback addresses of this machine: always 127.0.0.1, and ::1 where there is IPv6."""
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return (HOST,)
    return (HOST, "::1")


def free_port() -> int:
    """A port free for UDP and TCP at this moment; whoever takes it must be ready to find it taken."""
    while True:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp, socket.socket() as tcp:
            udp.bind((HOST, 0))
            try:
                tcp.bind(udp.getsockname())
            except OSError:
                continue
            return int(udp.getsockname()[1])


@contextmanager
def running(
    name: str,
    folder: Path,
    command: Callable[[int], Sequence[str]],
    answers: Callable[[int], bool],
    loaded: Callable[[str], bool] = lambda log: True,
    tries: int = 3,
    patience: float = 60,
    awaited: bool = True,
) -> Iterator[Server]:
    """Start what `command(port)` says until `answers(port)` and `loaded` says so of its log; a daemon that ends
    meanwhile is tried at other ports. `patience` in seconds; `awaited`: at the end, until it has ended. Raises
    NotStarted with the daemon's log."""
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / f"{name}.log"
    for left in range(tries, 0, -1):
        port = free_port()
        argv = command(port)
        with log.open("wb") as output:
            process = subprocess.Popen(
                argv, stdout=output, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, cwd=folder
            )
        try:
            server = Server(name, port, process.pid, log)
            if _answering(process, lambda one=server: answers(one.port) and loaded(one.log), patience):  # type: ignore[misc]
                yield server
                return
            if left == 1 or process.poll() is None:
                raise NotStarted(f"{name} did not answer:\n{log.read_text('utf-8', 'replace')[-4000:]}")
        finally:
            if awaited:
                stop(process)
            else:
                process.terminate()
                _ending.append(process)


_ending: list[subprocess.Popen[bytes]] = []
"""Told to end, and not waited for: a test is over before they are."""


@atexit.register
def _end() -> None:
    for process in _ending:
        stop(process)


def stop(process: subprocess.Popen[bytes]) -> None:
    """End one process that was started here."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
    process.wait()


def _answering(process: subprocess.Popen[bytes], answers: Callable[[], bool], patience: float) -> bool:
    until = time.monotonic() + patience
    while process.poll() is None and time.monotonic() < until:
        if answers():
            return True
        time.sleep(0.03)
    return False


def answers_dns(port: int) -> bool:
    """Whether something at the port answers a DNS question from an address outside every audience."""
    question = dns.message.make_query("ready.lab.", "A")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.settimeout(0.5)
        probe.connect((HOST, port))  # so that a closed port is told at once
        try:
            probe.send(question.to_wire())
            return bool(dns.message.from_wire(probe.recv(4096)).answer)
        except (OSError, dns.exception.DNSException):
            return False


def accepts_tcp(port: int) -> bool:
    """Whether something at the port accepts a connection."""
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex((HOST, port)) == 0


def write(path: Path, text: str) -> str:
    """Write a file, and give its path as text."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "ascii")
    return str(path)
