"""What a review tells of the policy: what is blocked and allowed for whom, since when and by whom, and what changed."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import select

from firewall_admin.core.figures import Figure, Grid, Source, Told, counted
from firewall_admin.core.names import Names
from firewall_admin.core.policy import Audience, SchoolPolicy
from firewall_admin.core.terms import APPROVE, listed
from firewall_admin.db.tables import AudienceRow, Entry, ListRow, TargetRow

from . import policy as policies
from .looked import Looked
from .register import Registered, entries

YOUTUBE = {"off": "Not restricted", "moderate": "Moderate", "strict": "Strict"}
EFFECTS = {
    "closed": "Times something was closed in this time",
    "opened": "Times something was opened in this time",
    "refused": "Requests that were refused in this time",
    "changed": "Other changes of the policy in this time",
}
NOBODY = "Before the trail began"


def blocked(look: Looked) -> Told:
    """What is in force for each audience and why, and everything that people changed."""
    policy = policies.current(look.ports, look.session, look.school.id)
    register = entries(look.ports, look.session, look.actor)
    mine = [one for one in register if look.since <= one.at < look.until]
    standing = [one for one in register if one.state == "in-force"]
    figures = [
        counted("blocks", "Sites blocked one by one, now", _of(look, standing, "closed")),
        counted("allows", "Sites opened one by one, now", _of(look, standing, "opened")),
        *(counted(effect, words, _of(look, mine, effect)) for effect, words in EFFECTS.items()),
    ]
    people = sorted({one.person for one in mine})
    who = [_by(look, number, person, mine) for number, person in enumerate(people, 1)]
    grids = (_lists(look, policy), _settings(policy))
    return Told((*figures, *who), grids)


def _by(look: Looked, number: int, person: str, mine: Sequence[Registered]) -> Figure:
    """Who changed what: one figure for each person."""
    changes = [one for one in mine if one.person == person]
    return counted(f"by-{number}", f"Of these by {person}", [_source(look, one) for one in changes])


def _of(look: Looked, register: Iterable[Registered], effect: str) -> list[Source]:
    return [_source(look, one) for one in register if one.effect == effect]


def _source(look: Looked, one: Registered) -> Source:
    until = f", until {look.day(one.until)}" if one.until else ""
    what = f"{one.effect.capitalize()} for {one.audience} by {one.person}{until}: {one.reason or 'no reason given'}"
    path = f"/decisions/{one.decision[2:]}/record" if one.decision else f"/register?words={_word(one.what)}"
    what_of = one.what.removeprefix(APPROVE)
    name = f"{what_of} ({one.decision})" if one.decision else what_of
    return Source(name, look.day(one.at), what, path)


def _word(what: str) -> str:
    """What the register finds an entry by: its words, without what an address can't hold."""
    return "+".join("".join(c if c.isalnum() or c in ".-" else " " for c in what).split())


def _lists(look: Looked, policy: SchoolPolicy) -> Grid:
    """Each list in force for each audience: which platform or kind, when it applies, who put it there and when."""
    titles = {row.slug: row.title for row in look.rows(ListRow)}
    query = select(Entry).where(Entry.school_id == look.school.id, Entry.event == "ListAssigned")
    put = {
        (entry.fields["list"], entry.fields["audience"]): (entry.actor, entry.at)
        for entry in look.session.scalars(query.order_by(Entry.number))
    }
    rows = []
    for audience in policy.audiences:
        for assigned in audience.lists:
            known = look.ports.shipped.described.get(assigned.list)
            title = titles.get(assigned.list) or (known.name if known else assigned.list)
            kind = (known.fact("category") or known.kind) if known else "our own list"
            times = f"During {assigned.when}" if assigned.when else ""
            times = times or (f"Except during {assigned.except_}" if assigned.except_ else "Always")
            role = "open" if policy.lists[assigned.list].role == "allowed" else "blocked"
            rows.append((audience.name, title, f"{kind}, {role}", times, _put(look, put.get((title, audience.name)))))
    heads = ("Audience", "Platform or list", "Kind", "When", "Put in force")
    return Grid("What is blocked and allowed by lists", heads, tuple(rows))


def _put(look: Looked, found: tuple[str, datetime] | None) -> str:
    return f"{found[0]}, {look.day(found[1])}" if found else NOBODY


def _settings(policy: SchoolPolicy) -> Grid:
    heads = ("Audience", "Safe search", "YouTube", "Ways round the filter", "Names blocked by lists")
    rows = tuple(_setting(policy, audience) for audience in policy.audiences)
    return Grid("Settings by audience", heads, rows)


def _setting(policy: SchoolPolicy, audience: Audience) -> tuple[str, ...]:
    lists: list[Names] = [policy.lists[a.list].names for a in audience.lists if policy.lists[a.list].role == "blocked"]
    total = sum(map(len, lists))
    search = "On, locked" if audience.safe_search else "Off"
    return (
        audience.name,
        search,
        YOUTUBE.get(audience.youtube, audience.youtube),
        "Refused" if audience.anti_bypass else "Not refused",
        f"{total:,} in {len(lists)} lists",
    )


def devices(look: Looked) -> Told:
    """Which networks are filtered as what, and which devices carry the policy."""
    audiences = sorted(look.rows(AudienceRow), key=lambda row: (row.position, row.name))
    networks = tuple((row.name, listed(row.networks) or "None: nobody is filtered as this") for row in audiences)
    targets = sorted(look.rows(TargetRow, TargetRow.removed_at.is_(None)), key=lambda row: row.name)
    fetched = tuple((row.name, row.format, listed(row.audiences), look.day(row.fetched_at)) for row in targets)
    sources = [Source(row.name, look.day(row.created_at), row.format, f"/targets/{row.id}") for row in targets]
    figures = (counted("targets", "Devices and files that carry the policy", sources),)
    grids = (
        Grid("Networks", ("Audience", "Its networks"), networks),
        Grid("Devices", ("Device", "Format", "For", "Last fetched"), fetched),
        look.undertook("What we say of ourselves", "off-site", "own-devices", "guests", "filter-log"),
    )
    return Told(figures, tuple(grid for grid in grids if grid.rows))
