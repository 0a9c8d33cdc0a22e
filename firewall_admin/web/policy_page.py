"""What the overview of the policy shows of each audience."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from ..core.people import Actor
from ..core.policy import SchoolPolicy
from ..db.tables import AudienceRow, ListRow, RuleRow, School, Snapshot, TargetRow
from ..journeys import policy
from ..ports import Ports
from . import lists_page, subscriptions_page

ANSWERS = {"nxdomain": "As if it did not exist", "null": "With no address", "sinkhole": "With the block page"}


@dataclass(frozen=True)
class InForce:
    """A list of an audience: what it is called, how many names it has, when it holds, and whether it does now."""

    assigned: lists_page.Assigned
    title: str
    role: str
    names: int
    now: bool
    label: tuple[str, str] | None = None


@dataclass(frozen=True)
class ShownAudience:
    """An audience and what is in force for it."""

    id: UUID
    name: str
    networks: tuple[str, ...]
    answer: str
    sinkhole: tuple[str, ...]
    safe_search: bool
    youtube: str
    anti_bypass: bool
    essential: bool
    lists: tuple[InForce, ...]
    blocks: int
    allows: int

    @property
    def names(self) -> int:
        """Names of blocking lists in force now. Two lists may share some."""
        return sum(each.names for each in self.lists if each.now and each.role == "blocked")


@dataclass(frozen=True)
class Overview:
    """The policy at a glance."""

    school: str
    timezone: str
    domains: tuple[str, ...]
    signed_at: datetime | None
    audiences: tuple[ShownAudience, ...]
    everywhere: tuple[tuple[str, str, int], ...]
    timetables: tuple[tuple[str, bool], ...]
    next_change: datetime | None
    targets: int


def overview(ports: Ports, actor: Actor) -> Overview:
    """The school's policy as it is edited now."""
    with ports.db.look() as session:
        school, now = session.get_one(School, actor.school_id), ports.clock()
        found = policy.current(ports, session, actor.school_id)
        clock, targets = found.clock(now), select(func.count()).select_from(TargetRow)
        targets = targets.where(TargetRow.school_id == actor.school_id, TargetRow.removed_at.is_(None))
        return Overview(
            school.name,
            school.timezone,
            tuple(school.domains),
            school.signed_at,
            tuple(_audiences(ports, session, actor, found)),
            tuple(_everywhere(session, actor, now)),
            tuple((name, clock(name)) for name in found.timetables),
            found.next_change(now),
            session.scalar(targets) or 0,
        )


def _audiences(ports: Ports, session: Session, actor: Actor, found: SchoolPolicy) -> list[ShownAudience]:
    query = select(AudienceRow).where(AudienceRow.school_id == actor.school_id)
    rows = session.scalars(query.order_by(AudienceRow.position, AudienceRow.name)).all()
    assigned = [each for some in lists_page.assignments(session, actor).values() for each in some]
    own = {row.slug: (row.title, names) for row, names in session.execute(_own(actor))}
    return [_audience(ports, session, actor, found, row, assigned, own) for row in rows]


def _audience(
    ports: Ports,
    session: Session,
    actor: Actor,
    found: SchoolPolicy,
    row: AudienceRow,
    assigned: list[lists_page.Assigned],
    own: dict[str, tuple[str, int]],
) -> ShownAudience:
    now = {listed.slug for listed in found.policy(row.name, ports.clock()).lists}
    labels = subscriptions_page.labels(session, actor, ports.clock())
    lists = []
    for each in (each for each in assigned if each.audience == row.name):
        title, names = own.get(each.slug) or _shipped(ports, each.slug)
        lists.append(InForce(each, title, found.lists[each.slug].role, names, each.slug in now, labels.get(each.slug)))
    return ShownAudience(
        row.id,
        row.name,
        tuple(row.networks),
        ANSWERS[row.answer],
        tuple(row.sinkhole),
        row.safe_search,
        row.youtube,
        row.anti_bypass,
        row.essential,
        tuple(lists),
        _rules(session, actor, row, "block"),
        _rules(session, actor, row, "allow"),
    )


def _shipped(ports: Ports, slug: str) -> tuple[str, int]:
    known = ports.shipped.described.get(slug)
    return known.name if known else slug, len(ports.shipped.lists[slug].names)


def _own(actor: Actor) -> Select[ListRow, int]:
    join = select(ListRow, Snapshot.names).join(Snapshot, Snapshot.sha256 == ListRow.snapshot)
    return join.where(ListRow.school_id == actor.school_id).order_by(ListRow.slug)


def _everywhere(session: Session, actor: Actor, now: datetime) -> list[tuple[str, str, int]]:
    """The school's own lists that bind everyone."""
    labels = subscriptions_page.labels(session, actor, now)
    return [
        (row.title + (f", {told[0].lower()}" if (told := labels.get(row.slug)) else ""), row.role, names)
        for row, names in session.execute(_own(actor))
        if row.role in ("locked", "protected")
    ]


def _rules(session: Session, actor: Actor, row: AudienceRow, action: str) -> int:
    query = select(func.count()).select_from(RuleRow)
    query = query.where(RuleRow.school_id == actor.school_id, RuleRow.action == action, RuleRow.ended_at.is_(None))
    return session.scalar(query.where(or_(RuleRow.audience_id == row.id, RuleRow.audience_id.is_(None)))) or 0
