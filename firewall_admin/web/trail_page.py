"""The trail as pages and spreadsheets show it: entries read into sentences, the newest first."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session

from ..core import events_reports
from ..core.events import REGISTER, sentence
from ..core.people import Actor, Permission, Role
from ..core.refusals import NotFound
from ..db.tables import Entry, Person
from ..ports import Ports
from .written import local

A_PAGE = 50
LOOKED_THROUGH = 20_000  # the newest entries that a search for words goes through
SERVICE = "service"
ASKING = ("AccessAsked", "AccessChanged", "AccessWithdrawn", "AccessReturned", "AccessAnswered", "AccessCommented")
COMING = ("SignedIn", "SignedOut", "SignInPaused", "DevicePaused", "PasswordSet", "PasswordChanged", "AttemptRefused")
CODES = ("SecondFactorBegun", "SecondFactorTurnedOn", "SecondFactorTurnedOff", "RecoveryCodesMade", "RecoveryCodeUsed")
OF_SOME = tuple(name for name, event in REGISTER.items() if event.__module__ == events_reports.__name__)
HIDDEN = frozenset((*OF_SOME, *ASKING, *COMING, *CODES, "CodesPaused")) - {"RetentionChanged"}
"""What only those read who read reports: by the entries of reports, numbers under five could be counted out, so they
are left out together with who asked for what and who signed in, and a gap in the numbers tells nothing."""
COLUMNS = (Entry.number, Entry.at, Entry.actor, Entry.role, Entry.event, Entry.fields)


@dataclass(frozen=True)
class Wanted:
    """What to show: only of this person (an id, or `service`), of this kind of event, with these words."""

    person: str = ""
    event: str = ""
    words: str = ""

    @classmethod
    def of(cls, arguments: Mapping[str, str]) -> "Wanted":
        return cls(*(arguments.get(name, "").strip()[:200] for name in ("person", "event", "words")))

    def __bool__(self) -> bool:
        return bool(self.person or self.event or self.words)

    def arguments(self) -> dict[str, str]:
        return {name: value for name, value in vars(self).items() if value}


@dataclass(frozen=True)
class ShownEntry:
    """One thing that happened. `role` is whoever acted's, in words; `kind` the name of the event."""

    number: int
    at: datetime
    who: str
    role: str
    kind: str
    sentence: str


@dataclass(frozen=True)
class Day:
    """What happened on one day of the school's calendar."""

    on: date
    entries: tuple[ShownEntry, ...]


@dataclass(frozen=True)
class ShownTrail:
    """A page of the trail: `page` of `pages`; `found` entries in all; `partly`: only the newest were looked through."""

    days: tuple[Day, ...]
    page: int
    pages: int
    found: int
    partly: bool


@dataclass(frozen=True)
class Choices:
    """Who acted and what happened so far: pairs of value and words."""

    people: tuple[tuple[str, str], ...]
    events: tuple[tuple[str, str], ...]


def reads_all(actor: Actor) -> bool:
    """Whether somebody reads the whole trail: who reads reports, and the administrator, who keeps and verifies it."""
    return actor.may(Permission.SEE_REPORTS) or actor.role is Role.ADMINISTRATOR


@dataclass(frozen=True)
class Link:
    """An entry with its place in the chain."""

    shown: ShownEntry
    previous: str
    hash: str


def one(ports: Ports, actor: Actor, number: int) -> Link:
    """An entry by its number; NotFound for one that this reader does not read."""
    with ports.db.look() as session:
        row = session.execute(_of(actor, Wanted()).where(Entry.number == number)).first()
        entry = session.get(Entry, (actor.school_id, number))
        if row is None or entry is None:
            raise NotFound("There is no such entry.")
        return Link(_shown(row), entry.previous, entry.hash)


def newest(ports: Ports, actor: Actor) -> Entry | None:
    """The newest entry of all: its number and hash, noted, show later that nothing before it was changed."""
    with ports.db.look() as session:
        query = select(Entry).where(Entry.school_id == actor.school_id).order_by(Entry.number.desc())
        return session.scalars(query.limit(1)).first()


