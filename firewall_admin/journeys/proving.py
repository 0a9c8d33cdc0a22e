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
class Who:
    """Whoever presents a password: what they typed, and from where. `device` in words."""

    email: str
    address: str
    device: str


def prove(ports: Ports, who: Who, password: str) -> Person:
    """The person whose password it is. Counts the guess first, and takes it back if it was right."""
    email = _spelled(who.email)
    account, address = guesses.account_key(email), guesses.address_key(who.address)
    counted = guesses.count(ports, {account, address})
    with ports.db.look() as session:
        query = select(Person).where(Person.email == email, Person.state == "active")
        person = session.scalars(query).first()
    if ports.passwords.match(person.password if person else None, password) and person:
        with ports.db.note() as session:
            guesses.take_back(session, account, [address], counted)
        return person
    log.warning("a sign-in was refused: person %s, from %s", person.id if person else "unknown", who.address)
    if counted.last:
        _tell(ports, account, person)
    raise Refusal(WRONG)


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


def _spelled(email: str) -> str:
    """The one spelling of an address; of what is none, only that it is none: no text that was typed gets further."""
    try:
        return parse_email(email)
    except Refusal:
        return ""


def _tell(ports: Ports, account: str, person: Person | None) -> None:
    """Put a pause into the school's trail, once. For an unknown address as much is written, where it says nothing."""
    if person is None:
        with ports.db.note() as session:
            _mark(session, account, ports)
        return
    with ports.db.change(system(person.school_id)) as change:
        if _mark(change.session, account, ports):
            minutes = guesses.WITHIN // timedelta(minutes=1)
            change.did(events.SignInPaused(person.name, guesses.MOST, minutes, str(person.id)))


def _mark(session: Session, account: str, ports: Ports) -> bool:
    """Whether the account is full just now; if so, that is marked."""
    row = session.get(Guesses, account)
    if row is None or len(row.times) < guesses.MOST:
        return False
    row.told_at = ports.clock()
    return True
