"""Blocking and allowing names by hand."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from firewall_admin.core import domains, events
from firewall_admin.core.people import Actor, Permission
from firewall_admin.core.refusals import NotFound, Refusal
from firewall_admin.core.suffixes import is_suffix
from firewall_admin.db.change import Change
from firewall_admin.db.tables import AudienceRow, RuleRow, TimetableRow
from firewall_admin.ports import Ports

from . import policy


def adding(
    actor: Actor,
    *,
    action: str,
    domain: str,
    audience: str | None = None,
    reason: str,
    since: datetime | None = None,
    until: datetime | None = None,
    when: str | None = None,
    decision: str | None = None,
) -> policy.Act:
    """The edit that adds a rule; `audience` and `when` by name. For `policy.preview` and for `add`."""
    policy.may(actor, Permission.BLOCK if action == "block" else Permission.CHANGE_POLICY)
    name = _one_site(domain, action)
    if not reason.strip():
        raise Refusal("Say why, so that it can be understood in three years.", "reason")
    if since and until and since >= until:
        raise Refusal("It ends before it begins.", "until")

    def act(change: Change) -> None:
        row = RuleRow(
            school_id=actor.school_id,
            action=action,
            domain=name,
            audience_id=_audience_id(change.session, actor, audience),
            since=since,
            until=until,
            when=_timetable(change.session, actor, when),
            reason=reason.strip(),
            decision=decision,
            made_by=actor.name,
            made_at=change.now,
        )
        change.session.add(row)
        first, last = (at.isoformat() if at else None for at in (since, until))
        change.did(events.RuleAdded(action, name, audience, reason.strip(), first, last, when, decision))

    return act


def add(ports: Ports, actor: Actor, *, decision: str | None = None, **asked: object) -> None:
    """Add a rule (see `adding`). Blocking is in force with the next release; allowing needs a decision's number."""
    policy.edit(ports, actor, adding(actor, decision=decision, **asked), decision)  # type: ignore[arg-type]


def ending(actor: Actor, *, rule: UUID) -> policy.Act:
    """The edit that ends a rule. It stays on record."""
    policy.may(actor, Permission.CHANGE_POLICY)

    def act(change: Change) -> None:
        row = find(change.session, actor, rule)
        if row.ended_at:
            raise Refusal("This rule has ended already.")
        row.ended_at, row.ended_by = change.now, actor.name
        audience = change.session.get(AudienceRow, row.audience_id) if row.audience_id else None
        change.did(events.RuleEnded(row.action, row.domain, audience.name if audience else None, str(rule)))

    return act


def end(ports: Ports, actor: Actor, *, rule: UUID, decision: str | None = None) -> None:
    """End a rule. Ending a block opens, so it needs a decision's number once the policy is signed."""
    policy.edit(ports, actor, ending(actor, rule=rule), decision)


def find(session: Session, actor: Actor, rule: UUID) -> RuleRow:
    """The rule, if it is the actor's school's; NotFound otherwise."""
    found = session.scalars(select(RuleRow).where(RuleRow.id == rule, RuleRow.school_id == actor.school_id)).first()
    if found is None:
        raise NotFound("There is no such rule.")
    return found


def _one_site(text: str, action: str) -> str:
    name = domains.parse(text)
    if is_suffix(name):
        raise Refusal(f"Every site under {name} would be {action}ed: name one site.", "domain")
    return name


def _audience_id(session: Session, actor: Actor, name: str | None) -> UUID | None:
    if name is None:
        return None
    query = select(AudienceRow.id).where(AudienceRow.school_id == actor.school_id, AudienceRow.name == name)
    if (found := session.scalar(query)) is None:
        raise Refusal(f"There is no audience '{name}'.", "audience")
    return found


def _timetable(session: Session, actor: Actor, name: str | None) -> str | None:
    query = select(TimetableRow.id).where(TimetableRow.school_id == actor.school_id, TimetableRow.name == name)
    if name is not None and session.scalar(query) is None:
        raise Refusal(f"There is no timetable '{name}'.", "when")
    return name
