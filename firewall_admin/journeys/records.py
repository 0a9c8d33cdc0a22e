"""The record of a decision, to be read on paper: what was asked, said and decided, and how to check it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from firewall_admin.core.access_requests import decision_reference, reference
from firewall_admin.core.people import Actor, Permission, Role
from firewall_admin.core.refusals import NotFound
from firewall_admin.core.terms import day, from_json, question, sentence
from firewall_admin.db.tables import AccessRequest, Assessment, Decision, Entry, Person, Remark, School
from firewall_admin.ports import Ports

from .school_clock import zone_of
from .standing import standing

Row = tuple[str, str]


@dataclass(frozen=True)
class Section:
    """A part of the record: pairs of a heading and a text."""

    heading: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Record:
    """A decision as it is printed. `now`: how it stands at `read_at`."""

    school: str
    reference: str
    title: str
    question: str
    outcome: str
    sections: tuple[Section, ...]
    read_at: datetime

    def to_json(self) -> dict[str, Any]:
        """Plain values for a template."""
        sections = [{"heading": s.heading, "rows": [list(row) for row in s.rows]} for s in self.sections]
        texts = {part: getattr(self, part) for part in ("school", "reference", "title", "question", "outcome")}
        return {**texts, "sections": sections}


def record(ports: Ports, actor: Actor, number: int) -> Record:
    """The record of a decision by its number. Whoever reads the register but no requests is told who decided what and
    why, not what was written to one another. NotFound for everyone else, but for whoever asked."""
    with ports.db.look() as session:
        query = select(Decision).where(Decision.school_id == actor.school_id, Decision.number == number)
        decision = session.scalars(query).first()
        if decision is None:
            raise NotFound("There is no such decision.")
        row = session.get_one(AccessRequest, decision.request_id)
        whole = actor.may(Permission.SEE_REQUESTS) or row.asked_by == actor.person_id
        if not (whole or actor.may(Permission.SEE_REGISTER)):
            raise NotFound("There is no such decision.")
        return _record(ports, session, decision, row, whole)


def _record(ports: Ports, session: Session, decision: Decision, row: AccessRequest, whole: bool) -> Record:
    zone, ref, terms = zone_of(session, row.school_id), decision_reference(decision.number), from_json(decision.terms)
    sections = [
        Section("The decision", tuple(_decided(session, decision, zone))),
        Section("How it stands", tuple(_stands(ports, session, row, decision, zone))),
        Section("The request", tuple(_asked(session, row, zone, whole))),
        Section("The assessment", tuple(_assessed(session, row, decision, zone, whole))),
    ]
    if whole and (said := tuple(_said(session, row, zone))):
        sections.append(Section("What was said", said))
    sections.append(Section("How to check this record", tuple(_proof(session, decision, ref))))
    word = {"approved": "Allowed", "refused": "Refused"}[decision.outcome]
    outcome = f"{word} by {_by(decision)} on {_moment(decision.made_at, zone)}."
    school = session.get_one(School, row.school_id).name
    title = f"Decision {ref} on request {reference(row.number)}"
    return Record(school, ref, title, question(terms, zone), outcome, tuple(sections), ports.clock())


def _decided(session: Session, decision: Decision, zone: tzinfo) -> Iterator[Row]:
    yield "Decided by", f"{_by(decision)} ({Role(decision.role).words})"
    yield "When", _moment(decision.made_at, zone)
    said = sentence(from_json(decision.terms), zone)
    yield "What", f"{'To' if decision.outcome == 'approved' else 'Refused to'} {said}."
    yield "Why", decision.reason
    if decision.supersedes:
        yield "In the place of", decision_reference(session.get_one(Decision, decision.supersedes).number)


def _stands(ports: Ports, session: Session, row: AccessRequest, decision: Decision, zone: tzinfo) -> Iterator[Row]:
    later = session.scalars(select(Decision).where(Decision.supersedes == decision.id)).first()
    if later is not None:
        text = f"{decision_reference(later.number)} has taken its place on {_moment(later.made_at, zone)}."
        yield "Now", text
        return
    found = standing(ports, session, row)
    yield "Now", f"{found.words}. {found.text}"
    for target in found.targets:
        yield f"At {target.target}", target.text
    yield "Read at", _moment(ports.clock(), zone)


def _asked(session: Session, row: AccessRequest, zone: tzinfo, whole: bool) -> Iterator[Row]:
    asker = session.get_one(Person, row.asked_by)
    yield "Asked by", f"{asker.name} ({Role(asker.role).words}) on {_moment(row.asked_at, zone)}"
    yield "What", f"To {sentence(from_json(row.terms), zone)}."
    if not whole:
        return
    parts = {
        "Address": row.address,
        "What for": row.purpose,
        "Curriculum": row.curriculum,
        "For whom": row.who,
        "Tried before": row.alternatives,
        "Device": row.device,
        "Why so long": row.long_reason,
        "Needed by": f"{row.needed_by:%d %B %Y}" if row.needed_by else "",
        "Looked at before": "Yes" if row.previewed else "No",
        "Sensitive topic": "Yes" if row.sensitive else "",
    }
    yield from ((head, text) for head, text in parts.items() if text)
    if row.follows:
        again = {"appeal": "An appeal against", "renewal": "A renewal of"}[row.why_again or "renewal"]
        yield again, reference(session.get_one(AccessRequest, row.follows).number)


def _assessed(session: Session, row: AccessRequest, decision: Decision, zone: tzinfo, whole: bool) -> Iterator[Row]:
    query = select(Assessment).where(Assessment.request_id == row.id, Assessment.made_at <= decision.made_at)
    found = [a for a in session.scalars(query.order_by(Assessment.id)) if not _void(a, decision)]
    if not found:
        yield "Assessed by", "Nobody. The headteacher decided without an assessment, and was told so."
        return
    last = found[-1]
    yield "Assessed by", f"{session.get_one(Person, last.made_by).name} on {_moment(last.made_at, zone)}"
    yield "Advice", f"{last.advice.capitalize()}: to {sentence(from_json(last.terms), zone)}."
    if whole:
        yield "Why", last.text
        if last.risk:
            yield "Risk", last.risk


def _void(assessment: Assessment, decision: Decision) -> bool:
    return assessment.voided_at is not None and assessment.voided_at <= decision.made_at


def _said(session: Session, row: AccessRequest, zone: tzinfo) -> Iterator[Row]:
    query = select(Remark, Person.name).join(Person, Person.id == Remark.made_by).where(Remark.request_id == row.id)
    for remark, name in session.execute(query.order_by(Remark.id)):
        yield f"{remark.kind.capitalize()}, {name}, {_moment(remark.made_at, zone)}", remark.text


def _proof(session: Session, decision: Decision, ref: str) -> Iterator[Row]:
    """What an inspector can hold against the trail."""
    yield "What the decider was shown", f"SHA-256 {decision.sha256}"
    query = select(Entry).where(Entry.school_id == decision.school_id, Entry.event == "AccessDecided")
    for entry in session.scalars(query):
        if entry.fields.get("decision") == ref:
            yield "Entry in the trail", f"number {entry.number}, hash {entry.hash}"


def _by(decision: Decision) -> str:
    return f"{decision.name}, for {decision.standing_in_for}" if decision.standing_in_for else decision.name


def _moment(at: datetime, zone: tzinfo) -> str:
    return f"{day(at, zone)}, {at.astimezone(zone):%H:%M}"
