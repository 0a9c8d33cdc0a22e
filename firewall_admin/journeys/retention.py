"""How long a school keeps what: its own choices, with the reason, and legal holds on a whole kind."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from firewall_admin.core import events_reports as events
from firewall_admin.core import free_text, retention
from firewall_admin.core.people import Actor, Permission
from firewall_admin.core.refusals import Conflict, NotFound
from firewall_admin.db.change import Change
from firewall_admin.db.tables import RetentionChoice
from firewall_admin.ports import Ports

from . import report_records as records
from .policy import may


def choose(ports: Ports, actor: Actor, *, rule: str, months: int, reason: str) -> None:
    """Keep something for another time than the default. What is closed already goes by the new rule, too."""
    may(actor, Permission.SAFEGUARD)
    words = free_text.text(reason, "reason", 500)
    found = retention.check_choice(rule, months, words)
    with ports.db.change(actor) as change:
        row = _of(change, rule)
        before, row.months, row.reason = row.months, months, words
        change.session.flush()
        _reckon_anew(change.session, actor.school_id, rule)
        change.did(events.RetentionChanged(found.what, months, before, words))


def hold(ports: Ports, actor: Actor, *, rule: str, reason: str) -> None:
    """Put a whole kind on legal hold: a claim or the police needs it, and nobody can say yet which of it."""
    may(actor, Permission.SAFEGUARD)
    found = _rule(rule)
    words = records.words(reason, "Say why it has to be kept.", "reason")
    with ports.db.change(actor) as change:
        row = _of(change, rule)
        if row.hold:
            raise Conflict("It is on hold already.")
        row.hold = words
        change.did(events.HoldPlaced(_whole(found)))


def lift(ports: Ports, actor: Actor, *, rule: str) -> None:
    """Lift the hold on a whole kind."""
    may(actor, Permission.SAFEGUARD)
    found = _rule(rule)
    with ports.db.change(actor) as change:
        row = _of(change, rule)
        if not row.hold:
            raise Conflict("It is on no hold.")
        row.hold = None
        change.did(events.LegalHoldLifted(_whole(found)))


def chosen(session: Session, school_id: UUID) -> dict[str, RetentionChoice]:
    """What a school chose itself, or holds, by rule."""
    query = select(RetentionChoice).where(RetentionChoice.school_id == school_id)
    return {row.rule: row for row in session.scalars(query)}


def _rule(name: str) -> retention.Rule:
    if name not in retention.RULES:
        raise NotFound("There is no such rule.")
    return retention.RULES[name]


def _whole(rule: retention.Rule) -> str:
    return f"all of ‘{rule.what}’"


def _of(change: Change, rule: str) -> RetentionChoice:
    """The school's row for a rule, made if need be, and now of whoever acts."""
    row = chosen(change.session, change.actor.school_id).get(rule)
    if row is None:
        default = retention.RULES[rule].months
        row = RetentionChoice(school_id=change.actor.school_id, rule=rule, months=default, reason="")
        change.session.add(row)
    row.made_by, row.made_at = records.person_of(change.actor), change.now
    return row


def _reckon_anew(session: Session, school: UUID, rule: str) -> None:
    """When each closed record of a rule has had its time, by the school's present choice."""
    closed = records.every(session, school, lambda kind: (kind.closed_at.is_not(None), kind.destroyed_at.is_(None)))
    for row in closed:
        if row.closed_at and records.rule_of(row) == rule:
            row.destroy_on = retention.ends(row.closed_at, records.months(session, row))
