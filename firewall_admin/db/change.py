"""Rows and what is said of them commit together or not at all."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import NoReturn
from uuid import UUID

from sqlalchemy import Connection, Engine, event, select
from sqlalchemy.orm import Session

from firewall_admin.core.events import Event
from firewall_admin.core.people import Actor
from firewall_admin.core.plan import Objection

from .chain import enter
from .engine import BUSY_TIMEOUT, SHORT_TIMEOUT, SilentChangeError, connect, has_written, looking
from .news import News
from .tables import School
from .turns import Turns

__all__ = ["Change", "Database", "SilentChangeError"]


class Change:
    """One act: its rows go on `session`, its instant is `now`, and what happened is said with `did`.

    `objections`: what the act itself finds speaking against it, for the plan a person is shown."""

    def __init__(self, session: Session, actor: Actor, now: datetime):
        self.session, self.actor, self.now = session, actor, now
        self.events: list[Event] = []
        self.objections: list[Objection] = []

    def did(self, happened: Event) -> None:
        self.events.append(happened)


class Database:
    """The school's database: `look` to read, `change` to act, `note` for machines' bookkeeping.

    `session.info["now"]` is the instant of a look or a change, for questions whose answer depends on it. `news` tells
    of each change; `meeting` is a file at which processes see that there was one, where the database is no file."""

    def __init__(self, url: str, clock: Callable[[], datetime], meeting: Path | None = None):
        self.engine = connect(url)
        self.clock = clock
        self._looking = looking(self.engine)
        self._turns = Turns(_meeting_place(self.engine))
        self.news = News(_meeting_place(self.engine) or meeting)

    @contextmanager
    def look(self) -> Iterator[Session]:
        """A session that can't write, and sees everything as it was at one instant."""
        with self._looking.connect() as connection, _session(connection) as session:
            session.info["now"] = self.clock()
            yield session
            if session.new or session.deleted or any(map(session.is_modified, session.dirty)):
                raise SilentChangeError("looking left something behind that would never be written")

    @contextmanager
    def change(self, actor: Actor) -> Iterator[Change]:
        """One transaction for one act. Leaving it by an exception leaves nothing behind; so does a rollback in it.

        The school's row is locked from the beginning: changes of one school come one after the other.
        """
        with self._turns.taken(), self._writing() as session:
            session.execute(select(School.id).where(School.id == actor.school_id).with_for_update())
            change = Change(session, actor, self.clock())
            session.info["now"] = change.now
            event.listen(session, "after_rollback", lambda _: change.events.clear())
            event.listen(session, "before_flush", partial(_only_own, actor.school_id))
            yield change
            session.flush()
            if not change.events and has_written(session.connection()):
                raise SilentChangeError("a change wrote and said nothing")
            enter(session, actor, change.now, change.events)
            session.commit_for_good()
        self.news.tell()

    @contextmanager
    def note(self) -> Iterator[Session]:
        """Bookkeeping, without an event; anything else is refused."""
        with self._turns.taken(), self._writing(notes=True) as session:
            yield session
            session.commit_for_good()

    def forget(self) -> None:
        """Overwrite what was taken out of the database in its files, too. SQLite zeroes it in the file of the tables
        (`secure_delete`), but the log that precedes that file holds it until it is emptied. In PostgreSQL the server's
        own vacuum does it."""
        if self.engine.dialect.name == "sqlite":
            with self._turns.taken(), self.engine.connect() as connection:
                cursor = connection.connection.cursor()
                cursor.execute(f"PRAGMA busy_timeout={SHORT_TIMEOUT}")  # whoever reads for long: it is done next time
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT}")

    @contextmanager
    def _writing(self, **options: bool) -> Iterator["_OneTransaction"]:
        engine = self.engine.execution_options(writes=True, **options)
        with _OneTransaction(engine, expire_on_commit=False, autoflush=False) as session:
            yield session


class _OneTransaction(Session):
    """A session that only its change can commit: a part of an act must not be kept without the rest."""

    def commit(self) -> NoReturn:
        raise SilentChangeError("a change commits itself, together with what it did")

    def commit_for_good(self) -> None:
        super().commit()


def _session(connection: Connection) -> Session:
    return Session(connection, expire_on_commit=False, autoflush=False)


def _only_own(school_id: UUID, session: Session, *_: object) -> None:
    """Whoever acts, acts for one school: a row of another one in their change is a bug."""
    for row in (*session.new, *session.dirty, *session.deleted):
        owner = row.id if isinstance(row, School) else getattr(row, "school_id", school_id)
        if owner != school_id:
            raise SilentChangeError(f"a {type(row).__name__} of another school in this change")


def _meeting_place(engine: Engine) -> Path | None:
    """The file beside a SQLite database by which its processes take turns."""
    file = engine.url.database
    on_disk = engine.dialect.name == "sqlite" and file and file != ":memory:"
    return Path(f"{file}.turn") if on_disk else None
