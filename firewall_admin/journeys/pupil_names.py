"""Pupils in records: found by reference, their names sealed and apart, erased without breaking the trail."""

import secrets
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from firewall_admin.adapters.sealed import Cell, Failure
from firewall_admin.core import events_reports as events
from firewall_admin.core import person, retention
from firewall_admin.core.people import Actor, Permission
from firewall_admin.core.pupils import commitment, parse_reference
from firewall_admin.core.refusals import Conflict, NotFound, Refusal
from firewall_admin.db.change import Change
from firewall_admin.db.tables import PupilName, ReportNote, Restriction, RetentionChoice, SubjectAccess
from firewall_admin.ports import Ports

from . import mentions
from . import report_records as records
from .mentions import TEXTS
from .policy import may


@dataclass(frozen=True)
class Erased:
    """A pupil was taken out of so many `records`, and of words `elsewhere`; `stays`: where words that nobody can change
    name them still."""

    records: int
    elsewhere: int
    stays: tuple[str, ...]


def named(ports: Ports, change: Change, *, pupil: str, name: str = "") -> PupilName | None:
    """The pupil of a reference, made if need be; None where none is given. A name is sealed, and never unsealed here.
    Refusal of `pupil` or `pupil_name`."""
    reference, full = parse_reference(pupil), _name(name)
    if reference is None:
        if full:
            raise Refusal("Give the reference as well as the name.", "pupil")
        return None
    school = change.actor.school_id
    row = by_reference(change.session, school, reference)
    if row is None:
        row = PupilName(school_id=school, reference=reference, salt=secrets.token_hex(32), made_at=change.now)
        change.session.add(row)
        change.session.flush()
    if full:
        row.name = ports.sealed.seal(full, cell(row.id))
    return row


def committed(row: PupilName | None) -> str | None:
    """What the trail holds of a pupil."""
    return commitment(row.salt, row.reference) if row else None


def by_reference(session: Session, school_id: UUID, reference: str) -> PupilName | None:
    query = select(PupilName).where(PupilName.school_id == school_id, PupilName.reference == reference)
    return session.scalars(query).first()


def unsealed(ports: Ports, row: PupilName) -> str | None:
    """A pupil's name in clear; None where none is kept, or the key is not the one it was sealed with."""
    found = ports.sealed.open(row.name, cell(row.id)) if row.name else None
    return None if isinstance(found, Failure) else found


def read(ports: Ports, actor: Actor, kind: type[records.Kind], record: UUID) -> str:
    """The name of a record's pupil. To read it is an act, and on record."""
    may(actor, Permission.SAFEGUARD)
    with ports.db.change(actor) as change:
        row = records.find(change.session, actor, kind, record)
        pupil = change.session.get(PupilName, row.pupil_id) if row.pupil_id else None
        if pupil is None or (name := unsealed(ports, pupil)) is None:
            raise NotFound("No name is kept here, or it can’t be read any more.")
        change.did(events.PupilNameRead(records.reference(row)))
        return name


def erase(ports: Ports, actor: Actor, *, pupil: str, texts: bool) -> Erased:
    """Take a pupil out of every record: reference, name and salt, with `texts` whatever was typed freely in those
    records, and reference and name wherever else somebody wrote them. The trail keeps a commitment that nobody can
    read any more. Conflict where something of it is on hold."""
    may(actor, Permission.SAFEGUARD)
    with ports.db.change(actor) as change:
        row = by_reference(change.session, actor.school_id, parse_reference(pupil) or "")
        if row is None:
            raise NotFound("There is no pupil of that reference.")
        found = records.every(change.session, actor.school_id, lambda kind: (kind.pupil_id == row.id,))
        _check_erasable(change, found)
        words = list(filter(None, (row.reference, unsealed(ports, row))))
        for one in found:
            one.pupil_id = None
            if texts:
                blank(change.session, one)
        change.session.flush()
        erased = Erased(
            len(found),
            mentions.taken_out(change.session, actor.school_id, words),
            mentions.staying(change.session, actor.school_id, words),
        )
        _drop(change.session, row)
        change.did(events.PupilErased(len(found)))
    ports.db.forget()
    return erased


def _check_erasable(change: Change, found: list[records.Record]) -> None:
    """Conflict where a hold or a restriction that lasts stands against it."""
    held = [records.reference(one) for one in found if one.hold]
    query = select(RetentionChoice).where(RetentionChoice.school_id == change.actor.school_id)
    held += [f"‘{retention.RULES[row.rule].what}’" for row in change.session.scalars(query) if row.hold]
    if held:
        raise Conflict(f"{', '.join(held)} is on legal hold.")
    for one in found:
        if isinstance(one, Restriction) and (one.closed_at or change.now) > change.now:
            raise Conflict(f"End {records.reference(one)} first: it is about this pupil.")


def blank(session: Session, row: records.Record) -> None:
    """Take out everything that was typed freely in a record, and in the notes on it."""
    for one in (row, *records.notes(session, row)):
        for name in TEXTS[type(one)]:
            setattr(one, name, "")
        if isinstance(one, ReportNote) and one.step in ("block", "retest"):
            one.result = ""


def drop_unused(session: Session, school_id: UUID) -> None:
    """Pupils whom no record names any more: their reference, name and salt have no purpose left."""
    used = [kind.pupil_id for kind in records.KINDS]
    query = select(PupilName).where(PupilName.school_id == school_id)
    for column in used:
        query = query.where(PupilName.id.not_in(select(column).where(column.is_not(None))))
    for row in session.scalars(query).all():
        _drop(session, row)


def _drop(session: Session, row: PupilName) -> None:
    """The row of a pupil, and what was put together for somebody who asked about them."""
    asked = update(SubjectAccess).where(SubjectAccess.pupil_id == row.id)
    session.execute(asked.values(pupil_id=None, file="", asked_by="", given_to=""))
    session.delete(row)


def _name(text: str) -> str | None:
    if not text.strip():
        return None
    try:
        return person.parse_name(text)
    except Refusal as refusal:
        raise Refusal(refusal.message.replace("the person’s", "the pupil’s"), "pupil_name") from None


def cell(row: UUID) -> Cell:
    """Where a pupil’s name stands sealed."""
    return Cell("pupil_name", "name", row)
