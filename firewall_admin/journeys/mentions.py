"""Where people wrote freely beside the record that was meant for it, and how somebody is taken out of that."""

import re
from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, delete, or_, select
from sqlalchemy.orm import Session

from firewall_admin.db.tables import (
    AccessRequest,
    Assessment,
    ContentReport,
    Decision,
    DecisionShown,
    Entry,
    FilteringCheck,
    Incident,
    Letter,
    Remark,
    ReportNote,
    Restriction,
    Review,
    RuleRow,
    SubjectAccess,
)

from .kept_rows import REQUEST

TEXTS: dict[Any, tuple[str, ...]] = {
    ContentReport: ("place", "done"),
    Incident: ("found", "place", "evidence", "log_reference"),
    Restriction: ("reason",),
    ReportNote: ("text", "outside"),
}
"""What people typed freely in each kind of record, where a pupil may be named."""
ELSEWHERE: dict[Any, tuple[str, ...]] = {
    **TEXTS,
    AccessRequest: REQUEST,
    Assessment: ("text", "risk"),
    Remark: ("text",),
    Letter: ("subject", "text", "detail"),
    FilteringCheck: ("tested", "action", "reference", "group", "device", "site"),
    SubjectAccess: ("asked_by", "given_to"),
}
STAYS: tuple[tuple[Any, str, str], ...] = (
    (Decision, "reason", "the reason of a decision"),
    (RuleRow, "reason", "the reason of a rule"),
    (Review, "answers", "a review"),
    (Entry, "fields", "the trail"),
)
"""What nobody can change afterwards, by its column and in words."""
GONE = "[erased]"


def pattern(words: Iterable[str]) -> re.Pattern[str]:
    """Finds any of these as whole words, whatever their case: the longest first. Nothing, where there are none."""
    alternatives = "|".join(map(re.escape, sorted(words, key=len, reverse=True)))
    return re.compile(rf"(?<!\w)(?:{alternatives or '(?!)'})(?!\w)", re.IGNORECASE)


def taken_out(session: Session, school: UUID, words: Iterable[str]) -> int:
    """Take somebody out of everything that can be changed. How many rows named them.

    What a decider was shown is destroyed whole: the decision keeps its hash, which no other text would have."""
    found, names, done = pattern(words), list(words), 0
    for table, columns in ELSEWHERE.items():
        for row in session.scalars(_naming(table, columns, school, names)).all():
            before = [getattr(row, column) for column in columns]
            for column in columns:
                setattr(row, column, found.sub(GONE, getattr(row, column)))
            done += before != [getattr(row, column) for column in columns]
    shown = [
        row.id for row in session.scalars(_naming(DecisionShown, ("text",), school, names)) if found.search(row.text)
    ]
    session.execute(delete(DecisionShown).where(DecisionShown.id.in_(shown)))
    return done + len(shown)


def staying(session: Session, school: UUID, words: Iterable[str]) -> tuple[str, ...]:
    """Where somebody is still named that can't be changed, in words."""
    return tuple(dict.fromkeys(_staying(session, school, pattern(words))))


def _staying(session: Session, school: UUID, found: re.Pattern[str]) -> Iterator[str]:
    for table, column, told in STAYS:
        for value in session.scalars(select(getattr(table, column)).where(table.school_id == school)):
            if found.search(str(value)):
                yield told
                break


def _naming(table: Any, columns: tuple[str, ...], school: UUID, words: list[str]) -> Any:
    """Rows that may name somebody; the pattern says which of them do."""
    where: list[ColumnElement[bool]] = [
        getattr(table, column).icontains(word, autoescape=True) for column in columns for word in words
    ]
    return select(table).where(table.school_id == school, or_(*where))
