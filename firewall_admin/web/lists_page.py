"""What the pages of lists show of them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..core.domains import parse
from ..core.people import Actor
from ..core.refusals import NotADomain
from ..db.tables import AssignmentRow, AudienceRow, ListRow, Snapshot
from ..journeys import list_names
from ..journeys import lists as journey
from ..journeys.assignments import Times
from ..ports import Ports
from . import subscriptions_page

EDITABLE = 2_000  # names that a text box may hold without getting in the way


@dataclass(frozen=True)
class Assigned:
    """For whom a list is in force, and when."""

    id: UUID
    audience: str
    times: str
    slug: str


@dataclass(frozen=True)
class ShownList:
    """One of the school's own."""

    id: UUID
    slug: str
    title: str
    role: str
    note: str
    source: str
    names: int
    rejected: tuple[tuple[int, str, str], ...]
    rejected_lines: int
    changed_at: datetime
    assigned: tuple[Assigned, ...]
    fetched: bool = False
    label: tuple[str, str] | None = None


@dataclass(frozen=True)
class ShownNames:
    """A page of a list's names, with the names its links to other pages start from; or what a search found."""

    page: list_names.NamesPage
    found: list_names.Found | None = None
    wrong: str = ""


def every(ports: Ports, actor: Actor) -> tuple[ShownList, ...]:
    """The school's own lists, by title."""
    with ports.db.look() as session:
        query = (
            select(ListRow, Snapshot.names)
            .join(Snapshot, Snapshot.sha256 == ListRow.snapshot)
            .where(ListRow.school_id == actor.school_id)
            .order_by(ListRow.title)
        )
        assigned, labels = assignments(session, actor), subscriptions_page.labels(session, actor, ports.clock())
        shown = [_shown(row, names, assigned.get(row.slug, ())) for row, names in session.execute(query)]
        return tuple(replace(one, fetched=one.slug in labels, label=labels.get(one.slug)) for one in shown)


def one(ports: Ports, actor: Actor, listed: UUID) -> ShownList:
    """One of them; NotFound if it is not the school's."""
    with ports.db.look() as session:
        row = journey.find(session, actor, listed)
        names = session.get_one(Snapshot, row.snapshot).names
        return _shown(row, names, assignments(session, actor).get(row.slug, ()))


def names(ports: Ports, actor: Actor, listed: UUID, where: Mapping[str, str]) -> ShownNames:
    """The names that an address asks for: `after`, `before` or `at` a name, `last`, or a `name` to look for."""
    with ports.db.look() as session:
        opened = list_names.opened(ports, session, journey.find(session, actor, listed))
        asked = where.get("name", "").strip()
        try:
            if asked:
                found = list_names.search(opened, parse(asked))
                return ShownNames(list_names.starting(opened, found.domain), found)
            if after := where.get("after"):
                return ShownNames(list_names.following(opened, parse(after)))
            if before := where.get("before"):
                return ShownNames(list_names.preceding(opened, parse(before)))
        except NotADomain as problem:
            return ShownNames(list_names.following(opened), wrong=f"'{asked[:80]}' is no name: {problem.message}.")
        return ShownNames(list_names.preceding(opened) if "last" in where else list_names.following(opened))


def text(ports: Ports, actor: Actor, listed: UUID) -> str:
    """A short list's names, one a line, to be edited; empty for a long one."""
    with ports.db.look() as session:
        opened = list_names.opened(ports, session, journey.find(session, actor, listed))
        return "".join(f"{name}\n" for name in opened) if len(opened) <= EDITABLE else ""


def assignments(session: Session, actor: Actor) -> dict[str, tuple[Assigned, ...]]:
    """What is in force for whom, by the slug of the list, in the order of audiences."""
    query = (
        select(AssignmentRow, AudienceRow.name)
        .join(AudienceRow, AudienceRow.id == AssignmentRow.audience_id)
        .where(AssignmentRow.school_id == actor.school_id)
        .order_by(AudienceRow.position, AudienceRow.name)
    )
    found: dict[str, tuple[Assigned, ...]] = {}
    for row, audience in session.execute(query):
        each = Assigned(row.id, audience, Times(row.when, row.except_).words, row.slug)
        found[row.slug] = (*found.get(row.slug, ()), each)
    return found


def _shown(row: ListRow, names: int, assigned: tuple[Assigned, ...]) -> ShownList:
    rejected = tuple((line, text, reason) for line, text, reason in row.rejected)
    told = (row.id, row.slug, row.title, row.role, row.note, row.source, names, rejected, row.rejected_lines)
    return ShownList(*told, row.changed_at, assigned)
