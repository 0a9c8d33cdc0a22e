"""Bringing people in, correcting how they are written down, and ending their access.

The administrator does it. What a person is, is `roles.py`.
"""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from firewall_admin.core import events_people as events
from firewall_admin.core import people_letters
from firewall_admin.core.people import Actor, Permission, Role
from firewall_admin.core.person import NEEDS_APPROVAL, parse_email, parse_name, parse_role
from firewall_admin.core.refusals import NotFound, Refusal
from firewall_admin.db.change import Change
from firewall_admin.db.tables import Delegation, Person, RoleProposal
from firewall_admin.ports import Ports

from .actors import school
from .invitations import end_sessions, issue, mail, void
from .policy import may
from .second_factor import forget

INDISPENSABLE = (Role.HEADTEACHER, Role.NETWORK_MANAGER, Role.ADMINISTRATOR)
"""A school can't be without one of these: nobody could decide, run it, or let somebody in."""
TAKEN = "Somebody has this e-mail address already."


@dataclass(frozen=True)
class Invited:
    """Somebody who was invited. `token` is shown once, and empty where the link was `mailed` to them; `waits` where the
    role still needs the headteacher's word."""

    person: UUID
    name: str
    email: str
    role: Role
    token: str
    waits: bool
    mailed: bool = False


def invite(ports: Ports, actor: Actor, *, name: str, email: str, role: str) -> Invited:
    """Invite somebody, new or come back. A role that needs approval is proposed; until then they are a teacher."""
    may(actor, Permission.MANAGE_PEOPLE)
    with ports.db.change(actor) as change:
        return inviting(change, name=name, email=email, role=role, ports=ports)


def inviting(change: Change, *, name: str, email: str, role: str, ports: Ports | None = None) -> Invited:
    """The part of `invite` that writes, for one person of several in one change. Refuses before it writes. Without
    `ports` no link is mailed."""
    name, email, wanted = parse_name(name), parse_email(email), parse_role(role)
    signed = school(change).signed_at is not None
    person = change.session.scalars(select(Person).where(Person.email == email)).first()
    if person and (person.school_id != change.actor.school_id or person.state != "left"):
        raise Refusal(TAKEN, "email")
    waits = signed and wanted in NEEDS_APPROVAL
    if person is None:
        person = Person(school_id=change.actor.school_id, email=email, created_at=change.now)
        change.session.add(person)
    person.name, person.role, person.state = name, Role.TEACHER if waits else wanted, "invited"
    person.left_at = None
    _flush(change)
    change.did(events.PersonInvited(name, Role(person.role).words.lower(), str(person.id)))
    if waits:
        propose(change, person, wanted)
    token = issue(change, person)
    draft = people_letters.invitation(school(change).name, inviter=change.actor.name)
    mailed = ports is not None and mail(ports, change, person, token, draft)
    return Invited(person.id, name, email, wanted, "" if mailed else token, waits, mailed)


def propose(change: Change, person: Person, role: Role) -> None:
    """Put a role before the headteacher, on a change. An older proposal for the same person ends."""
    withdraw(change, person)
    change.session.add(
        RoleProposal(
            school_id=person.school_id,
            person_id=person.id,
            role=role,
            made_by=change.actor.person_id,
            made_at=change.now,
        )
    )
    change.did(events.RoleProposed(person.name, role.words.lower(), str(person.id)))


def withdraw(change: Change, person: Person) -> None:
    """End whatever is proposed for a person."""
    query = select(RoleProposal).where(RoleProposal.person_id == person.id, RoleProposal.state == "waiting")
    for proposal in change.session.scalars(query):
        proposal.state, proposal.decided_at = "withdrawn", change.now


def correct(ports: Ports, actor: Actor, *, person: UUID, name: str, email: str) -> None:
    """Write a person's name or e-mail address as it should be. The sign-in changes with the address, and a link that
    was mailed to the former one ends."""
    may(actor, Permission.MANAGE_PEOPLE)
    name, email = parse_name(name), parse_email(email)
    with ports.db.change(actor) as change:
        found = find(change.session, actor, person)
        other = change.session.scalar(select(Person.id).where(Person.email == email, Person.id != found.id))
        if other:
            raise Refusal(TAKEN, "email")
        changed = [what for what, new in (("name", name), ("email", email)) if getattr(found, what) != new]
        found.name, found.email = name, email
        _flush(change)
        if "email" in changed and ports.send is not None:
            void(change, found)
        if changed:
            words = " and ".join(what.replace("email", "e-mail address") for what in changed)
            change.did(events.PersonCorrected(name, words, str(found.id)))


def end_access(ports: Ports, actor: Actor, *, person: UUID) -> None:
    """Somebody has left: sessions, links, proposals, delegations and their second factor end with their access. What
    they did stays."""
    may(actor, Permission.MANAGE_PEOPLE)
    with ports.db.change(actor) as change:
        found = find(change.session, actor, person)
        if found.state == "left":
            raise Refusal(f"{found.name} has left already.")
        not_the_last(change.session, found)
        void(change, found)
        withdraw(change, found)
        end_sessions(change, found)
        end_delegations(change, found)
        forget(change, found)
        found.state, found.password, found.left_at = "left", None, change.now
        change.did(events.PersonLeft(found.name, Role(found.role).words.lower(), str(found.id)))


def end_delegations(change: Change, person: Person) -> None:
    """End what a person was given to decide, or gave: it was bound to what they were."""
    query = select(Delegation).where(
        (Delegation.deputy_id == person.id) | (Delegation.made_by == person.id),
        Delegation.ended_at.is_(None),
        Delegation.until > change.now,
    )
    for delegation in change.session.scalars(query):
        delegation.ended_at = change.now
        deputy = change.session.get_one(Person, delegation.deputy_id)
        change.did(events.DelegationEnded(deputy.name, str(delegation.id)))


def not_the_last(session: Session, person: Person) -> None:
    """Refuse to take away the only active one of a role that a school can't be without."""
    if person.state != "active" or person.role not in INDISPENSABLE:
        return
    others = select(func.count()).where(
        Person.school_id == person.school_id,
        Person.role == person.role,
        Person.state == "active",
        Person.id != person.id,
    )
    if not session.scalar(others):
        role = Role(person.role).words.lower()
        raise Refusal(f"{person.name} is the school's only {role}. First let somebody else become {role}.")


def find(session: Session, actor: Actor, person: UUID) -> Person:
    """The person, if of the actor's school; NotFound otherwise."""
    query = select(Person).where(Person.id == person, Person.school_id == actor.school_id)
    if (found := session.scalars(query).first()) is None:
        raise NotFound("There is no such person.")
    return found


def _flush(change: Change) -> None:
    """Two schools may take one address at the same instant; the database lets one of them."""
    try:
        change.session.flush()
    except IntegrityError:
        raise Refusal(TAKEN, "email") from None
