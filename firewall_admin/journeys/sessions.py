"""Who is signed in by a session, and the sessions somebody has."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import exists, select

from firewall_admin.core.people import Actor, Role
from firewall_admin.core.second_factor import Must
from firewall_admin.db.change import Change
from firewall_admin.db.tables import Person, School, SecondFactor, SignIn
from firewall_admin.ports import Ports

from .actors import actor as actor_of
from .invitations import digest

IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=10)
PROVEN = timedelta(minutes=10)
"""For so long after a password an act of weight is believed to be by its person (ASVS 5.0, 7.5.3)."""
NOTED = timedelta(minutes=1)
"""Being seen is written at most so often: it costs a write."""
_HAS_FACTOR = exists().where(SecondFactor.person_id == Person.id, SecondFactor.on_at.is_not(None))


@dataclass(frozen=True)
class Present:
    """Somebody who is signed in, as of now: their school's name and zone, and whether a password counts as fresh.
    `owes_factor`: the school asks for a second factor, and they have none yet."""

    actor: Actor
    school: str
    zone: ZoneInfo
    proven: bool
    owes_factor: bool = False


@dataclass(frozen=True)
class OwnSession:
    """One of somebody's sessions; `here` is the one that asks."""

    id: UUID
    device: str
    started_at: datetime
    seen_at: datetime
    here: bool


def begin(change: Change, person: Person, device: str) -> str:
    """The token of a fresh session, on a change that says so. Whoever begins one has seen everything that was asked."""
    token = secrets.token_urlsafe(32)
    row = SignIn(school_id=person.school_id, person_id=person.id, token=digest(token), device=device)
    row.started_at = row.seen_at = row.proven_at = change.now
    change.session.add(row)
    return token


def present(ports: Ports, *, token: str) -> Present | None:
    """Who is signed in by a token now; None if the session has ended, idled away, or its person may not come in."""
    now = ports.clock()
    with ports.db.look() as session:
        query = (
            select(SignIn, Person, School, _HAS_FACTOR)
            .join(Person, Person.id == SignIn.person_id)
            .join(School, School.id == Person.school_id)
            .where(SignIn.token == digest(token), Person.state == "active", *_open(now))
        )
        found = session.execute(query).first()
        if found is None:
            return None
        sign_in, person, school, has_factor = found
        who = Present(
            actor_of(session, person, now),
            school.name,
            ZoneInfo(school.timezone),
            now - sign_in.proven_at < PROVEN,
            not has_factor and Must(school.second_factor).covers(Role(person.role)),
        )
    if now - sign_in.seen_at >= NOTED:
        _note_seen(ports, sign_in.id, now)
    return who


def own(ports: Ports, actor: Actor, *, token: str) -> tuple[OwnSession, ...]:
    """The actor's open sessions, the last seen first."""
    with ports.db.look() as session:
        query = select(SignIn).where(SignIn.person_id == actor.person_id, *_open(ports.clock()))
        rows = session.scalars(query.order_by(SignIn.seen_at.desc()))
        here = digest(token)
        return tuple(OwnSession(s.id, s.device, s.started_at, s.seen_at, s.token == here) for s in rows)


def _open(now: datetime) -> tuple:  # type: ignore[type-arg]
    """What an open session fulfils."""
    return (SignIn.ended_at.is_(None), SignIn.seen_at > now - IDLE, SignIn.started_at > now - ABSOLUTE)


def _note_seen(ports: Ports, sign_in: UUID, now: datetime) -> None:
    with ports.db.note() as session:
        row = session.get(SignIn, sign_in)
        if row is not None and row.ended_at is None:
            row.seen_at = max(row.seen_at, now)
