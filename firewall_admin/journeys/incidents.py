"""Incidents: ways round the filter, which end with a retest; and harassment, which goes to the safeguarding lead."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from firewall_admin.core import events_reports as events
from firewall_admin.core import free_text, letters_reports
from firewall_admin.core.incidents import FOUND, METHODS, STEPS, Kind, State
from firewall_admin.core.people import Actor, Permission
from firewall_admin.core.refusals import Conflict, Refusal
from firewall_admin.core.stepping import Facts, guard, open_to
from firewall_admin.db.change import Change
from firewall_admin.db.tables import Incident
from firewall_admin.ports import Ports

from . import letters, policy, pupil_names
from . import report_records as records
from .policy import may

P = Permission


@dataclass(frozen=True)
class Happened:
    """What somebody reports. `indicator`: what could be blocked, such as a name seen in the log; `found`: how it was
    found, a key of FOUND; `evidence`: where it is kept, never the evidence itself; `log_reference`: which entry of the
    filter's log, which is not copied; `done`: what was done at once."""

    happened_at: datetime
    method: str = ""
    indicator: str = ""
    found: str = ""
    place: str = ""
    evidence: str = ""
    log_reference: str = ""
    pupil: str = ""
    pupil_name: str = ""
    done: str = ""
    at_risk: bool = False


def report(ports: Ports, actor: Actor, happened: Happened) -> UUID:
    """Report a way round the filter. With a pupil at risk it goes to the safeguarding lead at once."""
    if happened.method not in METHODS:
        raise Refusal("Choose how it was done.", "method")
    if happened.found not in FOUND:
        raise Refusal("Choose how it was found.", "found")
    return _report(ports, actor, Kind.CIRCUMVENTION, happened)


def report_harassment(ports: Ports, actor: Actor, happened: Happened) -> UUID:
    """Report bullying or harassment online: when it was, and where the evidence is kept. The safeguarding lead and the
    headteacher read it, nobody else."""
    if not happened.evidence.strip():
        raise Refusal("Say where the evidence is kept, and by whom.", "evidence")
    return _report(ports, actor, Kind.HARASSMENT, happened)


def act(ports: Ports, actor: Actor, *, incident: UUID, text: str) -> None:
    """Note what was done about it."""
    with ports.db.change(actor) as change:
        row = _open_for(change, "act", incident)
        records.note(change, row, "act", text=records.words(text, "Say what was done.", "text"))
        row.state = State.ACTED
        change.did(events.IncidentActedOn(records.reference(row)))


def blocking(actor: Actor, *, incident: UUID, domain: str, audience: str | None = None) -> policy.Act:
    """The edit that blocks what was seen in an incident, for `planned`."""

    def act(change: Change) -> None:
        row = _open_for(change, "block", incident)
        record = records.reference(row)
        row.rule_id = records.blocked_by_rule(change, domain, audience)
        row.state = State.ACTED
        records.note(change, row, "block", result=domain)
        change.did(events.IncidentBlocked(record))

    return act


def retest(ports: Ports, actor: Actor, *, incident: UUID, works: bool, text: str) -> None:
    """Try the way round again. It is closed once it works no more; else it stays open."""
    with ports.db.change(actor) as change:
        row = _open_for(change, "retest", incident)
        result = "still works" if works else "works no more"
        said = records.words(text, "Say what was tried, and on which device.", "text")
        records.note(change, row, "retest", text=said, result=result)
        change.did(events.IncidentRetested(records.reference(row), result))
        if not works:
            _end(change, row, State.CLOSED)


def pass_on(ports: Ports, actor: Actor, *, incident: UUID, text: str = "") -> None:
    """Pass it to the safeguarding lead: from now on nobody else reads it."""
    with ports.db.change(actor) as change:
        row = _open_for(change, "pass on", incident)
        records.note(change, row, "pass on", text=free_text.text(text, "text"))
        row.state, row.at_risk = State.PASSED, True
        change.did(events.IncidentPassedOn(records.reference(row)))
        _tell(change, row)


