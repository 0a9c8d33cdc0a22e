"""What people opened lately, from the rules they made."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from firewall_admin.core.dangers import USED_FOR, Opened

from .tables import AudienceRow, RuleRow


def opened_lately(session: Session, school_id: UUID, at: datetime) -> list[Opened]:
    """The names that a rule held open at some time within the last 30 days, whether or not it still does."""
    since = at - USED_FOR
    query = (
        select(RuleRow.domain, AudienceRow.name)
        .outerjoin(AudienceRow, AudienceRow.id == RuleRow.audience_id)
        .where(RuleRow.school_id == school_id, RuleRow.action == "allow")
        .where(or_(RuleRow.until.is_(None), RuleRow.until >= since))
        .where(or_(RuleRow.ended_at.is_(None), RuleRow.ended_at >= since))
        .order_by(RuleRow.domain)
    )
    return [Opened(domain, audience) for domain, audience in session.execute(query)]
