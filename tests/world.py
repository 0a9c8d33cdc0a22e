"""A small world for a test: two schools on a database and a store of their own, with a clock that is turned by hand.

Whatever one school does, the other must not see.
"""

import atexit
import shutil
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from uuid import UUID

from sqlalchemy import event
from sqlalchemy.exc import OperationalError, ProgrammingError

from firewall_admin.adapters.policy_files import shipped
from firewall_admin.adapters.sealed import Sealed
from firewall_admin.adapters.store import Store
from firewall_admin.core import events
from firewall_admin.core.people import PERMISSIONS, Actor, Role, system
from firewall_admin.db.change import Database
from firewall_admin.db.schema import is_present
from firewall_admin.db.tables import AudienceRow, Person, School
from firewall_admin.db.tables.row import new_id
from firewall_admin.db.upgrade import upgrade
from firewall_admin.ports import Ports
from tests import hurry

hurry.take_shortcuts()
_shipped = cache(shipped)  # frozen, and read anew it takes longer than all else a world is made of
MONDAY_MORNING = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
DOMAINS = {
    "Oakfield Primary School": "oakfield.leics.sch.uk",
    "Elmfield Primary School": "elmfield.leics.sch.uk",
}


@cache
def _templates() -> Path:
    """A folder for databases to begin with, of this process: making one takes longer than most tests."""
    folder = Path(tempfile.mkdtemp(prefix="templates-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _template(name: str, make: Callable[[Database], object]) -> Path:
    source, compact = (_templates() / f"{name}{suffix}" for suffix in (".made", ".db"))
    made = Database(f"sqlite:///{source}", Clock())
    make(made)
    made.engine.dispose()
    with closing(sqlite3.connect(source)) as connection:
        connection.execute("VACUUM INTO ?", (str(compact),))
    with closing(sqlite3.connect(compact)) as connection:  # a copy of it need not be switched: that waits for the disk
        connection.execute("PRAGMA journal_mode=WAL")
    return compact


@cache
def _at_head() -> Path:
    """An SQLite database at the present schema, empty."""
    return _template("at-head", upgrade)


@cache
def furnished() -> Path:
    """An SQLite database with the two schools. All worlds that begin with it have the same ids."""
    return _template("furnished", furnish)


def furnish(db: Database) -> None:
    """Bring an empty database to the present schema, and the two schools into it: always the same ones."""
    upgrade(db)
    for school in _always_the_same():
        school.add_to(db, DOMAINS[school.name])


@dataclass
class Clock:
    """The present, moved by hand."""

    at: datetime = MONDAY_MORNING

    def __call__(self) -> datetime:
        return self.at

    def pass_by(self, **time: float) -> None:
        self.at += timedelta(**time)


@dataclass
class TestedSchool:
    """A school of the world: its id, and somebody in each role."""

    id: UUID
    name: str
    people: dict[Role, Actor] = field(default_factory=dict)

    def __getattr__(self, role: str) -> Actor:
        try:
            return self.people[Role(role.replace("_", "-"))]
        except ValueError:
            raise AttributeError(role) from None

    @classmethod
    def planned(cls, name: str) -> "TestedSchool":
        school = cls(new_id(), name)
        for role in Role:
            person = f"{role.words} of {name.split()[0]}"
            school.people[role] = Actor(school.id, person, role, new_id(), PERMISSIONS[role])
        return school

    def add_to(self, db: Database, domain: str) -> None:
        """Write its rows: itself, two audiences, its people."""
        with db.change(system(self.id)) as change:
            change.session.add(School(id=self.id, name=self.name, domains=[domain], created_at=change.now))
            change.session.flush()
            for number, audience in enumerate(("pupils", "staff")):
                network = f"127.{number + 1}0.0.0/16"
                row = AudienceRow(school_id=self.id, name=audience, networks=[network], position=number)
                change.session.add(row)
            for role, actor in self.people.items():
                person = Person(
                    id=actor.person_id,
                    school_id=self.id,
                    name=actor.name,
                    email=f"{role}@{domain}",
                    role=role,
                    state="active",
                    created_at=change.now,
                )
                change.session.add(person)
            change.did(events.SchoolCreated(self.name))


@cache
def _always_the_same() -> tuple[TestedSchool, TestedSchool]:
    oakfield, elmfield = map(TestedSchool.planned, DOMAINS)
    return oakfield, elmfield


class World:
    """`oakfield` and `elmfield`, each with pupils and staff as audiences and one person a role; nothing signed yet.

    Where a database has no schools yet they are made, with ids of their own: so two worlds can stand in one test."""

    def __init__(self, folder: Path, url: str | None = None):
        self.clock = Clock()
        url = url or f"sqlite:///{folder / 'school.db'}"
        if url.startswith("sqlite:///") and not (file := Path(url.removeprefix("sqlite:///"))).exists():
            shutil.copyfile(_at_head(), file)
        self.db = Database(url, self.clock)
        if self.db.engine.dialect.name == "sqlite":
            event.listen(self.db.engine, "connect", hurry.hurried)
        sealed = Sealed(folder / "sealing-key")
        self.ports = Ports(self.db, Store(folder / "store"), self.clock, _shipped(), sealed=sealed)
        self.oakfield, self.elmfield = self._known() or self._made()

    def sign(self, school: TestedSchool) -> None:
        """The first policy is signed: from now on opening takes a decision."""
        with self.db.change(system(school.id)) as change:
            change.session.get_one(School, school.id).signed_at = change.now
            change.did(events.SetUpFinished())

    def _known(self) -> tuple[TestedSchool, TestedSchool] | None:
        """The schools of a database that was furnished in this process."""
        oakfield, elmfield = _always_the_same()
        try:
            with self.db.look() as session:
                if session.get(School, oakfield.id) is None:
                    return None
        except (OperationalError, ProgrammingError):  # it has no such table yet, or a table of another time
            return None
        return replace(oakfield, people=dict(oakfield.people)), replace(elmfield, people=dict(elmfield.people))

    def _made(self) -> tuple[TestedSchool, TestedSchool]:
        if not is_present(self.db):
            upgrade(self.db)
        oakfield, elmfield = (self._school(*school) for school in DOMAINS.items())
        return oakfield, elmfield

    def _school(self, name: str, domain: str) -> TestedSchool:
        school = TestedSchool.planned(name)
        school.add_to(self.db, domain)
        return school
