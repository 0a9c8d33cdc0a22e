"""What the pages of content reports show. Of a restricted one only two people see more than that there is one."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from ..core.content_reports import BODIES, State
from ..core.content_reports import Area as AreaOf
from ..core.content_reports import Kind as KindOf
from ..core.people import Actor, Permission
from ..db.tables import ContentReport, Person, PupilName, ReportNote, RuleRow
from ..journeys import content_reports as journey
from ..journeys import report_records as records
from ..journeys.releases import published
from ..journeys.school_clock import zone_of
from ..ports import Ports
from .written import short_day

P = Permission
PAGE = 50
KINDS = {
    KindOf.CONTENT: ("Something to see or read", "Pictures, videos, texts, games, advertisements"),
    KindOf.CONTACT: ("Somebody approached a pupil", "Strangers, groups, pressure, grooming"),
    KindOf.CONDUCT: ("Something a pupil does there", "Posting, bullying, sharing, gambling"),
}
AREAS = {
    AreaOf.COMMERCIAL: ("Money", "Advertising, scams, gambling, taking personal data"),
    AreaOf.AGGRESSIVE: ("Violence and aggression", "Violence, hate, bullying, weapons, dares"),
    AreaOf.SEXUAL: ("Sex", "Sexual content or talk. A picture of anybody under 18 is illegal: answer yes above"),
    AreaOf.VALUES: ("Values", "Racism, extremism, self-harm, eating disorders, drugs, false information"),
}
DONE = {
    "block": "Blocked {0}",
    "leave open": "Left it open",
    "review": "Reviewed it",
    "send back": "Sent it back, to be looked at again",
    "restrict": "Made it a restricted record",
    "hand over": "Reported it to: {0}",
    "report": "Did at once",
    "act": "Noted what was done",
    "retest": "Tried it again: it {0}",
    "pass on": "Passed it on to the safeguarding lead",
    "end": "Ended it",
}


@dataclass(frozen=True)
class ShownNote:
    """What somebody did, and when."""

    at: datetime
    who: str
    what: str
    text: str
    outside: str


@dataclass(frozen=True)
class ShownReport:
    """A report for its page. `reads`: whether this person reads its details, without which those are empty."""

    id: UUID
    reference: str
    state: str
    reads: bool
    illegal: bool
    reporter: str
    reported_at: datetime
    seen_at: datetime
    address: str
    domain: str | None
    place: str
    kind: str
    area: str
    pupil: str
    has_name: bool
    done: str
    notes: tuple[ShownNote, ...]
    steps: tuple[str, ...]
    waiting: tuple[str, ...]
    hold: str | None
    destroy_on: datetime | None
    destroyed_at: datetime | None
    rule: str
    live: bool


@dataclass(frozen=True)
class Listed:
    """A line of the log."""

    id: UUID
    reference: str
    state: str
    reported_at: datetime
    reporter: str
    address: str
    kind: str
    area: str
    illegal: bool


@dataclass(frozen=True)
class Asked:
    """Which reports: with a word in their address, place or text, in a state, of a kind or an area."""

    word: str = ""
    state: str = ""
    kind: str = ""
    area: str = ""
    page: int = 1


def wanted(where: Mapping[str, str]) -> Asked:
    """What an address asks for. What it can't mean is left out."""
    page = where.get("page", "1")
    number = int(page) if page.isascii() and page.isdecimal() and len(page) < 7 else 1
    given = [where.get(name, "") for name in ("state", "kind", "area")]
    known = [value if value in list(kind) else "" for value, kind in zip(given, (State, KindOf, AreaOf), strict=True)]
    state, kind, area = known
    return Asked(where.get("word", "").strip()[:100], state, kind, area, max(1, number))


def listed(ports: Ports, actor: Actor, asked: Asked) -> tuple[Listed, ...]:
    """The reports somebody may see, the newest first. What is restricted is found by no search."""
    with ports.db.look() as session:
        rows = session.execute(_query(actor, asked)).all()
        return tuple(_line(*row) for row in rows)


def exported(ports: Ports, actor: Actor, asked: Asked) -> list[tuple[object, ...]]:
    """The rows of the file: no restricted record, and no pupil."""
    with ports.db.look() as session:
        query = _query(actor, asked).where(ContentReport.illegal.is_(False))
        return [
            (
                records.reference(row),
                row.state,
                row.reported_at,
                name,
                row.seen_at,
                row.address,
                row.place,
                row.kind,
                row.area,
                row.done,
                row.handled_at or "",
                row.closed_at or "",
            )
            for row, name in session.execute(query)
            if records.reads(actor, row)
        ]


def one(ports: Ports, actor: Actor, report: UUID) -> ShownReport:
    """A report; NotFound if it is not theirs to see."""
    with ports.db.look() as session:
        return _shown(session, actor, records.find(session, actor, ContentReport, report))


