"""A policy as it is edited now, but with large lists and those that are fetched as they are published: what can be in
force at once, and all that anybody waits for."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from firewall_admin.core.large_lists import is_large, large_lists, with_lists_of
from firewall_admin.core.names import Names
from firewall_admin.core.policy import SchoolPolicy
from firewall_admin.db.load import school_policy
from firewall_admin.db.tables import ListRow, Release, Subscription
from firewall_admin.ports import Ports

from .release_contents import rebuild


@dataclass(frozen=True)
class AsPublished:
    """What can be in force at once: `policy`, None where there is no such one; `before`, what is in force; `is_all`,
    whether nothing is left to follow."""

    policy: SchoolPolicy | None
    before: SchoolPolicy | None
    is_all: bool


def as_published(ports: Ports, session: Session, school_id: UUID, live: Release | None) -> AsPublished:
    """The policy as it is edited now with those lists of a release. BadPolicy where the store has lost a part of the
    release."""
    there = {kept["sha256"] for kept in live.snapshots["lists"].values()} if live else set()

    def opened(sha256: str) -> Names:
        """A large text that is not published is only asked how large it is."""
        names = ports.store.glance(sha256)
        return names if is_large(names) and sha256 not in there else ports.store.names(sha256)

    wanted = school_policy(session, school_id, ports.shipped, opened)
    if live is None:
        return AsPublished(None, None, False) if large_lists(wanted) else AsPublished(wanted, None, True)
    before = rebuild(ports, live)
    left = large_lists(before) | large_lists(wanted) | _fetched(session, school_id)
    policy = with_lists_of(before, wanted, left)
    return AsPublished(policy, before, policy is wanted)


def _fetched(session: Session, school_id: UUID) -> set[str]:
    """By slug, the lists whose texts come by themselves."""
    query = select(ListRow.slug).join(Subscription, Subscription.list_id == ListRow.id)
    return set(session.scalars(query.where(ListRow.school_id == school_id)))
