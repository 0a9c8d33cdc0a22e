"""What to do about a platform: who may use it, where to report, whom to call. The appendix of every school's policy.

The facts stand in the platforms' own files and are reviewed with them; whom to call is the same for all. Numbers and
pages as their owners publish them (Childline, NSPCC, UK Safer Internet Centre, IWF, CEOP), reviewed on the day below.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from .shipped import ShippedList
from .shipped_header import Address

REVIEWED = date(2026, 11, 21)
PAGES = (("report", "Report"), ("safety", "Safety advice"), ("rules", "Rules"), ("terms", "Terms"))


@dataclass(frozen=True)
class Help:
    """Whom to call: `number` where there is one, `name` of a site as text, what it is for, and for whom."""

    who: str
    number: str
    site: str
    purpose: str
    for_children: bool = False


HELP = (
    Help("Childline", "0800 1111", "childline.org.uk", "Any child or young person, about anything, at any time", True),
    Help(
        "Report Remove (Childline and IWF)",
        "",
        "childline.org.uk/remove",
        "Under 18: get a nude picture or video of yourself taken down",
        True,
    ),
    Help("NSPCC", "0808 800 5000", "nspcc.org.uk", "Adults who worry about a child"),
    Help(
        "Professionals Online Safety Helpline",
        "0344 381 4772",
        "saferinternet.org.uk",
        "Staff, about anything online that concerns children or themselves",
    ),
    Help(
        "Report Harmful Content",
        "",
        "reportharmfulcontent.com",
        "When a platform has not acted on a report, for anyone over 13",
    ),
    Help("CEOP", "", "ceop.police.uk", "Grooming and sexual abuse of a child online"),
    Help(
        "Internet Watch Foundation",
        "",
        "report.iwf.org.uk",
        "Sexual images of children: the address only, nothing else",
    ),
    Help("Police", "101, in danger 999", "police.uk", "Threats, harassment, hate crime"),
)


@dataclass(frozen=True)
class Guide:
    """One platform, for staff or parents. `pages`: what the page is, and where; `blocked_for`: audiences it is blocked
    for now; `reports`: whether it has a page of its own to report on that is known here; `closed`: it is there no more.
    """

    slug: str
    name: str
    company: str
    category: str
    minimum_age: str
    age_note: str
    pages: tuple[tuple[str, Address], ...]
    blocked_for: tuple[str, ...]
    reviewed: str
    closed: bool = False

    @property
    def reports(self) -> bool:
        return any(words == "Report" for words, _ in self.pages)


def guides(described: Iterable[ShippedList], blocked: dict[str, tuple[str, ...]]) -> list[Guide]:
    """Every platform by name. `blocked`: the audiences by the list's slug."""
    found = [_guide(each, blocked.get(each.slug, ())) for each in described if each.kind == "platform"]
    return sorted(found, key=lambda guide: guide.name.casefold())


def _guide(shipped: ShippedList, blocked_for: tuple[str, ...]) -> Guide:
    return Guide(
        shipped.slug,
        shipped.name,
        shipped.fact("company") or "",
        shipped.fact("category") or "",
        shipped.fact("minimum-age") or "",
        shipped.fact("minimum-age-note") or "",
        tuple((words, page) for key, words in PAGES if (page := shipped.address(key))),
        blocked_for,
        shipped.fact("reviewed") or "",
        shipped.fact("status") == "closed",
    )
