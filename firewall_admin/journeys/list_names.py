"""Looking into a list: its names a page at a time, and what it says of one name. A million names are never loaded."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from firewall_admin.core.domains import from_order, lineage, order
from firewall_admin.core.names import Names
from firewall_admin.db.tables import ListRow, Snapshot
from firewall_admin.ports import Ports

PAGE = 100


@dataclass(frozen=True)
class NamesPage:
    """Names in label order, and whether there are more before and after them."""

    names: tuple[str, ...]
    more_before: bool
    more_after: bool


@dataclass(frozen=True)
class Found:
    """What a list says of a name: the names that cover it, the closest first, and those under it."""

    domain: str
    covering: tuple[str, ...]
    under: int
    first_under: tuple[str, ...]


def opened(ports: Ports, session: Session, row: ListRow) -> Names:
    """A list's names, with their count known: nothing is read yet."""
    kept = ports.store.glance(row.snapshot)
    return Names(kept.text, session.get_one(Snapshot, row.snapshot).names)


def following(names: Names, after: str | None = None, size: int = PAGE) -> NamesPage:
    """The page that comes after a name, or (None) the first."""
    key = order(after) if after else ""
    found = names.following(key, size + 1)
    return NamesPage(_domains(found[:size]), bool(after) and _any_before(names, found, key), len(found) > size)


def preceding(names: Names, before: str | None = None, size: int = PAGE) -> NamesPage:
    """The page that comes before a name, or (None) the last."""
    key = order(before) if before else None
    found = names.preceding(key, size + 1)
    return NamesPage(_domains(found[-size:]), len(found) > size, bool(key and names.following(key, 1, or_at=True)))


def starting(names: Names, at: str, size: int = PAGE) -> NamesPage:
    """The page that begins at a name, or where it would stand."""
    found = names.following(order(at), size + 1, or_at=True)
    return NamesPage(_domains(found[:size]), _any_before(names, found, order(at)), len(found) > size)


def search(names: Names, domain: str, size: int = PAGE) -> Found:
    """What covers a parsed name and what stands under it."""
    covering = tuple(name for name in lineage(domain) if name in names)
    return Found(domain, covering, names.count_under(domain), tuple(names.first_under(domain, size)))


def _any_before(names: Names, found: list[str], key: str) -> bool:
    return bool(names.preceding(found[0] if found else key, 1))


def _domains(keys: list[str]) -> tuple[str, ...]:
    return tuple(map(from_order, keys))
