"""What a list's names are held against: what this school owns, needs and uses, and where that leads in DNS."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from firewall_admin.core.list_findings import Beside
from firewall_admin.db.opened import opened_lately
from firewall_admin.db.tables import ListRow, NameChain, School, Snapshot, Subscription
from firewall_admin.ports import Ports

MOST = 5_000  # names of a protected list of the school's own; a longer one is no list of sites it needs


def beside(ports: Ports, session: Session, school_id: UUID, role: str) -> Beside:
    """For a list with a role. Chains are those that were asked for earlier: nothing is asked here."""
    school = session.get_one(School, school_id)
    chains = {row.domain: tuple(row.chain) for row in session.scalars(select(NameChain))}
    used = {one.domain for one in opened_lately(session, school_id, ports.clock())}
    addresses = session.scalars(select(Subscription.address).where(Subscription.school_id == school_id))
    whole = protected(ports, session, school_id)
    return Beside(
        role,
        tuple(school.domains),
        {name: chains.get(name, ()) for name in (*whole, *ports.shipped.lists["essential"].names)},
        whole,
        used,
        {address.partition("://")[2].partition("/")[0].partition(":")[0] for address in addresses},
    )


def needed(ports: Ports, session: Session, school_id: UUID) -> list[str]:
    """Names that have to work: protected and essential ones."""
    return [*protected(ports, session, school_id), *ports.shipped.lists["essential"].names]


def protected(ports: Ports, session: Session, school_id: UUID) -> list[str]:
    """The names of the protected list that comes with the product, and of the school's own."""
    found = list(ports.shipped.lists["protected"].names)
    query = (
        select(ListRow.snapshot)
        .join(Snapshot, Snapshot.sha256 == ListRow.snapshot)
        .where(ListRow.school_id == school_id, ListRow.role == "protected", Snapshot.names <= MOST)
    )
    for sha256 in session.scalars(query):
        found += ports.store.names(sha256)
    return list(dict.fromkeys(found))
