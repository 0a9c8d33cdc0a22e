"""Somebody asks what is kept of them (UK GDPR, article 15): found, chosen record by record, approved by the
headteacher, and given. Who gave what to whom and when stays on record.

Other people's names are left out of all of it. What only mentions the person, and what is restricted, is given only
where somebody has said so, with the reason; what is left out is left out for one of the reasons of the law.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from firewall_admin.core import events_reports as events
from firewall_admin.core import free_text, pupils, retention
from firewall_admin.core import subject_access as choices
from firewall_admin.core.people import Actor, Permission, Role
from firewall_admin.core.refusals import Conflict, NotAllowed, NotFound, Refusal
from firewall_admin.core.subject_access import CHOICES, reference
from firewall_admin.db.change import Change
from firewall_admin.db.tables import Person, PupilName, SubjectAccess, SubjectAccessChoice
from firewall_admin.ports import Ports

from . import report_records as records
from . import subject_search as search
from .policy import may
from .school_clock import zone_of
from .subject_search import Found


@dataclass(frozen=True)
class Item:
    """A record that was found, and what is chosen about it: a key of CHOICES, None while it waits for a word."""

    found: Found
    choice: str | None


@dataclass(frozen=True)
class Case:
    """An asking with everything that was found. `whom` is empty once nothing is kept of them any more."""

    row: SubjectAccess
    whom: str
    items: tuple[Item, ...]

    @property
    def waiting(self) -> int:
        return sum(item.choice is None for item in self.items)

    @property
    def given(self) -> tuple[Item, ...]:
        return tuple(item for item in self.items if item.choice and CHOICES[item.choice].given)


def begin(
    ports: Ports, actor: Actor, *, asked_by: str, asked_on: date | None, pupil: str = "", person: UUID | None = None
) -> UUID:
    """Somebody asks about a pupil, or a member of staff. They have an answer within a month."""
    may(actor, Permission.SAFEGUARD)
    asker = records.words(asked_by, "Say who asks, and how you know that it is they.", "asked_by")
    with ports.db.change(actor) as change:
        today = change.now.astimezone(zone_of(change)).date()
        if asked_on is None or asked_on > today:
            raise Refusal("Enter the day on which they asked: today at the latest.", "asked_on")
        row = SubjectAccess(school_id=actor.school_id, asked_by=asker, asked_on=asked_on, due=_month_after(asked_on))
        promise = _about(ports, change, row, pupil, person)
        last = select(func.max(SubjectAccess.number)).where(SubjectAccess.school_id == actor.school_id)
        row.number = (change.session.scalar(last) or 0) + 1
        row.made_by, row.made_at = records.person_of(actor), change.now
        change.session.add(row)
        change.session.flush()
        whom = "a pupil" if promise else change.session.get_one(Person, row.person_id).name
        change.did(events.SubjectAccessBegun(reference(row.number), whom, promise))
        return row.id


def every(ports: Ports, actor: Actor) -> list[SubjectAccess]:
    """The school's, the newest first."""
    may(actor, Permission.SAFEGUARD)
    with ports.db.look() as session:
        query = select(SubjectAccess).where(SubjectAccess.school_id == actor.school_id)
        return list(session.scalars(query.order_by(SubjectAccess.number.desc())))


def find(ports: Ports, actor: Actor, subject_access: UUID) -> SubjectAccess:
    """One asking of the actor's school; NotFound otherwise."""
    may(actor, Permission.SAFEGUARD)
    with ports.db.look() as session:
        return _find(session, actor, subject_access)


def case(ports: Ports, actor: Actor, subject_access: UUID) -> Case:
    """One asking, with everything that is kept of the person now."""
    may(actor, Permission.SAFEGUARD)
    with ports.db.look() as session:
        return _case(ports, session, actor, _find(session, actor, subject_access))


def choose(ports: Ports, actor: Actor, *, subject_access: UUID, chosen: Mapping[str, str]) -> None:
    """Choose for some records, by item, whether they are given and why."""
    with ports.db.change(actor) as change:
        row = _unapproved(change, actor, subject_access)
        known = {item.found.item: item.choice for item in _case(ports, change.session, actor, row).items}
        before, count = _choices(change.session, row), 0
        for item, choice in chosen.items():
            if choice not in CHOICES or item not in known:
                raise Refusal("Choose one of the reasons.")
            if known[item] == choice:
                continue
            one = before.get(item) or SubjectAccessChoice(school_id=row.school_id, subject_access_id=row.id, item=item)
            one.given, one.why = CHOICES[choice].given, choice
            one.made_by, one.made_at = records.person_of(actor), change.now
            change.session.add(one)
            count += 1
        if count:
            change.did(events.SubjectAccessChosen(reference(row.number), count))


def approve(ports: Ports, actor: Actor, *, subject_access: UUID, given: int) -> None:
    """The headteacher's word on what is given: as many records as were shown. From now on it is a file."""
    with ports.db.change(actor) as change:
        row = _unapproved(change, actor, subject_access)
        if actor.role is not Role.HEADTEACHER:
            raise NotAllowed("Only the headteacher approves what is given.")
        found = _case(ports, change.session, actor, row)
        if found.waiting:
            raise Refusal(f"{found.waiting} of the records still wait for a choice.")
        if len(found.given) != given:
            raise Conflict("Other records were found in the meantime. Look at them again.")
        row.given, row.withheld = len(found.given), len(found.items) - len(found.given)
        row.file = _as_json(found, change.now)
        row.sha256 = hashlib.sha256(row.file.encode()).hexdigest()
        row.approved_by, row.approved_at = records.person_of(actor), change.now
        change.did(events.SubjectAccessApproved(reference(row.number), row.given, row.withheld, row.sha256))


