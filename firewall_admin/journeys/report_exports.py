"""Reports that leave the service as a file: who took out how many is on record."""

from firewall_admin.core import events_reports as events
from firewall_admin.core.people import Actor, Permission
from firewall_admin.ports import Ports

from .policy import may


def taken_out(ports: Ports, actor: Actor, *, records: int) -> None:
    """Note that somebody took out so many reports and incidents."""
    may(actor, Permission.SEE_REPORTS)
    with ports.db.change(actor) as change:
        change.did(events.ReportsExported(records))
