"""Destroying what has had its time, by rule and by itself, but for what is on legal hold; each is logged.

What was destroyed is then overwritten in the database's files, too (`Database.forget`).
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.orm import Session

from firewall_admin.core import events_reports as events
from firewall_admin.core import retention
from firewall_admin.core.people import system
from firewall_admin.db.change import Change
from firewall_admin.db.tables import ContentReport, Destruction, Incident, RetentionChoice
from firewall_admin.ports import Ports

from . import pupil_names
from . import report_records as records
from .kept_rows import WHOLE, WORDS, Whole, Words

AT_ONCE = 200  # records of one change
A_DAY = timedelta(days=1)
Choices = dict[tuple[UUID, str], RetentionChoice]


def destroy_due(ports: Ports) -> int:
    """Destroy the details of every report, incident and restriction whose time has come. How many."""
    now = ports.clock()
    with ports.db.look() as session:
        chosen, schools = _choices(session), set[UUID]()
        for kind in records.KINDS:
            found = session.scalars(select(kind).where(*_due(kind, now)))
            schools.update(row.school_id for row in found if not _held(chosen, row.school_id, records.rule_of(row)))
    return _all(ports, schools, _destroy_records)


def destroy_words(ports: Ports) -> int:
    """Destroy what people wrote in requests, checks and reviews whose time has come; a stub of each stays. How many."""
    now = ports.clock()
    with ports.db.look() as session:
        chosen = _choices(session)
        schools = {school for kind in WORDS for school in _with_some(session, kind, now, chosen)}
    return _all(ports, schools, _destroy_words)


def destroy_whole(ports: Ports) -> int:
    """Take away sessions, letters and links whose time has come. It is an event each time, so they go a day's worth at
    once. How many."""
    now = ports.clock() - A_DAY
    with ports.db.look() as session:
        chosen = _choices(session)
        schools = {school for kind in WHOLE for school in _with_some(session, kind, now, chosen)}
    return _all(ports, schools, _destroy_whole)


def _all(ports: Ports, schools: set[UUID], destroy: Callable[[Change], int]) -> int:
    done = 0
    for school in sorted(schools):
        with ports.db.change(system(school)) as change:
            done += destroy(change)
    if done:
        ports.db.forget()
    return done


def _destroy_records(change: Change) -> int:
    """A portion of a school's. The stub stays: number, days, kind and state."""
    school, chosen = change.actor.school_id, _choices(change.session)
    due = records.every(change.session, school, lambda kind: _due(kind, change.now))
    found = [row for row in due if not _held(chosen, school, records.rule_of(row))][:AT_ONCE]
    for row in found:
        pupil_names.blank(change.session, row)
        row.pupil_id, row.destroyed_at = None, change.now
        if isinstance(row, ContentReport):
            row.address, row.domain = "", None
        if isinstance(row, Incident):
            row.indicator = ""
        rule = records.rule_of(row)
        _log(change, rule, records.reference(row), _months(chosen, school, rule))
    change.session.flush()
    pupil_names.drop_unused(change.session, school)
    if found:
        change.did(events.RecordsDestroyed([records.reference(row) for row in found]))
    return len(found)


def _destroy_words(change: Change) -> int:
    gone, school, chosen = list[str](), change.actor.school_id, _choices(change.session)
    for kind in WORDS:
        if _held(chosen, school, kind.rule):
            continue
        months = _months(chosen, school, kind.rule)
        due = kind.due(retention.ends(change.now, -months))
        query = select(kind.table).where(kind.table.school_id == school, *due).order_by(kind.table.id)
        for row in change.session.scalars(query.limit(AT_ONCE)).all():
            kind.blank(change.session, row, change.now)
            gone.append(kind.reference(row))
            _log(change, kind.rule, gone[-1], months)
    if gone:
        change.did(events.RecordsDestroyed(gone))
    return len(gone)


def _destroy_whole(change: Change) -> int:
    gone, done, school, chosen = list[str](), 0, change.actor.school_id, _choices(change.session)
    for kind in WHOLE:
        if _held(chosen, school, kind.rule):
            continue
        months = _months(chosen, school, kind.rule)
        where = (kind.table.school_id == school, *kind.due(retention.ends(change.now, -months)))
        count = change.session.scalar(select(func.count()).select_from(kind.table).where(*where)) or 0
        if count:
            change.session.execute(delete(kind.table).where(*where))
            gone.append(f"{count} × {kind.what}")
            done += count
            _log(change, kind.rule, gone[-1], months)
    if gone:
        change.did(events.OldRowsDestroyed(gone))
    return done


def _choices(session: Session) -> Choices:
    """What every school chose itself."""
    return {(row.school_id, row.rule): row for row in session.scalars(select(RetentionChoice))}


def _held(chosen: Choices, school: UUID, rule: str) -> bool:
    return (school, rule) in chosen and bool(chosen[school, rule].hold)


def _months(chosen: Choices, school: UUID, rule: str) -> int:
    return chosen[school, rule].months if (school, rule) in chosen else retention.RULES[rule].months


def _with_some(session: Session, kind: Words | Whole, now: datetime, chosen: Choices) -> Iterator[UUID]:
    """The schools that have some of a kind to destroy: those that keep the default by one question, the others by one
    each."""
    own = {school for school, rule in chosen if rule == kind.rule}
    default = kind.due(retention.ends(now, -retention.RULES[kind.rule].months))
    for school in session.scalars(select(kind.table.school_id).where(*default).distinct()):
        if school not in own:
            yield school
    for school in sorted(own):
        due = kind.due(retention.ends(now, -_months(chosen, school, kind.rule)))
        some = select(kind.table.id).where(kind.table.school_id == school, *due).limit(1)
        if not _held(chosen, school, kind.rule) and session.scalar(some) is not None:
            yield school


def _due(kind: Any, now: datetime) -> Iterable[ColumnElement[bool]]:
    return (kind.destroy_on <= now, kind.destroyed_at.is_(None), kind.hold.is_(None))


def _log(change: Change, rule: str, record: str, months: int) -> None:
    found = retention.RULES[rule]
    change.session.add(
        Destruction(
            school_id=change.actor.school_id,
            at=change.now,
            by=change.actor.name,
            rule=rule,
            record=record,
            why=f"{found.what}: {months} months {found.began}",
        )
    )