def trail(ports: Ports, actor: Actor, wanted: Wanted, page: int, zone: tzinfo) -> ShownTrail:
    """A page of what is wanted; a page beside the list is the nearest one of it."""
    with ports.db.look() as session:
        found, partly, part = (_by_words if wanted.words else _by_columns)(session, actor, wanted)
        pages = max(1, -(-found // A_PAGE))
        page = min(max(page, 1), pages)
        return ShownTrail(by_day(part((page - 1) * A_PAGE), zone), page, pages, found, partly)


def latest(session: Session, actor: Actor, count: int) -> list[ShownEntry]:
    """The newest entries of the actor's school that tell of acts, not of people coming and going."""
    query = _of(actor, Wanted()).where(Entry.event.not_in(("SignedIn", "SignedOut"))).limit(count * 4)
    return [_shown(row) for row in session.execute(query) if not _changed_nothing(row)][:count]


def _changed_nothing(row: Row[Any]) -> bool:
    """A release that was made because a clock or a word changed, and no name with it."""
    return row.event == "ReleasePublished" and not (row.fields.get("blocked") or row.fields.get("opened"))


def choices(ports: Ports, actor: Actor) -> Choices:
    """What the trail can be narrowed to."""
    with ports.db.look() as session:
        people = select(Person.id, Person.name).where(Person.school_id == actor.school_id).order_by(Person.name)
        events = select(Entry.event).where(Entry.school_id == actor.school_id).distinct().order_by(Entry.event)
        if not reads_all(actor):
            events = events.where(Entry.event.not_in(HIDDEN))
        return Choices(
            ((SERVICE, "The service itself"), *((str(row.id), row.name) for row in session.execute(people))),
            tuple((name, kind(name)) for name in session.scalars(events)),
        )


def every(ports: Ports, actor: Actor, wanted: Wanted) -> Iterator[ShownEntry]:
    """All that is wanted, the newest first, for a file."""
    with ports.db.look() as session:
        for row in session.execute(_of(actor, wanted).execution_options(yield_per=500)):
            if _matches(shown := _shown(row), wanted):
                yield shown


def kind(event: str) -> str:
    """`ReleaseHeld` as people read it: Release held."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", event).capitalize()


def by_day(entries: list[ShownEntry], zone: tzinfo) -> tuple[Day, ...]:
    """Entries under the days of the school's calendar."""
    return tuple(Day(on, tuple(some)) for on, some in groupby(entries, lambda entry: local(entry.at, zone).date()))


Found = tuple[int, bool, Callable[[int], list[ShownEntry]]]


def _by_columns(session: Session, actor: Actor, wanted: Wanted) -> Found:
    query = _of(actor, wanted)
    count = session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
    return count, False, lambda start: list(map(_shown, session.execute(query.offset(start).limit(A_PAGE))))


def _by_words(session: Session, actor: Actor, wanted: Wanted) -> Found:
    """Words are looked for in the sentences as they are read, not in how they are kept."""
    rows = session.execute(_of(actor, wanted).limit(LOOKED_THROUGH + 1)).all()
    found = [entry for row in rows[:LOOKED_THROUGH] if _matches(entry := _shown(row), wanted)]
    return len(found), len(rows) > LOOKED_THROUGH, lambda start: found[start : start + A_PAGE]


def _of(actor: Actor, wanted: Wanted) -> Select[Any]:
    query = select(*COLUMNS).where(Entry.school_id == actor.school_id).order_by(Entry.number.desc())
    if not reads_all(actor):
        query = query.where(Entry.event.not_in(HIDDEN))
    if wanted.event:
        query = query.where(Entry.event == wanted.event)
    if wanted.person:
        query = query.where(Entry.actor_id == _person(wanted.person))
    return query


def _person(text: str) -> UUID | None:
    """An id that is none finds nobody: no entry has it."""
    try:
        return None if text == SERVICE else UUID(text)
    except ValueError:
        return UUID(int=0)


def _matches(entry: ShownEntry, wanted: Wanted) -> bool:
    told = f"{entry.sentence} {entry.who} {entry.role}".casefold()
    return all(word in told for word in wanted.words.casefold().split())


def _shown(row: Row[Any]) -> ShownEntry:
    role = row.role.replace("-", " ").capitalize() if row.role != "system" else ""
    return ShownEntry(row.number, row.at, row.actor, role, kind(row.event), _sentence(row))


def _sentence(row: Row[Any]) -> str:
    """An event of another version of the program is told by its name: the trail is longer-lived than any wording."""
    try:
        said = sentence(row.event, row.actor, row.fields)
    except (KeyError, IndexError):
        said = f"{row.actor}: {kind(row.event)}."
    return said[:1].upper() + said[1:]
