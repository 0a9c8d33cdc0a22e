"""Subscriptions in the file of a policy: where a list is fetched and how often, in a comment at the head of its text.

The rest is not carried. What a server said last, and which dangers somebody accepted, are this service's own: an
archive from elsewhere brings an address and a text, and the next fetch is held against that text as any other is.
"""

import re
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from firewall_admin.core import events_subscriptions as events
from firewall_admin.core.policy import NameList, Role
from firewall_admin.core.refreshing import INTERVALS
from firewall_admin.core.refusals import Refusal
from firewall_admin.db.change import Change
from firewall_admin.db.tables import ListRow, School, Subscription
from firewall_admin.ports import Ports

from . import letters
from .lists import subscription_of
from .subscriptions import checked_address

_SAID = re.compile(r"(every [a-z ]+?)(, paused)? from (\S+)")
_SECONDS = {words: seconds for seconds, words in INTERVALS.items()}
DAILY = 86_400


@dataclass(frozen=True)
class Fetching:
    """Where a list is fetched from, every how many seconds, and whether that is paused."""

    address: str
    interval: int = DAILY
    paused: bool = False

    @property
    def words(self) -> str:
        """As it stands in a file."""
        every = INTERVALS.get(self.interval, INTERVALS[DAILY])
        return f"{every}{', paused' * self.paused} from {self.address}"


def all_of(session: Session, school_id: UUID) -> dict[UUID, Fetching]:
    """By list, those of a school."""
    rows = session.scalars(select(Subscription).where(Subscription.school_id == school_id))
    return {row.list_id: _of(row) for row in rows if row.list_id}


def parse(ports: Ports, text: str) -> Fetching | None:
    """What a file says; None where it says nothing. Raises Refusal: an archive may come from anybody."""
    if not text:
        return None
    said = _SAID.fullmatch(text)
    if said is None or said[1] not in _SECONDS:
        raise Refusal(f"says 'fetched', but not {', '.join(_SECONDS)}, and from where")
    return Fetching(checked_address(ports, said[3]), _SECONDS[said[1]], bool(said[2]))


def in_force(
    ports: Ports, school_id: UUID, slug: str, role: Role, address: str
) -> tuple[ListRow, NameList, Fetching] | None:
    """The school's list of that name, with its text, where it is fetched from this very address."""
    with ports.db.look() as session:
        row = session.scalars(select(ListRow).where(ListRow.school_id == school_id, ListRow.slug == slug)).first()
        subscribed = subscription_of(session, row.id) if row else None
        if row is None or subscribed is None or subscribed.address != address or row.role != role:
            return None
        return row, NameList(slug, role, ports.store.names(row.snapshot), f"lists/{slug}.txt"), _of(subscribed)


def put(change: Change, listed: ListRow, wanted: Fetching | None, *, before: str | None) -> None:
    """Let a list, whose row is there, be fetched as wanted, or not at all. `before`: the text it had, None if it is
    new; where it has another now, what the server said of the old is of no use."""
    row = subscription_of(change.session, listed.id)
    if before and wanted and (row is None or row.address != wanted.address):
        _refuse_turning(change, listed, wanted)
    if row is None:
        if wanted:
            _begin(change, listed, wanted)
        return
    if wanted is None:
        change.session.delete(row)
        letters.withdraw(change, f"subscription-{row.id}-")
        change.did(events.SubscriptionEnded(listed.title, row.address))
        return
    if before != listed.snapshot or row.address != wanted.address:
        row.etag = row.last_modified = row.body = row.came_from = row.kept = None
        row.found, row.accepted, row.taken, row.served, row.next_try = {}, {}, {}, {}, change.now
    _change(change, listed.title, row, wanted)


def _refuse_turning(change: Change, listed: ListRow, wanted: Fetching) -> None:
    """Whoever chooses where an old list comes from chooses what goes from it, a little every day."""
    if change.session.get_one(School, listed.school_id).signed_at is not None:
        raise Refusal(
            f"The list '{listed.title}' is there already, and would be fetched from {wanted.address} from now on: what "
            "goes from it then would open without a decision. Give it another name in the file.",
            "file",
        )


def _begin(change: Change, listed: ListRow, wanted: Fetching) -> None:
    row = Subscription(
        school_id=listed.school_id,
        list_id=listed.id,
        address=wanted.address,
        title=listed.title,
        role=listed.role,
        note=listed.note,
        interval=wanted.interval,
        made_by=change.actor.name,
        made_at=change.now,
        paused_at=change.now if wanted.paused else None,
        next_try=change.now,
    )
    change.session.add(row)
    change.did(events.SubscriptionCarried(listed.title, wanted.words))


def _change(change: Change, title: str, row: Subscription, wanted: Fetching) -> None:
    before = _of(row)
    if before == wanted:
        return
    row.address, row.interval = wanted.address, wanted.interval
    if before.paused != wanted.paused:
        row.paused_at, row.next_try = (change.now, row.next_try) if wanted.paused else (None, change.now)
    change.did(events.SubscriptionChanged(title, "way it is fetched", before.words, wanted.words))


def _of(row: Subscription) -> Fetching:
    return Fetching(row.address, row.interval, row.paused_at is not None)
