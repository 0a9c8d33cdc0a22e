"""Whether a password is somebody's. Whoever guesses learns nothing: an unknown address, a wrong password and an
account without one get the same words after the same work.
"""

import logging
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from firewall_admin.core import events_people as events
from firewall_admin.core.people import system
from firewall_admin.core.person import parse_email
from firewall_admin.core.refusals import Refusal
from firewall_admin.db.tables import Guesses, Person
from firewall_admin.ports import Ports

from . import guesses

WRONG = "The e-mail address or the password is not right."
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Known:
    """A device on which somebody signed in before: whose, by the key of their account, and which."""

    account: str
    device: str


@dataclass(frozen=True)
class Who:
    """Whoever presents a password: what they typed, and from where. `device` in words; `known`: what the device proves
    of itself."""

    email: str
    address: str
    device: str
    known: Known | None = None


def prove(ports: Ports, who: Who, password: str) -> Person:
    """The person whose password it is. Counts the guess first, and takes it back if it was right."""
    email = _spelled(who.email)
    own, others = _counted_for(who, guesses.account_key(email))
    counted = guesses.count(ports, {own, *others})
    with ports.db.look() as session:
        query = select(Person).where(Person.email == email, Person.state == "active")
        person = session.scalars(query).first()
    if ports.passwords.match(person.password if person else None, password) and person:
        with ports.db.note() as session:
            guesses.take_back(session, own, others, counted)
        return person
    log.warning("a sign-in was refused: person %s, from %s", person.id if person else "unknown", who.address)
    if counted.last:
        _tell(ports, own, person, events.SignInPaused if others else events.DevicePaused)
    raise Refusal(WRONG)


def account_of(email: str) -> str:
    """The key of an account, as a known device names it."""
    return guesses.account_key(_spelled(email))


def rehash(ports: Ports, person: Person, password: str) -> None:
    """Keep the password by today's costs, if the hash is an older one."""
    if person.password is None or not ports.passwords.is_dated(person.password):
        return
    fresh = ports.passwords.keep(password)
    with ports.db.change(system(person.school_id)) as change:
        present = change.session.get_one(Person, person.id)
        if present.password == person.password:
            present.password = fresh
            change.did(events.PasswordRekept(person.name))


def _counted_for(who: Who, account: str) -> tuple[str, tuple[str, ...]]:
    """What a guess counts for: on a device that the account knows for that alone, and elsewhere for the account and for
    the address."""
    if who.known and who.known.account == account:
        return guesses.device_key(account, who.known.device), ()
    return account, (guesses.address_key(who.address),)


def _spelled(email: str) -> str:
    """The one spelling of an address; of what is none, only that it is none: no text that was typed gets further."""
    try:
        return parse_email(email)
    except Refusal:
        return ""


def _tell(
    ports: Ports, own: str, person: Person | None, paused: type[events.SignInPaused | events.DevicePaused]
) -> None:
    """Put a pause into the school's trail, once. For an unknown address as much is written, where it says nothing."""
    if person is None:
        with ports.db.note() as session:
            _mark(session, own, ports)
        return
    with ports.db.change(system(person.school_id)) as change:
        if _mark(change.session, own, ports):
            minutes = guesses.WITHIN // timedelta(minutes=1)
            change.did(paused(person.name, guesses.MOST, minutes, str(person.id)))


def _mark(session: Session, own: str, ports: Ports) -> bool:
    """Whether the account, or the device, is full just now; if so, that is marked."""
    row = session.get(Guesses, own)
    if row is None or len(row.times) < guesses.MOST:
        return False
    row.told_at = ports.clock()
    return True
