"""What reports, incidents and restrictions have in common: numbers, notes, who sees them, how long they are kept."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, TypeVar, cast
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from firewall_admin.core import content_reports, events_reports, free_text, incidents, retention
from firewall_admin.core.people import Actor, Permission, Role
from firewall_admin.core.refusals import Conflict, NotFound, Refusal
from firewall_admin.db.change import Change
from firewall_admin.db.tables import ContentReport, Incident, Person, ReportNote, Restriction, RetentionChoice, RuleRow
from firewall_admin.ports import Ports

from . import rules
from .policy import may

Record = ContentReport | Incident | Restriction
PROTECTIVE = "to protect pupils"
KINDS: tuple[Any, ...] = (ContentReport, Incident, Restriction)
Kind = TypeVar("Kind", ContentReport, Incident, Restriction)


def reference(row: Record) -> str:
    """What people call a record: CR-3, IN-3, RS-3."""
    if isinstance(row, ContentReport):
        return content_reports.reference(row.number)
    return incidents.reference(row.number) if isinstance(row, Incident) else incidents.restriction_reference(row.number)


def path(row: Record) -> str:
    """The page of a record."""
    if isinstance(row, ContentReport):
        return f"/reports/{row.id}"
    return f"/reports/{'incidents' if isinstance(row, Incident) else 'restrictions'}/{row.id}"


def every(session: Session, school_id: UUID, where: Callable[[Any], Iterable[Any]] = lambda _: ()) -> list[Record]:
    """The records of a school of all three kinds, oldest first; `where` gives more conditions on a kind's columns."""
    found: list[Record] = []
    for kind in KINDS:
        query = select(kind).where(kind.school_id == school_id, *where(kind)).order_by(kind.number)
        found += cast("list[Record]", session.scalars(query).all())
    return found


def next_number(session: Session, kind: type[Kind], school_id: UUID) -> int:
    """The next free number. The change holds the lock on the school, so nobody else takes it meanwhile."""
    return (session.scalar(select(func.max(kind.number)).where(kind.school_id == school_id)) or 0) + 1


def is_restricted(row: Record) -> bool:
    """Whether only the safeguarding lead and the headteacher read a record."""
    if isinstance(row, ContentReport):
        return row.illegal
    return isinstance(row, Incident) and (row.kind == incidents.Kind.HARASSMENT or row.at_risk)


def reads(actor: Actor, row: Record) -> bool:
    """Whether somebody reads the details of a record. Whoever reported one sees of a restricted one only that it is."""
    if actor.may(Permission.SAFEGUARD):
        return True
    if is_restricted(row):
        return False
    own = not isinstance(row, Restriction) and row.reported_by == actor.person_id
    return own or actor.may(Permission.SEE_REPORTS)


def find(session: Session, actor: Actor, kind: type[Kind], id_: UUID) -> Kind:
    """A record of the actor's school that they may see at all; NotFound otherwise."""
    row = session.scalars(select(kind).where(kind.id == id_, kind.school_id == actor.school_id)).first()
    if row is not None:
        own = not isinstance(row, Restriction) and row.reported_by == actor.person_id
        if own or reads(actor, row):
            return row
    raise NotFound("There is no such record.")


def note(change: Change, row: Record, step: str, *, text: str = "", result: str = "", outside: str = "") -> None:
    """What was done about a record, for its page. It goes with the record's details."""
    made = ReportNote(school_id=row.school_id, step=step, text=text, result=result, outside=outside)
    made.made_by, made.made_at = person_of(change.actor), change.now
    name = {ContentReport: "report_id", Incident: "incident_id", Restriction: "restriction_id"}[type(row)]
    setattr(made, name, row.id)
    change.session.add(made)


def notes(session: Session, row: Record) -> list[ReportNote]:
    """What was done about a record, in the order it was done."""
    columns = {ContentReport: ReportNote.report_id, Incident: ReportNote.incident_id}
    column = columns.get(type(row), ReportNote.restriction_id)
    return list(session.scalars(select(ReportNote).where(column == row.id).order_by(ReportNote.id)))


