"""Every edit of a policy goes through here: planned before it is saved, and refused where it opens a name.

An edit is a function that writes its rows on a change and says what it did. `preview` runs it and takes it back;
`edit` keeps it. So the plan a person is shown is made by the very code that will save it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from firewall_admin.core.opening import Opening, openings
from firewall_admin.core.people import Actor, Permission
from firewall_admin.core.plan import Plan
from firewall_admin.core.policy import SchoolPolicy
from firewall_admin.core.refusals import NotAllowed, OpensNames
from firewall_admin.core.weighing import weighed
from firewall_admin.db.change import Change
from firewall_admin.db.load import school_policy
from firewall_admin.db.opened import opened_lately
from firewall_admin.db.tables import School
from firewall_admin.ports import Ports

Act = Callable[[Change], object]


@dataclass(frozen=True)
class Preview:
    """What an edit would do: the plan, what it opens, and whether that takes a decision first."""

    plan: Plan
    openings: tuple[Opening, ...]
    needs_decision: bool


class _TakenBackError(Exception):
    """Carries a preview out of a change that must not stay."""

    def __init__(self, preview: Preview):
        super().__init__()
        self.preview = preview


def current(ports: Ports, session: Session, school_id: UUID) -> SchoolPolicy:
    """The policy as it is edited now, which may be ahead of what is published."""
    return school_policy(session, school_id, ports.shipped, ports.store.names)


def preview(ports: Ports, actor: Actor, act: Act) -> Preview:
    """What an edit would change. Nothing stays. Raises whatever Refusal the edit itself raises."""
    try:
        with ports.db.change(actor) as change:
            before = current(ports, change.session, actor.school_id)
            act(change)
            change.session.flush()
            after = current(ports, change.session, actor.school_id)
            found = tuple(openings(before, after, change.now))
            signed = change.session.get_one(School, actor.school_id).signed_at is not None
            opened = opened_lately(change.session, actor.school_id, change.now)
            plan = weighed(before, after, change.now, opened)
            raise _TakenBackError(Preview(plan, found, bool(found) and signed))
    except _TakenBackError as taken_back:
        return taken_back.preview


def edit(ports: Ports, actor: Actor, act: Act, decision: str | None = None) -> None:
    """Save an edit of the policy. Once the first policy is signed, one that opens a name needs a decision's number:
    OpensNames otherwise. The worker prepares a release of it."""
    with ports.db.change(actor) as change:
        school = change.session.get_one(School, actor.school_id)
        before = current(ports, change.session, actor.school_id)
        act(change)
        change.session.flush()
        after = current(ports, change.session, actor.school_id)
        if school.signed_at is not None and decision is None and (found := tuple(openings(before, after, change.now))):
            raise OpensNames(found)
        school.revision += 1


def may(actor: Actor, permission: Permission) -> None:
    """Refuse who lacks a permission. Views check too; a journey doesn't rely on it."""
    if not actor.may(permission):
        raise NotAllowed(f"Only someone who may {permission.value} can do this.")
