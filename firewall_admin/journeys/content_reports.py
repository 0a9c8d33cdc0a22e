"""Reporting what should not be reachable. The network manager blocks it in one step; others review after.

What may be against the law goes another way from the first click: no address is taken, and nobody approves anything.
A reported address is never asked for anything: it is text, here and on every page.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from firewall_admin.core import events_reports as events
from firewall_admin.core import free_text, letters_reports, pasted, written_addresses
from firewall_admin.core.content_reports import HANDLED, REVIEWERS, STEPS, Area, Kind, State, waits_for
from firewall_admin.core.letters import Draft
from firewall_admin.core.people import Actor, Permission, Role
from firewall_admin.core.refusals import NotADomain, Refusal
from firewall_admin.core.stepping import Facts, guard, open_to
from firewall_admin.db.change import Change
from firewall_admin.db.tables import ContentReport, Person, RuleRow
from firewall_admin.ports import Ports

from . import letters, policy, pupil_names
from . import report_records as records
from .policy import may
from .report_records import close as ended

P = Permission


@dataclass(frozen=True)
class Seen:
    """What somebody reports. `place`: which device or room; `pupil`: the school's reference of who saw it."""

    address: str
    seen_at: datetime
    kind: str
    area: str
    place: str = ""
    pupil: str = ""
    pupil_name: str = ""
    done: str = ""


def report(ports: Ports, actor: Actor, seen: Seen) -> UUID:
    """Report content. Whoever acts on reports hears at once. Refusal of the field that can't be taken."""
    may(actor, P.REPORT)
    address = free_text.address(seen.address)
    if not address:
        raise Refusal("Give the site’s address, or the name of the app.", "address")
    kind, area = _one_of(Kind, seen.kind, "kind"), _one_of(Area, seen.area, "area")
    with ports.db.change(actor) as change:
        row = _new(change, seen, State.NEW, free_text.line(seen.place, "place"), free_text.text(seen.done, "done"))
        row.address, row.domain, row.kind, row.area = address, domain_of(address), kind, area
        pupil = pupil_names.named(ports, change, pupil=seen.pupil, name=seen.pupil_name)
        row.pupil_id = pupil.id if pupil else None
        change.session.add(row)
        change.session.flush()
        change.did(events.ContentReported(records.reference(row), kind, area, pupil_names.committed(pupil)))
        _tell_handlers(change, row)
        return row.id


def report_restricted(
    ports: Ports, actor: Actor, *, seen_at: datetime, place: str, done: str = "", pupil: str = "", pupil_name: str = ""
) -> UUID:
    """Report what may be against the law. There is no address to give, and one that is typed is refused."""
    may(actor, P.REPORT)
    where = " ".join(free_text.without_address(place, "place", free_text.LONGEST_LINE).split())
    for typed, field in ((pupil, "pupil"), (pupil_name, "pupil_name")):
        free_text.without_address(typed, field, free_text.LONGEST_LINE)
    if not where:
        raise Refusal("Say which device it is, and where it is now.", "place")
    with ports.db.change(actor) as change:
        seen = Seen("", seen_at, "", "", where)
        row = _new(change, seen, State.RESTRICTED, where, free_text.without_address(done, "done"))
        row.illegal = True
        about = pupil_names.named(ports, change, pupil=pupil, name=pupil_name)
        row.pupil_id = about.id if about else None
        change.session.add(row)
        change.session.flush()
        change.did(events.RestrictedRecordMade(records.reference(row), pupil_names.committed(about)))
        _tell_safeguard(change, row)
        return row.id


def blocking(actor: Actor, *, report: UUID, domain: str, audience: str | None = None) -> policy.Act:
    """The edit that blocks what was reported, for `planned`: the rule, the report and its letters are one change."""

    def act(change: Change) -> None:
        row = _open_for(change, "block", report)
        record = records.reference(row)
        row.rule_id = records.blocked_by_rule(change, domain, audience)
        _handled(change, row, State.BLOCKED)
        records.note(change, row, "block", result=domain)
        change.did(events.ReportBlocked(record))

    return act


