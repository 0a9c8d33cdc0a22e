"""`worker`: what is due is done, in a process of its own."""

import threading

import click

from firewall_admin import worker
from firewall_admin.adapters import log_lines

from .refusing import Command
from .serve import ending_by_signal, opened


@click.command("worker", cls=Command)
@click.option("--once", is_flag=True, help="Do what is due now, then end.")
def command(once: bool) -> None:
    """Publish and deliver what is due, until stopped by a signal. Several workers never do a thing twice."""
    log_lines.begin()
    ports = opened()
    if once:
        worker.tidy(ports)
        worker.once(ports)
        return
    with ending_by_signal():
        worker.run(ports, threading.Event())
