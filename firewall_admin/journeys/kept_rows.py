"""What is kept beside reports and incidents, each kind with when its time has come and what of it is destroyed.

Of some a stub stays and the words go; of others the whole row. What a decision was, stays (core.retention.FOR_EVER).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, String, cast, delete, exists, literal, or_, select, update
from sqlalchemy.orm import Session

from firewall_admin.core import access_requests
from firewall_admin.core.access_requests import State
from firewall_admin.db.tables import (
    AccessRequest,
    Acknowledgement,
    Assessment,
    Decision,
    DecisionShown,
    FilteringCheck,
    HalfSignIn,
    InspectionLink,
    Invitation,
    Letter,
    LostFactor,
    PasswordReset,
    Person,
    Remark,
    Review,
    ReviewAction,
    RuleRow,
    SignIn,
    SubjectAccess,
    Undertaking,
)

Conditions = Sequence[ColumnElement[bool]]
REQUEST = ("address", "who", "purpose", "curriculum", "alternatives", "blocked_by", "device", "long_reason")
"""What whoever asks writes freely in a request."""


@dataclass(frozen=True)
class Words:
    """A kind whose stub stays: `due` gives what must hold of a row, for the instant before which it must have ended."""

    rule: str
    table: Any
    due: Callable[[datetime], Conditions]
    blank: Callable[[Session, Any, datetime], None]
    reference: Callable[[Any], str]


@dataclass(frozen=True)
class Whole:
    """A kind of which nothing stays. `what`: one of it, in a word, for the log."""

    rule: str
    table: Any
    due: Callable[[datetime], Conditions]
    what: str


def _request_due(before: datetime) -> Conditions:
    """Ended so long ago, whatever ended it; and nothing is open any more that was decided on it, or was lately."""
    of_it = Decision.request_id == AccessRequest.id
    same = (RuleRow.decision == literal("D-") + cast(Decision.number, String)) & (
        RuleRow.school_id == Decision.school_id
    )
    lasting = or_(RuleRow.ended_at.is_(None), RuleRow.ended_at >= before)
    return (
        AccessRequest.state.not_in(access_requests.OPEN),
        AccessRequest.state.in_(list(State)),
        AccessRequest.changed_at < before,
        AccessRequest.destroyed_at.is_(None),
        AccessRequest.hold.is_(None),
        ~exists().where(of_it, Decision.made_at >= before),
        ~exists().where(of_it, same, lasting),
    )


def _blank_request(session: Session, row: AccessRequest, now: datetime) -> None:
    for name in REQUEST:
        setattr(row, name, "")
    row.destroyed_at = now
    session.execute(update(Assessment).where(Assessment.request_id == row.id).values(text="", risk=""))
    session.execute(update(Remark).where(Remark.request_id == row.id).values(text=""))
    decided = select(Decision.id).where(Decision.request_id == row.id)
    session.execute(delete(DecisionShown).where(DecisionShown.decision_id.in_(decided)))


def _check_due(before: datetime) -> Conditions:
    return (FilteringCheck.state == "recorded", FilteringCheck.recorded_at < before, FilteringCheck.done_by != "")


def _blank_check(_session: Session, row: FilteringCheck, _now: datetime) -> None:
    row.planned_by = row.done_by = row.tested = row.action = row.reference = ""


def _review_due(before: datetime) -> Conditions:
    return (Review.signed_at < before, Review.opened_by != "")


def _blank_review(session: Session, row: Review, _now: datetime) -> None:
    """The figures stay as they were signed, and the signatures; the hash says still whether a copy is that review."""
    row.opened_by, row.cause = "", "its cause was destroyed after its time"
    row.answers = {}
    values = {"text": "", "outcome": "", "owner": ""}
    session.execute(update(ReviewAction).where(ReviewAction.review_id == row.id).values(**values))


def _given_due(before: datetime) -> Conditions:
    return (or_(SubjectAccess.given_at < before, SubjectAccess.ended_at < before), SubjectAccess.asked_by != "")


def _blank_given(_session: Session, row: SubjectAccess, _now: datetime) -> None:
    row.asked_by = row.given_to = row.file = ""
    row.pupil_id = row.person_id = None


def _leaver_due(before: datetime) -> Conditions:
    return (Person.state == "left", Person.left_at < before, Person.email.not_like(f"%@{NOWHERE}"))


def _blank_leaver(_session: Session, row: Person, _now: datetime) -> None:
    row.email = f"{row.id}@{NOWHERE}"


NOWHERE = "left.invalid"
"""Where somebody's address was, once it is destroyed: every row has one of its own (RFC 2606: never a real domain)."""

WORDS: tuple[Words, ...] = (
    Words("request", AccessRequest, _request_due, _blank_request, lambda row: access_requests.reference(row.number)),
    Words("check", FilteringCheck, _check_due, _blank_check, lambda row: f"the check of {row.done_on or row.due}"),
    Words("review", Review, _review_due, _blank_review, lambda row: f"R-{row.number}"),
    Words("leaver", Person, _leaver_due, _blank_leaver, lambda _: "an e-mail address"),
    Words("subject-access", SubjectAccess, _given_due, _blank_given, lambda row: f"SA-{row.number}"),
)
WHOLE: tuple[Whole, ...] = (
    Whole("session", SignIn, lambda before: (SignIn.started_at < before,), "session"),
    Whole("session", HalfSignIn, lambda before: (HalfSignIn.started_at < before,), "half sign-in"),
    Whole("letter", Letter, lambda before: (Letter.written_at < before,), "letter"),
    Whole("acknowledgement", Acknowledgement, lambda before: (Acknowledgement.at < before,), "acknowledgement"),
    Whole("review", Undertaking, lambda before: (Undertaking.replaced_at < before,), "former answer about the school"),
    # A reset holds its link, so it goes first.
    Whole("link", PasswordReset, lambda before: (PasswordReset.made_at < before,), "question for a link"),
    Whole("link", LostFactor, lambda before: (LostFactor.made_at < before,), "word on a lost second factor"),
    Whole("link", Invitation, lambda before: _links_ended(before), "link to set a password"),
    Whole("link", InspectionLink, lambda before: (InspectionLink.expires_at < before,), "link for inspectors"),
)


def _links_ended(before: datetime) -> Conditions:
    held = exists().where(PasswordReset.invitation_id == Invitation.id)
    return (or_(Invitation.used_at < before, Invitation.expires_at < before), ~held)
