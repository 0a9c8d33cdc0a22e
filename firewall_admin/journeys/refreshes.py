"""Subscribed lists, fetched again when their time has come: the worker's, and safe to repeat.

A new text is fetched to a file, read, and held against the one in force and against what the school lives on. Only what
is whole and sane takes the old one's place, in one transaction; whatever else happens, the last good text stays. What
is refused or held is told to the people who can act.
"""

import hashlib
import logging
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from firewall_admin.adapters.fetch.outcome import Failure, Fetched, Unchanged
from firewall_admin.adapters.reading import TooCostly
from firewall_admin.core.domains import from_order
from firewall_admin.core.list_findings import Finding, Looked, asked, dwindled, look
from firewall_admin.core.list_owners import Origin, another_owner
from firewall_admin.core.listfile import CountedList, ListTooLong
from firewall_admin.core.names import Names
from firewall_admin.db.tables import ListRefresh, Subscription
from firewall_admin.ports import Ports

from . import refresh_ends as ends
from .list_surroundings import beside
from .refresh_leases import Progress, Stopped, Watch, Work, due, take

MONTH = timedelta(days=30)
FIRST = 10  # names that the page with a look shows
_log = logging.getLogger(__name__)


def refresh_due(ports: Ports) -> int:
    """Refresh every list whose time has come. How many were tried.

    Schools take turns, and whose time has come meanwhile is looked up after each: a hundred slow servers of one school
    keep another's list waiting for one of them, not for all."""
    tried, turns, done = set[UUID](), Counter[UUID](), 0
    while waiting := {one: school for one, school in due(ports).items() if one not in tried}:
        subscription = min(waiting, key=lambda one: turns[waiting[one]])
        turns[waiting[subscription]] += 1
        tried.add(subscription)
        done += _guarded(ports, subscription)
    return done


def refresh(
    ports: Ports, subscription: UUID, watch: Watch = lambda step, size, lines: None, *, if_due: bool = False
) -> str | None:
    """Fetch a list now. What came of it: unchanged, taken, held, refused, failed, kept, stopped or (a look) seen; None
    where another worker is at it. `watch` is told the step, and the bytes and lines so far."""
    if (work := take(ports, subscription, if_due=if_due)) is None:
        return None
    folder = fetching_folder(ports) / work.lease
    try:
        folder.mkdir(parents=True)
        if lost := _is_lost(ports, work):
            work = replace(work, etag=None, last_modified=None, body=None)
        return _refreshed(ports, work, folder, Progress(ports, work, watch), lost=lost)
    except Stopped:
        return ends.stopped(ports, work)
    except (KeyboardInterrupt, SystemExit):  # somebody at a terminal
        ends.stopped(ports, work)
        raise
    except ListTooLong as refusal:
        return ends.failed(ports, work, f"it is too long: {refusal.message}")
    except TooCostly as refusal:
        return _unreadable(ports, work, refusal.message)
    except OSError as problem:
        return ends.failed(ports, work, f"it can't be kept on this machine: {problem.strerror or problem}")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def fetching_folder(ports: Ports) -> Path:
    """Where bodies are kept while they are fetched, each in a folder named after its lease."""
    return ports.store.folder / "fetching"


def _guarded(ports: Ports, subscription: UUID) -> bool:
    """One list's trouble must not keep the others from being refreshed."""
    try:
        return refresh(ports, subscription, if_due=True) is not None
    except Exception:  # noqa: BLE001 - a bug of ours: the others' turn comes, and this one's when its lease has run out
        _log.exception("the subscription %s can't be refreshed", subscription)
        return False


def _is_lost(ports: Ports, work: Work) -> bool:
    """Whether the text in force is not in the store any more, or is damaged there."""
    if work.snapshot is None:
        return False
    try:
        ports.store.names(work.snapshot)
    except OSError:
        _log.exception("the text %s of the list %s is lost", work.snapshot, work.listed)
        ports.store.forget(work.snapshot)
        return True
    return False


