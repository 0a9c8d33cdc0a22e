"""How old the lists of a release are: kept with it, so that its files can be made again byte for byte."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import select

from firewall_admin.core.policy import SchoolPolicy
from firewall_admin.db.load import fetched_on
from firewall_admin.db.tables import ListRow, Release
from firewall_admin.ports import Ports

KEPT = "as_of"  # in a release's snapshots, beside the lists


def kept(policy: SchoolPolicy) -> dict[str, str]:
    """By slug the day of each list that is fetched, as a release keeps it."""
    return {slug: listed.as_of.isoformat() for slug, listed in policy.lists.items() if listed.as_of}


def as_kept(policy: SchoolPolicy, snapshots: Mapping[str, Any]) -> SchoolPolicy:
    """A policy rebuilt from a release, with the days that the release kept."""
    return _dated(policy, {slug: date.fromisoformat(day) for slug, day in snapshots.get(KEPT, {}).items()})


def at_present(ports: Ports, release: Release, policy: SchoolPolicy) -> SchoolPolicy:
    """A release's policy that the clock moves on: its lists have been asked for since, and most found unchanged."""
    with ports.db.look() as session:
        fetched = fetched_on(session, release.school_id, policy.zone)
        rows = session.scalars(select(ListRow).where(ListRow.school_id == release.school_id)).all()
    found = {row.slug: (row.snapshot, fetched[row.id]) for row in rows if row.id in fetched}
    now = {slug: day for slug, (text, day) in found.items() if _has(policy, slug, text)}
    return _dated(policy, now)


def _has(policy: SchoolPolicy, slug: str, text: str) -> bool:
    return slug in policy.lists and policy.lists[slug].names.digest == text


def _dated(policy: SchoolPolicy, days: Mapping[str, date]) -> SchoolPolicy:
    if not days:
        return policy
    lists = {slug: replace(ls, as_of=days[slug]) if slug in days else ls for slug, ls in policy.lists.items()}
    return replace(policy, lists=lists)
