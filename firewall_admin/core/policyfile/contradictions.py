"""What each table of a policy file alone can't know: what is missing, twice there, or at odds with another."""

from collections.abc import Iterator, Mapping
from ipaddress import ip_address
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from firewall_admin.core.refusals import shown
from firewall_admin.core.shipped import RESERVED

from .tables import AudienceTable, PolicyTables, RuleTable

Found = Iterator[tuple[str, str]]


def contradictions(tables: PolicyTables, shipped: Mapping[str, str]) -> Found:
    """Pairs of key and what is wrong there. `shipped`: the role of every shipped list by slug."""
    yield from _time_zone(tables.school.timezone)
    yield from _twice("audience", "name", [a.name for a in tables.audience])
    yield from _twice("list", "slug", [ls.slug for ls in tables.lists])
    yield from _twice("timetable", "name", [t.name for t in tables.timetable])
    for number, table in enumerate(tables.lists):
        if table.slug in RESERVED:
            yield (
                f"list[{number}].slug",
                f"'{table.slug}' is always in force and can't be replaced; choose another name",
            )
    roles = {**shipped, **{ls.slug: ls.role for ls in tables.lists}}
    timetables = {t.name for t in tables.timetable}
    for number, audience in enumerate(tables.audience):
        key = f"audience[{number}] '{audience.name}'"
        yield from _blocked_page(key, audience)
        yield from _assignments(key, audience, roles, timetables)
    yield from _shared_networks(tables)
    audiences = {a.name for a in tables.audience}
    for number, rule in enumerate(tables.rule):
        yield from _rule(f"rule[{number}] '{rule.domain}'", rule, audiences, timetables)


def _time_zone(name: str) -> Found:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        yield "school.timezone", f"there is no time zone '{shown(name)}'"


def _blocked_page(key: str, audience: AudienceTable) -> Found:
    if audience.answer == "sinkhole" and not audience.sinkhole:
        yield f"{key} sinkhole", "answer = 'sinkhole' needs the block page's addresses"
    families = [ip_address(address).version for address in audience.sinkhole]
    if len(families) != len(set(families)):
        yield f"{key} sinkhole", "one IPv4 and one IPv6 address at most"


def _assignments(key: str, audience: AudienceTable, roles: Mapping[str, str], timetables: set[str]) -> Found:
    for number, assigned in enumerate(audience.lists):
        role = roles.get(assigned.slug)
        if role is None:
            yield f"{key} lists[{number}]", f"there is no list '{assigned.slug}'"
        elif role in ("locked", "protected") and (assigned.when or assigned.except_):
            yield f"{key} lists[{number}]", f"'{assigned.slug}' is {role}: it binds everyone, always"
        for timetable in (assigned.when, assigned.except_):
            if timetable is not None and timetable not in timetables:
                yield f"{key} lists[{number}]", f"there is no timetable '{timetable}'"


def _shared_networks(tables: PolicyTables) -> Found:
    taken: dict[str, str] = {}
    for number, audience in enumerate(tables.audience):
        for network in audience.networks:
            if taken.setdefault(network, audience.name) != audience.name:
                yield f"audience[{number}].networks", f"{network} is already a network of '{taken[network]}'"


def _rule(key: str, rule: RuleTable, audiences: set[str], timetables: set[str]) -> Found:
    if rule.audience is not None and rule.audience not in audiences:
        yield f"{key} audience", f"there is no audience '{rule.audience}'"
    if rule.when is not None and rule.when not in timetables:
        yield f"{key} when", f"there is no timetable '{rule.when}'"


def _twice(table: str, key: str, names: list[str]) -> Found:
    for number, name in enumerate(names):
        if name in names[:number]:
            yield f"{table}[{number}].{key}", f"'{name}' is there twice"
