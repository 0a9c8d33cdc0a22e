"""Which requests there are: those that wait for somebody, oldest need first; those that are decided, in force or over.

Looking never writes. What is over is a fact of rules, so the database is asked for rules, not for states alone.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, String, and_, cast, exists, func, literal, or_, select
from sqlalchemy.orm import Session, aliased

from firewall_admin.core.access_requests import OPEN, Facts, State, decision_reference, hindrance, open_steps, reference
from firewall_admin.core.access_requests import STEPS as ALL_STEPS
from firewall_admin.core.people import Actor, Permission
from firewall_admin.core.refusals import NotAllowed
from firewall_admin.core.terms import from_json
from firewall_admin.core.terms import subject as subject_of
from firewall_admin.db.tables import AccessRequest, Decision, Person, RuleRow, School
from firewall_admin.ports import Ports

from .request_facts import facts_of, facts_of_all
from .school_clock import days_between
from .standing import Standing, standings

PAGE = 25
WHICH = ("waiting", "open", "decided", "ended", "all")
ALLOWS = ("site", "platform")  # kinds that open names for a time, and so end
_REFERENCE = re.compile(r"\s*(ar|d)-?([0-9]{1,9})\s*", re.IGNORECASE)
_WHO = {State.SUBMITTED: "assess", State.ASSESSED: "decide", State.RETURNED: "answer"}


@dataclass(frozen=True)
class Listed:
    """A request in a list. `waits`: the step that waits for whoever looks, if any; `waited`: school days; `unassessed`:
    it may be decided although nobody has assessed it."""

    id: UUID
    reference: str
    subject: str
    audiences: tuple[str, ...]
    asked_by: str
    asked_at: datetime
    waited: int
    needed_by: date | None
    state: State
    standing: Standing
    waits: str | None
    unassessed: bool


@dataclass(frozen=True)
class Queue:
    """A page of requests, how many fit, and how many wait for whoever looks."""

    rows: tuple[Listed, ...]
    count: int
    waiting: int


def queue(ports: Ports, actor: Actor, *, which: str = "all", word: str = "", page: int = 1) -> Queue:
    """A page of the requests that an actor may read. Open ones: what is needed first on top; others: the newest.

    `word`: a part of a name, of a person's name, or a reference such as AR-12 or D-7."""
    if not (actor.may(Permission.ASK) or actor.may(Permission.SEE_REQUESTS)):
        raise NotAllowed("Only someone who may ask for access, or read requests, can do this.")
    now = ports.clock()
    with ports.db.look() as session:
        waiting = _waiting(session, actor, now)
        query = _fitting(session, actor, word)
        if which in ("waiting", "open"):
            query = query.where(AccessRequest.state.in_([state.value for state in OPEN]))
            found = [row for row in session.scalars(query) if which == "open" or row.id in waiting]
            found.sort(key=_need)
            count, rows = len(found), found[(page - 1) * PAGE : page * PAGE]
        else:
            query = _where(query, which, now)
            count = session.scalar(select(func.count()).select_from(query.subquery())) or 0
            newest = query.order_by(AccessRequest.number.desc()).offset((page - 1) * PAGE).limit(PAGE)
            rows = list(session.scalars(newest))
        return Queue(tuple(_listed(ports, session, actor, rows, waiting)), count, len(waiting))


def waiting(session: Session, actor: Actor, now: datetime) -> dict[str, int]:
    """How many requests wait for an actor, by what they are to do: assess, decide, answer."""
    counts: dict[str, int] = {}
    for step in _waiting(session, actor, now).values():
        counts[step] = counts.get(step, 0) + 1
    return counts


def waits_for(session: Session, actor: Actor, row: AccessRequest, now: datetime) -> str | None:
    """The step of a request that waits for this actor now: to answer, to assess, or to decide."""
    return _waits_for(actor, facts_of(session, row, now))


def _waits_for(actor: Actor, facts: Facts) -> str | None:
    if (step := _WHO.get(facts.state)) is None:
        return None
    if hindrance(ALL_STEPS[step], actor, facts) is None:
        return step
    return "decide" if "decide" in open_steps(actor, facts) else None


