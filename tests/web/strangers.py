"""One row of every table for a school, made from the tables themselves: a table or a column that is new is filled too.

By it every address with something of a school in it can be tried with what is another school's.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import JSON, Column, Table
from werkzeug.routing import Rule

from firewall_admin.core import events
from firewall_admin.core.people import system
from firewall_admin.db.tables import Row, UtcDateTime
from tests.world import TestedSchool, World

NATURAL: dict[str, tuple[str, str]] = {
    "number": ("release", "number"),
    "slug": ("list", "slug"),
    "listed": ("list", "id"),
}
"""Parameters that are no id: the table and column in which they are looked up. A uuid is named after its table."""

SHIPPED: frozenset[str] = frozenset({"platform", "kind", "name"})
"""Parameters that name what comes with the product, the same for every school."""

NOT_FILLED = ("school", "person", "trail", "guesses")


def fill(world: World, school: TestedSchool) -> dict[tuple[str, str], Any]:
    """Put a row into every table for a school; gives the value of every column by table and name."""
    known: dict[tuple[str, str], Any] = {
        ("school", "id"): school.id,
        ("person", "id"): school.teacher.person_id,
    }
    with world.db.change(system(school.id)) as change:
        for table in Row.metadata.sorted_tables:
            if table.name not in NOT_FILLED:
                values = {column.name: _value(table, column, known, world.clock.at) for column in table.columns}
                change.session.execute(table.insert(), values)
                known |= {(table.name, name): value for name, value in values.items()}
        change.did(events.SchoolChanged("rows", "one of each"))
    return known


def _value(table: Table, column: Column[Any], known: dict[tuple[str, str], Any], now: datetime) -> Any:
    for key in column.foreign_keys:
        if key.column.table is table and column.nullable:
            return None
        return known[key.column.table.name, key.column.name]
    if isinstance(column.type, JSON):
        return []
    if isinstance(column.type, UtcDateTime):
        return now
    fillers: dict[type, Any] = {UUID: uuid4(), bool: False, int: 987_654, date: now.date()}
    return None if column.nullable else fillers.get(column.type.python_type, f"{table.name}-of-a-stranger")


def values(rule: Rule, known: dict[tuple[str, str], Any]) -> dict[str, Any]:
    """What to put into an address so that it names what is the stranger's. LookupError where that isn't known."""
    found: dict[str, Any] = {}
    for name in rule.arguments - SHIPPED:
        where = NATURAL.get(name, (name, "id"))
        if where not in known:
            raise LookupError(f"{rule.rule}: say what <{name}> is, in NATURAL or by a table of that name")
        found[name] = known[where]
    return found
