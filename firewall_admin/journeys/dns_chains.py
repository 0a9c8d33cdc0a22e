"""Where the names that people ask for lead by CNAME: a site that leads to a blocked name stays blocked when it alone is
allowed. Kept on the request, and asked again while it is open (`name_chains` asks, and knows what it asked before)."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import or_, select

from firewall_admin.core.access_requests import OPEN
from firewall_admin.core.terms import Kind
from firewall_admin.db.tables import AccessRequest
from firewall_admin.ports import Ports

from . import name_chains

AGAIN = timedelta(hours=1)  # open requests are few, and a resolver that was silent is asked again in time
AT_ONCE = 10  # requests in one turn of the worker


def look_up_due(ports: Ports) -> int:
    """Ask about some of the open requests whose chain is missing or old. How many; none where no resolver is set."""
    if not ports.controls:
        return 0
    due = _due(ports)
    for request, domain in due:
        _keep(ports, request, domain, _chain(ports, domain))
    return len(due)


def _due(ports: Ports) -> Sequence[tuple[UUID, str]]:
    query = (
        select(AccessRequest.id, AccessRequest.domain)
        .where(AccessRequest.kind == Kind.SITE.value, AccessRequest.domain.is_not(None))
        .where(AccessRequest.state.in_([state.value for state in OPEN]))
        .where(or_(AccessRequest.chain_at.is_(None), AccessRequest.chain_at <= ports.clock() - AGAIN))
        .order_by(AccessRequest.chain_at.is_not(None), AccessRequest.id)
        .limit(AT_ONCE)
    )
    with ports.db.look() as session:
        return [(request, str(domain)) for request, domain in session.execute(query)]


def _chain(ports: Ports, domain: str) -> list[str] | None:
    """The names it leads to, as they were found out lately for whatever purpose, or are now; None where nobody says."""
    with ports.db.look() as session:
        known = name_chains.known(session, domain, AGAIN)
    return name_chains.ask(ports, domain) if known is None else known


def _keep(ports: Ports, request: UUID, domain: str, chain: list[str] | None) -> None:
    """What was known stays where nobody answers; and nothing is kept where the request names another site by now."""
    with ports.db.note() as session:
        row = session.get_one(AccessRequest, request)
        if row.domain != domain:
            return
        if chain is not None and chain != row.chain:
            row.chain = chain
        row.chain_at = ports.clock()
