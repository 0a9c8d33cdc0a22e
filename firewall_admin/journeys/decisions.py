"""The headteacher's word. Decision, rules and trail entry in one change; nobody edits it afterwards: a new decision
stands in the place of the old one, which stays on record."""

from uuid import UUID

from sqlalchemy import func, select

from firewall_admin.core import events_requests as events
from firewall_admin.core.access_requests import DECIDED, State, decision_reference, reference
from firewall_admin.core.people import Actor
from firewall_admin.core.refusals import Conflict, NotFound, Refusal
from firewall_admin.core.terms import Kind, Terms, sentence
from firewall_admin.db.change import Change
from firewall_admin.db.tables import AccessRequest, Decision, DecisionShown, School
from firewall_admin.db.tables.row import new_id
from firewall_admin.ports import Ports

from . import policy as policies
from . import request_letters as letters
from .access_requests import find, moved, newest_decision, said, taken
from .assessments import agreed
from .dossiers import Dossier, dossier
from .granting import check_opens, grant, revoke
from .school_clock import zone_of
from .wider_requests import act_of, signed

OUTCOMES = ("approved", "refused")
ANOTHER = "What you were shown has changed in the meantime. Look at it again before you decide."


def decide(
    ports: Ports,
    actor: Actor,
    *,
    request: UUID,
    version: int,
    outcome: str,
    reason: str,
    sha256: str,
    terms: Terms | None = None,
) -> str:
    """Decide a request, or decide it anew. Gives the decision's reference, such as D-7.

    `sha256` is that of the dossier that was shown, on these `terms` (None: those advised, or asked for). Conflict where
    the request, or what would happen, is not what was shown; NotAllowed where this person may not decide it.
    """
    if outcome not in OUTCOMES:
        raise Refusal("Choose whether to allow it.", "outcome")
    words = said(reason, "Say why. Whoever asked reads it, and so may an inspector in three years.", "reason")
    seen = dossier(ports, actor, request, terms)
    made: list[str] = []

    def act(change: Change) -> None:
        row = find(change.session, actor, request)
        step = "decide anew" if State(row.state) in DECIDED else "decide"
        taken(change, actor, request, step, version)
        _as_shown(change, row, seen, sha256)
        made.append(_decide(ports, change, row, seen, outcome, words))

    if outcome == "approved" or seen.state in DECIDED:
        policies.edit(ports, actor, act, decision="this one")
    else:
        with ports.db.change(actor) as change:
            act(change)
    return made[-1]


def end(ports: Ports, actor: Actor, *, request: UUID, reason: str) -> None:
    """End what a decision allows before its time. Closing is fast: whoever may change the policy does it at once."""
    words = said(reason, "Say why it ends early.", "reason")

    def act(change: Change) -> None:
        row, _ = taken(change, actor, request, "end", None)
        decision = newest_decision(change.session, row)
        if decision is None or not revoke(change, decision_reference(decision.number)):
            raise Conflict("Nothing that this decision allowed is open any more.")
        change.did(events.AccessEnded(decision_reference(decision.number), words))
        letters.ended(change, row, decision_reference(decision.number), words)

    policies.edit(ports, actor, act)


def by_reference(ports: Ports, actor: Actor, number: int) -> UUID:
    """The request on which a decision was made, by the decision's number; NotFound where the actor may not read it."""
    with ports.db.look() as session:
        query = select(Decision.request_id).where(Decision.school_id == actor.school_id, Decision.number == number)
        if (found := session.scalar(query)) is None:
            raise NotFound("There is no such decision.")
        return find(session, actor, found).id


def _as_shown(change: Change, row: AccessRequest, seen: Dossier, sha256: str) -> None:
    school = change.session.get_one(School, row.school_id)
    if seen.sha256 != sha256 or seen.version != row.version or seen.revision != school.revision:
        raise Conflict(ANOTHER)


def _decide(ports: Ports, change: Change, row: AccessRequest, seen: Dossier, outcome: str, reason: str) -> str:
    session, actor = change.session, change.actor
    last = session.scalar(select(func.max(Decision.number)).where(Decision.school_id == actor.school_id)) or 0
    before, ref = newest_decision(session, row), decision_reference(last + 1)
    if before is not None:
        _take_back(change, row, before)
    if outcome == "approved":
        _put_in_force(ports, change, row, ref, seen.terms, reason)
    session.add(
        Decision(
            id=(decision := new_id()),
            school_id=actor.school_id,
            number=last + 1,
            request_id=row.id,
            outcome=outcome,
            reason=reason,
            terms=seen.terms.to_json(),
            made_by=actor.person_id,
            name=actor.name,
            role=actor.role.value if actor.role else "",
            standing_in_for=actor.standing_in_for,
            made_at=change.now,
            sha256=seen.sha256,
            supersedes=before.id if before else None,
        )
    )
    session.flush()
    session.add(DecisionShown(school_id=actor.school_id, decision_id=decision, text=seen.shown))
    moved(change, row, State(outcome))
    standing = f", for {actor.standing_in_for}" if actor.standing_in_for else ""
    what, earlier = sentence(seen.terms, zone_of(change)), decision_reference(before.number) if before else None
    change.did(events.AccessDecided(ref, reference(row.number), outcome, what, reason, seen.sha256, standing, earlier))
    letters.decided(change, row, ref, outcome, reason, seen.terms, earlier)
    return ref


def _take_back(change: Change, row: AccessRequest, before: Decision) -> None:
    """What the former decision opened closes. What it changed in the policy itself was done once, and stays."""
    revoke(change, decision_reference(before.number))
    change.session.flush()


def _put_in_force(ports: Ports, change: Change, row: AccessRequest, ref: str, terms: Terms, reason: str) -> None:
    agreed(ports, change, row, terms)
    if terms.kind == Kind.POLICY:
        signed(change, ref)
    elif terms.kind.opens_until:
        grant(change, ref, terms, reason)
        check_opens(ports, change, terms)
    else:
        act_of(ports, change.actor, terms)(change)
