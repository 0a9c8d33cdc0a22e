"""Everything that is kept of a person: a pupil by reference or name, or a member of staff.

Every table is gone through, whatever tables there are: rows that belong to the person, and rows whose words mention
them. Other people are taken out of it. Restricted records are marked.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from firewall_admin.core import pupils
from firewall_admin.core.people import Actor
from firewall_admin.core.refusals import NotFound, Refusal
from firewall_admin.db.tables import Person, PupilName, Row
from firewall_admin.ports import Ports

from . import pupil_names
from . import report_records as records
from .mentions import pattern

ANOTHER = "[another person]"
SECRET = frozenset({"password", "token", "salt", "hash", "previous", "sha256", "school_id", "file"})
_SEALED = re.compile(r"1\.[0-9a-f]{8}\.[A-Za-z0-9_-]+")


@dataclass(frozen=True)
class Found:
    """One row that is about somebody: `item`, by which a choice names it, its table, and its columns. `mentioned`: only
    its words name them, so that a person has to look whether they mean this one. `restricted`: only two roles read it.
    """

    item: str
    table: str
    mentioned: bool
    restricted: bool
    columns: dict[str, Any]


@dataclass(frozen=True)
class Subject:
    """Whom it is about: the id of their row, the table it is in, the words they may be mentioned by, and those among
    them that mean nobody else."""

    id: UUID
    table: str
    words: tuple[str, ...]
    sure: tuple[str, ...]


def of_pupil(ports: Ports, row: PupilName) -> Subject:
    """A pupil by reference, by name, and by what the trail holds of them."""
    promise = pupils.commitment(row.salt, row.reference)
    words = (row.reference, pupil_names.unsealed(ports, row), promise)
    return Subject(row.id, "pupil_name", tuple(filter(None, words)), (promise,))


def of_staff(row: Person) -> Subject:
    """Somebody who works at the school, by name and address, and by the id that the trail has of them."""
    sure = (row.email, str(row.id))
    return Subject(row.id, "person", (row.name, *sure), sure)


def pupil(ports: Ports, session: Session, actor: Actor, asked: str) -> PupilName:
    """The pupil of a reference or a name. Refusal or NotFound where there is none."""
    wanted = " ".join(asked.split()).casefold()
    if not wanted:
        raise Refusal("Give the pupil’s reference or name.", "pupil")
    for row in session.scalars(select(PupilName).where(PupilName.school_id == actor.school_id)):
        name = pupil_names.unsealed(ports, row)
        if wanted in (row.reference.casefold(), (name or "").casefold()):
            return row
    raise NotFound("Nothing is kept of a pupil of that reference or name.")


def walk(ports: Ports, session: Session, actor: Actor, subject: Subject) -> tuple[Found, ...]:
    """Every row about somebody, in the order of the tables."""
    strangers = _strangers(ports, session, actor, subject)
    restricted = _restricted(session, actor)
    mine, found = {subject.id}, list[Found]()
    for table in Row.metadata.sorted_tables:
        if "school_id" not in table.columns:
            continue
        for row in session.execute(select(table).where(table.c.school_id == actor.school_id)).mappings():
            belongs, mentioned = _about(table, row, mine, subject)
            if belongs or mentioned:
                kept = any(value in restricted for value in row.values() if isinstance(value, UUID))
                columns = dict(_columns(ports, table, row, mine, strangers))
                found.append(Found(_item(table, row), table.name, not belongs, kept, columns))
    return tuple(found)


def _item(table: Table, row: Any) -> str:
    """A row by its table and its key, as it stands in a choice."""
    key = ("id",) if "id" in table.columns else tuple(c.name for c in table.primary_key if c.name != "school_id")
    return ":".join([table.name, *(str(row[name]) for name in key)])


def _leading_to(table: Table, *tables: str) -> set[str]:
    """The columns of a table that hold the id of a row of others."""
    return {c.name for c in table.columns if any(key.column.table.name in tables for key in c.foreign_keys)}


def _about(table: Table, row: Any, mine: set[UUID], subject: Subject) -> tuple[bool, bool]:
    """Whether a row belongs to the person, and whether its words mention them."""
    keys = _leading_to(table, subject.table)
    own = table.name == subject.table and row["id"] in mine
    belongs = own or any(row[name] in mine for name in keys) or row.get("actor_id") in mine
    text = json.dumps([value for value in row.values() if isinstance(value, str | list | dict)], ensure_ascii=False)
    belongs = belongs or pattern(subject.sure).search(text) is not None
    return belongs, pattern(subject.words).search(text) is not None


def _columns(
    ports: Ports, table: Table, row: Any, mine: set[UUID], strangers: re.Pattern[str]
) -> Iterator[tuple[str, Any]]:
    """What is handed out of a row: no secret, nothing empty, nobody else."""
    people = _leading_to(table, "person", "pupil_name")
    for name, value in row.items():
        if name in SECRET or value in (None, "", [], {}):
            continue
        if name in people or name == "actor_id":
            yield name, str(value) if value in mine else ANOTHER
        elif isinstance(value, str) and _SEALED.fullmatch(value):
            opened = ports.sealed.open(value, pupil_names.cell(row["id"])) if table.name == "pupil_name" else None
            yield name, opened if isinstance(opened, str) else "[sealed]"
        elif isinstance(value, str):
            yield name, strangers.sub(ANOTHER, value)
        elif isinstance(value, list | dict):
            yield name, strangers.sub(ANOTHER, json.dumps(value, ensure_ascii=False))
        else:
            yield (
                name,
                value.isoformat() if isinstance(value, date) else value if isinstance(value, int) else str(value),
            )


def _strangers(ports: Ports, session: Session, actor: Actor, subject: Subject) -> re.Pattern[str]:
    """Every other person of the school by name, address or reference, as one pattern: the longest first."""
    words: set[str] = set()
    for person in session.scalars(select(Person).where(Person.school_id == actor.school_id)):
        words |= {person.name, person.email} if person.id != subject.id else set()
    for pupil in session.scalars(select(PupilName).where(PupilName.school_id == actor.school_id)):
        if pupil.id != subject.id:
            words |= {pupil.reference, *filter(None, [pupil_names.unsealed(ports, pupil)])}
    words -= set(subject.words)
    return pattern(words)


def _restricted(session: Session, actor: Actor) -> frozenset[UUID]:
    """The ids of the records that only the safeguarding lead and the headteacher read."""
    return frozenset(row.id for row in records.every(session, actor.school_id) if records.is_restricted(row))
