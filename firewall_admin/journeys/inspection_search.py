"""What an inspector finds by one search: whether a site is open or blocked and for whom, who decided it, when and why,
and when that was last looked at."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from firewall_admin.core.domains import covers, lineage
from firewall_admin.core.people import Actor
from firewall_admin.core.refusals import NotADomain, NotFound
from firewall_admin.core.shipped import ShippedList
from firewall_admin.db.tables import Review, School
from firewall_admin.ports import Ports

from . import explain, inspections, records, register

MOST = 30  # entries of the register
PERSONAL = ("Asked by",)
"""Rows of a decision's record that are not for an inspector: who asked is somebody's own business."""


@dataclass(frozen=True)
class Sought:
    """What was found for `asked`. `site`: how things stand now, None where no site was meant; `entries`: what people
    decided about it, the newest first, of which there are `more`; `signed_at`: when the policy as a whole was last
    signed; `reviewed_at`: when a review of filtering was."""

    asked: str
    site: explain.Explained | None
    entries: tuple[register.Registered, ...]
    more: int
    signed_at: datetime | None
    reviewed_at: datetime | None


def search(ports: Ports, token: str, words: str) -> Sought:
    """Look for a site, an address, a platform by its name, or words of a decision. NotFound for a link that ended."""
    reader, asked = inspections.reader(inspections.opened(ports, token)), words.strip()[:200]
    platform = _platform(ports, asked)
    site = _site(ports, reader, _main(platform) if platform else asked)
    with ports.db.look() as session:
        found = register.entries(ports, session, reader)
        query = select(func.max(Review.signed_at)).where(Review.school_id == reader.school_id)
        signed, reviewed = session.get_one(School, reader.school_id).signed_at, session.scalar(query)
    titles = _titles(ports, site)
    mine = [one for one in found if _about(one, asked, site, platform) or one.what.startswith(titles)]
    return Sought(asked, site, tuple(mine[:MOST]), max(0, len(mine) - MOST), signed, reviewed)


def decision(ports: Ports, token: str, number: int) -> records.Record:
    """The record of a decision as a governor reads it, without who asked."""
    reader = inspections.reader(inspections.opened(ports, token))
    found = records.record(ports, reader, number)
    sections = tuple(
        records.Section(part.heading, tuple(row for row in part.rows if row[0] not in PERSONAL))
        for part in found.sections
    )
    return records.Record(
        found.school, found.reference, found.title, found.question, found.outcome, sections, found.read_at
    )  # fmt: skip


def _platform(ports: Ports, asked: str) -> ShippedList | None:
    """The platform of this name, such as YouTube."""
    word = asked.casefold()
    known = (one for one in ports.shipped.described.values() if one.kind == "platform" and one.names)
    return next((one for one in known if word in (one.slug, one.name.casefold())), None)


def _main(platform: ShippedList) -> str:
    """The name by which people know a platform: the one that is called like it, under .com, or else the shortest."""
    if (known := f"{platform.slug}.com") in platform.names:
        return known
    return min(platform.names, key=lambda name: (platform.slug not in name, name.count("."), len(name)))


def _site(ports: Ports, reader: Actor, text: str) -> explain.Explained | None:
    try:
        return explain.explain(ports, reader, address=text)
    except (NotADomain, NotFound):
        return None


def _titles(ports: Ports, site: explain.Explained | None) -> tuple[str, ...]:
    """How the register begins to tell of the platforms whose lists hold a site."""
    above = set(lineage(site.domain)) if site else set()
    known = (one for one in ports.shipped.described.values() if not above.isdisjoint(one.names))
    return tuple(f"the list {one.name}," for one in known)


def _about(one: register.Registered, asked: str, site: explain.Explained | None, platform: ShippedList | None) -> bool:
    if platform and (platform.name.casefold() in one.what.casefold() or any(n in one.what for n in platform.names)):
        return True
    if site is not None:
        return any(_same(word.strip(",.()'’"), site.domain) for word in one.what.split())
    told: Iterable[str | None] = (one.what, one.person, one.reason, one.decision, one.audience)
    text = " ".join(filter(None, told)).casefold()
    return bool(asked) and all(word in text for word in asked.casefold().split())


def _same(word: str, domain: str) -> bool:
    """Whether a word is the site, a name above it that covers it, or one under it."""
    return "." in word and (word in lineage(domain) or covers(domain, word))
