"""What may go from the store of lists: texts that no list, no kept release and no look names any more, and what a
killed worker left. The worker's, after it has worked.

A file is only taken away when it has lain there untouched for a day: whoever puts the same text again at this moment
finds it, and it is young again.
"""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from firewall_admin.core import events_subscriptions as events
from firewall_admin.core.people import system
from firewall_admin.db.tables import ListRefresh, ListRow, Release, School, Snapshot, Subscription
from firewall_admin.ports import Ports

from .refreshes import fetching_folder
from .release_files import LAST

QUIET = timedelta(days=1)
LOOKS_LAST = timedelta(days=2)
HISTORY_LASTS = timedelta(days=366)


def tidy(ports: Ports) -> int:
    """Take away what nobody needs. How many things."""
    return _looks(ports) + _texts(ports) + _drafts(ports) + _left_over(ports) + _history(ports)


def used(session: Session) -> set[str]:
    """The hashes of every text that somebody may still need: the lists', those that wait, and those of each school's
    last releases, by which an older one can be gone back to."""
    found = set(session.scalars(select(ListRow.snapshot)))
    for row in session.scalars(select(Subscription)):
        found |= {sha256 for sha256 in ((row.found or {}).get("sha256"), row.kept) if sha256}
    for school in session.scalars(select(School.id)):
        found |= set(_of_releases(session, school))
    return found


def _of_releases(session: Session, school: UUID) -> Iterator[str]:
    query = select(Release.snapshots).where(Release.school_id == school)
    last = query.order_by(Release.number.desc()).limit(LAST)
    live = query.where(Release.state.in_(["published", "held"]))
    for snapshots in (*session.scalars(last), *session.scalars(live)):
        yield from (listed["sha256"] for listed in snapshots.get("lists", {}).values())


def _texts(ports: Ports) -> int:
    """Files first, then their rows: a row without a file is of no use to anybody, and found again the next time."""
    with ports.db.look() as session:
        needed = used(session)
        old = [row.sha256 for row in session.scalars(select(Snapshot)) if row.sha256 not in needed]
    gone = [sha256 for sha256 in old if ports.store.forget(sha256, QUIET)]
    if gone:
        with ports.db.note() as session:
            needed = used(session)
            for sha256 in gone:
                if sha256 not in needed and (row := session.get(Snapshot, sha256)):
                    session.delete(row)
    return len(gone) + ports.store.clear_unfinished(QUIET)


def _drafts(ports: Ports) -> int:
    """Texts that somebody handed in and never saved: what is saved is kept as a list of its own."""
    return ports.store.clear_drafts(QUIET)


def _left_over(ports: Ports) -> int:
    """Bodies of refreshes whose worker is gone: their folders are named after leases that nobody holds."""
    folder = fetching_folder(ports)
    there = [path for path in folder.iterdir() if path.is_dir()] if folder.is_dir() else []
    if not there:
        return 0
    with ports.db.look() as session:
        query = select(Subscription.lease).where(Subscription.leased_until > ports.clock())
        leases = set(session.scalars(query))
    left = [path for path in there if path.name not in leases]
    for path in left:
        ports.store.remove_folder(path)
    return len(left)


def _looks(ports: Ports) -> int:
    """Looks that nobody came back to."""
    with ports.db.look() as session:
        query = select(Subscription).where(Subscription.list_id.is_(None))
        rows = session.scalars(query.where(Subscription.made_at < ports.clock() - LOOKS_LAST)).all()
    for old in rows:
        with ports.db.change(system(old.school_id)) as change:
            row = change.session.get(Subscription, old.id)
            if row is not None and row.list_id is None:
                change.session.delete(row)
                change.did(events.ListLookEnded(row.address))
    return len(rows)


def _history(ports: Ports) -> int:
    with ports.db.look() as session:
        query = select(ListRefresh.id).where(ListRefresh.at < ports.clock() - HISTORY_LASTS)
        old = session.scalars(query.limit(1_000)).all()
    if old:
        with ports.db.note() as session:
            for id_ in old:
                if row := session.get(ListRefresh, id_):
                    session.delete(row)
    return len(old)
