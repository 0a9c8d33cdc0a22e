"""The shipped lists, read from their folder."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

from firewall_admin.core.domains import order
from firewall_admin.core.refusals import BadPolicy
from firewall_admin.core.shipped import (
    FOLDERS,
    SAFE_SEARCH,
    Kind,
    SafeSearch,
    ShippedList,
    parse_list,
    parse_safe_search,
)

PACKAGE = Path(__file__).parents[1]
LISTS_OF_ONE_FILE: tuple[Kind, ...] = ("protected", "essential")


@dataclass(frozen=True)
class Shipped:
    """Every shipped list by its slug, and the safe-search hosts. A bundle holds its members' names and its own."""

    lists: Mapping[str, ShippedList]
    safe_search: SafeSearch


def find(package: Path = PACKAGE) -> Path:
    """Where the shipped lists are: inside an installed package, or beside it in a checkout. BadPolicy if nowhere."""
    for folder in (package / "blocklists", package.parent / "blocklists"):
        if (folder / SAFE_SEARCH).is_file():
            return folder
    raise BadPolicy("the lists that come with the product are missing: install it again", str(package / "blocklists"))


def load(folder: Path) -> Shipped:
    """All shipped lists, or BadPolicy that names the file and line: never a part of them."""
    lists: dict[str, ShippedList] = {}
    for kind, file in _files(folder):
        found = parse_list(file.stem, kind, _text(folder, file))
        if found.slug in lists:
            raise BadPolicy(f"there are two lists called {found.slug!r}", _field(folder, file))
        lists[found.slug] = found
    for bundle in [each for each in lists.values() if each.kind == "bundle"]:
        lists[bundle.slug] = _expanded(bundle, lists)
    safe_search = parse_safe_search(_text(folder, folder / SAFE_SEARCH))
    return Shipped(MappingProxyType(lists), safe_search)


def _files(folder: Path) -> Iterator[tuple[Kind, Path]]:
    for kind in LISTS_OF_ONE_FILE:
        yield kind, folder / f"{kind}.txt"
    for kind, below in FOLDERS.items():
        if below:
            for file in sorted((folder / below).glob("*.txt")):
                yield kind, file


def _text(folder: Path, file: Path) -> str:
    try:
        return file.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        raise BadPolicy(f"can't be read: {problem}", _field(folder, file)) from None


def _field(folder: Path, file: Path) -> str:
    return file.relative_to(folder).as_posix()


def _expanded(bundle: ShippedList, lists: Mapping[str, ShippedList]) -> ShippedList:
    names = set(bundle.names)
    for slug in bundle.all("includes"):
        member = lists.get(slug)
        if member is None or member.kind != "platform":
            raise BadPolicy(f"there is no platform called {slug!r}", f"{FOLDERS['bundle']}{bundle.slug}.txt")
        names.update(member.names)
    return replace(bundle, names=tuple(sorted(names, key=order)))
