"""The filtering checks log as its page and its file show it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from ..core.people import Actor
from ..db.tables import FilteringCheck
from ..journeys.filtering_checks import SAID, WORDS, find, log, overdue
from ..ports import Ports

HEADS = (
    "Planned for",
    "Tested on",
    "How",
    "Device",
    "Site",
    "As whom",
    "Who tested",
    "What was tested",
    "Result",
    "Action",
    "Reference",
)


@dataclass(frozen=True)
class ShownCheck:
    """A check of the filter, planned or recorded. `how` and `result` as tags and words know them."""

    id: UUID
    how: str
    kind: str
    device: str
    site: str
    group: str
    due: date
    every: int | None
    is_overdue: bool
    done_on: date | None
    who: str
    tested: str
    result: str | None
    action: str
    reference: str


@dataclass(frozen=True)
class ShownLog:
    """The whole log: what is planned, the next first; what was recorded, the latest first."""

    planned: tuple[ShownCheck, ...]
    recorded: tuple[ShownCheck, ...]

    @property
    def overdue(self) -> tuple[ShownCheck, ...]:
        return tuple(one for one in self.planned if one.is_overdue)


def whole(ports: Ports, actor: Actor) -> ShownLog:
    """The school's."""
    with ports.db.look() as session:
        planned, recorded = log(session, actor.school_id)
        late = {row.id for row in overdue(session, actor.school_id, ports.clock())}
        return ShownLog(tuple(_shown(row, late) for row in planned), tuple(_shown(row, late) for row in recorded))


def one(ports: Ports, actor: Actor, check: UUID) -> ShownCheck:
    """One of them; NotFound outside the school."""
    with ports.db.look() as session:
        return _shown(find(session, actor, check), set())


def rows(found: ShownLog) -> Iterator[tuple[object, ...]]:
    """The log as lines of a table, without the heads."""
    for each in (*found.planned, *found.recorded):
        result = SAID[each.result] if each.result else ("overdue" if each.is_overdue else "planned")
        done = each.done_on.isoformat() if each.done_on else ""
        what = (each.who, each.tested, result, each.action, each.reference)
        yield each.due.isoformat(), done, each.how, each.device, each.site, each.group, *what


def _shown(row: FilteringCheck, late: set[UUID]) -> ShownCheck:
    return ShownCheck(
        row.id,
        WORDS.get(row.kind, row.kind),
        row.kind,
        row.device,
        row.site,
        row.group,
        row.due,
        row.every,
        row.id in late,
        row.done_on,
        row.done_by,
        row.tested,
        row.result,
        row.action,
        row.reference,
    )
