"""Live checks as pages show them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ..core.people import Actor
from ..core.release_mark import NAME
from ..db.tables import LiveCheck, Release, TargetRow
from ..journeys.check_states import AtTarget, at_target, of_release, troubles
from ..journeys.release_markers import AtPrimary, at_primary, last_said
from ..journeys.releases import find as find_release
from ..journeys.releases import published, targets_of
from ..journeys.resolvers import PROXY, where_of
from ..journeys.targets import find
from ..ports import Ports

FINDINGS = ("leaking", "silent", "overblocking", "stale", "enforced", "not-known")
EXPECTED = {
    "blocked": "blocked",
    "open": "open",
    "rewritten": "steered to its safe host",
    "release": "the published one",
}
TAGS = {"live": "live", "waiting": "not-seen", "failed": "wrong", "not-checked": "not-checked"}
"""What stands on the tag of a release at a target."""


@dataclass(frozen=True)
class ShownCheck:
    """A question with what came of it. `finding` is 'asking' while there is none yet."""

    domain: str
    audience: str
    target: str
    resolver: str
    expected: str
    finding: str
    text: str
    answers: tuple[str, ...]
    control: tuple[str, ...]
    at: datetime | None
    decision: str | None
    release: int


@dataclass(frozen=True)
class ShownResolver:
    """Where a target's checks ask; `number` is its place, from 0. `has`: what it said last of what it has loaded."""

    number: int
    text: str
    audience: str | None
    has: str = ""


@dataclass(frozen=True)
class ShownState:
    """A release at a target, with the tag that says how."""

    target_id: UUID
    target: str
    tag: str
    text: str
    at: datetime | None


@dataclass(frozen=True)
class ShownTrouble:
    """Something that is wrong at a target."""

    target_id: UUID
    target: str
    finding: str
    text: str
    names: int
    since: datetime | None


def checks(
    ports: Ports, actor: Actor, *, target: UUID | None, finding: str, first: int, most: int
) -> tuple[list[ShownCheck], int]:
    """Some of the checks, the newest first, and how many there are."""
    with ports.db.look() as session:
        query = _query(actor).where(LiveCheck.finding.is_not(None))
        if target is not None:
            query = query.where(LiveCheck.target_id == target)
        if finding in FINDINGS:
            query = query.where(LiveCheck.finding == finding)
        count = session.scalar(select(func.count()).select_from(query.subquery())) or 0
        newest = query.order_by(LiveCheck.done_at.desc(), LiveCheck.id.desc())
        return [_check(*row) for row in session.execute(newest.offset(first).limit(most))], count


def of_target(ports: Ports, actor: Actor, target: UUID, most: int) -> tuple[list[ShownCheck], list[ShownResolver]]:
    """The last checks of a target, those that are being asked first, and where they ask."""
    with ports.db.look() as session:
        row = find(session, actor, target)
        query = _query(actor).where(LiveCheck.target_id == target).order_by(LiveCheck.next_try.desc())
        found = [_check(*each) for each in session.execute(query.limit(most))]
        resolvers = [
            ShownResolver(number, where_of(kept).text, kept.get("audience"), said)
            for number, (kept, said) in enumerate(zip(row.resolvers, last_said(session, row), strict=True))
        ]
        return found, resolvers


def is_proxy(ports: Ports, actor: Actor, target: UUID) -> bool:
    """Whether a target is asked by HTTP, as browsers ask a proxy."""
    with ports.db.look() as session:
        return find(session, actor, target).format == PROXY


def state_at(ports: Ports, actor: Actor, target: UUID) -> ShownState | None:
    """How the published release stands at a target; None where nothing is published."""
    with ports.db.look() as session:
        row, live = find(session, actor, target), published(session, actor.school_id)
        return _state(at_target(session, row, live)) if live else None


def at_name_server(ports: Ports, actor: Actor, target: UUID) -> AtPrimary | None:
    """What the name server of a pushed target has; None where nothing is pushed or published."""
    with ports.db.look() as session:
        row, live = find(session, actor, target), published(session, actor.school_id)
        return at_primary(session, row, live) if live else None


def states_of(ports: Ports, actor: Actor, number: int) -> list[ShownState]:
    """How a release stands at each target."""
    with ports.db.look() as session:
        release = find_release(session, actor, number)
        return [_state(each) for each in of_release(session, actor.school_id, release)]


def wrong(session: Session, actor: Actor) -> list[ShownTrouble]:
    """What is wrong at the school's targets just now."""
    return [
        ShownTrouble(each.target_id, each.target, each.finding, each.text, each.names, each.since)
        for each in troubles(session, actor.school_id)
    ]


def targets(ports: Ports, actor: Actor) -> list[tuple[str, str]]:
    """For the filter: id and name of each target that is checked."""
    with ports.db.look() as session:
        return [(str(row.id), row.name) for row in targets_of(session, actor.school_id) if row.resolvers]


def _query(actor: Actor) -> Any:
    return (
        select(LiveCheck, TargetRow.name, Release.number)
        .join(TargetRow, TargetRow.id == LiveCheck.target_id)
        .join(Release, Release.id == LiveCheck.release_id)
        .where(LiveCheck.school_id == actor.school_id)
    )


def _check(row: LiveCheck, target: str, release: int) -> ShownCheck:
    told = row.evidence or {}
    at = told.get("at")
    return ShownCheck(
        row.domain if row.domain != NAME else "Which release it has",
        row.audience,
        target,
        row.resolver,
        EXPECTED.get(row.expected, row.expected),
        row.finding or "asking",
        str(told.get("text", "")),
        tuple(told.get("answers", ())),
        tuple(told.get("control", ())),
        datetime.fromisoformat(at) if at else None,
        row.decision,
        release,
    )


def _state(found: AtTarget) -> ShownState:
    return ShownState(found.target_id, found.target, TAGS[found.state], found.text, found.at)
