"""Where the names that people ask for lead by CNAME: a site that leads to a blocked name stays blocked when it alone is
allowed. Asked while a request is open, about all the names of its terms (`name_chains` asks, and keeps the answers)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from firewall_admin.core.access_requests import OPEN
from firewall_admin.core.terms import Kind, from_json
from firewall_admin.db.tables import AccessRequest
from firewall_admin.ports import Ports

from . import name_chains
from .request_facts import standing_assessments

AGAIN = timedelta(hours=1)  # open requests are few, and a resolver that was silent is asked again in time
AT_ONCE = 10  # requests in one turn of the worker
OPENING = [kind.value for kind in Kind if kind.opens_until]


@dataclass(frozen=True)
class _Due:
    """A request as it was read, with the names asked for and those advised."""

    request: UUID
    version: int
    names: tuple[str, ...]


def look_up_due(ports: Ports) -> int:
    """Ask about some of the open requests whose names were not asked about, or long ago. How many requests; none where
    no resolver is set."""
    if not ports.controls:
        return 0
    due = _due(ports)
    for one in due:
        _ask(ports, one.names)
        _mark(ports, one)
    return len(due)


def _due(ports: Ports) -> Sequence[_Due]:
    query = (
        select(AccessRequest)
        .where(AccessRequest.kind.in_(OPENING), AccessRequest.state.in_([state.value for state in OPEN]))
        .where(or_(AccessRequest.chain_at.is_(None), AccessRequest.chain_at <= ports.clock() - AGAIN))
        .order_by(AccessRequest.chain_at.is_not(None), AccessRequest.id)
        .limit(AT_ONCE)
    )
    with ports.db.look() as session:
        return [_Due(row.id, row.version, _names(session, row)) for row in session.scalars(query).all()]


def _names(session: Session, row: AccessRequest) -> tuple[str, ...]:
    kept = [row.terms, *(one.terms for one in standing_assessments(session, row))]
    return tuple(dict.fromkeys(name for terms in kept for name in from_json(terms).names))


def _ask(ports: Ports, names: Sequence[str]) -> None:
    """About each name of which nothing was found out lately, for whatever purpose. Where nobody answers, the rest waits
    for the next hour: sixty silences would hold up the worker."""
    for name in names:
        with ports.db.look() as session:
            known = name_chains.known(session, name, AGAIN)
        if known is None and name_chains.ask(ports, name) is None:
            return


def _mark(ports: Ports, one: _Due) -> None:
    """Asked now; not where the request has changed meanwhile, and may name other sites."""
    with ports.db.note() as session:
        row = session.get_one(AccessRequest, one.request)
        if row.version == one.version:
            row.chain_at = ports.clock()