def leave_open(ports: Ports, actor: Actor, *, report: UUID, reason: str) -> None:
    """Say why something stays open. The reporter reads it, and so do the reviewers."""
    with ports.db.change(actor) as change:
        row = _open_for(change, "leave open", report)
        records.note(change, row, "leave open", text=records.words(reason, "Say why it stays open.", "reason"))
        _handled(change, row, State.LEFT_OPEN)
        change.did(events.ReportLeftOpen(records.reference(row)))


def review(ports: Ports, actor: Actor, *, report: UUID, remark: str = "") -> None:
    """Agree with what was done. Once both reviewers have, the report is closed."""
    with ports.db.change(actor) as change:
        row = _open_for(change, "review", report)
        records.note(change, row, "review", text=free_text.text(remark, "remark"))
        change.session.flush()
        change.did(events.ReportReviewed(records.reference(row)))
        if not waiting_for(change.session, row):
            row.state = State.CLOSED
            ended(change, row)
            change.did(events.RecordClosed(records.reference(row)))


def send_back(ports: Ports, actor: Actor, *, report: UUID, remark: str) -> None:
    """Have it looked at again. A block stays until somebody ends it; that takes a decision, as all that opens."""
    with ports.db.change(actor) as change:
        row = _open_for(change, "send back", report)
        records.note(
            change, row, "send back", text=records.words(remark, "Say what should be looked at again.", "remark")
        )
        row.state, row.handled_by, row.handled_at = State.NEW, None, None
        change.did(events.ReportSentBack(records.reference(row)))
        _write(change, P.HANDLE_REPORTS, letters_reports.sent_back(records.reference(row), records.path(row)), row)


def restrict(ports: Ports, actor: Actor, *, report: UUID) -> None:
    """It may be against the law after all: from now on only the safeguarding lead and the headteacher read it, and its
    address is kept no longer."""
    with ports.db.change(actor) as change:
        row = _open_for(change, "restrict", report)
        row.state, row.illegal, row.address, row.domain = State.RESTRICTED, True, "", None
        row.kind = row.area = row.done = ""
        row.place = row.place if written_addresses.found(row.place) is None else ""
        for one in records.notes(change.session, row):
            one.text, one.result = "", ""
        records.note(change, row, "restrict")
        change.did(events.ReportRestricted(records.reference(row)))
        _tell_safeguard(change, row)


def hand_over(ports: Ports, actor: Actor, *, report: UUID, body: str, outside: str = "", text: str = "") -> None:
    """Note whom a restricted record was reported to, and the reference it has there."""
    with ports.db.change(actor) as change:
        records.handed_over(change, _open_for(change, "hand over", report), body=body, outside=outside, text=text)


def close(ports: Ports, actor: Actor, *, report: UUID) -> None:
    """Close a restricted record, once it is in somebody else's hands."""
    with ports.db.change(actor) as change:
        row = _open_for(change, "close", report)
        if not any(one.step == "hand over" for one in records.notes(change.session, row)):
            raise Refusal("Note first whom it was reported to.")
        row.state = State.CLOSED
        ended(change, row)
        change.did(events.RecordClosed(records.reference(row)))


def withdraw(ports: Ports, actor: Actor, *, report: UUID) -> None:
    """Take one's own report back, while nobody has acted on it."""
    with ports.db.change(actor) as change:
        row = _open_for(change, "withdraw", report)
        row.state = State.WITHDRAWN
        ended(change, row)
        change.did(events.RecordWithdrawn(records.reference(row)))
        letters.withdraw(change, f"{records.reference(row)}:")


def steps(session: Session, actor: Actor, row: ContentReport) -> tuple[str, ...]:
    """What somebody can do about a report now."""
    return open_to(STEPS, actor, facts(session, actor, row)) if records.reads(actor, row) else ()


