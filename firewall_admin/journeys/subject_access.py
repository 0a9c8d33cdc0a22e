"""What is kept of a person, on their asking (UK GDPR, article 15): a pupil by reference or name, or a member of staff.

Every table is gone through, whatever tables there are: rows that belong to the person, and rows whose words mention
them. Other people are taken out of it. Restricted records are withheld and counted: whether a person may see those is
for the headteacher to weigh (Data Protection Act 2018, schedules 2 and 3: serious harm, other people's rights).
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from firewall_admin.core import events_reports as events
from firewall_admin.core import pupils
from firewall_admin.core.people import Actor, Permission
from firewall_admin.core.refusals import NotFound, Refusal
from firewall_admin.db.tables import Person, PupilName, Row
from firewall_admin.ports import Ports

from . import pupil_names
from . import report_records as records
from .policy import may

ANOTHER = "[another person]"
SECRET = frozenset({"password", "token", "salt", "hash", "previous", "sha256", "school_id"})
_SEALED = re.compile(r"1\.[0-9a-f]{8}\.[A-Za-z0-9_-]+")


@dataclass(frozen=True)
class Found:
    """One row that is about somebody: which table, and its columns. `mentioned`: only its words name them, so that a
    person has to look whether they mean this one."""

    table: str
    mentioned: bool
    columns: dict[str, Any]


@dataclass(frozen=True)
class Everything:
    """All that is kept of somebody. `withheld`: restricted records that are not in it."""

    whom: str
    at: datetime
    found: tuple[Found, ...]
    withheld: int

    def as_json(self) -> str:
        """For the file that is looked through, and then handed out."""
        rows = [{"table": one.table, "only mentioned": one.mentioned, **one.columns} for one in self.found]
        return json.dumps(
            {"of": self.whom, "at": self.at.isoformat(), "withheld": self.withheld, "records": rows},
            indent=1,
            ensure_ascii=False,
        )


@dataclass(frozen=True)
class _Subject:
    """Whom it is about: the id of their row, the table it is in, and the words they may be mentioned by."""

    id: UUID
    table: str
    words: tuple[str, ...]


def of_pupil(ports: Ports, actor: Actor, *, pupil: str) -> Everything:
    """Everything of a pupil, by the school's reference or by the name."""
    may(actor, Permission.SAFEGUARD)
    with ports.db.change(actor) as change:
        row = _pupil(ports, change.session, actor, pupil)
        name = pupil_names.unsealed(ports, row)
        promise = pupils.commitment(row.salt, row.reference)
        words = tuple(filter(None, (row.reference, name, promise)))
        subject = _Subject(row.id, "pupil_name", words)
        found, withheld = _walk(ports, change.session, actor, subject)
        change.did(events.SubjectAccessMade("a pupil", len(found), withheld, promise))
        return Everything(row.reference, change.now, found, withheld)


def of_staff(ports: Ports, actor: Actor, *, person: UUID) -> Everything:
    """Everything of somebody who works at the school."""
    may(actor, Permission.SAFEGUARD)
    with ports.db.change(actor) as change:
        query = select(Person).where(Person.id == person, Person.school_id == actor.school_id)
        row = change.session.scalars(query).first()
        if row is None:
            raise NotFound("There is nobody of that name at this school.")
        subject = _Subject(row.id, "person", (row.name, row.email))
        found, withheld = _walk(ports, change.session, actor, subject)
        change.did(events.SubjectAccessMade(row.name, len(found), withheld))
        return Everything(row.name, change.now, found, withheld)


def _pupil(ports: Ports, session: Session, actor: Actor, asked: str) -> PupilName:
    wanted = " ".join(asked.split()).casefold()
    if not wanted:
        raise Refusal("Give the pupil’s reference or name.", "pupil")
    for row in session.scalars(select(PupilName).where(PupilName.school_id == actor.school_id)):
        name = pupil_names.unsealed(ports, row)
        if wanted in (row.reference.casefold(), (name or "").casefold()):
            return row
    raise NotFound("Nothing is kept of a pupil of that reference or name.")


def _walk(ports: Ports, session: Session, actor: Actor, subject: _Subject) -> tuple[tuple[Found, ...], int]:
    """Every row about somebody, in the order of the tables, and how many are withheld."""
    strangers = _strangers(ports, session, actor, subject)
    restricted = _restricted(session, actor)
    mine, found, withheld = {subject.id}, list[Found](), 0
    for table in Row.metadata.sorted_tables:
        if "school_id" not in table.columns:
            continue
        for row in session.execute(select(table).where(table.c.school_id == actor.school_id)).mappings():
            belongs, mentioned = _about(table, row, mine, subject)
            if not (belongs or mentioned):
                continue
            if any(value in restricted for value in row.values() if isinstance(value, UUID)):
                withheld += table.name in ("content_report", "incident")
                continue
            columns = dict(_columns(ports, table, row, mine, strangers))
            found.append(Found(table.name, not belongs, columns))
    return tuple(found), withheld


def _leading_to(table: Table, *tables: str) -> set[str]:
    """The columns of a table that hold the id of a row of others."""
    return {c.name for c in table.columns if any(key.column.table.name in tables for key in c.foreign_keys)}


def _about(table: Table, row: Any, mine: set[UUID], subject: _Subject) -> tuple[bool, bool]:
    """Whether a row belongs to the person, and whether its words mention them."""
    keys = _leading_to(table, subject.table)
    own = table.name == subject.table and row["id"] in mine
    belongs = own or any(row[name] in mine for name in keys) or row.get("actor_id") in mine
    text = json.dumps([value for value in row.values() if isinstance(value, str | list | dict)], ensure_ascii=False)
    return belongs, any(_word(word).search(text) for word in subject.words)


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


def _strangers(ports: Ports, session: Session, actor: Actor, subject: _Subject) -> re.Pattern[str]:
    """Every other person of the school by name, address or reference, as one pattern: the longest first."""
    words: set[str] = set()
    for person in session.scalars(select(Person).where(Person.school_id == actor.school_id)):
        words |= {person.name, person.email} if person.id != subject.id else set()
    for pupil in session.scalars(select(PupilName).where(PupilName.school_id == actor.school_id)):
        if pupil.id != subject.id:
            words |= {pupil.reference, *filter(None, [pupil_names.unsealed(ports, pupil)])}
    words -= set(subject.words)
    return _any_of(words)


def _restricted(session: Session, actor: Actor) -> frozenset[UUID]:
    """The ids of the records that only the safeguarding lead and the headteacher read."""
    return frozenset(row.id for row in records.every(session, actor.school_id) if records.is_restricted(row))


def _any_of(words: Iterable[str]) -> re.Pattern[str]:
    alternatives = "|".join(map(re.escape, sorted(words, key=len, reverse=True)))
    return re.compile(rf"(?<!\w)(?:{alternatives or '(?!)'})(?!\w)", re.IGNORECASE)


def _word(word: str) -> re.Pattern[str]:
    return _any_of([word])
