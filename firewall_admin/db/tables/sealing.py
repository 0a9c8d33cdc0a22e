"""Which columns hold sealed text (`adapters/sealed.py`): those declared with `mapped_column(info=SEALED)`.

A change of key writes each of them anew, so a column that is not so marked is lost with the former key. They stand in
tables that have `id` and `school_id`, and that may be changed.
"""

from sqlalchemy import Column, Table

from .row import Row

SEALED = {"sealed": True}


def sealed_columns() -> list[tuple[Table, Column[str]]]:
    """Every column that holds sealed text, in the order of the tables' names."""
    tables = sorted(Row.metadata.tables.values(), key=lambda table: table.name)
    return [(table, column) for table in tables for column in table.columns if column.info.get("sealed")]