def shown_notes(session: Session, row: records.Record) -> tuple[ShownNote, ...]:
    """What was done about a record, in the order it was done."""
    return tuple(_note(session, note) for note in records.notes(session, row))


def pupil_of(session: Session, row: records.Record) -> tuple[str, bool]:
    """A pupil's reference, and whether a name is kept; empty where there is none."""
    pupil = session.get(PupilName, row.pupil_id) if row.pupil_id else None
    return (pupil.reference, pupil.name is not None) if pupil else ("", False)


def needs(session: Session, actor: Actor) -> Iterator[tuple[str, str, tuple[str, str], str]]:
    """What waits for this person among the reports, for home: title, text, tag, path."""
    query = select(ContentReport).where(ContentReport.school_id == actor.school_id, ContentReport.closed_at.is_(None))
    for row in session.scalars(query.order_by(ContentReport.number)):
        title, path = f"Report {records.reference(row)}", records.path(row)
        steps = journey.steps(session, actor, row)
        if row.state == State.NEW and "leave open" in steps:
            told = (
                f"Reported on {short_day(row.reported_at, zone_of(session, row.school_id))}. Block it, or say why not"
            )
            yield title, told, ("New", "danger"), path
        elif row.state == State.RESTRICTED and "close" in steps:
            yield title, "A restricted record. Read it today", ("Restricted", "danger"), path
        elif "review" in steps and actor.role in journey.waiting_for(session, row):
            yield title, "Look at what was done about it", ("To review", "waiting"), path


def _query(actor: Actor, asked: Asked) -> Any:
    """The reports with the names of those who reported them."""
    query: Any = select(ContentReport, Person.name).join(Person, Person.id == ContentReport.reported_by)
    query = query.where(ContentReport.school_id == actor.school_id)
    if not actor.may(P.SAFEGUARD):
        others = ContentReport.illegal.is_(False) if actor.may(P.SEE_REPORTS) else ContentReport.id.is_(None)
        query = query.where(or_(ContentReport.reported_by == actor.person_id, others))
    if asked.word:
        columns = (ContentReport.address, ContentReport.place, ContentReport.done)
        query = query.where(or_(*(column.icontains(asked.word, autoescape=True) for column in columns)))
    if asked.word or asked.kind or asked.area:
        query = query.where(ContentReport.illegal.is_(False))
    for column, value in ((ContentReport.state, asked.state), (ContentReport.kind, asked.kind)):
        query = query.where(column == value) if value else query
    if asked.area:
        query = query.where(ContentReport.area == asked.area)
    return query.order_by(ContentReport.number.desc())


def _line(row: ContentReport, name: str) -> Listed:
    address = "" if row.illegal else row.domain or row.address
    told = (row.id, records.reference(row), row.state, row.reported_at, name, address)
    return Listed(*told, *_words(row), row.illegal)


def _shown(session: Session, actor: Actor, row: ContentReport) -> ShownReport:
    reads = records.reads(actor, row)
    kind, area = _words(row)
    pupil, has_name = pupil_of(session, row) if reads else ("", False)
    rule = session.get(RuleRow, row.rule_id) if row.rule_id and not (row.illegal or row.destroyed_at) else None
    live = published(session, row.school_id)
    return ShownReport(
        id=row.id,
        reference=records.reference(row),
        state=row.state,
        reads=reads,
        illegal=row.illegal,
        reporter=session.get_one(Person, row.reported_by).name,
        reported_at=row.reported_at,
        seen_at=row.seen_at,
        address=row.address if reads else "",
        domain=row.domain if reads else None,
        place=row.place if reads else "",
        kind=kind,
        area=area,
        pupil=pupil,
        has_name=has_name and actor.may(P.SAFEGUARD),
        done=row.done if reads else "",
        notes=shown_notes(session, row) if reads else (),
        steps=journey.steps(session, actor, row),
        waiting=tuple(role.words.lower() for role in journey.waiting_for(session, row)),
        hold=row.hold if reads else None,
        destroy_on=row.destroy_on,
        destroyed_at=row.destroyed_at,
        rule=rule.domain if rule and rule.ended_at is None else "",
        live=bool(rule and live and live.prepared_at >= rule.made_at),
    )


def _words(row: ContentReport) -> tuple[str, str]:
    kinds: Mapping[str, tuple[str, str]] = {str(key): words for key, words in KINDS.items()}
    areas: Mapping[str, tuple[str, str]] = {str(key): words for key, words in AREAS.items()}
    return kinds.get(row.kind, ("", ""))[0], areas.get(row.area, ("", ""))[0]


def _note(session: Session, note: ReportNote) -> ShownNote:
    who = session.get_one(Person, note.made_by).name
    what = DONE.get(note.step, note.step).format(BODIES.get(note.result, note.result))
    return ShownNote(note.made_at, who, what.strip(), note.text, note.outside)
