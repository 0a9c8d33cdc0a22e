"""The filtering checks log: what is planned to be tested, by whom it was, and what came of it.

The Department for Education asks schools to check their filter on each kind of device, at each site and as each group
of users, and to record when, who, what was tested and what followed. Illegal content is never tried: the test page
testfiltering.com shows harmlessly whether it would be blocked, and its result is recorded here.
"""

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from firewall_admin.core import events_checks as events
from firewall_admin.core.checks import BAD
from firewall_admin.core.people import Actor, Permission, system
from firewall_admin.core.refusals import Conflict, NotFound, Refusal
from firewall_admin.db.change import Change
from firewall_admin.db.tables import FilteringCheck, LiveCheck, School
from firewall_admin.ports import Ports

from .policy import may

KINDS = ("hand", "outside", "live")
RESULTS = ("good", "part", "bad")
WORDS = {"hand": "by hand", "outside": "testfiltering.com", "live": "by the service"}
SAID = {"good": "works", "part": "works in part", "bad": "does not work"}
RECENT = timedelta(days=2)  # how old a live check may be that is recorded
LONGEST = 200
_MOST_YEARS = 5


@dataclass(frozen=True)
class Plan:
    """What is to be tested. `group`: who uses the device, for a live check an audience's name. `every`: months until
    it is due again, or None."""

    kind: str
    device: str
    site: str
    group: str
    due: date
    every: int | None = None


@dataclass(frozen=True)
class Outcome:
    """What came of a test. `action` says what followed, where the filter did not wholly work."""

    day: date
    who: str
    tested: str
    result: str
    action: str = ""
    reference: str = ""


def plan(ports: Ports, actor: Actor, wanted: Plan) -> UUID:
    """Put a check on the plan."""
    may(actor, Permission.REVIEW)
    _check_plan(wanted)
    with ports.db.change(actor) as change:
        row = _planned(change, wanted)
        change.did(
            events.FilteringCheckPlanned(
                WORDS[wanted.kind], row.device, row.site, row.group, wanted.due.isoformat()
            )
        )  # fmt: skip
        return row.id


def record(ports: Ports, actor: Actor, *, check: UUID | None, wanted: Plan, outcome: Outcome) -> UUID:
    """Record what came of a planned check, or of one that nobody had planned (`check` None)."""
    may(actor, Permission.REVIEW)
    _check_plan(wanted)
    with ports.db.change(actor) as change:
        _check_outcome(outcome, _today(change.session, actor.school_id, change.now))
        row = find(change.session, actor, check) if check else _planned(change, wanted)
        _enter(change, row, outcome)
        return row.id


def drop(ports: Ports, actor: Actor, *, check: UUID) -> None:
    """Take a planned check off the plan. It stays on record."""
    may(actor, Permission.REVIEW)
    with ports.db.change(actor) as change:
        row = find(change.session, actor, check)
        _still_planned(row)
        row.state = "dropped"
        change.did(events.FilteringCheckDropped(WORDS[row.kind], row.device, row.site, row.group))


def record_due(ports: Ports) -> int:
    """Record the planned live checks whose day has come, by what the resolvers were seen to do. One of which nothing
    was seen stays on the plan, and becomes overdue. How many were recorded."""
    with ports.db.look() as session:
        waiting = session.scalars(
            select(FilteringCheck).where(FilteringCheck.state == "planned", FilteringCheck.kind == "live")
        ).all()
        now = ports.clock()
        due = [row for row in waiting if row.due <= _today(session, row.school_id, now)]
        found = [(row, _seen(session, row, now)) for row in due]
    return sum(_record_live(ports, row, outcome) for row, outcome in found if outcome)


def find(session: Session, actor: Actor, check: UUID) -> FilteringCheck:
    """The check, if it is the actor's school's; NotFound otherwise."""
    row = session.get(FilteringCheck, check)
    if row is None or row.school_id != actor.school_id:
        raise NotFound("There is no such check.")
    return row


def log(session: Session, school_id: UUID) -> tuple[Sequence[FilteringCheck], Sequence[FilteringCheck]]:
    """What is planned, the next first, and what was recorded, the latest first."""
    mine = select(FilteringCheck).where(FilteringCheck.school_id == school_id)
    planned = session.scalars(mine.where(FilteringCheck.state == "planned").order_by(FilteringCheck.due)).all()
    done = mine.where(FilteringCheck.state == "recorded")
    recorded = session.scalars(done.order_by(FilteringCheck.done_on.desc(), FilteringCheck.id.desc())).all()
    return planned, recorded


def overdue(session: Session, school_id: UUID, now: datetime) -> list[FilteringCheck]:
    """Planned checks whose day has passed."""
    planned, _ = log(session, school_id)
    today = _today(session, school_id, now)
    return [row for row in planned if row.due < today]


