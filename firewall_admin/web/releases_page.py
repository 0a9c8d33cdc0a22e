"""Releases as pages show them: rows and the trail read into plain values."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ..core.events import REGISTER, sentence
from ..core.people import Actor
from ..db.tables import Entry, Release, School
from ..journeys.releases import MANY, find, published
from ..ports import Ports
from .plans import ACCEPTING, SOME_OTHER, Names

OF_A_LOSS = "That goes for later releases too."
"""What is added for whoever accepts a loss: it is accepted for the target."""


@dataclass(frozen=True)
class ShownObjection:
    """An objection, what accepting it means, and who did."""

    key: str
    text: str
    accepting: str
    names: Names
    accepted_by: str | None
    accepted_why: str


@dataclass(frozen=True)
class ShownChange:
    """What a release changed for an audience, in numbers, and by cause. `asked`: how many names were asked why."""

    audience: str
    blocked: int
    opened: int
    causes: tuple[tuple[str, int], ...]
    asked: int


@dataclass(frozen=True)
class ShownRelease:
    """A release; `when` it was published, or prepared where it never was. `who`: the people whose acts went into it."""

    number: int
    state: str
    when: datetime
    cause: str
    blocked: int
    opened: int
    who: tuple[str, ...] = ()
    acts: tuple[tuple[datetime, str], ...] = ()
    changes: tuple[ShownChange, ...] = ()
    objections: tuple[ShownObjection, ...] = ()
    next_change: datetime | None = None
    was_published: bool = False

    @property
    def many(self) -> int | None:
        """The number to type, where so many names change."""
        changed = self.blocked + self.opened
        return changed if changed > MANY else None

    @property
    def open_objections(self) -> tuple[ShownObjection, ...]:
        return tuple(one for one in self.objections if one.accepted_by is None)


@dataclass(frozen=True)
class Publishing:
    """How the school's publishing stands: why it is held, if so, what keeps it, and the number in force."""

    hold: str | None
    trouble: str | None
    live: int | None


def publishing(ports: Ports, actor: Actor) -> Publishing:
    with ports.db.look() as session:
        school, live = session.get_one(School, actor.school_id), published(session, actor.school_id)
        return Publishing(school.hold, school.trouble, live.number if live else None)


def releases(ports: Ports, actor: Actor, first: int, most: int) -> tuple[tuple[ShownRelease, ...], int]:
    """Releases of the school, the latest first, from the `first`; and how many there are in all."""
    with ports.db.look() as session:
        mine = select(Release).where(Release.school_id == actor.school_id)
        count = session.scalar(select(func.count()).select_from(mine.subquery())) or 0
        rows = session.scalars(mine.order_by(Release.number.desc()).offset(first).limit(most + 1)).all()
        return tuple(_short(session, row, before) for row, before in _with_before(rows[: most + 1], most)), count


def release(ports: Ports, actor: Actor, number: int) -> ShownRelease:
    """One of them, with all that is known; NotFound otherwise."""
    with ports.db.look() as session:
        row = find(session, actor, number)
        before = session.scalars(
            select(Release).where(Release.school_id == actor.school_id, Release.number == number - 1)
        ).first()
        acts = _acts(session, row, before)
        return ShownRelease(
            **_plain(row),
            who=_people(acts),
            acts=tuple((act.at, sentence(act.event, act.actor, act.fields)) for act in acts),
            changes=tuple(_change(name, told) for name, told in dict(row.changes).items()),
            objections=tuple(_objection(one) for one in row.objections),
            next_change=row.next_change,
            was_published=row.published_at is not None,
        )


def _with_before(rows: Sequence[Release], most: int) -> Iterable[tuple[Release, Release | None]]:
    return zip(rows[:most], [*rows[1:], None], strict=False)


def _short(session: Session, row: Release, before: Release | None) -> ShownRelease:
    return ShownRelease(**_plain(row), who=_people(_acts(session, row, before)))


def _plain(row: Release) -> dict[str, Any]:
    return {
        "number": row.number,
        "state": row.state,
        "when": row.published_at or row.prepared_at,
        "cause": row.cause,
        "blocked": row.blocked,
        "opened": row.opened,
    }


def _acts(session: Session, row: Release, before: Release | None) -> list[Entry]:
    """What people did between the release before and this one; signing in and out is no part of it."""
    query = select(Entry).where(Entry.school_id == row.school_id, Entry.number <= row.entry)
    if before is not None:
        query = query.where(Entry.number > before.entry)
    entries = session.scalars(query.where(Entry.actor_id.is_not(None)).order_by(Entry.number.desc()).limit(200))
    return [entry for entry in entries if _is_of_policy(entry.event)][::-1]


def _is_of_policy(event: str) -> bool:
    return not REGISTER[event].__module__.endswith(".events_people")


def _people(acts: Iterable[Entry]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(act.actor for act in acts))


def _change(audience: str, told: dict[str, Any]) -> ShownChange:
    return ShownChange(audience, told["blocked"], told["opened"], tuple(told["causes"].items())[:20], told["asked"])


def _objection(kept: dict[str, Any]) -> ShownObjection:
    name, accepted = kept["name"], kept["accepted"] or {}
    accepting = ACCEPTING.get(name, SOME_OTHER)
    text = kept["text"][:1].upper() + kept["text"][1:]
    return ShownObjection(
        kept["key"],
        text if text.endswith(".") else f"{text}.",
        f"{accepting} {OF_A_LOSS}" if name.startswith("loss-") else accepting,
        Names(len(kept["names"]), tuple(kept["names"][:5])),
        accepted.get("by"),
        accepted.get("reason", ""),
    )
