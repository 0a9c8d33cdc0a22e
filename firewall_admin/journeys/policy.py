"""Every edit of a policy goes through here: planned before it is saved, and refused where it opens a name.

An edit is a function that writes its rows on a change and says what it did. `preview` runs it and takes it back;
`edit` keeps it. So the plan a person is shown is made by the very code that will save it. What it would do is found out
after the database has been let go: however long that takes, nobody waits for it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from firewall_admin.core.dangers import Opened
from firewall_admin.core.opening import Opening, openings, takes_long
from firewall_admin.core.people import Actor, Permission
from firewall_admin.core.plan import Plan
from firewall_admin.core.policy import SchoolPolicy
from firewall_admin.core.refusals import BadPolicy, NotAllowed, OpensNames
from firewall_admin.core.weighing import Known, weighed
from firewall_admin.db.change import Change
from firewall_admin.db.load import school_policy
from firewall_admin.db.opened import opened_lately
from firewall_admin.db.tables import Release, School
from firewall_admin.ports import Ports

from . import tallies
from .release_contents import rebuild

Act = Callable[[Change], object]


@dataclass(frozen=True)
class Preview:
    """What an edit would do: the plan, what it opens, and whether that takes a decision first."""

    plan: Plan
    openings: tuple[Opening, ...]
    needs_decision: bool


@dataclass(frozen=True)
class _Seen:
    """What a preview saw before and after an edit, inside the change that was taken back."""

    before: SchoolPolicy
    after: SchoolPolicy
    at: datetime
    signed: bool
    opened: list[Opened]


class _TakenBackError(Exception):
    """Carries what was seen out of a change that must not stay."""

    def __init__(self, seen: _Seen):
        super().__init__()
        self.seen = seen


def current(ports: Ports, session: Session, school_id: UUID) -> SchoolPolicy:
    """The policy as it is edited now, which may be ahead of what is published."""
    return school_policy(session, school_id, ports.shipped, ports.store.names)


def glanced(ports: Ports, session: Session, school_id: UUID) -> SchoolPolicy:
    """The same for who looks a few names up: of its lists nothing is read but what is looked at."""
    return school_policy(session, school_id, ports.shipped, ports.store.glance)


def preview(ports: Ports, actor: Actor, act: Act) -> Preview:
    """What an edit would change. Nothing stays. Raises whatever Refusal the edit itself raises."""
    seen = _tried(ports, actor, act)
    known = _known(ports, actor.school_id)
    found = tuple(openings(seen.before, seen.after, seen.at))
    plan = weighed(seen.before, seen.after, seen.at, seen.opened, known)
    return Preview(plan, found, bool(found) and seen.signed)


def edit(ports: Ports, actor: Actor, act: Act, decision: str | None = None) -> None:
    """Save an edit of the policy. Once the first policy is signed, one that opens a name needs a decision's number:
    OpensNames otherwise. The worker prepares a release of it."""
    harmless: tuple[SchoolPolicy, SchoolPolicy] | None = None
    while True:
        try:
            return _saved(ports, actor, act, decision, harmless)
        except _TakenBackError as taken_back:
            seen = taken_back.seen
            if found := tuple(openings(seen.before, seen.after, seen.at)):
                raise OpensNames(found) from None
            harmless = seen.before, seen.after


def _saved(
    ports: Ports, actor: Actor, act: Act, decision: str | None, harmless: tuple[SchoolPolicy, SchoolPolicy] | None
) -> None:
    """The edit, if it may be saved. Where it takes long to say what it opens, it is taken back to be looked at without
    keeping anybody waiting; `harmless` is a step of which that has been done."""
    with ports.db.change(actor) as change:
        school = change.session.get_one(School, actor.school_id)
        asked = school.signed_at is not None and decision is None
        before = current(ports, change.session, actor.school_id) if asked else None
        act(change)
        change.session.flush()
        after = current(ports, change.session, actor.school_id)  # read in any case: it must be a policy still
        if before is not None and (before, after) != harmless:
            if harmless is None and takes_long(before, after):
                raise _TakenBackError(_Seen(before, after, change.now, True, []))
            if found := tuple(openings(before, after, change.now)):
                raise OpensNames(found)
        school.revision += 1


def _tried(ports: Ports, actor: Actor, act: Act) -> _Seen:
    try:
        with ports.db.change(actor) as change:
            before = current(ports, change.session, actor.school_id)
            act(change)
            change.session.flush()
            after = current(ports, change.session, actor.school_id)
            signed = change.session.get_one(School, actor.school_id).signed_at is not None
            opened = opened_lately(change.session, actor.school_id, change.now)
            raise _TakenBackError(_Seen(before, after, change.now, signed, opened))
    except _TakenBackError as taken_back:
        return taken_back.seen


def _known(ports: Ports, school_id: UUID) -> Known | None:
    """The newest release, published or held, is nearest to the policy as it is edited."""
    with ports.db.look() as session:
        query = select(Release).where(Release.school_id == school_id).order_by(Release.number.desc()).limit(1)
        newest = session.scalars(query).first()
    try:
        return tallies.known(newest, rebuild(ports, newest)) if newest else None
    except BadPolicy:  # the store has lost a part of it: everything is counted
        return None


def may(actor: Actor, permission: Permission) -> None:
    """Refuse who lacks a permission. Views check too; a journey doesn't rely on it."""
    if not actor.may(permission):
        raise NotAllowed(f"Only someone who may {permission.value} can do this.")