def _planned(change: Change, wanted: Plan, follows: UUID | None = None, by: str | None = None) -> FilteringCheck:
    row = FilteringCheck(
        school_id=change.actor.school_id,
        kind=wanted.kind,
        device=wanted.device.strip(),
        site=wanted.site.strip(),
        group=wanted.group.strip(),
        due=wanted.due,
        every=wanted.every,
        state="planned",
        planned_by=by or change.actor.name,
        planned_at=change.now,
        follows=follows,
    )
    change.session.add(row)
    change.session.flush()
    return row


def _enter(change: Change, row: FilteringCheck, outcome: Outcome) -> None:
    _still_planned(row)
    row.state, row.done_on, row.done_by, row.recorded_at = "recorded", outcome.day, outcome.who.strip(), change.now
    row.tested, row.result = outcome.tested.strip(), outcome.result
    row.action, row.reference = outcome.action.strip(), outcome.reference.strip()
    change.did(
        events.FilteringCheckRecorded(
            WORDS[row.kind],
            row.device,
            row.site,
            row.group,
            outcome.day.isoformat(),
            SAID[outcome.result],
            row.action or "nothing had to follow",
        )
    )
    if row.every:
        again = Plan(row.kind, row.device, row.site, row.group, _months_after(outcome.day, row.every), row.every)
        _planned(change, again, row.id, row.planned_by)


def _record_live(ports: Ports, row: FilteringCheck, outcome: Outcome) -> bool:
    with ports.db.change(system(row.school_id)) as change:
        present = change.session.get(FilteringCheck, row.id, with_for_update=True)
        if present is None or present.state != "planned":
            return False
        _enter(change, present, outcome)
    return True


def _seen(session: Session, row: FilteringCheck, now: datetime) -> Outcome | None:
    """What live checks found for the group lately; None while they are asking, and where they saw nothing blocked or
    leaking that should be blocked: that would prove nothing of a filter."""
    query = select(LiveCheck).where(LiveCheck.school_id == row.school_id, LiveCheck.audience == row.group)
    if session.scalar(query.where(LiveCheck.state == "due").with_only_columns(LiveCheck.id).limit(1)):
        return None
    recent = session.scalars(query.where(LiveCheck.done_at >= now - RECENT))
    rows = [one for one in recent if one.finding and one.finding != "not-known" and one.expected != "release"]
    if not any(one.expected == "blocked" for one in rows):
        return None
    wrong = [one for one in rows if one.finding in BAD and one.state == "watched"]
    blocked = sorted({one.domain for one in rows if one.expected == "blocked"})
    names = ", ".join((blocked + sorted({one.domain for one in rows} - set(blocked)))[:10])
    tested = f"{len(rows)} live questions to the school’s resolvers, among them {names}"
    today = _today(session, row.school_id, now)
    if wrong:
        trouble = ", ".join(sorted({one.domain for one in wrong})[:10])
        return Outcome(today, "the service", tested, "bad", f"Shown as trouble until mended: {trouble}")
    return Outcome(today, "the service", tested, "good")


def _check_plan(wanted: Plan) -> None:
    if wanted.kind not in KINDS:
        raise Refusal("Choose how it is tested.", "kind")
    for text, field, words in (
        (wanted.device, "device", "Say on what kind of device"),
        (wanted.site, "site", "Say at which site"),
        (wanted.group, "group", "Say as whom"),
    ):
        if not text.strip():
            raise Refusal(f"{words}.", field)
        if len(text) > LONGEST or not text.isprintable():
            raise Refusal(f"{words} in {LONGEST} characters at most.", field)
    if wanted.every is not None and not 1 <= wanted.every <= 12:
        raise Refusal("It can be repeated every one to twelve months.", "every")


def _check_outcome(outcome: Outcome, today: date) -> None:
    if outcome.day > today:
        raise Refusal("It can’t have been tested in the future.", "day")
    if outcome.day < today - timedelta(days=366 * _MOST_YEARS):
        raise Refusal(f"Record what was tested within the last {_MOST_YEARS} years.", "day")
    if outcome.result not in RESULTS:
        raise Refusal("Choose what came of it.", "result")
    if not outcome.who.strip():
        raise Refusal("Say who tested it.", "who")
    if not outcome.tested.strip():
        raise Refusal("Say what was tested.", "tested")
    if outcome.result != "good" and not outcome.action.strip():
        raise Refusal("Say what follows from it: the record has to show that somebody acted.", "action")


def _still_planned(row: FilteringCheck) -> None:
    if row.state != "planned":
        raise Conflict("This check was recorded or dropped already.")


def _today(session: Session, school_id: UUID, now: datetime) -> date:
    return now.astimezone(ZoneInfo(session.get_one(School, school_id).timezone)).date()


def _months_after(day: date, months: int) -> date:
    """The same day of a later month, or its last one."""
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
