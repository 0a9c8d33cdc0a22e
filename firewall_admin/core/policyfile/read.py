"""From the text of a policy file to the policy it says."""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from firewall_admin.core.policy import Assignment, Audience, NameList, Role, Rule, SchoolPolicy
from firewall_admin.core.refusals import BadPolicy, Refusal, shown
from firewall_admin.core.shipped import ShippedList
from firewall_admin.core.timetable import parse_timetable

from .contradictions import contradictions
from .tables import AudienceTable, PolicyTables, RuleTable

Reader = Callable[[str, Role, str], NameList]


@dataclass(frozen=True)
class Shipped:
    """What comes with the product: its lists by slug, the steering of search engines and their fixed addresses.

    `described` holds the same lists with their facts, for screens; a verdict needs none of that."""

    lists: Mapping[str, NameList] = field(default_factory=dict)
    steering: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    addresses: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    described: Mapping[str, ShippedList] = field(default_factory=dict)


def parse_policy(text: str, file: str, shipped: Shipped, read: Reader) -> SchoolPolicy:
    """The policy a file's text says. `read(slug, role, source)` gives a list's names.

    Raises BadPolicy: the message says what is wrong, `field` gives the file and the line or key.
    """
    try:
        tables = PolicyTables.model_validate(_toml(text, file))
    except ValidationError as problem:
        first = problem.errors()[0]
        raise BadPolicy(_worded(first), f"{file}: {_key(first['loc'])}") from None
    for key, wrong in contradictions(tables, {slug: listed.role for slug, listed in shipped.lists.items()}):
        raise BadPolicy(wrong, f"{file}: {key}")
    return _school_policy(tables, file, shipped, read)


def _toml(text: str, file: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except ValueError as problem:  # TOMLDecodeError, and numbers longer than Python reads
        raise BadPolicy(f"not TOML: {shown(str(problem), 200)}", file) from None
    except RecursionError:
        raise BadPolicy("not TOML of a policy: nested too deep", file) from None


def _school_policy(tables: PolicyTables, file: str, shipped: Shipped, read: Reader) -> SchoolPolicy:
    zone = ZoneInfo(tables.school.timezone)
    used = {"protected", "essential"} | {a.slug for audience in tables.audience for a in audience.lists}
    lists = {slug: listed for slug, listed in shipped.lists.items() if slug in used}
    for number, table in enumerate(tables.lists):
        try:
            lists[table.slug] = read(table.slug, table.role, table.source)
        except Refusal as refusal:
            where = f"{file}: list[{number}] '{table.slug}' source"
            raise BadPolicy(f"{table.source}: {refusal.message}", where) from None
    return SchoolPolicy(
        school=tables.school.name,
        zone=zone,
        timezone=tables.school.timezone,
        domains=tuple(tables.school.domains),
        audiences=tuple(map(_audience, tables.audience)),
        lists=lists,
        rules=tuple(
            _rule(f"{file}: rule[{number}] '{rule.domain}'", rule, zone) for number, rule in enumerate(tables.rule)
        ),
        timetables={t.name: parse_timetable(t.name, t.windows, t.terms) for t in tables.timetable},
        steering=shipped.steering,
        addresses=shipped.addresses,
    )


def _audience(table: AudienceTable) -> Audience:
    values = table.model_dump(exclude={"lists", "networks", "sinkhole"})
    assigned = tuple(Assignment(a.slug, a.when, a.except_) for a in table.lists)
    return Audience(
        **values, networks=tuple(dict.fromkeys(table.networks)), sinkhole=tuple(table.sinkhole), lists=assigned
    )


def _rule(key: str, table: RuleTable, zone: ZoneInfo) -> Rule:
    since, until = _instant(table.from_, zone), _instant(table.until, zone)
    if since and until and since >= until:
        raise BadPolicy("it ends before it begins", f"{key} until")
    return Rule(table.action, table.domain, table.audience, since, until, table.when, table.reason)


def _instant(at: datetime | None, zone: ZoneInfo) -> datetime | None:
    """In UTC; a time without an offset is the school's own."""
    return at and (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)


def _worded(error: Any) -> str:
    kind, message = error["type"], str(error["msg"]).removeprefix("Value error, ")
    if kind == "extra_forbidden":
        return "there is no such key"
    if kind == "missing":
        return "this key is missing"
    if kind in ("dict_type", "model_type"):
        return "a table is wanted here"
    if kind == "datetime_type":
        return "write a date with a time, without quotes, like 2026-11-23T08:00:00"
    return message[:1].lower() + message[1:]


def _key(loc: tuple[int | str, ...]) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in loc).removeprefix(".")
