"""Half signed in: the password was right, and the code is still to come.

It opens nothing. Only the digest of its token is kept, for ten minutes, and it ends with whatever ends the sessions of
its person: a new password, another role, their leaving, a second factor that comes or goes.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from firewall_admin.core import events_people as events
from firewall_admin.core.refusals import NotFound, Refusal
from firewall_admin.db.tables import HalfSignIn, Person, School
from firewall_admin.ports import Ports

from . import guesses, proving_codes, sessions
from .actors import actor as actor_of
from .invitations import digest
from .proving import WRONG, Known, account_of

LASTS = timedelta(minutes=10)
ENDED = "This took too long, or it was done elsewhere. Sign in again."


@dataclass(frozen=True)
class Finished:
    """The token of the fresh session, and whose it is. `left`: recovery codes that are left, where one was used."""

    token: str
    email: str
    left: int | None = None


def begin(ports: Ports, person: Person, device: str) -> str:
    """The token of somebody who gave the right password, for the cookie. What nobody finished is forgotten. Refusal
    where the password was changed meanwhile."""
    token, now = secrets.token_urlsafe(32), ports.clock()
    with ports.db.note() as session:
        session.execute(select(School.id).where(School.id == person.school_id).with_for_update())  # as a change does
        present = session.get_one(Person, person.id)
        if present.state != "active" or present.password != person.password:
            raise Refusal(WRONG)
        session.execute(delete(HalfSignIn).where(HalfSignIn.started_at <= now - LASTS))
        row = HalfSignIn(school_id=person.school_id, person_id=person.id, token=digest(token), started_at=now)
        row.device = device
        session.add(row)
    return token


def prune(ports: Ports) -> int:
    """Forget whoever never gave the code: each next one forgets them too, but there may be none. How many."""
    old = HalfSignIn.started_at <= ports.clock() - LASTS
    with ports.db.look() as session:
        gone = session.scalars(select(HalfSignIn.id).where(old)).all()
    if gone:
        with ports.db.note() as session:
            session.execute(delete(HalfSignIn).where(HalfSignIn.id.in_(gone)))
    return len(gone)


def whose(ports: Ports, *, token: str) -> str | None:
    """The e-mail address of whoever is half signed in by a token now; None where that has ended."""
    with ports.db.look() as session:
        found = _find(session, token, ports.clock())
        return found[1].email if found else None


def finish(ports: Ports, *, token: str, code: str, address: str, known: Known | None = None) -> Finished:
    """A session, if the code is right: one of the app, or a recovery code. `known`: what the device proves of itself.
    Refusal of `code`; TooManyAttempts after ten guesses; NotFound where it has ended."""
    with ports.db.look() as session:
        found = _find(session, token, ports.clock())
        if found is None:
            raise NotFound(ENDED)
        person = found[1]
        acting = actor_of(session, person, ports.clock())
    typed, tried = proving_codes.read(code), _tried(person, address, known)
    with proving_codes.counted(ports, tried), ports.db.change(acting) as change:
        still = _find(change.session, token, change.now)
        if still is None:
            raise NotFound(ENDED)
        half, present = still
        left = proving_codes.accept(ports, change, present, typed)
        change.session.delete(half)
        fresh = sessions.begin(change, present, half.device)
        change.did(events.SignedIn(f"{half.device} and a code"))
    return Finished(fresh, person.email, left)


def _tried(person: Person, address: str, known: Known | None) -> proving_codes.Tried:
    """A device that the account knows is counted by itself: whoever guesses elsewhere keeps nobody out. Network
    addresses are not counted: a staff room that types its first codes on one morning is no attack, and each account
    has its own count."""
    own = guesses.code_key(person.id)
    if known and known.account == account_of(person.email):
        return proving_codes.Tried(person.id, address, guesses.device_key(own, known.device))
    return proving_codes.Tried(person.id, address, own)


def _find(session: Session, token: str, now: datetime) -> tuple[HalfSignIn, Person] | None:
    query = (
        select(HalfSignIn, Person)
        .join(Person, Person.id == HalfSignIn.person_id)
        .where(HalfSignIn.token == digest(token), HalfSignIn.started_at > now - LASTS, Person.state == "active")
    )
    found = session.execute(query).first()
    return (found[0], found[1]) if found else None
