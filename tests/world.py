"""A small world for a test: two schools on a database and a store of their own, with a clock that is turned by hand.

Whatever one school does, the other must not see.
"""

import atexit
import shutil
import sqlite3
import tempfile
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from uuid import UUID

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import event

from firewall_admin.adapters.policy_files import shipped
from firewall_admin.adapters.sealed import Sealed
from firewall_admin.adapters.store import Store
from firewall_admin.core import events
from firewall_admin.core.people import PERMISSIONS, Actor, Role, system
from firewall_admin.db.change import Database
from firewall_admin.db.tables import AudienceRow, Person, School
from firewall_admin.db.tables.row import new_id
from firewall_admin.db.upgrade import MIGRATIONS, upgrade
from firewall_admin.ports import Ports

_shipped = cache(shipped)  # frozen, and read anew it takes longer than all else a world is made of
MONDAY_MORNING = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


@cache
def _at_head() -> Path:
    """An empty SQLite database at the present schema, made once a process: migrating takes longer than most tests."""
    folder = Path(tempfile.mkdtemp(prefix="at-head-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    made = Database(f"sqlite:///{folder / 'made.db'}", Clock())
    upgrade(made)
    made.engine.dispose()
    with closing(sqlite3.connect(folder / "made.db")) as source:
        source.execute("VACUUM INTO ?", (str(folder / "at-head.db"),))
    return folder / "at-head.db"


@cache
def _head() -> str | None:
    return ScriptDirectory(str(MIGRATIONS)).get_current_head()


def _needs_upgrade(db: Database) -> bool:
    """What `upgrade` asks first, without reading the migrations again for every test."""
    with db.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() != _head()


def _hurried(connection: sqlite3.Connection, _: object) -> None:
    """A test's database need not survive a power cut: half of the time of a small change is waiting for the disk."""
    connection.execute("PRAGMA synchronous=OFF")


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


class World:
    """`oakfield` and `elmfield`, each with pupils and staff as audiences and one person a role; nothing signed yet."""

    def __init__(self, folder: Path, url: str | None = None):
        self.clock = Clock()
        url = url or f"sqlite:///{folder / 'school.db'}"
        if url.startswith("sqlite:///") and not (file := Path(url.removeprefix("sqlite:///"))).exists():
            shutil.copyfile(_at_head(), file)
        self.db = Database(url, self.clock)
        if self.db.engine.dialect.name == "sqlite":
            event.listen(self.db.engine, "connect", _hurried)
        if _needs_upgrade(self.db):
            upgrade(self.db)
        sealed = Sealed(folder / "sealing-key")
        self.ports = Ports(self.db, Store(folder / "store"), self.clock, _shipped(), sealed=sealed)
        self.oakfield = self._school("Oakfield Primary School", "oakfield.leics.sch.uk")
        self.elmfield = self._school("Elmfield Primary School", "elmfield.leics.sch.uk")

    def sign(self, school: TestedSchool) -> None:
        """The first policy is signed: from now on opening takes a decision."""
        with self.db.change(system(school.id)) as change:
            change.session.get_one(School, school.id).signed_at = change.now
            change.did(events.SetUpFinished())

    def _school(self, name: str, domain: str) -> TestedSchool:
        school = TestedSchool(new_id(), name)
        with self.db.change(system(school.id)) as change:
            change.session.add(School(id=school.id, name=name, domains=[domain], created_at=change.now))
            change.session.flush()
            for number, audience in enumerate(("pupils", "staff")):
                network = f"127.{number + 1}0.0.0/16"
                row = AudienceRow(school_id=school.id, name=audience, networks=[network], position=number)
                change.session.add(row)
            for role in Role:
                person = Person(
                    id=new_id(),
                    school_id=school.id,
                    name=f"{role.words} of {name.split()[0]}",
                    email=f"{role}@{domain}",
                    role=role,
                    state="active",
                    created_at=change.now,
                )
                change.session.add(person)
                school.people[role] = Actor(school.id, person.name, role, person.id, PERMISSIONS[role])
            change.did(events.SchoolCreated(name))
        return school
