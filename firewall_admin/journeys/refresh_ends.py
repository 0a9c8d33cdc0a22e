"""How a refresh ends. Each end closes the lease and leaves a line of history; only `taken` touches the list itself.

What changes for people (a new text, a hold, trouble that is new) is an event and a letter, in one change with its rows.
What is as it was yesterday is noted, and nobody is told again.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from firewall_admin.core import events_subscriptions as events
from firewall_admin.core.letters import Draft
from firewall_admin.core.list_findings import Finding
from firewall_admin.core.names import Names
from firewall_admin.core.people import Permission, system
from firewall_admin.core.refreshing import HOUR, next_time, next_try
from firewall_admin.db.change import Change
from firewall_admin.db.tables import ListRefresh, ListRow, School, Snapshot, Subscription
from firewall_admin.ports import Ports

from . import letters, lists
from .refresh_leases import Work, mine

SEEN = ("etag", "last_modified", "body", "came_from", "served")


def unchanged(
    ports: Ports, work: Work, text: dict[str, Any] | None = None, served: dict[str, Any] | None = None
) -> str:
    """The source publishes what was seen last: the text in force, unless that one waits or was left. `served`: as what
    the same bytes came now, and who vouched for them."""
    seen = {**(text or {}), **({"served": served} if served else {})}
    with ports.db.look() as session:
        row = session.get(Subscription, work.id)
        waits = text is None and row is not None and bool(row.found or row.kept)
        trouble = bool(row and row.trouble)
    if trouble and not waits and work.listed:
        with ports.db.change(system(work.school_id)) as change:
            if row := mine(change.session, work):
                change.did(events.ListFetchedAgain(work.title, work.failures))
                _went_well(row, change.now, seen)
                if text is not None:
                    row.found, row.kept = {}, None
                _close(change.session, row, change.now, "unchanged")
        return "unchanged"
    with ports.db.note() as session:
        now = ports.clock()
        if row := mine(session, work):
            success = row.last_success
            _went_well(row, now, seen)
            if waits:
                row.last_success = success
            elif text is not None:
                row.found, row.kept = {}, None
            _close(session, row, now, "kept" if waits and row.kept else "unchanged")
    return "unchanged"


def taken(ports: Ports, work: Work, text: dict[str, Any], names: Names) -> str:
    """The new text takes the place of the old. The signed policy names the list as its maker keeps it, so names that
    go within the limits need no decision of their own."""
    with ports.db.change(system(work.school_id)) as change:
        if (row := mine(change.session, work)) is None:
            return "stopped"
        before = put_in_force(ports, change, row, text, names)
        _went_well(row, change.now, text)
        counts = (text["names"], text["added"], text["removed"])
        change.did(events.ListRefreshed(work.title, before, *counts, text["rejected_lines"]))
        _close(change.session, row, change.now, "taken", "", *counts)
        letters.withdraw(change, _key(work))
    return "taken"


def put_in_force(
    ports: Ports, change: Change, row: Subscription, text: dict[str, Any], names: Names | None = None
) -> int:
    """Point the list at a text that was fetched, and say that the policy has changed. How many names it had before."""
    listed = change.session.get_one(ListRow, row.list_id)
    before = change.session.get_one(Snapshot, listed.snapshot).names
    lists.remember(change.session, text["sha256"], names or ports.store.names(text["sha256"]), change.now)
    listed.snapshot, listed.changed_at = text["sha256"], change.now
    listed.rejected, listed.rejected_lines = text["rejected"], text["rejected_lines"]
    row.found, row.kept = {}, None
    change.session.get_one(School, row.school_id).revision += 1
    return before


def held(ports: Ports, work: Work, text: dict[str, Any], names: Names, why: Collection[Finding]) -> str:
    """A person has to look at the new text; the old one stays meanwhile. Where the very same waits already, and only a
    comment of the file has changed, nobody is told again."""
    if _waits_already(ports, work, text, why):
        return _still_held(ports, work, text)
    with ports.db.change(system(work.school_id)) as change:
        if (row := mine(change.session, work)) is None:
            return "stopped"
        lists.remember(change.session, text["sha256"], names, change.now)
        success = row.last_success
        _went_well(row, change.now, text)
        row.last_success = success
        row.found = {**text, "at": change.now.isoformat(), "why": [one.name for one in why]}
        change.did(events.ListRefreshHeld(work.title, [f"{one.name} ({one.text})" for one in why]))
        _close(change.session, row, change.now, "held", _worded(why), text["names"], text["added"], text["removed"])
        _tell(change, work, "is held", f"{text['sha256'][:12]}-held", why)
    return "held"


def _waits_already(ports: Ports, work: Work, text: dict[str, Any], why: Collection[Finding]) -> bool:
    with ports.db.look() as session:
        row = session.get(Subscription, work.id)
        waits = row.found if row else {}
    return (waits.get("sha256"), waits.get("why")) == (text["sha256"], [one.name for one in why])


def _still_held(ports: Ports, work: Work, text: dict[str, Any]) -> str:
    with ports.db.note() as session:
        now = ports.clock()
        if row := mine(session, work):
            success = row.last_success
            _went_well(row, now, text)
            row.last_success = success
            _close(session, row, now, "held", "the same text still waits")
    return "held"


def refused(ports: Ports, work: Work, why: Collection[Finding]) -> str:
    """The text is too far from what it should be for anybody to accept."""
    names = sorted({one.name for one in why})
    return _failed(ports, work, "refused", _worded(why), None, names, why)


def failed(ports: Ports, work: Work, reason: str, wait: int | None = None) -> str:
    """It could not be fetched, or not be kept."""
    return _failed(ports, work, "failed", reason, wait, [], ())


def kept(ports: Ports, work: Work) -> str:
    """The source still publishes what somebody would rather not have."""
    with ports.db.note() as session:
        now = ports.clock()
        if row := mine(session, work):
            row.next_try, row.failures, row.trouble = _regular(row, now), 0, None
            _close(session, row, now, "kept")
    return "kept"


def stopped(ports: Ports, work: Work) -> str:
    """Somebody stopped it: it goes on by itself in an hour, or when somebody asks."""
    with ports.db.note() as session:
        now = ports.clock()
        if row := mine(session, work):
            row.next_try = now + HOUR if row.list_id else None
            _close(session, row, now, "stopped")
    return "stopped"


def seen(ports: Ports, work: Work, text: dict[str, Any], names: Names) -> str:
    """What an address holds is there to be looked at; nothing is in force."""
    with ports.db.note() as session:
        now = ports.clock()
        if row := mine(session, work):
            if text["sha256"]:
                lists.remember(session, text["sha256"], names, now)
            row.found = {**text, "at": now.isoformat()}
            row.next_try, row.trouble = None, None
            _close(session, row, now, "seen", "", text["names"])
    return "seen"


def _failed(
    ports: Ports, work: Work, outcome: str, why: str, wait: int | None, names: list[str], findings: Collection[Finding]
) -> str:
    with ports.db.look() as session:
        row = session.get(Subscription, work.id)
        new = row is not None and row.trouble != why
    if not new or not work.listed:
        with ports.db.note() as session:
            if row := mine(session, work):
                _went_wrong(session, row, ports.clock(), outcome, why, wait)
        return outcome
    with ports.db.change(system(work.school_id)) as change:
        if row := mine(change.session, work):
            _went_wrong(change.session, row, change.now, outcome, why, wait)
            if outcome == "refused":
                change.did(events.ListRefreshRefused(work.title, [f"{f.name} ({f.text})" for f in findings] or names))
                _tell(change, work, "was refused", f"{change.now:%Y-%m-%d}-refused", findings)
            else:
                change.did(events.ListRefreshFailed(work.title, why))
                _tell(change, work, "could not be fetched", f"{change.now:%Y-%m-%d}-failed", (), why)
    return outcome


def _went_wrong(session: Session, row: Subscription, now: datetime, outcome: str, why: str, wait: int | None) -> None:
    row.failures, row.trouble = row.failures + 1, why
    key = f"{row.id} {row.failures}"
    row.next_try = next_try(now, row.interval, row.failures, key, wait) if row.list_id else None
    _close(session, row, now, outcome, why)


def _went_well(row: Subscription, now: datetime, text: dict[str, Any]) -> None:
    row.last_success, row.failures, row.trouble = now, 0, None
    row.next_try = _regular(row, now)
    for what in SEEN:
        if what in text:
            setattr(row, what, text[what])


def _regular(row: Subscription, now: datetime) -> datetime:
    return next_time(now, row.interval, f"{row.id} {now:%Y-%m-%d}")


def _close(session: Session, row: Subscription, now: datetime, outcome: str, detail: str = "", *counts: int) -> None:
    row.lease, row.leased_until, row.stop, row.step = None, None, False, ""
    names, added, removed = (*counts, None, None, None)[:3]
    session.add(
        ListRefresh(
            school_id=row.school_id,
            subscription_id=row.id,
            at=now,
            outcome=outcome,
            detail=detail,
            names=names,
            added=added,
            removed=removed,
        )
    )
    session.flush()


def _tell(change: Change, work: Work, what: str, key: str, why: Collection[Finding], reason: str = "") -> None:
    """Those who may accept a danger. A failed fetch is a line of the morning's digest: most mend themselves."""
    people = letters.people_who(change.session, work.school_id, Permission.ACCEPT_DANGER)
    sentences = [f"- {one.text}" for one in why] or [f"- {reason}"]
    text = "\n".join([f"The new text of the list '{work.title}' {what}:", *sentences, "", STAYS])
    draft = Draft("list", f"The list {work.title} {what}", text, f"/policy/lists/{work.listed}", digest=not why)
    letters.write(change, people, draft, key=f"{_key(work)}{key}")


STAYS = "What was in force stays in force. Nothing is blocked or opened by this until somebody decides."


def _key(work: Work) -> str:
    return f"subscription-{work.id}-"


def _worded(why: Collection[Finding]) -> str:
    return "; ".join(one.text for one in why)