def hand_over(ports: Ports, actor: Actor, *, incident: UUID, body: str, outside: str = "", text: str = "") -> None:
    """Note where the safeguarding lead took it: the school's own record, the police, social care."""
    with ports.db.change(actor) as change:
        records.handed_over(change, _open_for(change, "hand over", incident), body=body, outside=outside, text=text)


def close(ports: Ports, actor: Actor, *, incident: UUID) -> None:
    """Close what was passed on, once it stands in the safeguarding record."""
    with ports.db.change(actor) as change:
        row = _open_for(change, "close", incident)
        if not any(one.step == "hand over" for one in records.notes(change.session, row)):
            raise Refusal("Note first which record it stands in now.")
        _end(change, row, State.CLOSED)


def withdraw(ports: Ports, actor: Actor, *, incident: UUID) -> None:
    """Take one's own report back, while nobody has acted on it."""
    with ports.db.change(actor) as change:
        row = _open_for(change, "withdraw", incident)
        _end(change, row, State.WITHDRAWN)
        letters.withdraw(change, f"{records.reference(row)}:")


def steps(actor: Actor, row: Incident) -> tuple[str, ...]:
    """What somebody can do about an incident now."""
    return open_to(STEPS, actor, _facts(actor, row)) if records.reads(actor, row) else ()


def _report(ports: Ports, actor: Actor, kind: Kind, happened: Happened) -> UUID:
    may(actor, P.REPORT)
    with ports.db.change(actor) as change:
        row = _new(change, kind, happened)
        pupil = pupil_names.named(ports, change, pupil=happened.pupil, name=happened.pupil_name)
        row.pupil_id = pupil.id if pupil else None
        change.session.add(row)
        change.session.flush()
        if done := free_text.text(happened.done, "done"):
            records.note(change, row, "report", text=done)
        record, about = records.reference(row), pupil_names.committed(pupil)
        change.did(events.IncidentReported(record, kind, row.method, about))
        _tell(change, row)
        return row.id


def _new(change: Change, kind: Kind, happened: Happened) -> Incident:
    school, passed = change.actor.school_id, kind is Kind.HARASSMENT or happened.at_risk
    return Incident(
        school_id=school,
        number=records.next_number(change.session, Incident, school),
        kind=kind,
        state=State.PASSED if passed else State.NEW,
        reported_by=records.person_of(change.actor),
        reported_at=change.now,
        happened_at=records.seen_at(happened.happened_at, change.now, "happened_at"),
        method=happened.method if kind is Kind.CIRCUMVENTION else "",
        found=happened.found if kind is Kind.CIRCUMVENTION else "",
        indicator=free_text.line(happened.indicator, "indicator"),
        place=free_text.line(happened.place, "place"),
        evidence=free_text.text(happened.evidence, "evidence", 500),
        log_reference=free_text.line(happened.log_reference, "log_reference"),
        at_risk=passed,
    )


def _open_for(change: Change, step: str, incident: UUID) -> Incident:
    row = records.find(change.session, change.actor, Incident, incident)
    guard(STEPS[step], change.actor, _facts(change.actor, row))
    return row


def _facts(actor: Actor, row: Incident) -> Facts:
    return Facts(row.state, own=row.reported_by == actor.person_id)


def _end(change: Change, row: Incident, state: State) -> None:
    if row.closed_at:
        raise Conflict("It is closed already.")
    records.close(change, row)
    row.state = state
    said = events.RecordWithdrawn if state is State.WITHDRAWN else events.RecordClosed
    change.did(said(records.reference(row)))


def _tell(change: Change, row: Incident) -> None:
    record, path = records.reference(row), records.path(row)
    restricted = records.is_restricted(row)
    draft = (letters_reports.to_safeguard if restricted else letters_reports.to_act_on_incident)(record, path)
    if restricted:
        letters.withdraw(change, f"{record}:")
    found = letters.people_who(change.session, row.school_id, P.SAFEGUARD if restricted else P.HANDLE_REPORTS)
    to = [one for one in found if one.id != change.actor.person_id]
    letters.write(change, to, draft, key=f"{record}:{draft.kind}:{change.now.isoformat()}")
