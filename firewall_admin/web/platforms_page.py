"""What the pages of platforms show: a service's facts, what else a block of it touches, and for whom it is blocked."""

from dataclasses import dataclass
from datetime import date

from ..core.domains import covers
from ..core.people import Actor
from ..core.refusals import NotFound
from ..core.shipped import Kind, ShippedList
from ..core.shipped_header import Address, Shared
from ..ports import Ports
from . import lists_page

SHOWN: tuple[Kind, ...] = ("platform", "bundle", "circumvention")
EFFECT = {
    "good": "A block by name stops it",
    "partial": "A block by name stops some of it",
    "none": "A block by name does not stop it",
}
ADVICE = {
    "never-block": "Never block it",
    "do-not-block": "Don’t block it",
    "keep-reachable": "Keep it reachable",
    "optional": "May be blocked too",
    "block-only-as-bundle": "Block it only with all that use it",
    "block-only-if-embeds-unwanted": "Block it only if its posts on other sites are unwanted too",
    "block-to-stop-messenger-only": "Block it to stop Messenger alone",
    "owned-by-another-platform": "It belongs to another platform",
    "separate-product": "It is another product",
}
PAGES = (("terms", "Terms"), ("rules", "Rules"), ("report", "How to report"), ("safety", "Safety advice"))


@dataclass(frozen=True)
class Platform:
    """A shipped list of one service, of several together, or of ways round the filter."""

    slug: str
    kind: Kind
    name: str
    category: str
    company: str
    minimum_age: str
    effect: str
    names: tuple[str, ...]
    assigned: tuple[lists_page.Assigned, ...]


@dataclass(frozen=True)
class Facts:
    """What is known of it. `shared`: names left out because others use them, with our advice in words."""

    platform: Platform
    age_notes: tuple[str, ...]
    effect_note: str
    embeds: str
    logins: str
    breaks: tuple[str, ...]
    addresses: tuple[tuple[str, Address], ...]
    shared: tuple[tuple[Shared, str], ...]
    left_out: tuple[tuple[str, str], ...]
    keep_open: tuple[str, ...]
    notes: tuple[str, ...]
    bundles: tuple[tuple[str, str], ...]
    members: tuple[tuple[str, str], ...]
    reviewed: date | None


def every(ports: Ports, actor: Actor, query: str = "", category: str = "") -> dict[str, tuple[Platform, ...]]:
    """Those that a search finds (by name, company or one of their names), by category."""
    with ports.db.look() as session:
        assigned = lists_page.assignments(session, actor)
    wanted = query.strip().lower()
    found: dict[str, list[Platform]] = {}
    for shipped in ports.shipped.described.values():
        if shipped.kind in SHOWN:
            each = _platform(shipped, assigned.get(shipped.slug, ()))
            if (not category or each.category == category) and _matches(each, wanted):
                found.setdefault(each.category, []).append(each)
    return {name: tuple(sorted(found[name], key=lambda each: each.name.lower())) for name in sorted(found)}


def categories(ports: Ports) -> list[str]:
    """Every category, sorted."""
    return sorted({_category(each) for each in ports.shipped.described.values() if each.kind in SHOWN})


def one(ports: Ports, actor: Actor, slug: str) -> Facts:
    """All that is known of one; NotFound if there is none."""
    shipped = ports.shipped.described.get(slug)
    if shipped is None or shipped.kind not in SHOWN:
        raise NotFound("There is no such platform.")
    with ports.db.look() as session:
        assigned = lists_page.assignments(session, actor).get(slug, ())
    named = [(each.slug, each.name, each.all("includes")) for each in ports.shipped.described.values()]
    ages = filter(None, (shipped.fact("minimum-age-basis"), shipped.fact("minimum-age-note")))
    return Facts(
        _platform(shipped, assigned),
        tuple(ages),
        shipped.fact("effect-note") or "",
        shipped.fact("embeds") or "",
        shipped.fact("logins") or "",
        shipped.all("breaks"),
        tuple((words, page) for key, words in PAGES if (page := shipped.address(key))),
        tuple((shared, ADVICE[shared.advice]) for shared in shipped.shared),
        tuple(shipped.reasons.items()),
        _keep_open(ports, shipped),
        shipped.all("note"),
        tuple((slug, name) for slug, name, members in named if shipped.slug in members),
        tuple((slug, name) for slug, name, _ in named if slug in shipped.all("includes")),
        date.fromisoformat(reviewed) if (reviewed := shipped.fact("reviewed")) else None,
    )


def _keep_open(ports: Ports, shipped: ShippedList) -> tuple[str, ...]:
    """Help and reporting hosts that the list would block: of itself, and of its members if it is a bundle."""
    members = [ports.shipped.described[slug] for slug in shipped.all("includes")]
    hosts = {host for each in (shipped, *members) for key in ("help-host", "keep") for host in each.all(key)}
    return tuple(sorted(host for host in hosts if any(covers(name, host) for name in shipped.names)))


def _platform(shipped: ShippedList, assigned: tuple[lists_page.Assigned, ...]) -> Platform:
    return Platform(
        shipped.slug,
        shipped.kind,
        shipped.name,
        _category(shipped),
        shipped.fact("company") or "",
        shipped.fact("minimum-age") or "",
        EFFECT.get(shipped.fact("effect") or "", ""),
        shipped.names,
        assigned,
    )


def _category(shipped: ShippedList) -> str:
    other = {"bundle": "several together", "circumvention": "ways round the filter"}
    return shipped.fact("category") or other[shipped.kind]


def _matches(each: Platform, wanted: str) -> bool:
    if not wanted or wanted in each.name.lower() or wanted in each.company.lower() or wanted in each.slug:
        return True
    return any(wanted in name or covers(name, wanted) for name in each.names)
