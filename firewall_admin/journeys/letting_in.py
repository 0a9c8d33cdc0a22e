"""Back in, where nobody at a school can help any more: its administrator has lost password, phone and recovery codes,
or never used their first link.

Whoever works on the machine itself has the database anyway. So it takes no second person, but it is in the trail, and
the administrator, the headteacher and the network manager are told.
"""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from firewall_admin.core import events_people as events
from firewall_admin.core import people_letters
from firewall_admin.core.people import Role, system
from firewall_admin.core.person import parse_email
from firewall_admin.core.refusals import Refusal
from firewall_admin.db.change import Change
from firewall_admin.db.tables import LostFactor, PasswordReset, Person, School
from firewall_admin.ports import Ports

from . import letters, second_person
from .invitations import end_sessions, issue
from .second_factor import forget

TOLD = (Role.HEADTEACHER, Role.NETWORK_MANAGER)


@dataclass(frozen=True)
class LetIn:
    """Whom the link is for, and what it is made of: shown once."""

    name: str
    token: str


def let_in(ports: Ports, school: UUID, *, email: str) -> LetIn:
    """A new link for an administrator of a school. The old password, the second factor and every session end. Refusal
    of `email` for anybody else, with who there is."""
    email = parse_email(email)
    with ports.db.change(system(school)) as change:
        person = _administrator(change.session, school, email)
        for table in (PasswordReset, LostFactor):
            if asked := second_person.open_about(change.session, table, person.id, change.now):
                asked.state = second_person.WITHDRAWN
        forget(change, person)
        end_sessions(change, person)
        person.password = None
        token = issue(change, person)
        change.did(events.AdministratorLetIn(person.name, str(person.id)))
        _tell(change, person)
        return LetIn(person.name, token)


def _administrator(session: Session, school: UUID, email: str) -> Person:
    query = select(Person).where(Person.school_id == school, Person.state != "left").order_by(Person.name)
    people = session.scalars(query).all()
    known = [one for one in people if one.role == Role.ADMINISTRATOR]
    for one in known:
        if one.email == email:
            return one
    name = session.get_one(School, school).name
    there = ", ".join(f"{one.name} <{one.email}>" for one in known)
    for one in people:
        if one.email == email:
            words = Role(one.role).words.lower()
            raise Refusal(f"{one.name} is {words}: an administrator makes their link, under People: {there}", "email")
    raise Refusal(f"nobody at {name} has the address {email}; its administrators are: {there}", "email")


def _tell(change: Change, person: Person) -> None:
    query = select(Person).where(Person.school_id == person.school_id, Person.state == "active", Person.role.in_(TOLD))
    draft = people_letters.let_in(person.name, when=letters.moment(change))
    told = [person, *change.session.scalars(query)]
    letters.write(change, told, draft, key=f"let-in:{person.id}:{change.now.isoformat()}")