def handed_over(change: Change, row: Record, *, body: str, outside: str, text: str) -> None:
    """A note of whom a record was handed over to, and the reference it has there."""
    if body not in content_reports.BODIES:
        raise Refusal("Choose whom it was reported to.", "body")
    taken = free_text.without_address if is_restricted(row) else free_text.text
    theirs = " ".join(taken(outside, "outside", 60).split())
    note(change, row, "hand over", result=body, outside=theirs, text=taken(text, "text"))
    change.did(events_reports.RecordHandedOver(reference(row), content_reports.BODIES[body]))


def blocked_by_rule(change: Change, domain: str, audience: str | None) -> UUID:
    """Block a name within the caller's change, as anybody would by hand; the rule's id. Its reason says no more than
    everyone may know who reads the register: reports and incidents could be counted by it."""
    rules.adding(change.actor, action="block", domain=domain, audience=audience, reason=PROTECTIVE)(change)
    change.session.flush()
    query = select(RuleRow.id).where(RuleRow.school_id == change.actor.school_id, RuleRow.made_at == change.now)
    return change.session.scalars(query.order_by(RuleRow.id.desc()).limit(1)).one()


def close(change: Change, row: Record) -> None:
    """It has come to its end: from now on the time runs after which its details are destroyed."""
    row.closed_at = change.now
    row.destroy_on = retention.ends(change.now, months(change.session, row))


def months(session: Session, row: Record) -> int:
    """How long this school keeps such a record after its end."""
    query = select(RetentionChoice.rule, RetentionChoice.months).where(RetentionChoice.school_id == row.school_id)
    return retention.months({found.rule: found.months for found in session.execute(query)}, rule_of(row))


def rule_of(row: Record) -> str:
    """The name of the rule of retention for a record."""
    if isinstance(row, Restriction):
        return "restriction"
    if isinstance(row, ContentReport):
        return "restricted" if row.illegal else "content"
    return "safeguarding" if is_restricted(row) else "incident"


def hold(ports: Ports, actor: Actor, kind: type[Kind], record: UUID, *, reason: str) -> None:
    """Put a record on legal hold: a claim, an inquiry or the police needs it, whatever its time."""
    may(actor, Permission.SAFEGUARD)
    words = free_text.text(reason, "reason", 500)
    if not words:
        raise Refusal("Say why it has to be kept.", "reason")
    with ports.db.change(actor) as change:
        row = find(change.session, actor, kind, record)
        if row.hold or row.destroyed_at:
            raise Conflict("It is on hold already, or its details are destroyed.")
        if is_restricted(row):
            free_text.without_address(words, "reason", 500)
        row.hold = words
        change.did(events_reports.HoldPlaced(reference(row)))


def lift(ports: Ports, actor: Actor, kind: type[Kind], record: UUID) -> None:
    """Lift a legal hold: the record's time counts again."""
    may(actor, Permission.SAFEGUARD)
    with ports.db.change(actor) as change:
        row = find(change.session, actor, kind, record)
        if not row.hold:
            raise Conflict("It is on no hold.")
        row.hold = None
        change.did(events_reports.LegalHoldLifted(reference(row)))


def seen_at(typed: datetime, now: datetime, field: str = "seen_at") -> datetime:
    """An instant that somebody saw something at. Refusal for the future, and for what is too long ago."""
    if typed > now:
        raise Refusal("Give a time that is not in the future.", field)
    if (now - typed).days > 366:
        raise Refusal("That is more than a year ago: speak to the safeguarding lead instead.", field)
    return typed


def person_of(actor: Actor) -> UUID:
    """The id of whoever acts, who must be a person."""
    if actor.person_id is None:
        raise Refusal("Only a person can do this.")
    return actor.person_id


def words(text: str, missing: str, field: str) -> str:
    """A text that must be there. Refusal of `field`, in the words `missing`, where it isn't."""
    if not (said := free_text.text(text, field)):
        raise Refusal(missing, field)
    return said


def holders(session: Session, school_id: UUID) -> dict[Role, int]:
    """How many active people hold each role."""
    query = select(Person.role, func.count()).where(Person.school_id == school_id, Person.state == "active")
    return {Role(role): count for role, count in session.execute(query.group_by(Person.role))}
