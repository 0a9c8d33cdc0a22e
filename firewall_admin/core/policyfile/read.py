"""From the text of a policy file to the policy it says."""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from firewall_admin.core.policy import Assignment, Audience, NameList, Role, Rule, SchoolPolicy
from firewall_admin.core.refusals import BadPolicy, Refusal
from firewall_admin.core.timetable import parse_timetable
from .contradictions import contradictions
from .tables import AudienceTable, PolicyTables, RuleTable

Reader = Callable[[str, Role, str], NameList]


@dataclass(frozen=True)
class Shipped:
    """What comes with the product: its lists by slug, the steering of search engines and their fixed addresses."""

    lists: Mapping[str, NameList] = field(default_factory=dict)
    steering: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    addresses: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def parse_policy(text: str, file: str, shipped: Shipped, read: Reader) -> SchoolPolicy:
    """The policy a file's text says. `read(slug, role, source)` gives a list's names.

    Raises BadPolicy: the message says what is wrong, `field` gives the file and the line or key.
    """
    try:
        tables = PolicyTables.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as problem:
        raise BadPolicy(f"not TOML: {problem}", file) from None
    except ValidationError as problem:
        first = problem.errors()[0]
        raise BadPolicy(_worded(first), f"{file}: {_key(first['loc'])}") from None
    for key, wrong in contradictions(tables, {slug: listed.role for slug, listed in shipped.lists.items()}):
        raise BadPolicy(wrong, f"{file}: {key}")
    return _school_policy(tables, file, shipped, read)


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
    return Audience(**values, networks=tuple(table.networks), sinkhole=tuple(table.sinkhole), lists=assigned)


def _rule(key: str, table: RuleTable, zone: ZoneInfo) -> Rule:
    since, until = _instant(table.from_, zone), _instant(table.until, zone)
    if since and until and since >= until:
        raise BadPolicy("it ends before it begins", f"{key} until")
    return Rule(table.action, table.domain, table.audience, since, until, table.when, table.reason)


def _instant(at: datetime | None, zone: ZoneInfo) -> datetime | None:
    """A time without an offset is the school's own."""
    return at if at is None or at.tzinfo else at.replace(tzinfo=zone)


def _worded(error: Any) -> str:
    kind, message = error["type"], str(error["msg"]).removeprefix("Value error, ")
    if kind == "extra_forbidden":
        return "there is no such key"
    if kind == "missing":
        return "this key is missing"
    return message[:1].lower() + message[1:]


def _key(loc: tuple[int | str, ...]) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in loc).removeprefix(".")