def _refreshed(ports: Ports, work: Work, folder: Path, progress: Progress, *, lost: bool) -> str:
    got = ports.fetch(work.address, folder, etag=work.etag, last_modified=work.last_modified, progress=progress.bytes)
    if isinstance(got, Failure):
        return ends.failed(ports, work, got.reason, got.retry_after)
    if isinstance(got, Unchanged):
        return ends.unchanged(ports, work)
    body = f"{_sha256(got.path)}:{work.role}"
    if body == work.body:
        return ends.unchanged(ports, work, served=_served(got))
    progress.step("reading")
    found = ports.read(got.path, work.role, folder, beat=progress.beat)
    progress.step("comparing", found.lines)
    old = None if lost or work.snapshot is None else ports.store.names(work.snapshot)
    with ports.db.look() as session:
        looked = look(old, found, beside(ports, session, work.school_id, work.role))
        most = _most_lately(session, work, ports.clock())
    findings = [
        *looked.findings,
        *dwindled(most, len(looked.names), looked.findings, work.role),
        *_of_its_owners(work, got, looked),
    ]
    if lost and looked.names.digest != work.snapshot:
        findings.append(Finding("not-comparable", "the text in force is lost: nobody can say what this changes"))
    text = _text(got, found, body, looked, findings)
    return _ended(ports, work, text, looked.names, findings, progress)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _unreadable(ports: Ports, work: Work, why: str) -> str:
    """A body made to take all memory or all time, or a machine too small for the list."""
    told = f"it could not be read: {why}"
    return (
        ends.refused(ports, work, [Finding("unreadable", told, "refuse")])
        if work.listed
        else ends.failed(ports, work, told)
    )


def _ended(
    ports: Ports, work: Work, text: dict[str, Any], names: Names, findings: list[Finding], progress: Progress
) -> str:
    refused = [one for one in findings if one.grade == "refuse"]
    if refused and work.listed:
        return ends.refused(ports, work, refused)
    progress.step("taking")
    text["sha256"] = "" if refused else ports.store.put(names)
    if not work.listed:
        return ends.seen(ports, work, text, names)
    if waiting := asked(findings, work.accepted):
        if text["sha256"] == work.kept:
            return ends.kept(ports, work)
        return ends.held(ports, work, text, names, waiting)
    if text["sha256"] == work.snapshot:
        return ends.unchanged(ports, work, text)
    return ends.taken(ports, work, text, names)


def _most_lately(session: Session, work: Work, now: datetime) -> int:
    """The most names that the list has had in force within a month, and since a person last took a text of it; 0 where
    nobody knows."""
    row = session.get(Subscription, work.id)
    taken = row.taken.get("at") if row else None
    since = max(now - MONTH, datetime.fromisoformat(taken)) if taken else now - MONTH
    query = select(func.max(ListRefresh.names)).where(ListRefresh.subscription_id == work.id)
    return session.scalar(query.where(ListRefresh.outcome.in_(["taken", "seen"]), ListRefresh.at > since)) or 0


def _of_its_owners(work: Work, got: Fetched, looked: Looked) -> Iterator[Finding]:
    before = Origin(_host(work.came_from or got.url), work.served.get("issuer"), work.served.get("kind"))
    now, gone, came = len(looked.names), looked.removed, looked.added
    turned = max(gone / max(now - came + gone, 1), came / max(now, 1))
    return another_owner(before, Origin(_host(got.url), got.issuer, got.content_type), turned)


def _text(got: Fetched, found: CountedList, body: str, looked: Looked, findings: list[Finding]) -> dict[str, Any]:
    """What is remembered of a text: plain JSON values."""
    return {
        "names": len(looked.names),
        "added": looked.added,
        "removed": looked.removed,
        "lines": found.lines,
        "bytes": got.size,
        "rejected": [list(line) for line in found.rejected],
        "rejected_lines": found.rejected_lines,
        "findings": [{**asdict(one), "names": list(one.names[:1_000])} for one in findings],
        "first": list(map(from_order, looked.names.following("", FIRST))),
        "etag": got.etag,
        "last_modified": got.last_modified,
        "body": body,
        "came_from": got.url,
        "served": _served(got),
    }


def _served(got: Fetched) -> dict[str, Any]:
    return {"kind": got.content_type, "issuer": got.issuer}


def _host(url: str) -> str:
    return url.partition("://")[2].partition("/")[0]
