"""Links by which people set their first password, or a new one. Only the digest of a link's token is kept."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from firewall_admin.adapters.sealed import Cell
from firewall_admin.core import events_people as events
from firewall_admin.core import passwords, people_letters
from firewall_admin.core.letters import Draft
from firewall_admin.core.refusals import NotFound
from firewall_admin.db.change import Change
from firewall_admin.db.tables import HalfSignIn, Invitation, Letter, PasswordReset, Person, School, SignIn
from firewall_admin.ports import Ports

from . import letters
from .actors import actor as actor_of

LASTS = timedelta(days=7)
GONE = (
    "This link has been used, has ended, or was replaced by a newer one. Ask your school's administrator for another."
)


@dataclass(frozen=True)
class Opened:
    """Whom a link is for."""

    name: str
    email: str
    school: str
    expires_at: datetime


def digest(token: str) -> str:
    """What is kept of a token: its SHA-256, hexadecimal. Enough for one of 256 random bits (ASVS 5.0, 6.5.2)."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def issue(change: Change, person: Person) -> str:
    """A fresh token for a person, on a change that says so. Any older one ends."""
    void(change, person)
    token = secrets.token_urlsafe(32)
    change.session.add(
        Invitation(
            school_id=person.school_id,
            person_id=person.id,
            token=digest(token),
            expires_at=change.now + LASTS,
        )
    )
    return token


def void(change: Change, person: Person) -> None:
    """End every open link of a person, and take back letters with one that have not been sent."""
    letters.withdraw(change, _letters(person))
    query = update(Invitation).where(Invitation.person_id == person.id, Invitation.used_at.is_(None))
    change.session.execute(query.values(used_at=change.now))


def mail(ports: Ports, change: Change, person: Person, token: str, draft: Draft) -> bool:
    """Send a link to the person's own address, where there is a mail server; False where there is none. The letter
    keeps it sealed, and only until it is sent."""
    if ports.send is None:
        return False
    key = f"{_letters(person)}{digest(token)[:16]}"
    letters.write(change, [person], draft, key=key)
    query = select(Letter).where(Letter.person_id == person.id, Letter.key == key)
    row = change.session.scalars(query).one()
    row.secret = ports.sealed.seal(f"/invitations/{token}", Cell("letter", "secret", row.id))
    kept(change.session, token).mailed = True
    return True


def seen_by_others(session: Session, person: Person) -> bool:
    """Whether somebody else has seen the link by which they set their password, or still can set it."""
    query = select(Invitation).where(Invitation.person_id == person.id, Invitation.used_at.is_not(None))
    last = session.scalars(query.order_by(Invitation.used_at.desc(), Invitation.id.desc()).limit(1)).first()
    return person.state == "invited" or (last is not None and not last.mailed)


def kept(session: Session, token: str) -> Invitation:
    """The row of a link that was just made."""
    session.flush()
    return session.scalars(select(Invitation).where(Invitation.token == digest(token))).one()


def look(ports: Ports, *, token: str) -> Opened:
    """Whom a link is for. Looking doesn't use it: programs that scan mail open links too. NotFound if it has ended."""
    with ports.db.look() as session:
        invitation, person = _find(session, token, ports.clock())
        school = session.get_one(School, person.school_id)
        return Opened(person.name, person.email, school.name, invitation.expires_at)


def accept(ports: Ports, *, token: str, password: str) -> None:
    """Set a password by a link, once, and end whatever sessions there are. NotFound if the link has ended; a Refusal
    of `password` if it may not be chosen."""
    with ports.db.look() as session:
        _, person = _find(session, token, ports.clock())
        school = session.get_one(School, person.school_id)
        check_password(person, school, password)
        acting = actor_of(session, person, ports.clock())
    kept = ports.passwords.keep(password)  # not inside the change: it takes long, and others wait to write
    with ports.db.change(acting) as change:
        invitation, person = _find(change.session, token, change.now)  # of two at once, one finds it used
        invitation.used_at = change.now
        person.password, person.state = kept, "active"
        void(change, person)
        end_sessions(change, person)
        change.did(events.PasswordSet())
        _tell(change, invitation, person)


def check_password(person: Person, school: School, password: str) -> None:
    """Refuse what is guessed first for this person of this school."""
    passwords.check(password, [school.name, *school.domains], [person.name, person.email.partition("@")[0]])


def end_sessions(change: Change, person: Person, but: str | None = None) -> int:
    """End every session of a person, but the one with this digest, and whatever of them is half signed in. Gives how
    many sessions there were."""
    change.session.execute(delete(HalfSignIn).where(HalfSignIn.person_id == person.id))
    query = select(SignIn).where(SignIn.person_id == person.id, SignIn.ended_at.is_(None))
    ended = [session for session in change.session.scalars(query) if session.token != but]
    for session in ended:
        session.ended_at = change.now
    return len(ended)


def _letters(person: Person) -> str:
    """What the keys of letters with a link for a person begin with."""
    return f"link:{person.id}:"


def _tell(change: Change, invitation: Invitation, person: Person) -> None:
    """Whoever's password was set by a link that others made, is told who made it: it may not have been they."""
    query = select(PasswordReset).where(PasswordReset.invitation_id == invitation.id)
    if (reset := change.session.scalars(query).first()) is None:
        return
    reset.used_at = change.now
    maker = change.session.get_one(Person, reset.made_by).name
    confirmer = change.session.get_one(Person, reset.confirmed_by).name if reset.confirmed_by else ""
    draft = people_letters.password_set(maker=maker, confirmer=confirmer, when=letters.moment(change))
    letters.write(change, [person], draft, key=f"password-set:{invitation.id}")


def _find(session: Session, token: str, now: datetime) -> tuple[Invitation, Person]:
    """An open link and its person."""
    query = (
        select(Invitation, Person)
        .join(Person, Person.id == Invitation.person_id)
        .where(Invitation.token == digest(token), Invitation.used_at.is_(None), Invitation.expires_at > now)
        .where(Person.state != "left")
    )
    found = session.execute(query).first()
    if found is None:
        raise NotFound(GONE)
    return found[0], found[1]
