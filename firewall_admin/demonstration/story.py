"""How a history is told: a clock that is turned, and everybody by their first name."""

import copy
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import select

from firewall_admin import worker
from firewall_admin.core.people import Actor, Role
from firewall_admin.db.tables import Person, Release
from firewall_admin.journeys import (
    invitations,
    people,
    releases,
)
from firewall_admin.journeys.actors import of_person
from firewall_admin.ports import Ports

BEFORE = 27  # days that the history goes back


@dataclass(frozen=True)
class SignIn:
    """How to come in as somebody."""

    name: str
    role: str
    email: str


class Story:
    """The school as its history is told: a clock that is turned, and everybody by their role."""

    def __init__(self, ports: Ports):
        self.now = ports.clock()
        self._days = list(_school_days(self.now))
        self.at = datetime.combine(self._days[0], time(8), UTC)
        self.password = password()
        db = copy.copy(ports.db)
        db.clock = self.clock
        self.ports = replace(ports, db=db, clock=self.clock)
        self.people: dict[str, people.Invited] = {}
        self.fetch: Callable[[], object] = lambda: None

    def clock(self) -> datetime:
        return self.at

    def on(self, day: int, hour: int, minute: int = 0) -> None:
        """Turn the clock forward to a school day, counted from the first, or (below 0) back from the last before
        today."""
        wanted = datetime.combine(self._days[day], time(hour, minute), UTC)
        if not self.at <= wanted < self.now:
            raise ValueError(f"{wanted} is not between {self.at} and {self.now}")
        self.at = wanted

    def publish(self) -> None:
        """The worker, a few seconds after an edit."""
        self.at += timedelta(seconds=4)
        worker.once(self.ports)

    def actor(self, name: str) -> Actor:
        """Somebody by their first name, as they are at this instant."""
        with self.ports.db.look() as session:
            found = of_person(session, self.people[name].person, self.at)
        if found is None:
            raise LookupError(name)
        return found

    def edit(self, who: str, /, act: Callable[..., object], **asked: object) -> None:
        """Some minutes later somebody edits the policy, and it is published."""
        self.at += timedelta(minutes=3, seconds=secrets.randbelow(90))
        act(self.ports, self.actor(who), **asked)
        self.publish()

    def arrive(self, *invited: people.Invited) -> None:
        """Each sets the password, some minutes after the other."""
        for one in invited:
            self.people[one.name.split()[0]] = one
            self.at += timedelta(minutes=7)
            invitations.accept(self.ports, token=one.token, password=self.password)

    def last(self) -> Release:
        with self.ports.db.look() as session:
            release = releases.last(session, self.actor("Dan").school_id)
        if release is None:
            raise LookupError("no release")
        return release

    def sign_ins(self) -> Iterator[SignIn]:
        with self.ports.db.look() as session:
            query = select(Person).where(Person.state == "active").order_by(Person.created_at, Person.name)
            rows = session.scalars(query).all()
        order = list(Role)
        for row in sorted(rows, key=lambda person: order.index(Role(person.role))):
            yield SignIn(row.name, Role(row.role).words, row.email)


def password() -> str:
    """Sixteen letters that can be said and typed: 8 times one of 90 syllables, 51 bits."""
    syllables = [a + b for a in "bdfghjklmnprstvwxz" for b in "aeiou"]
    parts = ["".join(secrets.choice(syllables) for _ in range(2)) for _ in range(4)]
    return "-".join(parts)


def _school_days(now: datetime) -> Iterator[date]:
    for back in range(BEFORE, 0, -1):
        day = (now - timedelta(days=back)).date()
        if day.weekday() < 5:
            yield day
