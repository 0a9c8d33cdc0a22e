"""Signing in and out. A session is a row, so that it can be ended at once; the cookie only holds its token.

How a password is looked at is in `proving.py`; what follows for whoever has a second factor, in `half_sign_in.py`.
"""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from firewall_admin.core import events_people as events
from firewall_admin.core.people import Actor
from firewall_admin.core.refusals import NotFound, Refusal
from firewall_admin.db.change import Change
from firewall_admin.db.tables import Person, SignIn
from firewall_admin.ports import Ports

from . import half_sign_in
from .actors import actor as actor_of
from .invitations import digest, end_sessions
from .proving import WRONG, Known, Who, account_of, rehash
from .proving import prove as prove_password
from .proving_codes import is_on
from .sessions import begin


@dataclass(frozen=True)
class Entered:
    """What the right password opened: a session, or, where the person `owes_code`, only the way to the code's page. The
    token is the one or the other's, for the cookie."""

    token: str
    owes_code: bool = False


def sign_in(ports: Ports, who: Who, *, password: str, replaces: str | None = None) -> Entered:
    """A fresh session, or half of one, if the password is right; `replaces` is the token of the one before, which ends.

    Raises Refusal where it is not right, TooManyAttempts after ten guesses, Busy in a flood.
    """
    person = prove_password(ports, who, password)
    entered = _session(ports, person, who.device) or Entered(half_sign_in.begin(ports, person, who.device), True)
    rehash(ports, person, password)
    if replaces:
        _leave(ports, replaces)
    return entered


def prove(ports: Ports, actor: Actor, *, token: str, address: str, password: str) -> None:
    """The password once more, before an act of weight. Guessing is counted for this session alone: guesses from
    elsewhere must not keep somebody out who is in."""
    with ports.db.look() as session:
        email = session.get_one(Person, actor.person_id).email
    try:
        prove_password(ports, Who(email, address, "", Known(account_of(email), digest(token))), password)
    except Refusal as refusal:
        raise refusal if refusal.message != WRONG else Refusal("The password is not right.", "password") from None
    with ports.db.note() as session:
        query = select(SignIn).where(SignIn.token == digest(token), SignIn.person_id == actor.person_id)
        session.scalars(query).one().proven_at = ports.clock()


def sign_out(ports: Ports, actor: Actor, *, token: str) -> None:
    """End the session of a token."""
    with ports.db.change(actor) as change:
        if _end(change, token):
            change.did(events.SignedOut(1))


def sign_out_everywhere(ports: Ports, actor: Actor) -> None:
    """End every session of the actor, this one too."""
    with ports.db.change(actor) as change:
        person = change.session.get_one(Person, actor.person_id)
        change.did(events.SignedOut(end_sessions(change, person)))


def sign_out_one(ports: Ports, actor: Actor, *, sign_in: UUID) -> None:
    """End one of the actor's own sessions, by its row's id."""
    with ports.db.change(actor) as change:
        query = select(SignIn).where(SignIn.id == sign_in, SignIn.person_id == actor.person_id)
        found = change.session.scalars(query).first()
        if found is None:
            raise NotFound("You have no such session.")
        if found.ended_at is None:
            found.ended_at = change.now
            change.did(events.SignedOut(1))


def _session(ports: Ports, person: Person, device: str) -> Entered | None:
    """A session of somebody whose password alone is enough; None for anyone else."""
    with ports.db.look() as session:
        acting = actor_of(session, person, ports.clock())
    with ports.db.change(acting) as change:
        present = change.session.get(Person, person.id)
        if present is None or present.state != "active" or present.password != person.password:
            raise Refusal(WRONG)  # it was changed while the password was checked
        if is_on(change.session, person.id):
            return None
        change.did(events.SignedIn(device))
        return Entered(begin(change, present, device))


def _leave(ports: Ports, token: str) -> None:
    """Sign out whoever had this session: it may have been somebody else, of another school too."""
    with ports.db.look() as session:
        query = select(Person).join(SignIn, SignIn.person_id == Person.id).where(SignIn.token == digest(token))
        person = session.scalars(query).first()
        acting = actor_of(session, person, ports.clock()) if person else None
    if acting:
        sign_out(ports, acting, token=token)


def _end(change: Change, token: str) -> bool:
    found = change.session.scalars(select(SignIn).where(SignIn.token == digest(token))).first()
    if found is None or found.ended_at is not None:
        return False
    found.ended_at = change.now
    return True
