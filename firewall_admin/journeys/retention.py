"""Destroying what has had its time, by rule and by itself, but for what is on legal hold; each is logged."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, delete, func, select
from sqlalchemy.orm import Session

from firewall_admin.core import events_reports as events
from firewall_admin.core import free_text, retention
from firewall_admin.core.people import Actor, Permission, system
from firewall_admin.db.change import Change
from firewall_admin.db.tables import ContentReport, Destruction, Incident, Letter, RetentionChoice, SignIn
from firewall_admin.ports import Ports

from . import pupil_names
from . import report_records as records
from .policy import may

AT_ONCE = 200  # records of one change
A_DAY = timedelta(days=1)


def choose(ports: Ports, actor: Actor, *, rule: str, months: int, reason: str) -> None:
    """Keep something for another time than the default. What is closed already goes by the new rule, too."""
    may(actor, Permission.SAFEGUARD)
    words = free_text.text(reason, "reason", 500)
    found = retention.check_choice(rule, months, words)
    with ports.db.change(actor) as change:
        query = select(RetentionChoice).where(RetentionChoice.school_id == actor.school_id)
        row = change.session.scalars(query.where(RetentionChoice.rule == rule)).first()
        before = row.months if row else found.months
        row = row or RetentionChoice(school_id=actor.school_id, rule=rule)
        row.months, row.reason, row.made_by, row.made_at = months, words, records.person_of(actor), change.now
        change.session.add(row)
        change.session.flush()
        _reckon_anew(change.session, actor.school_id, rule)
        change.did(events.RetentionChanged(found.what, months, before, words))


def chosen(session: Session, school_id: UUID) -> dict[str, RetentionChoice]:
    """What a school chose itself, by rule."""
    query = select(RetentionChoice).where(RetentionChoice.school_id == school_id)
    return {row.rule: row for row in session.scalars(query)}


def destroy_due(ports: Ports) -> int:
    """Destroy the details of every record whose time has come. How many; what is on hold stays."""
    now = ports.clock()
    with ports.db.look() as session:
        schools: set[UUID] = set()
        for kind in records.KINDS:
            schools.update(session.scalars(select(kind.school_id).where(*_due(kind, now)).distinct()))
    return sum(_destroy(ports, school) for school in sorted(schools))


def tidy_machine_records(ports: Ports) -> int:
    """Sessions a month old, and letters a year old. It is an event each time, so they go a day's worth at once."""
    now, done = ports.clock(), 0
    with ports.db.look() as session:
        schools = {school for what in MACHINE for school in session.scalars(_old(what, now - A_DAY))}
    for school in sorted(schools):
        with ports.db.change(system(school)) as change:
            counts = [_take_out(change, what, school) for what in MACHINE]
            change.did(events.OldMachineRecordsDestroyed(*counts))
            done += sum(counts)
    return done


MACHINE: tuple[tuple[Any, Any, timedelta], ...] = (
    (SignIn, SignIn.started_at, retention.SESSIONS),
    (Letter, Letter.written_at, retention.LETTERS),
)


def _old(what: tuple[Any, Any, timedelta], now: datetime) -> Select[Any]:
    kind, since, kept = what
    return select(kind.school_id).where(since < now - kept).distinct()


def _take_out(change: Change, what: tuple[Any, Any, timedelta], school: UUID) -> int:
    kind, since, kept = what
    where = (kind.school_id == school, since < change.now - kept)
    count = change.session.scalar(select(func.count()).select_from(kind).where(*where)) or 0
    change.session.execute(delete(kind).where(*where))
    return int(count)


def _destroy(ports: Ports, school: UUID) -> int:
    """One change a school and a portion. The stub stays: number, days, kind and state."""
    with ports.db.change(system(school)) as change:
        found = records.every(change.session, school, lambda kind: _due(kind, change.now))[:AT_ONCE]
        for row in found:
            pupil_names.blank(change.session, row)
            row.pupil_id, row.destroyed_at = None, change.now
            if isinstance(row, ContentReport):
                row.address, row.domain = "", None
            if isinstance(row, Incident):
                row.indicator = ""
            change.session.add(_logged(change, row))
        change.session.flush()
        pupil_names.drop_unused(change.session, school)
        if found:
            change.did(events.RecordsDestroyed([records.reference(row) for row in found]))
        return len(found)


def _due(kind: Any, now: datetime) -> Iterable[ColumnElement[bool]]:
    return (kind.destroy_on <= now, kind.destroyed_at.is_(None), kind.hold.is_(None))


def _logged(change: Change, row: records.Record) -> Destruction:
    rule = retention.RULES[records.rule_of(row)]
    why = f"{rule.what}: {records.months(change.session, row)} months after the end"
    record = records.reference(row)
    name = change.actor.name
    return Destruction(school_id=row.school_id, at=change.now, by=name, rule=rule.name, record=record, why=why)


def _reckon_anew(session: Session, school: UUID, rule: str) -> None:
    """When each closed record of a rule has had its time, by the school's present choice."""
    closed = records.every(session, school, lambda kind: (kind.closed_at.is_not(None), kind.destroyed_at.is_(None)))
    for row in closed:
        if row.closed_at and records.rule_of(row) == rule:
            row.destroy_on = retention.ends(row.closed_at, records.months(session, row))
