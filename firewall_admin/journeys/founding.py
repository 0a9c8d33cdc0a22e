"""A school's very beginning: its row, and links for the two people who then do the rest in their browsers.

No account comes with the product, and none has a password that anybody but its owner chose.
"""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select

from firewall_admin.core.events import SchoolCreated
from firewall_admin.core.people import Role, system
from firewall_admin.core.refusals import Refusal
from firewall_admin.db.tables import School
from firewall_admin.db.tables.row import new_id
from firewall_admin.ports import Ports

from .people import Invited, inviting

LONGEST_NAME = 200  # characters


@dataclass(frozen=True)
class Founded:
    """A school, and who was invited: the administrator brings people in, the network manager sets up the policy."""

    school: UUID
    invited: tuple[Invited, ...]


def found(ports: Ports, *, name: str, administrator: tuple[str, str], manager: tuple[str, str]) -> Founded:
    """Begin a school of that name; each person is a name and an e-mail address. Refusal of `name` if there is one of
    that name already, or of a person's `name` or `email`."""
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME:
        raise Refusal(f"Give the school's name in {LONGEST_NAME} characters at most.", "name")
    school = new_id()
    with ports.db.change(system(school)) as change:
        if change.session.scalar(select(School.id).where(func.lower(School.name) == name.lower())):
            raise Refusal(f"There is a school '{name}' already.", "name")
        change.session.add(School(id=school, name=name, created_at=change.now))
        change.session.flush()
        change.did(SchoolCreated(name))
        people = ((administrator, Role.ADMINISTRATOR), (manager, Role.NETWORK_MANAGER))
        invited = [inviting(change, name=who, email=email, role=role) for (who, email), role in people]
    return Founded(school, tuple(invited))
