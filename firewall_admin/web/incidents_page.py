"""What the pages of incidents show, and of restrictions: by reference, with the name sealed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from ..core.incidents import FOUND, METHODS, Kind, Restricted, State
from ..core.people import Actor, Permission
from ..db.tables import Incident, Person, Restriction, RuleRow
from ..journeys import incidents as journey
from ..journeys import report_records as records
from ..journeys import restrictions
from ..journeys.school_clock import zone_of
from ..ports import Ports
from .content_reports_page import ShownNote, pupil_of, shown_notes
from .written import short_day

P = Permission
KINDS = {Kind.CIRCUMVENTION: "Way round the filter", Kind.HARASSMENT: "Bullying or harassment"}


@dataclass(frozen=True)
class ShownIncident:
    """An incident for its page and for the log. `reads`: whether this person reads its details."""

    id: UUID
    reference: str
    state: str
    reads: bool
    restricted: bool
    kind: str
    reporter: str
    reported_at: datetime
    happened_at: datetime
    method: str
    found: str
    indicator: str
    place: str
    evidence: str
    log_reference: str
    pupil: str
    has_name: bool
    notes: tuple[ShownNote, ...]
    steps: tuple[str, ...]
    hold: str | None
    destroy_on: datetime | None
    destroyed_at: datetime | None
    rule: str


@dataclass(frozen=True)
class ShownRestriction:
    """A restriction for its page and for the list of those who decide them."""

    id: UUID
    reference: str
    state: str
    pupil: str
    has_name: bool
    since: date
    until: date
    review_on: date
    reason: str
    decided_by: str
    decided_at: datetime
    incident: str
    incident_id: UUID | None
    notes: tuple[ShownNote, ...]
    steps: tuple[str, ...]
    hold: str | None
    destroy_on: datetime | None
    destroyed_at: datetime | None


def listed(ports: Ports, actor: Actor, *, word: str = "", state: str = "") -> tuple[ShownIncident, ...]:
    """The incidents somebody may see, the newest first. What is restricted is found by no search."""
    query = select(Incident).where(Incident.school_id == actor.school_id)
    if not actor.may(P.SEE_REPORTS):
        query = query.where(Incident.reported_by == actor.person_id)
    if word:
        columns = (Incident.indicator, Incident.place, Incident.log_reference)
        query = query.where(or_(*(column.icontains(word, autoescape=True) for column in columns)))
    if state:
        query = query.where(Incident.state == state)
    with ports.db.look() as session:
        rows = session.scalars(query.order_by(Incident.number.desc())).all()
        seen = [row for row in rows if records.reads(actor, row) or row.reported_by == actor.person_id]
        return tuple(_shown(session, actor, row) for row in seen if not (word and records.is_restricted(row)))


def one(ports: Ports, actor: Actor, incident: UUID) -> ShownIncident:
    """An incident; NotFound if it is not theirs to see."""
    with ports.db.look() as session:
        return _shown(session, actor, records.find(session, actor, Incident, incident))


def decided(ports: Ports, actor: Actor) -> tuple[ShownRestriction, ...]:
    """Every restriction, those that last first."""
    with ports.db.look() as session:
        day = today(session, actor)
        rows = restrictions.kept(session, actor)
        rows.sort(key=lambda row: restrictions.state(row, day) is Restricted.OVER)
        return tuple(_restriction(session, actor, row, day) for row in rows)


def restriction(ports: Ports, actor: Actor, id_: UUID) -> ShownRestriction:
    """A restriction; NotFound if it is not theirs to see."""
    with ports.db.look() as session:
        row = records.find(session, actor, Restriction, id_)
        return _restriction(session, actor, row, today(session, actor))


def today(session: Session, actor: Actor) -> date:
    """The day on the school's clock."""
    now: datetime = session.info["now"]
    return now.astimezone(zone_of(session, actor.school_id)).date()


def needs(session: Session, actor: Actor) -> Iterator[tuple[str, str, tuple[str, str], str]]:
    """What waits for this person among incidents and restrictions, for home."""
    query = select(Incident).where(Incident.school_id == actor.school_id, Incident.closed_at.is_(None))
    for row in session.scalars(query.order_by(Incident.number)):
        title, path = f"Incident {records.reference(row)}", records.path(row)
        steps = journey.steps(actor, row)
        if row.state == State.PASSED and "close" in steps:
            yield title, "With you. Read it today", ("Safeguarding", "danger"), path
        elif "act" in steps:
            told = "An attempt to get round the filter" if row.state == State.NEW else "Try it again, then close it"
            yield title, told, ("New", "danger") if row.state == State.NEW else ("To retest", "waiting"), path
    if actor.may(P.RESTRICT):
        day = today(session, actor)
        for each in restrictions.kept(session, actor):
            if restrictions.state(each, day) is Restricted.TO_REVIEW:
                told = f"It was to be reviewed by {short_day(each.review_on, zone_of(session, actor.school_id))}"
                yield f"Restriction {records.reference(each)}", told, ("To review", "waiting"), records.path(each)


def _shown(session: Session, actor: Actor, row: Incident) -> ShownIncident:
    reads = records.reads(actor, row)
    pupil, has_name = pupil_of(session, row) if reads else ("", False)
    rule = session.get(RuleRow, row.rule_id) if reads and row.rule_id else None
    return ShownIncident(
        id=row.id,
        reference=records.reference(row),
        state=row.state,
        reads=reads,
        restricted=records.is_restricted(row),
        kind=KINDS[Kind(row.kind)],
        reporter=session.get_one(Person, row.reported_by).name,
        reported_at=row.reported_at,
        happened_at=row.happened_at,
        method=METHODS.get(row.method, "") if reads else "",
        found=FOUND.get(row.found, "") if reads else "",
        indicator=row.indicator if reads else "",
        place=row.place if reads else "",
        evidence=row.evidence if reads else "",
        log_reference=row.log_reference if reads else "",
        pupil=pupil,
        has_name=has_name and actor.may(P.SAFEGUARD),
        notes=shown_notes(session, row) if reads else (),
        steps=journey.steps(actor, row),
        hold=row.hold if reads else None,
        destroy_on=row.destroy_on,
        destroyed_at=row.destroyed_at,
        rule=rule.domain if rule and rule.ended_at is None else "",
    )


def _restriction(session: Session, actor: Actor, row: Restriction, day: date) -> ShownRestriction:
    pupil, has_name = pupil_of(session, row)
    incident = session.get(Incident, row.incident_id) if row.incident_id else None
    return ShownRestriction(
        id=row.id,
        reference=records.reference(row),
        state=restrictions.state(row, day),
        pupil=pupil,
        has_name=has_name and actor.may(P.SAFEGUARD),
        since=row.since,
        until=row.until,
        review_on=row.review_on,
        reason=row.reason,
        decided_by=session.get_one(Person, row.decided_by).name,
        decided_at=row.decided_at,
        incident=records.reference(incident) if incident else "",
        incident_id=row.incident_id if incident and records.reads(actor, incident) else None,
        notes=shown_notes(session, row),
        steps=restrictions.steps(actor, row, day),
        hold=row.hold,
        destroy_on=row.destroy_on,
        destroyed_at=row.destroyed_at,
    )
