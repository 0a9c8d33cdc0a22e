"""Releases as pages show them: rows and the trail read into plain values."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ..core.events import REGISTER, sentence
from ..core.people import Actor
from ..db.tables import Entry, Release, School
from ..journeys import urgent
from ..journeys.due_releases import THE_CLOCK
from ..journeys.releases import find, published
from ..journeys.typed_counts import to_type
from ..ports import Ports
from .plans import ACCEPTING, SOME_OTHER, Names

OF_POLICY = frozenset({"events", "events_policy", "events_releases", "events_subscriptions"})
"""Where the events are that make a release what it is."""
OF_A_LOSS = "That goes for later releases too."
"""What is added for whoever accepts a loss: it is accepted for the target."""


@dataclass(frozen=True)
class ShownObjection:
    """An objection, what accepting it means, and who did."""

    key: str
    name: str
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
        """The number to type, where so many names change, or names that are needed."""
        return to_type(self.blocked + self.opened, (one.name for one in self.open_objections))

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
        who = _who(session, rows)
        return tuple(ShownRelease(**_plain(row), who=who[row.number]) for row in rows[:most]), count


def release(ports: Ports, actor: Actor, number: int) -> ShownRelease:
    """One of them, with all that is known; NotFound otherwise."""
    with ports.db.look() as session:
        row = find(session, actor, number)
        acts = _acts(session, row)
        return ShownRelease(
            **_plain(row),
            who=_people(acts),
            acts=tuple((act.at, sentence(act.event, act.actor, act.fields)) for act in acts),
            changes=tuple(_change(name, told) for name, told in dict(row.changes).items()),
            objections=tuple(_objection(one) for one in row.objections),
            next_change=row.next_change,
            was_published=row.published_at is not None,
        )


def _who(session: Session, rows: Sequence[Release]) -> dict[int, tuple[str, ...]]:
    """By release, the people whose acts went into it. `rows`: one after the other, the latest first."""
    if not rows:
        return {}
    since = _since(session, rows)
    of_policy = [name for name in REGISTER if _is_of_policy(name)]
    query = select(Entry.number, Entry.actor).where(
        Entry.school_id == rows[0].school_id,
        Entry.actor_id.is_not(None),
        Entry.event.in_(of_policy),
        Entry.number <= rows[0].entry,
        Entry.number > min(since.values()),
    )
    acts = session.execute(query.order_by(Entry.number)).all()
    numbers = [number for number, _ in acts]
    found = {}
    for row in rows:
        first, last = bisect_right(numbers, since[row.number]), bisect_right(numbers, row.entry)
        found[row.number] = tuple(dict.fromkeys(actor for _, actor in acts[first:last]))
    return found


def _since(session: Session, rows: Sequence[Release]) -> dict[int, int]:
    """By release, the entry of the trail after which its acts begin: what is before went into an earlier one. A release
    that waited and was never in force took nothing in, nor did one of the clock, nor blocks that went ahead of an edit
    that waits. `rows`: one after the other, the latest first."""
    earlier = select(Release.number, Release.entry).where(
        Release.school_id == rows[0].school_id,
        Release.published_at.is_not(None),
        Release.cause.not_in((THE_CLOCK, urgent.CAUSE)),
    )
    earlier = earlier.order_by(Release.number.desc())
    below = session.execute(earlier.where(Release.number < rows[-1].number).limit(1)).all()
    among = session.execute(earlier.where(Release.number.between(rows[-1].number, rows[0].number))).all()
    return {
        row.number: row.entry
        if row.cause == THE_CLOCK
        else next((entry for number, entry in (*among, *below) if number < row.number), 0)
        for row in rows
    }


def _plain(row: Release) -> dict[str, Any]:
    return {
        "number": row.number,
        "state": row.state,
        "when": row.published_at or row.prepared_at,
        "cause": row.cause,
        "blocked": row.blocked,
        "opened": row.opened,
    }


def _acts(session: Session, row: Release) -> list[Entry]:
    """What people did to the policy for this release. What they asked, reported or read is no part of it: governors see
    releases, too."""
    query = select(Entry).where(Entry.school_id == row.school_id, Entry.number <= row.entry)
    query = query.where(Entry.number > _since(session, [row])[row.number])
    entries = session.scalars(query.where(Entry.actor_id.is_not(None)).order_by(Entry.number.desc()).limit(200))
    return [entry for entry in entries if _is_of_policy(entry.event)][::-1]


def _is_of_policy(event: str) -> bool:
    return REGISTER[event].__module__.rpartition(".")[2] in OF_POLICY


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
        name,
        text if text.endswith(".") else f"{text}.",
        f"{accepting} {OF_A_LOSS}" if name.startswith("loss-") else accepting,
        Names(len(kept["names"]), tuple(kept["names"][:5])),
        accepted.get("by"),
        accepted.get("reason", ""),
    )
