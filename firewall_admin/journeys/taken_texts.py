"""Texts of subscribed lists that somebody took in spite of a danger: a release does not ask about the same step again.

What follows from such a text is found by taking two steps for one: to what is published, but for these texts; and from
there to the policy as it is edited now. A danger of the first step that is none of the second was looked at by the
person who took the text. Whatever else the release brings is weighed by itself, and holds it if need be.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from firewall_admin.core.dangers import Opened
from firewall_admin.core.people import Actor
from firewall_admin.core.plan import Objection
from firewall_admin.core.policy import SchoolPolicy
from firewall_admin.core.refusals import BadPolicy
from firewall_admin.core.weighing import weighed
from firewall_admin.db.opened import opened_lately
from firewall_admin.db.tables import ListRow, Release, Subscription
from firewall_admin.ports import Ports

from . import tallies
from .objections import OF_ONE_STEP, key_of
from .release_contents import NOT_COMPARABLE, rebuild

Accepted = dict[str, Any]


@dataclass(frozen=True)
class Taken:
    """A list's text that somebody took: its SHA-256, and `by`, `at` and `reason` as an objection keeps them."""

    slug: str
    sha256: str
    accepted: Accepted


def remembered(text: str, actor: Actor, at: datetime, reason: str) -> dict[str, str]:
    """What a subscription keeps of a text that was taken."""
    return {"sha256": text, "by": actor.name, "at": at.isoformat(), "reason": reason}


def carried(
    ports: Ports, school_id: UUID, live: Release | None, policy: SchoolPolicy, at: datetime, found: Sequence[Objection]
) -> dict[str, Accepted]:
    """By key, the objections of a release that follow from texts which were taken, each with who took them.

    `policy` is what the release would put in the place of `live`, and `found` what speaks against it."""
    asked = [one for one in found if one.name in OF_ONE_STEP]
    if live is None or not asked or NOT_COMPARABLE in {one.name for one in asked}:
        return {}
    with ports.db.look() as session:
        waiting, opened = _waiting(session, school_id, live), opened_lately(session, school_id, at)
    try:
        before = rebuild(ports, live) if waiting else None
    except BadPolicy:
        return {}
    taken = [one for one in waiting if before and _brings(before, policy, one)]
    if before is None or not taken:
        return {}
    return _following(before, policy, at, opened, taken, asked, live)


def _waiting(session: Session, school_id: UUID, live: Release) -> list[Taken]:
    """Texts that were taken and that no release has had in force since: going back from one asks again."""
    query = select(ListRow, Subscription).join(Subscription, Subscription.list_id == ListRow.id)
    rows = session.execute(query.where(ListRow.school_id == school_id).order_by(ListRow.slug)).all()
    found = [(listed.slug, row.taken) for listed, row in rows if row.taken.get("sha256") == listed.snapshot]
    taken = [Taken(slug, t["sha256"], {part: t[part] for part in ("by", "at", "reason")}) for slug, t in found]
    return [one for one in taken if not _was_in_force(session, school_id, one)]


def _was_in_force(session: Session, school_id: UUID, one: Taken) -> bool:
    since = datetime.fromisoformat(one.accepted["at"])
    query = select(Release.snapshots).where(Release.school_id == school_id, Release.published_at >= since)
    return any(kept["lists"].get(one.slug, {}).get("sha256") == one.sha256 for kept in session.scalars(query))


def _brings(before: SchoolPolicy, policy: SchoolPolicy, one: Taken) -> bool:
    """Whether the release puts this very text in the place of another one of the same list."""
    old, new = before.lists.get(one.slug), policy.lists.get(one.slug)
    return old is not None and new is not None and new.names.digest == one.sha256 != old.names.digest


def _following(
    before: SchoolPolicy,
    policy: SchoolPolicy,
    at: datetime,
    opened: Iterable[Opened],
    taken: Sequence[Taken],
    asked: Iterable[Objection],
    live: Release,
) -> dict[str, Accepted]:
    between = _with(before, policy, {one.slug for one in taken})
    known = tallies.known(live, before)
    first = weighed(before, between, at, opened, known).objections
    then = weighed(between, policy, at, opened, known).objections
    accepted = _together(taken)
    follows = (one for one in asked if _among(one, first) and not _among(one, then))
    return {key_of({**asdict(one), "names": list(one.names)}): accepted for one in follows}


def _with(before: SchoolPolicy, policy: SchoolPolicy, slugs: set[str]) -> SchoolPolicy:
    swapped = {slug: replace(before.lists[slug], names=policy.lists[slug].names) for slug in slugs}
    lists: Mapping[str, Any] = {**before.lists, **swapped}
    return replace(before, lists=lists)


def _together(taken: Sequence[Taken]) -> Accepted:
    """Who answers for them: of several texts, everybody, and the last instant."""
    if len(taken) == 1:
        return taken[0].accepted
    people = sorted({one.accepted["by"] for one in taken})
    reasons = "; ".join(f"{one.slug}: {one.accepted['reason']}" for one in taken)
    return {"by": " and ".join(people), "at": max(one.accepted["at"] for one in taken), "reason": reasons}


def _among(one: Objection, step: Iterable[Objection]) -> bool:
    """Whether a step has the same danger. Of a list it is told by its words, which name the list; of an audience, whose
    numbers may be a little different, by the audience and the names."""
    return any(
        (one.name, one.audience) == (other.name, other.audience)
        and (one.text == other.text if one.audience is None else set(one.names) <= set(other.names))
        for other in step
    )
