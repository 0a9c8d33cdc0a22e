"""Pi-hole's domains, adlists, groups and clients (version 5 and 6; docs.pi-hole.net/database/domain-database)."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from . import Brought, Left

ALLOW, BLOCK, ALLOW_REGEX, BLOCK_REGEX = range(4)
# What Pi-hole itself writes for "add domain as wildcard": the name and everything under it, which is what we mean.
_WILDCARD = re.compile(r"\((?:\\\.\|\^|\^\|\\\.)\)((?:[a-z0-9_-]+\\\.)+[a-z0-9_-]+)\$", re.IGNORECASE)
EXACT = (
    "Pi-hole blocks or allows one exact name; here a name covers everything under it too. "
    "Look through the two lists before you assign them."
)
Rows = Sequence[Mapping[str, Any]]


def bring(tables: Mapping[str, Rows]) -> Brought:
    """From the rows of `domainlist`, `adlist`, `group`, `client` and `domainlist_by_group`; any may be missing."""
    texts: dict[int, list[str]] = {ALLOW: [], BLOCK: []}
    left: list[Left] = []
    for row in tables.get("domainlist", ()):
        kind, domain = _number(row.get("type")), str(row.get("domain", ""))
        name = domain if kind in (ALLOW, BLOCK) else _of_wildcard(domain)
        if not _number(row.get("enabled", 1)):
            left.append(Left(domain, "it is switched off in Pi-hole"))
        elif kind in (ALLOW_REGEX, BLOCK_REGEX) and name is None:
            left.append(Left(domain, "a regular expression: name the sites it is meant for"))
        elif name and kind in (ALLOW, BLOCK, ALLOW_REGEX, BLOCK_REGEX):
            texts[kind % 2].append(name)
    left += _others(tables)
    notes = (EXACT,) if any(texts.values()) else ()
    return Brought("Pi-hole", _text(texts[BLOCK]), _text(texts[ALLOW]), notes=notes, left=tuple(left))


def _others(tables: Mapping[str, Rows]) -> Iterator[Left]:
    for row in tables.get("adlist", ()):
        yield Left(str(row.get("address", "")), "a subscribed list: download it and add it under Lists")
    for row in tables.get("group", ()):
        if _number(row.get("id")):
            yield Left(f"group {row.get('name')}", "make an audience for it, and assign the lists there")
    for row in tables.get("client", ()):
        yield Left(f"client {row.get('ip')}", "put its network into an audience")
    grouped = [row for row in tables.get("domainlist_by_group", ()) if _number(row.get("group_id"))]
    if grouped:
        yield Left(f"{len(grouped)} domains that belong to groups", "they are carried for the audiences you choose")


def _of_wildcard(expression: str) -> str | None:
    found = _WILDCARD.fullmatch(expression)
    return found[1].replace("\\.", ".") if found else None


def _text(names: list[str]) -> str:
    return "".join(f"{name}\n" for name in names if "\n" not in name)


def _number(value: object) -> int:
    return int(value) if isinstance(value, int | bool) or (isinstance(value, str) and value.isdecimal()) else 0
