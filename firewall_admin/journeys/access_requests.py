"""Blocked content access: what can be done with a request, by whom and from where; taking it back, questions, answers.

Asking is in `asking`, advice in `assessments`, the headteacher's word in `decisions`; what a page tells of a request is
in `dossiers` and `standing`.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from firewall_admin.core import events_requests as events
from firewall_admin.core.access_requests import (
    STEPS,
    Facts,
    State,
    decision_reference,
    hindrance,
    reference,
)
from firewall_admin.core.people import Actor, Permission
from firewall_admin.core.refusals import Conflict, NotAllowed, NotFound, Refusal
from firewall_admin.db.change import Change
from firewall_admin.db.tables import AccessRequest, Decision, Remark
from firewall_admin.ports import Ports

from . import request_letters as letters
from .request_facts import facts_of, standing_assessments

LONGEST_TEXT = 4_000  # characters of one answer


def withdraw(ports: Ports, actor: Actor, *, request: UUID, version: int) -> None:
    """Take one's own request back. It stays on record."""
    with ports.db.change(actor) as change:
        row, _ = taken(change, actor, request, "withdraw", version)
        moved(change, row, State.WITHDRAWN)
        letters.withdrawn(change, row)
        change.did(events.AccessWithdrawn(reference(row.number)))


def send_back(ports: Ports, actor: Actor, *, request: UUID, version: int, text: str) -> None:
    """Ask whoever asked a question. The request waits for the answer."""
    words = said(text, "Write your question.")
    with ports.db.change(actor) as change:
        row, _ = taken(change, actor, request, "return", version)
        _remark(change, row, "question", words)
        moved(change, row, State.RETURNED)
        change.did(events.AccessReturned(reference(row.number)))
        letters.returned(change, row, words)


def answer(ports: Ports, actor: Actor, *, request: UUID, version: int, text: str) -> None:
    """Answer a question. An assessment of the same text still stands: then the request goes back to the headteacher."""
    words = said(text, "Write your answer.")
    with ports.db.change(actor) as change:
        row, _ = taken(change, actor, request, "answer", version)
        _remark(change, row, "answer", words)
        assessed = standing_assessments(change.session, row)
        moved(change, row, State.ASSESSED if assessed else State.SUBMITTED)
        change.did(events.AccessAnswered(reference(row.number)))
        letters.answered(change, row, words, bool(assessed))


def comment(ports: Ports, actor: Actor, *, request: UUID, text: str) -> None:
    """A word for those who assess and decide, such as the safeguarding lead's."""
    words = said(text, "Write your comment.")
    with ports.db.change(actor) as change:
        row, _ = taken(change, actor, request, "comment", None)
        if _said_last(change, row) == (actor.person_id, "comment", words):
            return  # sent twice, it is one comment
        _remark(change, row, "comment", words)
        row.version += 1  # whoever read the page before has not read this
        change.did(events.AccessCommented(reference(row.number)))


def find(session: Session, actor: Actor, request: UUID) -> AccessRequest:
    """The request, if the actor may read it: one's own, or all with SEE_REQUESTS; NotFound otherwise."""
    query = select(AccessRequest).where(AccessRequest.id == request, AccessRequest.school_id == actor.school_id)
    found = session.scalars(query).first()
    if found is None or not (found.asked_by == actor.person_id or actor.may(Permission.SEE_REQUESTS)):
        raise NotFound("There is no such request.")
    return found


def page_of(ports: Ports, actor: Actor, number: int) -> str:
    """The path of a request's page by its number at the actor's school; NotFound where there is none."""
    with ports.db.look() as session:
        query = select(AccessRequest.id).where(AccessRequest.school_id == actor.school_id)
        if (found := session.scalar(query.where(AccessRequest.number == number))) is None:
            raise NotFound("There is no such request.")
        return f"/requests/{find(session, actor, found).id}"


def taken(change: Change, actor: Actor, request: UUID, step: str, version: int | None) -> tuple[AccessRequest, Facts]:
    """The request for a step that this actor may take on the version they read. NotAllowed says why not; Conflict that
    it has moved on meanwhile, and by whom."""
    row = find(change.session, actor, request)
    facts = facts_of(change.session, row, change.now)
    moved_on = facts.state not in STEPS[step].opens_from or (version is not None and version != row.version)
    if moved_on and any(map(actor.may, STEPS[step].permissions)):
        raise Conflict(
            f"{reference(row.number)} has changed since you opened it: look at it again. {last_word(change, row)}"
        )
    if problem := hindrance(STEPS[step], actor, facts):
        raise NotAllowed(problem)
    return row, facts


def void_assessments(change: Change, row: AccessRequest) -> None:
    """The text that was assessed is another now."""
    for assessment in standing_assessments(change.session, row):
        assessment.voided_at = change.now


def decisions_of(session: Session, row: AccessRequest) -> Sequence[Decision]:
    """Every decision on a request, oldest first: the last one stands."""
    return session.scalars(select(Decision).where(Decision.request_id == row.id).order_by(Decision.number)).all()


def newest_decision(session: Session, row: AccessRequest) -> Decision | None:
    """The decision that stands."""
    return newest_decisions(session, [row]).get(row.id)


def newest_decisions(session: Session, rows: Sequence[AccessRequest]) -> dict[UUID, Decision]:
    """The decisions that stand on requests, by the requests' ids."""
    query = select(Decision).where(Decision.request_id.in_([row.id for row in rows])).order_by(Decision.number)
    return {decision.request_id: decision for decision in session.scalars(query)}


def request_of(session: Session, school_id: UUID, decision: str) -> AccessRequest | None:
    """The request on which a decision was made, by the decision's reference."""
    number = int(decision.removeprefix(decision_reference(0)[:-1]))
    query = select(Decision.request_id).where(Decision.school_id == school_id, Decision.number == number)
    found = session.scalars(query).first()
    return session.get_one(AccessRequest, found) if found else None


def moved(change: Change, row: AccessRequest, state: State) -> None:
    """It stands elsewhere now: a new version, and reminders count from here."""
    row.state, row.version, row.changed_at = state.value, row.version + 1, change.now


def last_word(change: Change, row: AccessRequest) -> str:
    """Who moved it last, for the person who came second."""
    decision = newest_decision(change.session, row)
    if decision is None:
        return ""
    return f"{decision.name} decided it ({'allowed' if decision.outcome == 'approved' else 'refused'})."


def _said_last(change: Change, row: AccessRequest) -> tuple[UUID, str, str] | None:
    """Who said what last: the person, the kind and the text."""
    query = select(Remark).where(Remark.request_id == row.id).order_by(Remark.made_at.desc(), Remark.id.desc())
    last = change.session.scalars(query.limit(1)).first()
    return (last.made_by, last.kind, last.text) if last else None


def _remark(change: Change, row: AccessRequest, kind: str, text: str) -> None:
    change.session.add(
        Remark(
            school_id=row.school_id,
            request_id=row.id,
            made_by=change.actor.person_id,
            made_at=change.now,
            kind=kind,
            text=text,
        )
    )


def said(text: str, otherwise: str, field: str = "text") -> str:
    if not any(char.isprintable() and not char.isspace() for char in text):  # a space of no width says nothing either
        raise Refusal(otherwise, field)
    return short(text, field)


def short(text: str, field: str) -> str:
    if len(text) > LONGEST_TEXT:
        raise Refusal(f"{LONGEST_TEXT:,} characters at most.", field)
    return text.strip()
