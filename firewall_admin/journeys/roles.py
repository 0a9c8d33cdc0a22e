"""What a person is. The administrator proposes; the roles that carry weight take the headteacher's word.

Before the first policy is signed there may be no headteacher yet, so nothing waits.
"""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from firewall_admin.core import events_people as events
from firewall_admin.core.people import Actor, Permission, Role
from firewall_admin.core.person import NEEDS_APPROVAL, parse_role
from firewall_admin.core.refusals import Conflict, NotAllowed, NotFound, Refusal
from firewall_admin.db.change import Change
from firewall_admin.db.tables import Person, RoleProposal
from firewall_admin.ports import Ports

from .actors import school
from .invitations import end_sessions, seen_by_others, void
from .people import end_delegations, find, not_the_last, propose, withdraw
from .policy import may
from .resets import Outcome, make_anew


def change_role(ports: Ports, actor: Actor, *, person: UUID, role: str) -> bool:
    """Make a person something else. True if it is so now, False if it waits for the headteacher.

    Their sessions end: what a page showed was for what they were.
    """
    may(actor, Permission.MANAGE_PEOPLE)
    wanted = parse_role(role)
    with ports.db.change(actor) as change:
        found = find(change.session, actor, person)
        _not_oneself(actor, found)
        if found.state == "left":
            raise Refusal(f"{found.name} has left. Invite them again.")
        if found.role == wanted:
            raise Refusal(f"{found.name} is {wanted.words.lower()} already.", "role")
        not_the_last(change.session, found)
        if waits := school(change).signed_at is not None and wanted in NEEDS_APPROVAL:
            propose(change, found, wanted)
        else:
            withdraw(change, found)
            before = _become(change, found, wanted)
            change.did(events.RoleChanged(found.name, before, wanted.words.lower(), str(found.id)))
        return not waits


def approve(ports: Ports, actor: Actor, *, proposal: UUID) -> Outcome | None:
    """The headteacher's word on a proposed role: it is so from now on. Open links end with it. Where whoever proposed
    it may have seen the link to that account, its password ends too, and the headteacher makes a new one: what came of
    that."""
    may(actor, Permission.APPROVE_ROLES)
    with ports.db.change(actor) as change:
        row, person = _waiting(change, actor, proposal)
        not_the_last(change.session, person)
        role = Role(row.role)
        before = _become(change, person, role)
        _decide(change, row, "approved")
        proposer = change.session.get_one(Person, row.made_by).name
        renew = seen_by_others(change.session, person)
        void(change, person)
        made = make_anew(ports, change, person, confirmed_by=row.made_by) if renew else None
        change.did(events.RoleApproved(person.name, before, role.words.lower(), proposer, str(person.id)))
        return made


def refuse(ports: Ports, actor: Actor, *, proposal: UUID, reason: str) -> None:
    """The headteacher's no to a proposed role. The person stays what they are."""
    may(actor, Permission.APPROVE_ROLES)
    if not reason.strip():
        raise Refusal("Say why, so that it can be understood in three years.", "reason")
    with ports.db.change(actor) as change:
        row, person = _waiting(change, actor, proposal)
        _decide(change, row, "refused")
        role = Role(row.role).words.lower()
        change.did(events.RoleRefused(person.name, role, reason.strip(), str(person.id)))


def find_proposal(session: Session, actor: Actor, proposal: UUID) -> RoleProposal:
    """The proposal, if of the actor's school; NotFound otherwise."""
    query = select(RoleProposal).where(RoleProposal.id == proposal, RoleProposal.school_id == actor.school_id)
    if (found := session.scalars(query).first()) is None:
        raise NotFound("There is no such proposal.")
    return found


def _waiting(change: Change, actor: Actor, proposal: UUID) -> tuple[RoleProposal, Person]:
    """A proposal that the actor may decide now, and whom it is about."""
    row = find_proposal(change.session, actor, proposal)
    person = find(change.session, actor, row.person_id)
    if row.state != "waiting":
        raise Conflict(f"This has been {row.state} already.")
    _not_oneself(actor, person)
    if row.made_by == actor.person_id:
        raise NotAllowed("You proposed this yourself: somebody else has to decide it.")
    return row, person


def _decide(change: Change, row: RoleProposal, state: str) -> None:
    row.state, row.decided_by, row.decided_at = state, change.actor.person_id, change.now


def _become(change: Change, person: Person, role: Role) -> str:
    """Change what a person is, on a change that says so; gives what they were, in words."""
    before = Role(person.role).words.lower()
    end_delegations(change, person)
    end_sessions(change, person)
    person.role = role
    return before


def _not_oneself(actor: Actor, person: Person) -> None:
    if person.id == actor.person_id:
        raise NotAllowed("Nobody changes what they are themselves.")
