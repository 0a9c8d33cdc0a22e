"""`worker`: what is due is done, in a process of its own, and what goes ahead of long lists in one beside it."""

import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import click

from firewall_admin import worker
from firewall_admin.adapters import log_lines

from .refusing import Command
from .serve import ending_by_signal, opened

_AGAIN = "from firewall_admin.cli import main; main()"


@click.command("worker", cls=Command)
@click.option("--once", is_flag=True, help="Do what is due now, then end.")
@click.option("--ahead", is_flag=True, hidden=True)
def command(once: bool, ahead: bool) -> None:
    """Publish and deliver what is due, until stopped by a signal. Several workers never do a thing twice."""
    log_lines.begin()
    ports = opened()
    if once:
        worker.tidy(ports)
        worker.once(ports)
        return
    with ending_by_signal():
        if ahead:
            worker.run_ahead(ports, ending_with_input())
            return
        with beside([sys.executable, "-c", _AGAIN, "worker", "--ahead"]):
            worker.run(ports, threading.Event(), ahead=False)


@contextmanager
def beside(command: Sequence[str]) -> Iterator[None]:
    """A process that lasts as long as the block, and no longer than this process: it ends with its standard input."""
    process = subprocess.Popen(command, stdin=subprocess.PIPE)
    try:
        yield
    finally:
        if process.stdin:
            process.stdin.close()
        try:
            process.wait(worker.LAST_WORDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def ending_with_input() -> threading.Event:
    """Set when the standard input ends: whoever held its other end is gone."""
    ended = threading.Event()

    def wait() -> None:
        while sys.stdin.buffer.read(1):
            pass
        ended.set()

    threading.Thread(target=wait, daemon=True).start()
    return ended
