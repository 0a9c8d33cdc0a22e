"""From what was answered to a finding, and from findings to what the trail is told."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from firewall_admin.core.checks import BAD, SETTLED, WATCHED, WATCHED_LATER, Found, again, contradicts, remembered
from firewall_admin.core.events import Event
from firewall_admin.core.events_checks import DecisionProven
from firewall_admin.core.loaded import kept
from firewall_admin.core.people import system
from firewall_admin.db.change import Change
from firewall_admin.db.tables import LiveCheck, Release
from firewall_admin.ports import Ports

from . import request_letters
from .access_requests import request_of
from .check_entries import occasion_of
from .check_events import told_of
from .releases import published
from .standing import standing

QUICK = 6  # times that something wrong is asked again soon; from then on by the hour
OVERTAKEN = timedelta(seconds=30)


@dataclass(frozen=True)
class Judged:
    """A check with what was found now. `finding` is None while it is asked again before it is one; `pause` until it is
    asked again; `row` is as it was before; an answer that came too late `counts` as none."""

    row: LiveCheck
    found: Found
    finding: str | None
    pause: timedelta | None
    counts: bool = True

    @property
    def turned_bad(self) -> bool:
        return self.finding in BAD and self.row.finding != self.finding

    @property
    def was_bad(self) -> bool:
        return self.row.state == "watched" and self.row.finding != self.finding


def conclude(ports: Ports, answers: Sequence[tuple[UUID, Found]]) -> list[Judged]:
    """Enter what one resolver answered to several questions as one audience, and tell the trail what has turned."""
    now = ports.clock()
    with ports.db.look() as session:
        judged = _judged(session, answers, now)
        events = told_of(session, judged, now)
    if not judged:
        return []
    if events:
        with ports.db.change(system(judged[0].row.school_id)) as change:
            _move_all(change.session, judged, now)
            for event in events:
                change.did(event)
            _write_letters(ports, change, events)
    else:
        with ports.db.note() as session:
            _move_all(session, judged, now)
    return judged


def _write_letters(ports: Ports, change: Change, events: Sequence[Event]) -> None:
    """Whoever asked hears that it works once every resolver that is asked shows it."""
    change.session.flush()
    for decision in dict.fromkeys(event.decision for event in events if isinstance(event, DecisionProven)):
        row = request_of(change.session, change.actor.school_id, decision)
        if row and (found := standing(ports, change.session, row)).works:
            request_letters.works(change, decision, found.text)


def _judged(session: Session, answers: Sequence[tuple[UUID, Found]], now: datetime) -> list[Judged]:
    """Rows that a newer release has taken away meanwhile are left out."""
    query = select(LiveCheck).where(
        LiveCheck.id.in_([id_ for id_, _ in answers]), LiveCheck.state.in_(("due", "watched"))
    )
    rows = {row.id: row for row in session.scalars(query)}
    present = [(rows[id_], found) for id_, found in answers if id_ in rows]
    if not present:
        return []
    live = published(session, present[0][0].school_id)
    loaded = _is_loaded(session, present)
    return [_judge(session, row, found, live, loaded) for row, found in present]


def _judge(session: Session, row: LiveCheck, found: Found, live: Release | None, loaded: bool) -> Judged:
    if found.finding == "enforced":
        return _right(row, found, loaded)
    if live is None or not _is_of(row, live):
        # What is on its way to the target may answer already.
        return Judged(row, found, row.finding, OVERTAKEN, counts=False)
    unmarked = found.finding == "not-known" and row.expected == "release" and row.tries + 1 >= SETTLED
    if row.state == "due" and not unmarked and (pause := again(row.occasion, row.tries + 1)):
        return Judged(row, found, None, pause)
    found = _compared(session, row, found, live, loaded)
    if found.finding == "not-known":
        return Judged(row, found, "not-known", None)
    return Judged(row, found, found.finding, WATCHED if row.tries < QUICK + 8 else WATCHED_LATER)


def _right(row: LiveCheck, found: Found, loaded: bool) -> Judged:
    """What a release did not change is right before it is loaded, too, and may be broken by it."""
    early = row.state == "due" and row.occasion.startswith("release") and not row.before and not loaded
    if early and row.tries + 1 < SETTLED and (pause := again(row.occasion, row.tries + 1)):
        return Judged(row, found, None, pause)
    return Judged(row, found, "enforced", None)


def _is_of(row: LiveCheck, live: Release) -> bool:
    return row.release_id == live.id and (not row.occasion.startswith("release") or row.occasion == occasion_of(live))


def _is_loaded(session: Session, present: Sequence[tuple[LiveCheck, Found]]) -> bool:
    """Whether this resolver has shown anything that only the new release says."""
    row, first = present[0]
    if first.loaded is not None:
        return not first.loaded.is_stale  # it says so itself
    if any(found.finding == "enforced" and each.before for each, found in present):
        return True
    query = select(LiveCheck.before).where(
        LiveCheck.target_id == row.target_id,
        LiveCheck.resolver == row.resolver,
        LiveCheck.audience == row.audience,
        LiveCheck.release_id == row.release_id,
        LiveCheck.finding == "enforced",
    )
    return any(session.scalars(query))


def _compared(session: Session, row: LiveCheck, found: Found, live: Release, loaded: bool) -> Found:
    """Told apart: the target still has the release before, or somebody has changed what was right."""
    wanted = remembered(row.wanted)
    if found.loaded and found.finding in ("leaking", "overblocking") and row.expected != "release":
        if found.loaded.is_stale:
            return replace(found, finding="stale", text=f"It {found.loaded.text}. {found.text}")
        found = replace(found, text=f"{found.text} All the same it {found.loaded.text}.")
    if wanted and not loaded and contradicts(found, remembered(row.before), wanted):
        return replace(found, finding="stale", text=f"It still answers as the release before did: {found.text}")
    query = select(LiveCheck).where(
        LiveCheck.target_id == row.target_id,
        LiveCheck.resolver == row.resolver,
        LiveCheck.audience == row.audience,
        LiveCheck.domain == row.domain,
        LiveCheck.expected == row.expected,
        LiveCheck.release_id == row.release_id,
        LiveCheck.finding == "enforced",
        LiveCheck.done_at >= live.published_at,
    )
    if (
        found.finding == "silent"
        or (right := session.scalars(query.order_by(LiveCheck.done_at.desc())).first()) is None
    ):
        return found
    was = ", ".join(right.evidence.get("answers", [])) or "as it should"
    text = f"{found.text} The same release was seen to work there: it answered {was}."
    return replace(found, text=f"{text} Something was changed on the device.")


def _move_all(session: Session, judged: Sequence[Judged], now: datetime) -> None:
    for each in judged:
        row = session.get(LiveCheck, each.row.id, with_for_update=True)
        if row is not None and row.state in ("due", "watched") and row.occasion == each.row.occasion:
            _move(row, each, now)
    session.flush()


def _move(row: LiveCheck, judged: Judged, now: datetime) -> None:
    found = judged.found
    row.evidence = {
        "at": now.isoformat(),
        "text": found.text,
        "answers": list(found.answers),
        "control": list(found.control),
        "loaded": kept(found.loaded),
    }
    row.tries += judged.counts
    row.finding = judged.finding
    row.next_try = now + judged.pause if judged.pause else now
    if judged.finding in BAD:
        row.state, row.done_at = "watched", row.done_at if row.state == "watched" and not judged.turned_bad else now
    elif judged.finding:
        row.state, row.done_at = "done", now
