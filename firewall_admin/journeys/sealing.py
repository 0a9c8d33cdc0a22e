"""A new key for everything that is kept secret in the database.

The new key is written down beside the former one before anything is sealed with it, and the former is forgotten when
nothing needs it any more: stopped anywhere, it goes on where it was when it is begun again.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import Column, Table, select, update

from firewall_admin.adapters.sealed import Cell, Failure
from firewall_admin.core.events_push import SealingKeyChanged
from firewall_admin.core.people import system
from firewall_admin.core.refusals import Refusal
from firewall_admin.db.change import Change
from firewall_admin.db.tables import School
from firewall_admin.db.tables.sealing import sealed_columns
from firewall_admin.ports import Ports


def rotate(ports: Ports) -> int:
    """Seal everything anew; how many cells. Raises Refusal where one does not open: then the former key stays."""
    ports.sealed.begin_rotation()
    with ports.db.look() as session:
        schools = session.scalars(select(School.id).order_by(School.id)).all()
    found = sum(_of_school(ports, school) for school in schools)
    ports.sealed.finish_rotation()
    return found


def _of_school(ports: Ports, school: UUID) -> int:
    """In one change, which waits for those that run: what they sealed with the former key is found here."""
    with ports.db.change(system(school)) as change:
        found = sum(_column(ports, change, table, column) for table, column in sealed_columns())
        change.did(SealingKeyChanged(found))
    return found


def _column(ports: Ports, change: Change, table: Table, column: Column[Any]) -> int:
    school, found = change.actor.school_id, 0
    query = select(table.c.id, column).where(table.c.school_id == school, column.is_not(None), column != "")
    for id_, kept in change.session.execute(query).all():
        if ports.sealed.is_present(kept):
            continue
        where = Cell(table.name, column.name, id_)
        text = ports.sealed.open(kept, where)
        if isinstance(text, Failure):
            raise Refusal(f"{table.name}.{column.name} of row {id_} does not open: {text.reason}; the former key stays")
        change.session.execute(update(table).where(table.c.id == id_).values({column: ports.sealed.seal(text, where)}))
        found += 1
    return found
