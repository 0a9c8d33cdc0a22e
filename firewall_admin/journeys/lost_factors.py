"""Taking away a second factor that somebody has lost: of the same weight as a new link to set a password.

The administrator does it; for the roles that carry weight only after a second person has confirmed, the same who may
confirm a new link. There is no shorter way by mail: nothing is sent that only the person could use. The person and the
headteacher are told.
"""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from firewall_admin.core import events_second_factor as events
from firewall_admin.core import second_factor_letters as words
from firewall_admin.core.people import Actor, Permission, Role
from firewall_admin.core.person import WEIGHTY
from firewall_admin.core.refusals import Conflict, Refusal
from firewall_admin.db.change import Change
from firewall_admin.db.tables import LostFactor, Person
from firewall_admin.db.tables.row import new_id
from firewall_admin.ports import Ports

from . import letters, second_person
from .invitations import end_sessions
from .people import find
from .policy import may
from .proving_codes import is_on
from .second_factor import forget
from .second_person import DONE, WAITING, answerable


@dataclass(frozen=True)
class Outcome:
    """What came of asking. `state`: `done`, or `waits` for a second person."""

    state: str
    lost_factor: UUID


def ask(ports: Ports, actor: Actor, *, person: UUID) -> Outcome:
    """Take away the second factor of somebody who has lost it, or ask a second person to confirm it."""
    may(actor, Permission.MANAGE_PEOPLE)
    with ports.db.change(actor) as change:
        found = find(change.session, actor, person)
        if found.id == actor.person_id:
            raise Refusal("Turn off your own on the page of your account.")
        if not is_on(change.session, found.id):
            raise Refusal(f"{found.name} has no second factor.")
        if former := second_person.open_about(change.session, LostFactor, found.id, change.now):
            asker, _ = second_person.names(change.session, former)
            raise Conflict(f"{asker} has asked to take away the second factor of {found.name} already.")
        row = LostFactor(id=new_id(), school_id=found.school_id, person_id=found.id, made_by=actor.person_id)
        row.made_at, row.state = change.now, WAITING
        change.session.add(row)
        change.session.flush()
        if takes_two(found):
            _question(change, row, found)
            return Outcome("waits", row.id)
        _take(change, row, found)
        return Outcome("done", row.id)


def confirm(ports: Ports, actor: Actor, *, lost_factor: UUID) -> None:
    """The second person's word: it is taken away now."""
    with ports.db.change(actor) as change:
        row, person = answerable(change, actor, LostFactor, lost_factor, WAITING)
        second_person.confirm(change, actor, row, person)
        asker, _ = second_person.names(change.session, row)
        change.did(events.LostFactorConfirmed(person.name, asker, str(person.id)))
        _take(change, row, person)


def end(ports: Ports, actor: Actor, *, lost_factor: UUID) -> None:
    """Take the question back, or refuse it: whoever asked, whoever may confirm, and whom it is about."""
    with ports.db.change(actor) as change:
        row, person = answerable(change, actor, LostFactor, lost_factor, WAITING)
        second_person.withdraw(actor, row, person)
        letters.withdraw(change, _key(row))
        asker, _ = second_person.names(change.session, row)
        change.did(events.LostFactorWithdrawn(person.name, asker, str(person.id)))


def takes_two(person: Person) -> bool:
    """Whether a second person has to confirm it: for whoever decides or manages, always."""
    return Role(person.role) in WEIGHTY


def path(row: LostFactor) -> str:
    return f"/people/lost-factors/{row.id}"


def _question(change: Change, row: LostFactor, person: Person) -> None:
    """Ask the second person, and tell whom it is about."""
    change.did(events.LostFactorAsked(person.name, str(person.id)))
    draft = words.taking_asked(person.name, asker=change.actor.name, path=path(row))
    letters.write(change, second_person.confirmers(change, row, person), draft, key=f"{_key(row)}asked")
    theirs = words.taking_asked_for_you(asker=change.actor.name, path=path(row))
    letters.write(change, [person], theirs, key=f"{_key(row)}asked")


def _take(change: Change, row: LostFactor, person: Person) -> None:
    """Take it away: every session ends with it. The person and the headteacher are told by whom."""
    if not forget(change, person):
        raise Conflict(f"{person.name} has no second factor any more.")
    end_sessions(change, person)
    row.state = DONE
    change.did(events.SecondFactorTaken(person.name, str(person.id)))
    taker, confirmer = second_person.names(change.session, row)
    when, key = letters.moment(change), f"{_key(row)}taken"
    letters.write(change, [person], words.taken(taker=taker, confirmer=confirmer, when=when), key=key)
    told = words.taken_told(person.name, taker=taker, confirmer=confirmer, when=when, path=path(row))
    query = select(Person).where(Person.school_id == row.school_id, Person.role == Role.HEADTEACHER)
    heads = change.session.scalars(query.where(Person.state == "active", Person.id != person.id)).all()
    letters.write(change, heads, told, key=key)


def _key(row: LostFactor) -> str:
    return f"lost-factor:{row.id}:"