def reopen(ports: Ports, actor: Actor, *, subject_access: UUID) -> None:
    """Choose again, as long as nothing was given."""
    with ports.db.change(actor) as change:
        row = _approved(change, actor, subject_access)
        row.approved_by, row.approved_at, row.file, row.sha256, row.given, row.withheld = None, None, "", None, 0, 0
        change.did(events.SubjectAccessReopened(reference(row.number)))


def take(ports: Ports, actor: Actor, *, subject_access: UUID) -> str:
    """The file, to be handed out. To take it is an act. Conflict where nothing is approved, or it is destroyed."""
    may(actor, Permission.SAFEGUARD)
    with ports.db.change(actor) as change:
        row = _find(change.session, actor, subject_access)
        if not row.file:
            raise Conflict("There is no file: it is not approved yet, or its time is over.")
        change.did(events.SubjectAccessMade(reference(row.number), row.given, row.withheld))
        return row.file


def give(ports: Ports, actor: Actor, *, subject_access: UUID, given_to: str) -> None:
    """Note to whom it was handed, and how."""
    words = records.words(given_to, "Say to whom it was given, and how.", "given_to")
    with ports.db.change(actor) as change:
        row = _approved(change, actor, subject_access)
        row.given_to, row.given_by, row.given_at = words, records.person_of(actor), change.now
        change.did(events.SubjectAccessGiven(reference(row.number), row.given, row.sha256 or ""))


def end(ports: Ports, actor: Actor, *, subject_access: UUID) -> None:
    """They don't want it any more, or it is not theirs to have."""
    may(actor, Permission.SAFEGUARD)
    with ports.db.change(actor) as change:
        row = _find(change.session, actor, subject_access)
        if row.given_at or row.ended_at:
            raise Conflict("It is given, or has ended, already.")
        row.ended_at, row.file = change.now, ""
        change.did(events.SubjectAccessEnded(reference(row.number)))


def _about(ports: Ports, change: Change, row: SubjectAccess, pupil: str, person: UUID | None) -> str | None:
    """Whom it is about, on the row; the trail's commitment to a pupil."""
    if person is not None:
        query = select(Person.id).where(Person.id == person, Person.school_id == change.actor.school_id)
        if (found := change.session.scalar(query)) is None:
            raise NotFound("There is nobody of that name at this school.")
        row.person_id = found
        return None
    about = search.pupil(ports, change.session, change.actor, free_text.line(pupil, "pupil"))
    row.pupil_id = about.id
    return pupils.commitment(about.salt, about.reference)


def _case(ports: Ports, session: Session, actor: Actor, row: SubjectAccess) -> Case:
    pupil = session.get(PupilName, row.pupil_id) if row.pupil_id else None
    person = session.get(Person, row.person_id) if row.person_id else None
    if pupil is None and person is None:
        return Case(row, "", ())
    subject = search.of_pupil(ports, pupil) if pupil else search.of_staff(person)  # type: ignore[arg-type]
    chosen = {item: one.why for item, one in _choices(session, row).items()}
    own = ("subject_access", "subject_access_choice")  # what is made for the answer is no part of it
    items = (
        Item(found, chosen.get(found.item, choices.default(found.mentioned, found.restricted)))
        for found in search.walk(ports, session, actor, subject)
        if found.table not in own
    )
    return Case(row, pupil.reference if pupil else person.name if person else "", tuple(items))


def _choices(session: Session, row: SubjectAccess) -> dict[str, SubjectAccessChoice]:
    query = select(SubjectAccessChoice).where(SubjectAccessChoice.subject_access_id == row.id)
    return {one.item: one for one in session.scalars(query)}


def _find(session: Session, actor: Actor, subject_access: UUID) -> SubjectAccess:
    query = select(SubjectAccess).where(SubjectAccess.id == subject_access, SubjectAccess.school_id == actor.school_id)
    if (found := session.scalars(query).first()) is None:
        raise NotFound("Nobody asked for that.")
    return found


def _unapproved(change: Change, actor: Actor, subject_access: UUID) -> SubjectAccess:
    may(actor, Permission.SAFEGUARD)
    row = _find(change.session, actor, subject_access)
    if row.approved_at or row.ended_at:
        raise Conflict("It is approved, or has ended, already.")
    return row


def _approved(change: Change, actor: Actor, subject_access: UUID) -> SubjectAccess:
    may(actor, Permission.SAFEGUARD)
    row = _find(change.session, actor, subject_access)
    if row.approved_at is None or row.given_at or row.ended_at:
        raise Conflict("It is not approved, or it is given already.")
    return row


def _month_after(day: date) -> date:
    return retention.ends(datetime.combine(day, time(), UTC), 1).date()


def _as_json(found: Case, now: datetime) -> str:
    rows: list[dict[str, Any]] = [{"table": item.found.table, **item.found.columns} for item in found.given]
    withheld = len(found.items) - len(found.given)
    told = {"of": found.whom, "at": now.isoformat(), "left out": withheld, "records": rows}
    return json.dumps(told, indent=1, ensure_ascii=False)