def _waiting(session: Session, actor: Actor, now: datetime) -> dict[UUID, str]:
    if not any(map(actor.may, (Permission.ASK, Permission.ASSESS, Permission.DECIDE))):
        return {}
    query = select(AccessRequest).where(
        AccessRequest.school_id == actor.school_id, AccessRequest.state.in_([state.value for state in OPEN])
    )
    if not (actor.may(Permission.ASSESS) or actor.may(Permission.DECIDE)):
        query = query.where(AccessRequest.asked_by == actor.person_id)
    steps = (
        (id_, _waits_for(actor, facts))
        for id_, facts in facts_of_all(session, session.scalars(query).all(), now).items()
    )
    return {id_: step for id_, step in steps if step}


def _need(row: AccessRequest) -> tuple[date, datetime, int]:
    """Oldest need first: when it is needed, then how long it has waited."""
    return row.needed_by or date.max, row.asked_at, row.number


def _fitting(session: Session, actor: Actor, word: str) -> Select[AccessRequest]:
    query = select(AccessRequest).where(AccessRequest.school_id == actor.school_id)
    if not actor.may(Permission.SEE_REQUESTS):
        query = query.where(AccessRequest.asked_by == actor.person_id)
    if not (word := word.strip()):
        return query
    if numbered := _REFERENCE.fullmatch(word):
        number = int(numbered[2])
        if numbered[1].lower() == "ar":
            return query.where(AccessRequest.number == number)
        decided = select(Decision.request_id).where(
            Decision.school_id == actor.school_id, Decision.number == number
        )  # fmt: skip
        return query.where(AccessRequest.id.in_(decided))
    people = select(Person.id).where(
        Person.school_id == actor.school_id, Person.name.icontains(word, autoescape=True)
    )  # fmt: skip
    named = cast(AccessRequest.terms, String).icontains(word, autoescape=True)
    return query.where(or_(AccessRequest.domain.icontains(word, autoescape=True), named, _by(people)))


def _by(people: Select[UUID]) -> ColumnElement[bool]:
    return AccessRequest.asked_by.in_(people)


def _where(query: Select[AccessRequest], which: str, now: datetime) -> Select[AccessRequest]:
    if which == "decided":
        approved = and_(AccessRequest.state == State.APPROVED.value, ~_over(now))
        return query.where(or_(AccessRequest.state == State.REFUSED.value, approved))
    if which == "ended":
        over = and_(AccessRequest.state == State.APPROVED.value, _over(now))
        return query.where(or_(AccessRequest.state == State.WITHDRAWN.value, over))
    return query


def _over(now: datetime) -> ColumnElement[bool]:
    """The decision that stands opened names, and none of its rules is open to the future any more."""
    later = aliased(Decision)
    newest = and_(Decision.request_id == AccessRequest.id, ~exists().where(later.supersedes == Decision.id))
    named = and_(
        RuleRow.school_id == Decision.school_id,
        RuleRow.decision == literal(decision_reference(0)[:-1]) + cast(Decision.number, String),
        RuleRow.action == "allow",
    )
    goes_on = and_(named, RuleRow.ended_at.is_(None), or_(RuleRow.until.is_(None), RuleRow.until > now))
    return exists().where(newest, exists().where(named), ~exists().where(goes_on))


def _listed(
    ports: Ports, session: Session, actor: Actor, rows: Sequence[AccessRequest], waiting: dict[UUID, str]
) -> Iterator[Listed]:
    stand, now, school = standings(ports, session, rows), ports.clock(), session.get_one(School, actor.school_id)
    people = select(Person.id, Person.name).where(Person.id.in_({row.asked_by for row in rows}))
    names = dict(session.execute(people).all())
    for row in rows:
        state = State(row.state)
        yield Listed(
            id=row.id,
            reference=reference(row.number),
            subject=subject(row),
            audiences=from_json(row.terms).audiences,
            asked_by=names[row.asked_by],
            asked_at=row.asked_at,
            waited=days_between(session, school.id, row.asked_at, now) if state in OPEN else 0,
            needed_by=row.needed_by,
            state=state,
            standing=stand[row.id],
            waits=waiting.get(row.id),
            unassessed=state == State.SUBMITTED and waiting.get(row.id) == "decide",
        )


def subject(row: AccessRequest) -> str:
    """What a request is about, in a few words: a platform, the first name and how many more, or the change."""
    return subject_of(from_json(row.terms)) or row.address
