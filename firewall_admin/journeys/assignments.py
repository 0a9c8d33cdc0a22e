"""Which lists are in force for whom, and when: a shipped list, a whole bundle, or one of the school's own."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from firewall_admin.core import domains
from firewall_admin.core import events_policy as events
from firewall_admin.core.events import RuleAdded
from firewall_admin.core.people import Actor, Permission
from firewall_admin.core.refusals import NotFound, Refusal
from firewall_admin.core.shipped import RESERVED
from firewall_admin.db.change import Change
from firewall_admin.db.tables import AssignmentRow, AudienceRow, ListRow, RuleRow, TimetableRow
from firewall_admin.ports import Ports

from . import audiences, policy
from .soundness import refuse_contradictions


@dataclass(frozen=True)
class Times:
    """When a list is in force: always, while timetable `when` is open, or while `except_` is not."""

    when: str | None = None
    except_: str | None = None

    @property
    def words(self) -> str:
        said = [f"only during '{self.when}'"] * bool(self.when) + [f"except during '{self.except_}'"] * bool(
            self.except_
        )
        return " and ".join(said) or "always"


ALWAYS = Times()


def assigning(
    ports: Ports,
    actor: Actor,
    *,
    slug: str,
    to: Sequence[str],
    times: Times = ALWAYS,
    keep_open: Sequence[str] = (),
) -> policy.Act:
    """The edit that puts a list in force for audiences; where it is already, at other times from now on.

    `keep_open`: names that stay open although the list covers them, each by a rule for these audiences.
    """
    policy.may(actor, Permission.BLOCK)
    kept = [domains.parse(name) for name in keep_open]
    if kept:
        policy.may(actor, Permission.CHANGE_POLICY)
    if not to:
        raise Refusal("Choose for whom.", "to")

    def act(change: Change) -> None:
        title, role = titled(ports, change.session, actor, slug)
        if role in ("locked", "protected"):
            raise Refusal(f"'{title}' is {role}: it binds everyone, always, and is assigned to nobody.", "to")
        if role != "blocked":
            policy.may(actor, Permission.CHANGE_POLICY)
        for name in (times.when, times.except_):
            _timetable(change.session, actor, name)
        for audience in (audiences.named(change.session, actor, name, "to") for name in dict.fromkeys(to)):
            _assign(change, actor, slug, title, audience, times)
            for name in kept:
                _keep_open(change, actor, name, audience, title)
        refuse_contradictions(ports, change)

    return act


def assign(
    ports: Ports,
    actor: Actor,
    *,
    slug: str,
    to: Sequence[str],
    times: Times = ALWAYS,
    keep_open: Sequence[str] = (),
    decision: str | None = None,
) -> None:
    """Put a list in force for audiences (see `assigning`)."""
    act = assigning(ports, actor, slug=slug, to=to, times=times, keep_open=keep_open)
    policy.edit(ports, actor, act, decision)


def removing(ports: Ports, actor: Actor, *, assignment: UUID) -> policy.Act:
    """The edit that ends a list for an audience. The list stays."""
    policy.may(actor, Permission.CHANGE_POLICY)

    def act(change: Change) -> None:
        row = find(change.session, actor, assignment)
        audience = change.session.get_one(AudienceRow, row.audience_id)
        title, _ = titled(ports, change.session, actor, row.slug)
        change.session.delete(row)
        change.did(events.ListUnassigned(title, audience.name))

    return act


def remove(ports: Ports, actor: Actor, *, assignment: UUID, decision: str | None = None) -> None:
    """End a list for an audience. Ending a blocked list opens, so it needs a decision's number."""
    policy.edit(ports, actor, removing(ports, actor, assignment=assignment), decision)


def find(session: Session, actor: Actor, assignment: UUID) -> AssignmentRow:
    """The assignment, if it is the actor's school's; NotFound otherwise."""
    query = select(AssignmentRow).where(AssignmentRow.id == assignment, AssignmentRow.school_id == actor.school_id)
    if (found := session.scalars(query).first()) is None:
        raise NotFound("This list is not in force there.")
    return found


def titled(ports: Ports, session: Session, actor: Actor, slug: str) -> tuple[str, str]:
    """The title and role of a list, the school's own or shipped. NotFound if there is neither."""
    own = session.scalars(select(ListRow).where(ListRow.school_id == actor.school_id, ListRow.slug == slug)).first()
    if own:
        return own.title, own.role
    if slug in RESERVED or slug not in ports.shipped.lists:
        raise NotFound("There is no such list.")
    known = ports.shipped.described.get(slug)
    return known.name if known else slug, ports.shipped.lists[slug].role


def _assign(change: Change, actor: Actor, slug: str, title: str, audience: AudienceRow, times: Times) -> None:
    query = select(AssignmentRow).where(AssignmentRow.audience_id == audience.id, AssignmentRow.slug == slug)
    row = change.session.scalars(query).first()
    if row is None:
        row = AssignmentRow(school_id=actor.school_id, audience_id=audience.id, slug=slug)
        change.session.add(row)
    elif (row.when, row.except_) == (times.when, times.except_):
        raise Refusal(f"'{title}' is in force for {audience.name} {times.words} already.", "to")
    else:
        policy.may(actor, Permission.CHANGE_POLICY)  # other times may be less than before
    row.when, row.except_ = times.when, times.except_
    change.did(events.ListAssigned(title, audience.name, times.words))


def _keep_open(change: Change, actor: Actor, name: str, audience: AudienceRow, title: str) -> None:
    reason = f"help and reporting stay open while {title} is blocked"
    live = select(RuleRow.id).where(
        RuleRow.audience_id == audience.id,
        RuleRow.domain == name,
        RuleRow.action == "allow",
        RuleRow.ended_at.is_(None),
    )
    if change.session.scalar(live) is None:
        change.session.add(
            RuleRow(
                school_id=actor.school_id,
                action="allow",
                domain=name,
                audience_id=audience.id,
                reason=reason,
                made_by=actor.name,
                made_at=change.now,
            )
        )
        change.did(RuleAdded("allow", name, audience.name, reason))


def _timetable(session: Session, actor: Actor, name: str | None) -> None:
    query = select(TimetableRow.id).where(TimetableRow.school_id == actor.school_id, TimetableRow.name == name)
    if name is not None and session.scalar(query) is None:
        raise Refusal(f"There is no timetable '{name}'.", "timetable")
