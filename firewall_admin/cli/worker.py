"""`worker`: what is due is done, in a process of its own, and what is long lists' in one beside it."""

import threading

import click

from firewall_admin import worker
from firewall_admin.adapters import log_lines
from firewall_admin.adapters.process_beside import ending_with_input, give_way
from firewall_admin.installation import opened

from .refusing import Command
from .serve import ending_by_signal, of_lists


@click.command("worker", cls=Command)
@click.option("--once", is_flag=True, help="Do what is due now, then end.")
@click.option("--lists", is_flag=True, hidden=True)
def command(once: bool, lists: bool) -> None:
    """Publish and deliver what is due, until stopped by a signal. Several workers never do a thing twice."""
    log_lines.begin()
    if lists:
        give_way()
        ended = ending_with_input()
        worker.run_lists(opened(), ended)
        return
    ports = opened()
    if once:
        worker.tidy(ports)
        worker.once(ports)
        return
    with ending_by_signal(), of_lists():
        worker.run(ports, threading.Event(), lists=False)
