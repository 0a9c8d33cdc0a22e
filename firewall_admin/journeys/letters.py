"""The outbox: letters are written in the change that they tell of, and sent when their time has come."""

from collections.abc import Iterable
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from firewall_admin.core.letters import Draft, lines, one_line
from firewall_admin.core.people import PERMISSIONS, Permission, Role
from firewall_admin.db.change import Change
from firewall_admin.db.tables import Letter, Person, School

from .actors import actor as actor_of

DUE, SENT, GIVEN_UP, WITHDRAWN = "due", "sent", "given-up", "withdrawn"


def write(change: Change, to: Iterable[Person], draft: Draft, *, key: str) -> int:
    """A letter to each of these people, within the caller's change: both commit, or neither does.

    The same `key` to the same person is written once, however often it is asked for; one that was withdrawn before it
    was sent is written anew. Somebody who has left gets none. Gives how many were written now.
    """
    school = change.actor.school_id
    people = {person.id: person for person in to if person.state != "left" and person.school_id == school}
    known, count = _known(change.session, school, list(people), key), 0
    for id_ in people:
        row = known.get(id_)
        if row is None:
            row = Letter(school_id=school, person_id=id_, key=key)
        elif row.state != WITHDRAWN:
            continue
        _fill(change, row, draft)
        change.session.add(row)
        count += 1
    change.session.flush()
    return count


def people_who(session: Session, school_id: UUID, permission: Permission) -> list[Person]:
    """Active people whose role, or delegation that runs now, has a permission; by name."""
    roles = [role for role in Role if permission in PERMISSIONS[role]]
    query = (
        select(Person)
        .where(Person.school_id == school_id, Person.state == "active", Person.role.in_([*roles, Role.DEPUTY]))
        .order_by(Person.name, Person.id)
    )
    now = session.info["now"]
    return [person for person in session.scalars(query) if actor_of(session, person, now).may(permission)]


def withdraw(change: Change, key_prefix: str) -> None:
    """Take back letters that have become pointless before they were sent: those whose key begins so."""
    query = select(Letter).where(
        Letter.school_id == change.actor.school_id,
        Letter.state == DUE,
        Letter.key.startswith(key_prefix, autoescape=True),
    )
    for row in change.session.scalars(query).all():
        row.state, row.next_try, row.secret = WITHDRAWN, None, None
    change.session.flush()


def moment(change: Change) -> str:
    """The instant of a change as a letter tells it: `21 November 2026 at 09:30`, by the school's clock."""
    zone = ZoneInfo(change.session.get_one(School, change.actor.school_id).timezone)
    local = change.now.astimezone(zone)
    return f"{local.day} {local:%B %Y at %H:%M}"


def _known(session: Session, school: UUID, people: list[UUID], key: str) -> dict[UUID, Letter]:
    query = select(Letter).where(Letter.school_id == school, Letter.person_id.in_(people), Letter.key == key)
    return {row.person_id: row for row in session.scalars(query)}


def _fill(change: Change, row: Letter, draft: Draft) -> None:
    row.kind, row.path, row.calendar, row.digest = draft.kind, draft.path, draft.calendar, draft.digest
    row.subject, row.text = one_line(draft.subject), lines(draft.text)
    row.written_at, row.send_after = change.now, max(change.now, draft.after or change.now)
    row.state, row.tries, row.next_try, row.sent_at, row.detail = DUE, 0, None, None, ""
