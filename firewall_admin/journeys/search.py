"""Finding a name wherever it stands: in lists, shipped or the school's own, in rules, and in what releases changed."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from firewall_admin.core import domains
from firewall_admin.core.names import Names
from firewall_admin.core.people import Actor, Permission
from firewall_admin.core.refusals import NotADomain, Refusal
from firewall_admin.db.tables import AssignmentRow, AudienceRow, ListRow, Release, RuleRow
from firewall_admin.ports import Ports

from . import list_names, policy

RELEASES = 50  # the newest that are looked through
FRAGMENTS = 20  # names shown of each list that a part of a name was found in
_FRAGMENT = re.compile(r"[a-z0-9_-]{3,63}")


@dataclass(frozen=True)
class InList:
    """What a list says of the name. `listed`: the id of one of the school's own; `for_whom`: audiences, by name."""

    slug: str
    title: str
    role: str
    listed: UUID | None
    for_whom: tuple[str, ...]
    covering: tuple[str, ...]
    under: int
    first_under: tuple[str, ...]


@dataclass(frozen=True)
class InRule:
    """A rule at the name, above it (`covers`) or under it."""

    action: str
    domain: str
    audience: str | None
    reason: str
    made_by: str
    made_at: datetime
    until: datetime | None
    ended_at: datetime | None
    covers: bool


@dataclass(frozen=True)
class InRelease:
    """A release that blocked or opened the name, one above it or one under it."""

    number: int
    at: datetime
    audience: str
    domain: str
    blocked: bool


@dataclass(frozen=True)
class Results:
    """Everything found. `domain` is None where only a part of a name was asked for."""

    asked: str
    domain: str | None
    lists: tuple[InList, ...] = ()
    rules: tuple[InRule, ...] = ()
    releases: tuple[InRelease, ...] = ()

    @property
    def nothing(self) -> bool:
        return not (self.lists or self.rules or self.releases)


def find(ports: Ports, actor: Actor, *, text: str) -> Results:
    """Look for a name, or for a part of one without dots (three characters at least), in all the school has."""
    policy.may(actor, Permission.SEE_POLICY)
    asked = text.strip().lower()
    with ports.db.look() as session:
        places = list(_places(ports, session, actor))
        try:
            domain = domains.parse(asked)
        except NotADomain as problem:
            if not _FRAGMENT.fullmatch(asked):
                raise Refusal(f"'{asked}' is no name: {problem.message}.", "name") from None
            found = tuple(filter(None, (_fragments(place, names, asked) for place, names in places)))
            return Results(asked, None, found, tuple(_rules(session, actor, None, asked)))
        lists = tuple(filter(None, (_in_list(place, names, domain) for place, names in places)))
        rules = tuple(_rules(session, actor, domain, asked))
        return Results(asked, domain, lists, rules, tuple(_in_releases(ports, session, actor, domain)))


def _places(ports: Ports, session: Session, actor: Actor) -> Iterator[tuple[InList, Names]]:
    """Every list with its names: the school's own first, then those shipped."""
    query = (
        select(AssignmentRow.slug, AudienceRow.name)
        .join(AudienceRow, AudienceRow.id == AssignmentRow.audience_id)
        .where(AssignmentRow.school_id == actor.school_id)
        .order_by(AudienceRow.position, AudienceRow.name)
    )
    assigned: dict[str, list[str]] = {}
    for slug, audience in session.execute(query):
        assigned.setdefault(slug, []).append(audience)
    everyone = ("everyone",)
    own = session.scalars(select(ListRow).where(ListRow.school_id == actor.school_id).order_by(ListRow.slug)).all()
    for row in own:
        whom = everyone if row.role in ("locked", "protected") else tuple(assigned.get(row.slug, ()))
        yield InList(row.slug, row.title, row.role, row.id, whom, (), 0, ()), list_names.opened(ports, session, row)
    for slug, listed in ports.shipped.lists.items():
        if slug not in {row.slug for row in own}:
            known = ports.shipped.described.get(slug)
            whom = everyone if slug in ("protected", "essential") else tuple(assigned.get(slug, ()))
            yield InList(slug, known.name if known else slug, listed.role, None, whom, (), 0, ()), listed.names


def _in_list(place: InList, names: Names, domain: str) -> InList | None:
    found = list_names.search(names, domain, size=5)
    if not (found.covering or found.under):
        return None
    head = (place.slug, place.title, place.role, place.listed, place.for_whom)
    return InList(*head, found.covering, found.under, found.first_under)


def _fragments(place: InList, names: Names, fragment: str) -> InList | None:
    """The first names with a part in them."""
    found = names.holding(fragment, FRAGMENTS)
    if not found and fragment not in place.title.lower():
        return None
    head = (place.slug, place.title, place.role, place.listed, place.for_whom)
    return InList(*head, (), len(found), tuple(found))


def _rules(session: Session, actor: Actor, domain: str | None, asked: str) -> Iterator[InRule]:
    """Rules by name, those in force first; a part of a name is looked for anywhere in them."""
    if domain is None:
        where = RuleRow.domain.contains(asked, autoescape=True)
    else:
        above = RuleRow.domain.in_(domains.lineage(domain))
        where = or_(above, RuleRow.domain.endswith(f".{domain}", autoescape=True))
    query = select(RuleRow).where(RuleRow.school_id == actor.school_id, where).order_by(RuleRow.id.desc()).limit(100)
    named = dict(_audiences(session, actor))
    for row in sorted(session.scalars(query), key=lambda row: row.ended_at is not None):
        audience = named[row.audience_id] if row.audience_id else row.former_audience
        covers = domain is not None and domains.covers(row.domain, domain)
        told = (row.action, row.domain, audience, row.reason, row.made_by, row.made_at, row.until, row.ended_at)
        yield InRule(*told, covers)


def _audiences(session: Session, actor: Actor) -> Sequence[tuple[UUID, str]]:
    query = select(AudienceRow.id, AudienceRow.name).where(AudienceRow.school_id == actor.school_id)
    return [(row.id, row.name) for row in session.execute(query)]


def _in_releases(ports: Ports, session: Session, actor: Actor, domain: str) -> Iterator[InRelease]:
    """Where releases blocked or opened the name, the newest first."""
    query = (
        select(Release.number, Release.at, Release.changes)
        .where(Release.school_id == actor.school_id)
        .order_by(Release.number.desc())
        .limit(RELEASES)
    )
    for number, at, changes in session.execute(query):
        for audience, told in sorted(changes.items()):
            if "listing" in told:
                for name, blocked in ports.store.listing(told["listing"]).around(domain, FRAGMENTS):
                    yield InRelease(number, at, audience, name, blocked)
