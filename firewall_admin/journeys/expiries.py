"""What a decision allowed is over: the rules close by themselves at their instant; here it is said, once, in the trail
and to whoever asked. The worker's, and safe to repeat."""

from uuid import UUID

from sqlalchemy import select

from firewall_admin.core.events_requests import AccessOver
from firewall_admin.core.people import system
from firewall_admin.db.tables import RuleRow
from firewall_admin.ports import Ports

from . import request_letters as letters

BY = "the service"


def end_due(ports: Ports) -> int:
    """Enter the end of every allow whose time is over. How many decisions."""
    now = ports.clock()
    with ports.db.look() as session:
        query = select(RuleRow.school_id, RuleRow.decision).where(
            RuleRow.decision.is_not(None), RuleRow.until <= now, RuleRow.ended_at.is_(None)
        )
        due = sorted({(school, decision) for school, decision in session.execute(query) if decision})
    return sum(_end(ports, school, decision) for school, decision in due)


def _end(ports: Ports, school: UUID, decision: str) -> bool:
    with ports.db.change(system(school)) as change:
        query = select(RuleRow).where(
            RuleRow.school_id == school,
            RuleRow.decision == decision,
            RuleRow.until <= change.now,
            RuleRow.ended_at.is_(None),
        )
        names: dict[str, None] = {}
        for rule in change.session.scalars(query.order_by(RuleRow.id)).all():
            rule.ended_at, rule.ended_by = rule.until, BY
            names[rule.domain] = None
        if names:
            change.did(AccessOver(decision, list(names)))
            letters.over(change, decision)
        return bool(names)
