"""Somebody's own requests: how each stands, what waits for them, and the form as they filled it in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from firewall_admin.core.access_requests import State, open_steps, reference
from firewall_admin.core.people import Actor, Permission
from firewall_admin.core.refusals import NotFound
from firewall_admin.core.terms import Terms, from_json, listed, sentence, subject
from firewall_admin.db.tables import AccessRequest, Remark
from firewall_admin.ports import Ports

from .asking import Asked
from .policy import may
from .request_facts import facts_of_all
from .school_clock import zone_of
from .standing import Standing, standings

MOST = 100
FRESH = timedelta(days=14)


@dataclass(frozen=True)
class Own:
    """A request of one's own. `title` is the site, `words` the whole of what was asked; `question` waits for an answer;
    `steps` are those that one can take now."""

    id: UUID
    reference: str
    version: int
    title: str
    audiences: str
    words: str
    state: State
    asked_at: datetime
    changed_at: datetime
    standing: Standing
    question: str | None
    steps: tuple[str, ...]


def mine(ports: Ports, actor: Actor, limit: int = MOST) -> tuple[Own, ...]:
    """The newest first, but what waits for an answer before everything."""
    may(actor, Permission.EVERYONE)
    query = select(AccessRequest).where(
        AccessRequest.school_id == actor.school_id, AccessRequest.asked_by == actor.person_id
    )
    returned = AccessRequest.state == State.RETURNED.value
    with ports.db.look() as session:
        rows = session.scalars(query.order_by(returned.desc(), AccessRequest.number.desc()).limit(limit)).all()
        return _own(ports, session, actor, rows)


def latest(ports: Ports, actor: Actor, limit: int = 5) -> tuple[Own, ...]:
    """Some of the newest: those that are open, in force or about to be, and what was settled in the last fortnight."""
    since = ports.clock() - FRESH
    return tuple(
        own
        for own in mine(ports, actor, limit)
        if own.state.is_open or own.standing.level != "over" or own.changed_at >= since
    )


def one(ports: Ports, actor: Actor, request: UUID) -> Own:
    """One's own request; NotFound for anybody else's."""
    with ports.db.look() as session:
        return _own(ports, session, actor, [_row(session, actor, request)])[0]


def numbered(ports: Ports, actor: Actor, number: int) -> UUID:
    """The id of one's own request by its number."""
    query = select(AccessRequest.id).where(
        AccessRequest.school_id == actor.school_id,
        AccessRequest.asked_by == actor.person_id,
        AccessRequest.number == number,
    )
    with ports.db.look() as session:
        if (found := session.scalar(query)) is None:
            raise NotFound("There is no such request.")
        return found


def filled_in(ports: Ports, actor: Actor, request: UUID) -> Asked:
    """The form as it was filled in, of one's own request."""
    with ports.db.look() as session:
        row = _row(session, actor, request)
        terms = from_json(row.terms)
        return Asked(
            address=row.address or (terms.names[0] if terms.names else ""),
            audiences=terms.audiences,
            until=terms.until,
            purpose=row.purpose,
            since=terms.since,
            when=terms.when,
            also=() if row.kind == "platform" else terms.names[1:],
            who=row.who,
            curriculum=row.curriculum,
            alternatives=row.alternatives,
            device=row.device,
            long_reason=row.long_reason,
            previewed=row.previewed,
            sensitive=row.sensitive,
            needed_by=row.needed_by,
            platform=_platform(ports, terms) if row.kind == "platform" else None,
        )


def just_asked(ports: Ports, actor: Actor, names: tuple[str, ...], audiences: tuple[str, ...]) -> UUID | None:
    """One's own open request for these names and audiences: where a form is sent twice, the second time means the
    first."""
    query = select(AccessRequest).where(
        AccessRequest.school_id == actor.school_id,
        AccessRequest.asked_by == actor.person_id,
        AccessRequest.state == State.SUBMITTED.value,
        AccessRequest.domain == names[0],
    )
    with ports.db.look() as session:
        for row in session.scalars(query.order_by(AccessRequest.number.desc())):
            terms = from_json(row.terms)
            if terms.names == names and set(terms.audiences) == set(audiences):
                return row.id
    return None


def _row(session: Session, actor: Actor, request: UUID) -> AccessRequest:
    row = session.get(AccessRequest, request)
    if row is None or row.school_id != actor.school_id or row.asked_by != actor.person_id:
        raise NotFound("There is no such request.")
    return row


def _own(ports: Ports, session: Session, actor: Actor, rows: Sequence[AccessRequest]) -> tuple[Own, ...]:
    zone, stand = zone_of(session, actor.school_id), standings(ports, session, rows)
    facts, questions = facts_of_all(session, rows, ports.clock()), _questions(session, rows)
    return tuple(
        Own(
            row.id,
            reference(row.number),
            row.version,
            _title(row, terms),
            listed(terms.audiences),
            sentence(terms, zone),
            State(row.state),
            row.asked_at,
            row.changed_at,
            stand[row.id],
            questions.get(row.id),
            open_steps(actor, facts[row.id]),
        )
        for row, terms in ((row, from_json(row.terms)) for row in rows)
    )


def _title(row: AccessRequest, terms: Terms) -> str:
    return subject(terms) if terms.text else row.domain or reference(row.number)


def _questions(session: Session, rows: Sequence[AccessRequest]) -> dict[UUID, str]:
    """The questions that requests wait on, by the requests' ids."""
    returned = [row.id for row in rows if row.state == State.RETURNED.value]
    query = select(Remark.request_id, Remark.text).where(Remark.request_id.in_(returned), Remark.kind == "question")
    return dict(session.execute(query.order_by(Remark.made_at, Remark.id)).all()) if returned else {}


def _platform(ports: Ports, terms: Terms) -> str | None:
    """The slug of the platform whose names were asked for."""
    for slug, listed_names in ports.shipped.lists.items():
        known = ports.shipped.described.get(slug)
        if known and known.kind == "platform" and tuple(listed_names.names) == terms.names:
            return slug
    return None
