"""What was answered before about a site, for whoever asks for it now: the decision and its reason, which are the
school's; not who asked, which is nobody's business."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, String, cast, or_, select
from sqlalchemy.orm import Session

from firewall_admin.core.access_requests import STEPS, hindrance
from firewall_admin.core.domains import covers
from firewall_admin.core.effects import registrable
from firewall_admin.core.people import Actor, Permission
from firewall_admin.core.terms import Terms, from_json, subject
from firewall_admin.db.tables import AccessRequest, Decision

from .request_facts import facts_of

LOOKED_AT = 100  # the newest decisions about a site


@dataclass(frozen=True)
class Refused:
    """A refusal that no later decision has taken back, for the audiences for which that is so. `request` only where
    whoever looks may read it; `appeal`: it is their own, and they may still appeal."""

    subject: str
    audiences: tuple[str, ...]
    at: datetime
    reason: str
    request: UUID | None
    appeal: bool


def refused(session: Session, actor: Actor, names: tuple[str, ...]) -> Iterator[Refused]:
    """The refusals that stand for the sites of which these names are a part, the newest first."""
    sites = sorted({registrable(name) for name in names})
    answered: set[tuple[str, str]] = set()
    for decision, row in session.execute(_about(actor, sites)):
        terms = from_json(decision.terms)
        about = [name for name in terms.names if any(covers(site, name) for site in sites)]
        fresh = [one for one in terms.audiences if {(name, one) for name in about} - answered]
        answered |= {(name, audience) for name in about for audience in terms.audiences}
        if fresh and about and decision.outcome == "refused":
            yield _told(session, actor, decision, row, terms, tuple(fresh))


def _about(actor: Actor, sites: list[str]) -> Select[Decision, AccessRequest]:
    """Decisions whose terms may name one of the sites: a closer look tells."""
    terms = cast(Decision.terms, String)
    return (
        select(Decision, AccessRequest)
        .join(AccessRequest, AccessRequest.id == Decision.request_id)
        .where(Decision.school_id == actor.school_id)
        .where(or_(*(terms.contains(f'{site}"', autoescape=True) for site in sites)))
        .order_by(Decision.number.desc())
        .limit(LOOKED_AT)
    )


def _told(
    session: Session, actor: Actor, decision: Decision, row: AccessRequest, terms: Terms, audiences: tuple[str, ...]
) -> Refused:
    own = row.asked_by == actor.person_id
    appeal = own and hindrance(STEPS["appeal"], actor, facts_of(session, row, session.info["now"])) is None
    readable = row.id if own or actor.may(Permission.SEE_REQUESTS) else None
    return Refused(subject(terms), audiences, decision.made_at, decision.reason, readable, appeal)
