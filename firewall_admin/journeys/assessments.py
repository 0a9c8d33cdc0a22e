"""The network manager's advice on a request, with the terms it would be right on."""

from uuid import UUID

from firewall_admin.core import events_requests as events
from firewall_admin.core.access_requests import State, reference
from firewall_admin.core.people import Actor
from firewall_admin.core.refusals import Refusal
from firewall_admin.core.terms import Terms, checked, from_json, sentence
from firewall_admin.db.change import Change
from firewall_admin.db.tables import AccessRequest, Assessment
from firewall_admin.ports import Ports

from . import policy as policies
from . import request_letters as letters
from .access_requests import moved, said, short, taken, void_assessments
from .school_clock import zone_of

ADVICE = ("allow", "refuse")


def assess(
    ports: Ports,
    actor: Actor,
    *,
    request: UUID,
    version: int,
    advice: str,
    text: str,
    risk: str = "",
    terms: Terms | None = None,
) -> None:
    """Advise on the version that was read. `terms`: other ones than were asked for, narrower as a rule; or another way
    altogether, such as ending a block that was a mistake. A second assessment takes the place of the first."""
    if advice not in ADVICE:
        raise Refusal("Choose what you advise.", "advice")
    words = said(text, "Say why, for the headteacher and for whoever asked.")
    with ports.db.change(actor) as change:
        row, _ = taken(change, actor, request, "assess", version)
        found = agreed(ports, change, row, terms)
        void_assessments(change, row)
        moved(change, row, State.ASSESSED)
        row.chain_at = None  # it may lead elsewhere on other terms
        change.session.add(
            Assessment(
                school_id=row.school_id,
                request_id=row.id,
                made_by=actor.person_id,
                made_at=change.now,
                version=row.version,
                advice=advice,
                text=words,
                risk=short(risk, "risk"),
                terms=found.to_json(),
            )
        )
        told = sentence(found, zone_of(change))
        change.did(events.AccessAssessed(reference(row.number), advice, told))
        letters.to_decide(change, row, advice, found)


def agreed(ports: Ports, change: Change, row: AccessRequest, terms: Terms | None) -> Terms:
    """The terms that are advised or decided on: those asked for, or others that this policy can grant."""
    found = terms or from_json(row.terms)
    policy = policies.current(ports, change.session, row.school_id)
    if found.when is not None and found.when not in policy.timetables:
        raise Refusal(f"There is no timetable '{found.when}' any more: choose other times.", "when")
    known = [audience.name for audience in policy.audiences]
    return checked(found, change.now, known, row.long_reason or ("assessed" if terms else ""))
