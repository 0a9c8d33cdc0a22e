"""Legal holds on requests for access; those on reports and incidents are with the records, on whole kinds with
retention."""

from uuid import UUID

from firewall_admin.core import access_requests, events_reports
from firewall_admin.core.people import Actor, Permission
from firewall_admin.core.refusals import Conflict
from firewall_admin.ports import Ports

from . import report_records as records
from .access_requests import find
from .policy import may


def hold_request(ports: Ports, actor: Actor, request: UUID, *, reason: str) -> None:
    """A claim needs what was written in a request, whatever its time."""
    may(actor, Permission.SAFEGUARD)
    words = records.words(reason, "Say why it has to be kept.", "reason")
    with ports.db.change(actor) as change:
        row = find(change.session, actor, request)
        if row.hold or row.destroyed_at:
            raise Conflict("It is on hold already, or its texts are destroyed.")
        row.hold = words
        change.did(events_reports.HoldPlaced(access_requests.reference(row.number)))


def lift_request(ports: Ports, actor: Actor, request: UUID) -> None:
    """Its time counts again."""
    may(actor, Permission.SAFEGUARD)
    with ports.db.change(actor) as change:
        row = find(change.session, actor, request)
        if not row.hold:
            raise Conflict("It is on no hold.")
        row.hold = None
        change.did(events_reports.LegalHoldLifted(access_requests.reference(row.number)))
