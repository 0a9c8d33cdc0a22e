"""When something is in force: weekly windows in the school's own time, within terms if there are any."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from uuid import UUID

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from firewall_admin.core import events_policy as events
from firewall_admin.core.people import Actor, Permission
from firewall_admin.core.policyfile.tables import Token
from firewall_admin.core.refusals import BadTimetable, NotFound, Refusal
from firewall_admin.core.timetable import format_window, parse_term, parse_window
from firewall_admin.db.change import Change
from firewall_admin.db.tables import AssignmentRow, AudienceRow, RuleRow, TimetableRow
from firewall_admin.ports import Ports

from . import policy
from .soundness import refuse_contradictions

_NAME: TypeAdapter[str] = TypeAdapter(Token)


def adding(ports: Ports, actor: Actor, *, name: str, windows: Sequence[str], terms: Sequence[str] = ()) -> policy.Act:
    """The edit that adds a timetable; windows like `mon-fri 12:00-13:00`, terms like `2026-09-02/2026-12-18`."""
    policy.may(actor, Permission.CHANGE_POLICY)
    spelt = _spelt(windows, terms)
    try:
        _NAME.validate_python(name)
    except ValidationError:
        message = "Write the name in small letters, digits and hyphens, a letter first, 40 characters at most."
        raise Refusal(message, "name") from None

    def act(change: Change) -> None:
        query = select(TimetableRow.id).where(TimetableRow.school_id == actor.school_id, TimetableRow.name == name)
        if change.session.scalar(query) is not None:
            raise Refusal(f"There is a timetable '{name}' already.", "name")
        change.session.add(TimetableRow(school_id=actor.school_id, name=name, windows=spelt[0], terms=spelt[1]))
        change.did(events.TimetableAdded(name, *spelt))
        refuse_contradictions(ports, change)

    return act


def add(ports: Ports, actor: Actor, *, name: str, windows: Sequence[str], terms: Sequence[str] = ()) -> None:
    """Add a timetable. Nothing changes until something uses it."""
    policy.edit(ports, actor, adding(ports, actor, name=name, windows=windows, terms=terms))


def changing(
    ports: Ports, actor: Actor, *, timetable: UUID, windows: Sequence[str], terms: Sequence[str] = ()
) -> policy.Act:
    """The edit that changes a timetable's windows and terms. Its name stays, because rules and lists go by it."""
    policy.may(actor, Permission.CHANGE_POLICY)
    spelt = _spelt(windows, terms)

    def act(change: Change) -> None:
        row = find(change.session, actor, timetable)
        if (list(row.windows), list(row.terms)) == spelt:
            raise Refusal("Nothing is different from what is there.")
        row.windows, row.terms = spelt
        change.did(events.TimetableChanged(row.name, *spelt))
        refuse_contradictions(ports, change)

    return act


def change(
    ports: Ports,
    actor: Actor,
    *,
    timetable: UUID,
    windows: Sequence[str],
    terms: Sequence[str] = (),
    decision: str | None = None,
) -> None:
    """Change a timetable. Where that opens names for anybody, now or later, it takes a decision's number."""
    policy.edit(ports, actor, changing(ports, actor, timetable=timetable, windows=windows, terms=terms), decision)


def removing(ports: Ports, actor: Actor, *, timetable: UUID) -> policy.Act:
    """The edit that removes a timetable. One that is used is refused."""
    policy.may(actor, Permission.CHANGE_POLICY)

    def act(change: Change) -> None:
        row = find(change.session, actor, timetable)
        if used := users(change.session, actor, row.name):
            raise Refusal(f"'{row.name}' is used by {used[0]}. Change that first.")
        change.session.delete(row)
        change.did(events.TimetableRemoved(row.name))

    return act


def remove(ports: Ports, actor: Actor, *, timetable: UUID) -> None:
    """Remove a timetable that nothing uses."""
    policy.edit(ports, actor, removing(ports, actor, timetable=timetable))


def find(session: Session, actor: Actor, timetable: UUID) -> TimetableRow:
    """The timetable, if it is the actor's school's; NotFound otherwise."""
    query = select(TimetableRow).where(TimetableRow.id == timetable, TimetableRow.school_id == actor.school_id)
    if (found := session.scalars(query).first()) is None:
        raise NotFound("There is no such timetable.")
    return found


def users(session: Session, actor: Actor, name: str) -> list[str]:
    """What goes by a timetable: lists in force by it, and rules that have not ended, each in words."""
    return users_of_all(session, actor)[name]


def users_of_all(session: Session, actor: Actor) -> Mapping[str, list[str]]:
    """The same of every timetable, by its name; of one that nothing goes by, nothing."""
    found: dict[str, list[str]] = defaultdict(list)
    assigned = (
        select(AssignmentRow.slug, AudienceRow.name, AssignmentRow.when, AssignmentRow.except_)
        .join(AudienceRow, AudienceRow.id == AssignmentRow.audience_id)
        .where(AssignmentRow.school_id == actor.school_id)
        .order_by(AssignmentRow.slug, AudienceRow.name)
    )
    for slug, audience, *tables in session.execute(assigned):
        for table in filter(None, tables):
            found[table].append(f"the list '{slug}' for {audience}")
    ruled = select(RuleRow).where(
        RuleRow.school_id == actor.school_id, RuleRow.when.is_not(None), RuleRow.ended_at.is_(None)
    )
    for rule in session.scalars(ruled.order_by(RuleRow.id)):
        found[str(rule.when)].append(f"the rule to {rule.action} {rule.domain}")
    return found


def _spelt(windows: Sequence[str], terms: Sequence[str]) -> tuple[list[str], list[str]]:
    """Windows and terms in their one spelling. A refusal stands at its field."""
    if not windows:
        raise Refusal("Give at least one window, such as 'mon-fri 12:00-13:00'.", "windows")
    try:
        spelt = [format_window(parse_window(window)) for window in windows]
    except BadTimetable as refusal:
        raise Refusal(refusal.message, "windows") from None
    try:
        dated = sorted(parse_term(term) for term in terms)
    except BadTimetable as refusal:
        raise Refusal(refusal.message, "terms") from None
    return spelt, [f"{first}/{last}" for first, last in dated]