def waiting_for(session: Session, row: ContentReport) -> tuple[Role, ...]:
    """The reviewers whose word is missing."""
    if row.state not in HANDLED:
        return ()
    since = row.handled_at
    by = [one.made_by for one in records.notes(session, row) if one.step == "review" and since and one.made_at >= since]
    who = [*by, row.handled_by] if row.handled_by else by
    roles = session.scalars(select(Person.role).where(Person.id.in_(who)))
    return waits_for(records.holders(session, row.school_id), frozenset(map(Role, roles)))


def facts(session: Session, actor: Actor, row: ContentReport) -> Facts:
    """What the guard has to know of a report."""
    handled = row.handled_by == actor.person_id
    query = select(Person.id).where(Person.school_id == row.school_id, Person.state == "active")
    others = query.where(Person.role.in_(REVIEWERS), Person.id != actor.person_id).limit(1)
    alone = handled and session.scalar(others) is None
    return Facts(row.state, row.reported_by == actor.person_id, handled, alone)


def domain_of(address: str) -> str | None:
    """The name that could be blocked; None where there is none, as for an app or a number."""
    try:
        return pasted.read(address).domain
    except NotADomain:
        return None


def reported_names(session: Session, school_id: UUID) -> frozenset[str]:
    """The names of all reports: no part of the service may ask any resolver or server about them."""
    query = select(ContentReport.domain).where(ContentReport.school_id == school_id, ContentReport.domain.is_not(None))
    blocked = (
        select(RuleRow.domain)
        .join(ContentReport, ContentReport.rule_id == RuleRow.id)
        .where(ContentReport.school_id == school_id)
    )
    return frozenset(filter(None, (*session.scalars(query), *session.scalars(blocked))))


def _new(change: Change, seen: Seen, state: State, place: str, done: str) -> ContentReport:
    return ContentReport(
        school_id=change.actor.school_id,
        number=records.next_number(change.session, ContentReport, change.actor.school_id),
        state=state,
        reported_by=records.person_of(change.actor),
        reported_at=change.now,
        seen_at=records.seen_at(seen.seen_at, change.now),
        place=place,
        done=done,
    )


def _open_for(change: Change, step: str, report: UUID) -> ContentReport:
    row = records.find(change.session, change.actor, ContentReport, report)
    guard(STEPS[step], change.actor, facts(change.session, change.actor, row))
    return row


def _handled(change: Change, row: ContentReport, state: State) -> None:
    row.state, row.handled_by, row.handled_at = state, records.person_of(change.actor), change.now
    record, path, blocked = records.reference(row), records.path(row), state == State.BLOCKED
    reporter = [change.session.get_one(Person, row.reported_by)] if row.reported_by != change.actor.person_id else []
    key = f"{record}:{state}:{change.now.isoformat()}"
    letters.write(change, reporter, letters_reports.to_reporter(record, blocked, path), key=f"{key}:told")
    reviewers = [
        one
        for one in letters.people_who(change.session, row.school_id, P.SAFEGUARD)
        if one.id != change.actor.person_id
    ]
    letters.write(change, reviewers, letters_reports.to_review(record, blocked, path), key=f"{key}:review")


def _tell_handlers(change: Change, row: ContentReport) -> None:
    _write(change, P.HANDLE_REPORTS, letters_reports.to_act(records.reference(row), records.path(row)), row)


def _tell_safeguard(change: Change, row: ContentReport) -> None:
    """What it was before has to be read no more."""
    letters.withdraw(change, f"{records.reference(row)}:")
    _write(change, P.SAFEGUARD, letters_reports.to_safeguard(records.reference(row), records.path(row)), row)


def _write(change: Change, permission: P, draft: Draft, row: ContentReport) -> None:
    people = letters.people_who(change.session, row.school_id, permission)
    to: Iterable[Person] = [one for one in people if one.id != change.actor.person_id]
    letters.write(change, to, draft, key=f"{records.reference(row)}:{draft.kind}:{change.now.isoformat()}")


def _one_of(kind: type[Kind] | type[Area], value: str, field: str) -> str:
    if value not in list(kind):
        raise Refusal("Choose one.", field)
    return value
