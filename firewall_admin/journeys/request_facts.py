"""What the steps of requests depend on: who asked, who assessed, how long it waits. Read for many requests at once, so
that a list of them costs as many questions to the database as one does."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from firewall_admin.core import school_days
from firewall_admin.core.access_requests import Facts, State, goes_unassessed
from firewall_admin.core.people import PERMISSIONS, Permission, Role
from firewall_admin.db.tables import AccessRequest, Assessment, Person, School

from .school_clock import days_between, zone_of


def facts_of(session: Session, row: AccessRequest, now: datetime) -> Facts:
    """What the steps of a request depend on at an instant."""
    return facts_of_all(session, [row], now)[row.id]


def facts_of_all(session: Session, rows: Sequence[AccessRequest], now: datetime) -> Mapping[UUID, Facts]:
    """The same for many requests of one school, by their ids."""
    if not rows:
        return {}
    school = session.get_one(School, rows[0].school_id)  # held here, so that it is read once
    assessors, appealed = _assessors(session, rows), _appealed(session, rows)
    assess, left = those_who_assess(session, rows), _who_left(session, rows)
    found = {}
    for row in rows:
        waited, rest = days_between(session, school.id, row.asked_at, now), _left(session, row, now, school.terms)
        found[row.id] = Facts(
            State(row.state),
            row.asked_by,
            frozenset(assessors[row.id]),
            goes_unassessed(row.asked_by in assess, waited, rest),
            row.why_again == "appeal" or row.id in appealed,
            row.asked_by in left,
        )
    return found


def standing_assessments(session: Session, row: AccessRequest) -> Sequence[Assessment]:
    """The assessments of the present text, oldest first."""
    query = select(Assessment).where(Assessment.request_id == row.id, Assessment.voided_at.is_(None))
    return session.scalars(query.order_by(Assessment.id)).all()


def those_who_assess(session: Session, rows: Iterable[AccessRequest]) -> frozenset[UUID]:
    """Of those who asked, the people who might assess themselves."""
    query = select(Person.id, Person.role).where(Person.id.in_({row.asked_by for row in rows}))
    return frozenset(id_ for id_, role in session.execute(query) if Permission.ASSESS in PERMISSIONS[Role(role)])


def _who_left(session: Session, rows: Iterable[AccessRequest]) -> frozenset[UUID]:
    query = select(Person.id).where(Person.id.in_({row.asked_by for row in rows}), Person.state == "left")
    return frozenset(session.scalars(query))


def _assessors(session: Session, rows: Sequence[AccessRequest]) -> Mapping[UUID, set[UUID]]:
    query = select(Assessment.request_id, Assessment.made_by)
    found: dict[UUID, set[UUID]] = defaultdict(set)
    for request, by in session.execute(query.where(_of(Assessment.request_id, rows), Assessment.voided_at.is_(None))):
        found[request].add(by)
    return found


def _appealed(session: Session, rows: Sequence[AccessRequest]) -> frozenset[UUID]:
    """Those that an appeal follows. An appeal that is refused counts as appealed itself: there is one only."""
    query = select(AccessRequest.follows).where(_of(AccessRequest.follows, rows), AccessRequest.why_again == "appeal")
    return frozenset(id_ for id_ in session.scalars(query) if id_)


def _of(column: InstrumentedAttribute[Any], rows: Sequence[AccessRequest]) -> ColumnElement[bool]:
    return column.in_([row.id for row in rows])


def _left(session: Session, row: AccessRequest, now: datetime, terms: Sequence[str]) -> int | None:
    """School days until it is needed; None where nobody said."""
    if row.needed_by is None:
        return None
    today = now.astimezone(zone_of(session, row.school_id)).date()
    left = 0
    while today < row.needed_by and left < 10:
        today, left = school_days.after(today, 1, terms), left + 1
    return left
