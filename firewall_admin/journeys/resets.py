"""New links to set a password. Whoever holds one can become that person, so where it could be misused it takes two.

A link is sent by letter to the person's own address, where there is a mail server and the address is surely theirs.
Otherwise it is shown to whoever made it; for the roles that carry weight only after a second person has confirmed.
Either way the person is told, on home and by letter, who made the link that their password was set by.
"""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from firewall_admin.core import events_letters, people_letters
from firewall_admin.core import events_people as events
from firewall_admin.core.people import Actor, Permission, Role
from firewall_admin.core.person import WEIGHTY
from firewall_admin.core.refusals import Conflict, NotAllowed, Refusal
from firewall_admin.db.change import Change
from firewall_admin.db.tables import Entry, PasswordReset, Person, School, SignIn
from firewall_admin.db.tables.row import new_id
from firewall_admin.ports import Ports

from . import letters, second_person
from .invitations import end_sessions, issue, kept, mail
from .people import find
from .policy import may
from .report_records import person_of
from .second_person import CONFIRMED, DONE, WAITING, WITHDRAWN, answerable


@dataclass(frozen=True)
class Outcome:
    """What came of asking for a link. `state`: `shown` (once: `token`), `mailed`, or `waits` for a second person."""

    state: str
    token: str = ""
    reset: UUID | None = None


def ask(ports: Ports, actor: Actor, *, person: UUID) -> Outcome:
    """A new link for somebody, or the question for it. Once the link is made, the old password, every session and
    every older link have ended."""
    may(actor, Permission.MANAGE_PEOPLE)
    with ports.db.change(actor) as change:
        found = find(change.session, actor, person)
        if found.id == actor.person_id:
            raise Refusal("Change your own password on the page of your account.")
        if found.state == "left":
            raise Refusal(f"{found.name} has left. Invite them again.")
        if former := second_person.open_about(change.session, PasswordReset, found.id, change.now):
            asker, _ = second_person.names(change.session, former)
            raise Conflict(f"{asker} has asked for a new link for {found.name} already.")
        row = PasswordReset(
            id=new_id(), school_id=found.school_id, person_id=found.id, made_by=actor.person_id, made_at=change.now
        )
        row.state = WAITING if takes_two(ports, change.session, found) else DONE
        change.session.add(row)
        change.session.flush()
        return _question(change, row, found) if row.state == WAITING else _make(ports, change, row, found)


def confirm(ports: Ports, actor: Actor, *, password_reset: UUID) -> Outcome:
    """The second person's word. By mail the link goes out at once; without it, whoever asked makes it now."""
    with ports.db.change(actor) as change:
        row, person = answerable(change, actor, PasswordReset, password_reset, WAITING)
        second_person.confirm(change, actor, row, person)
        asker = change.session.get_one(Person, row.made_by)
        change.did(events_letters.ResetConfirmed(person.name, asker.name, str(person.id)))
        if ports.send is not None:
            return _make(ports, change, row, person)
        draft = people_letters.link_confirmed(person.name, confirmer=actor.name, path=path(row))
        letters.write(change, [asker], draft, key=f"reset:{row.id}:confirmed")
        return Outcome("waits", reset=row.id)


def make(ports: Ports, actor: Actor, *, password_reset: UUID) -> Outcome:
    """The link itself, for whoever asked, once somebody else has confirmed."""
    with ports.db.change(actor) as change:
        row, person = answerable(change, actor, PasswordReset, password_reset, CONFIRMED)
        if row.made_by != actor.person_id or not actor.may(Permission.MANAGE_PEOPLE):
            raise NotAllowed("Only whoever asked for this link can make it.")
        return _make(ports, change, row, person)


def make_anew(ports: Ports, change: Change, person: Person, *, confirmed_by: UUID) -> Outcome:
    """A new link for somebody who has just got a role that carries weight, made by whoever approved it; the one who
    proposed it is the second person. Whatever was asked before has ended."""
    query = select(PasswordReset).where(PasswordReset.person_id == person.id)
    for former in change.session.scalars(query.where(PasswordReset.state.in_((WAITING, CONFIRMED)))):
        former.state = WITHDRAWN
    row = PasswordReset(id=new_id(), school_id=person.school_id, person_id=person.id, made_at=change.now, state=DONE)
    row.made_by, row.confirmed_by, row.confirmed_at = person_of(change.actor), confirmed_by, change.now
    change.session.add(row)
    change.session.flush()
    return _make(ports, change, row, person)


def end(ports: Ports, actor: Actor, *, password_reset: UUID) -> None:
    """Take a question back, or refuse it: whoever asked, whoever may confirm, and whom it is about."""
    with ports.db.change(actor) as change:
        row, person = answerable(change, actor, PasswordReset, password_reset, WAITING, CONFIRMED)
        second_person.withdraw(actor, row, person)
        letters.withdraw(change, f"reset:{row.id}:")
        asker, _ = second_person.names(change.session, row)
        change.did(events_letters.ResetWithdrawn(person.name, asker, str(person.id)))


def takes_two(ports: Ports, session: Session, person: Person) -> bool:
    """Whether a second person has to confirm a link for somebody. While a school is being set up, nobody who has never
    been there has anything to lose."""
    if Role(person.role) not in WEIGHTY:
        return False
    is_signed = session.get_one(School, person.school_id).signed_at is not None
    if not is_signed and person.state != "active":
        return False
    return ports.send is None or not _address_is_theirs(session, person)


def path(row: PasswordReset) -> str:
    return f"/people/resets/{row.id}"


def _question(change: Change, row: PasswordReset, person: Person) -> Outcome:
    """Ask the second person, and tell whom it is about."""
    change.did(events_letters.ResetAsked(person.name, str(person.id)))
    draft = people_letters.link_asked(person.name, asker=change.actor.name, path=path(row))
    letters.write(change, second_person.confirmers(change, row, person), draft, key=f"reset:{row.id}:asked")
    theirs = people_letters.link_asked_for_you(asker=change.actor.name, path=path(row))
    letters.write(change, [person], theirs, key=f"reset:{row.id}:asked")
    return Outcome("waits", reset=row.id)


def _make(ports: Ports, change: Change, row: PasswordReset, person: Person) -> Outcome:
    """Make the link: the old password and every session end with it."""
    person.password = None
    end_sessions(change, person)
    change.did(events.PasswordReset(person.name, str(person.id)))
    token = issue(change, person)
    row.state, row.invitation_id = DONE, kept(change.session, token).id
    maker, _ = second_person.names(change.session, row)
    school = change.session.get_one(School, row.school_id).name
    if mail(ports, change, person, token, people_letters.new_link(school, maker=maker)):
        return Outcome("mailed", reset=row.id)
    return Outcome("shown", token, row.id)


def _address_is_theirs(session: Session, person: Person) -> bool:
    """Whether they have signed in since somebody last wrote down their e-mail address. Otherwise whoever wrote it might
    have written their own."""
    query = (
        select(Entry.at, Entry.fields)
        .where(Entry.school_id == person.school_id, Entry.event == events.PersonCorrected.__name__)
        .order_by(Entry.number.desc())
    )
    written = (
        at
        for at, fields in session.execute(query)
        if fields.get("person") == str(person.id) and "e-mail" in fields.get("what", "")
    )
    since = max(next(written, person.created_at), person.created_at)
    signed_in = select(SignIn.id).where(SignIn.person_id == person.id, SignIn.started_at > since)
    return session.scalars(signed_in.limit(1)).first() is not None
