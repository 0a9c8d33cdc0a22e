"""What the page of rules shows of them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from ..core.access_requests import decision_number
from ..core.people import Actor
from ..db.load import timetables
from ..db.tables import AudienceRow, RuleRow, School
from ..journeys.rules import find
from ..journeys.seen_rules import Seen, of_rules
from ..ports import Ports
from .checks_page import TAGS

PAGE = 100
SOON = timedelta(days=7)


@dataclass(frozen=True)
class ShownRule:
    """A rule with who made it, why, and until when. `state` is a name of web.states, and so is `seen`, what checks saw
    of one that is in force, at `seen_at`; `live` while it can be ended."""

    id: UUID
    action: str
    domain: str
    audience: str
    reason: str
    made_by: str
    made_at: datetime
    since: datetime | None
    until: datetime | None
    when: str | None
    decision: str | None
    ended_by: str | None
    ended_at: datetime | None
    state: str
    seen: str = ""
    seen_at: datetime | None = None

    @property
    def live(self) -> bool:
        return self.ended_at is None

    @property
    def decision_number(self) -> int | None:
        """The number of the decision that made it, for its page."""
        return decision_number(self.decision)


@dataclass(frozen=True)
class Asked:
    """Which rules: with a word in their name or reason, of an action, for an audience, ended ones or not."""

    word: str = ""
    action: str = ""
    audience: str = ""
    ended: bool = False
    page: int = 1


def asked(where: Mapping[str, str]) -> Asked:
    """What an address asks for. What it can't mean is left out."""
    page = where.get("page", "1")
    number = int(page) if page.isascii() and page.isdecimal() and len(page) < 7 else 1
    return Asked(
        where.get("word", "").strip()[:100],
        where.get("action", "") if where.get("action") in ("allow", "block") else "",
        where.get("audience", "")[:40],
        bool(where.get("ended")),
        max(1, number),
    )


def some(ports: Ports, actor: Actor, wanted: Asked) -> tuple[tuple[ShownRule, ...], int]:
    """A page of the rules asked for, the newest first, and how many there are in all."""
    with ports.db.look() as session:
        names = _named(session, actor)
        query = _where(select(RuleRow), actor, wanted, names)
        count = session.scalar(select(func.count()).select_from(query.subquery())) or 0
        rows = session.scalars(query.order_by(RuleRow.id.desc()).offset((wanted.page - 1) * PAGE).limit(PAGE)).all()
        now, shut = ports.clock(), _shut(session, actor, ports.clock())
        seen = of_rules(session, actor.school_id, rows, names, now)
        return tuple(_with_seen(_shown(row, names, now, shut), seen.get(row.id)) for row in rows), count


def one(ports: Ports, actor: Actor, rule: UUID) -> ShownRule:
    """One of them; NotFound if it is not the school's."""
    with ports.db.look() as session:
        names = _named(session, actor)
        now = ports.clock()
        return _shown(find(session, actor, rule), names, now, _shut(session, actor, now))


def _named(session: Session, actor: Actor) -> dict[UUID, str]:
    rows = session.scalars(select(AudienceRow).where(AudienceRow.school_id == actor.school_id))
    return {row.id: row.name for row in rows}


def _where(query: Select[RuleRow], actor: Actor, wanted: Asked, names: Mapping[UUID, str]) -> Select[RuleRow]:
    query = query.where(RuleRow.school_id == actor.school_id)
    query = query.where(RuleRow.ended_at.is_not(None) if wanted.ended else RuleRow.ended_at.is_(None))
    if wanted.word:
        by_name = RuleRow.domain.contains(wanted.word.lower(), autoescape=True)
        query = query.where(by_name | RuleRow.reason.icontains(wanted.word, autoescape=True))
    if wanted.action:
        query = query.where(RuleRow.action == wanted.action)
    if wanted.audience:
        ids = [id_ for id_, name in names.items() if name == wanted.audience]
        query = query.where(RuleRow.audience_id.in_(ids) | RuleRow.audience_id.is_(None))
    return query


def _shut(session: Session, actor: Actor, now: datetime) -> set[str]:
    """The timetables that are not open now."""
    zone = ZoneInfo(session.get_one(School, actor.school_id).timezone)
    return {timetable.name for timetable in timetables(session, actor.school_id) if not timetable.is_open(now, zone)}


def _shown(row: RuleRow, names: Mapping[UUID, str], now: datetime, shut: Collection[str]) -> ShownRule:
    audience = names[row.audience_id] if row.audience_id else row.former_audience or "everyone"
    told = (row.id, row.action, row.domain, audience, row.reason, row.made_by, row.made_at, row.since, row.until)
    return ShownRule(*told, row.when, row.decision, row.ended_by, row.ended_at, _state(row, now, shut))


def _with_seen(shown: ShownRule, seen: Seen | None) -> ShownRule:
    if seen is None or shown.state not in ("in-force", "ends-soon"):
        return shown
    return replace(shown, seen=TAGS[seen.state], seen_at=seen.at)


def _state(row: RuleRow, now: datetime, shut: Collection[str]) -> str:
    if row.ended_at or (row.until and row.until <= now):
        return "expired"
    if row.since and row.since > now:
        return "not-yet"
    if row.when in shut:
        return "resting"
    return "ends-soon" if row.until and row.until <= now + SOON else "in-force"
