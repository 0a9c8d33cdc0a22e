"""The shape of the policy file: its tables, keys and values. An unknown key or a bad value is refused here."""

import re
from collections.abc import Callable
from datetime import datetime
from ipaddress import ip_address, ip_network
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from firewall_admin.core import domains
from firewall_admin.core.policy import Answer, Role
from firewall_admin.core.refusals import Refusal, shown
from firewall_admin.core.timetable import FIRST_YEAR, LAST_YEAR, parse_term, parse_window

_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


def _checked(check: Callable[[str], object], text: str) -> str:
    try:
        check(text)
    except Refusal as refusal:
        raise ValueError(refusal.message) from None
    return text


def _slug(text: str) -> str:
    if not _SLUG.fullmatch(text):
        raise ValueError(f"'{shown(text)}': write small letters, digits and hyphens, 40 at most")
    return text


def _token(text: str) -> str:
    """A name that also stands in configurations, where a digit in front could be read as a number."""
    if not _slug(text)[0].isalpha():
        raise ValueError(f"'{shown(text)}': begin with a letter")
    return text


def _school(text: str) -> str:
    if not text.strip():
        raise ValueError("there is nothing that can be seen")
    if not text.isprintable():
        raise ValueError(f"'{shown(text)}': write it on one line, without control characters")
    return text


def _network(text: str) -> str:
    try:
        if "%" in text:
            raise ValueError("leave out the interface behind the '%'")
        return str(ip_network(text))
    except ValueError as problem:
        raise ValueError(f"'{shown(text)}' is no network: {shown(str(problem))}") from None


def _sinkhole(text: str) -> str:
    try:
        address = ip_address(text)
    except ValueError:
        raise ValueError(f"'{shown(text)}' is no IP address") from None
    if "%" in text:
        raise ValueError(f"'{shown(text)}': leave out the interface behind the '%'")
    if address.is_unspecified or address.is_multicast:
        raise ValueError(f"'{shown(text)}' can be no block page; for no address at all there is answer = 'null'")
    return str(address)


def _domain(text: str) -> str:
    try:
        return domains.parse(text)
    except Refusal as refusal:
        raise ValueError(f"'{shown(text)}': {refusal.message}") from None


def _source(text: str) -> str:
    if not text.isprintable():
        raise ValueError(f"'{shown(text)}' can be no file")
    if "://" in text and not text.startswith("https://"):
        raise ValueError(f"'{shown(text)}': a list comes from a file or from https")
    return text


def _instant(at: datetime) -> datetime:
    if not FIRST_YEAR <= at.year <= LAST_YEAR:
        raise ValueError(f"the year {at.year} is not within {FIRST_YEAR} to {LAST_YEAR}; for no limit leave it out")
    return at


Token = Annotated[str, AfterValidator(_token)]
Slug = Annotated[str, AfterValidator(_slug)]
Domain = Annotated[str, AfterValidator(_domain)]
Network = Annotated[str, AfterValidator(_network)]
Sinkhole = Annotated[str, AfterValidator(_sinkhole)]
Instant = Annotated[datetime, AfterValidator(_instant)]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, populate_by_name=False)


class SchoolTable(_Table):
    name: Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_school)]
    timezone: str = "Europe/London"
    domains: list[Domain] = []


class AssignedTable(_Table):
    slug: Annotated[Slug, Field(alias="list")]
    when: Token | None = None
    except_: Annotated[Token | None, Field(alias="except")] = None


class AudienceTable(_Table):
    name: Token
    networks: list[Network] = []
    answer: Answer = "nxdomain"
    sinkhole: list[Sinkhole] = []
    safe_search: bool = False
    youtube: Literal["off", "moderate", "strict"] = "off"
    anti_bypass: bool = True
    essential: bool = True
    lists: list[Annotated[AssignedTable, BeforeValidator(lambda v: {"list": v} if isinstance(v, str) else v)]] = []


class ListTable(_Table):
    slug: Slug
    role: Role
    source: Annotated[str, Field(min_length=1), AfterValidator(_source)]


class RuleTable(_Table):
    action: Literal["allow", "block"]
    domain: Domain
    audience: Token | None = None
    from_: Annotated[Instant | None, Field(alias="from")] = None
    until: Instant | None = None
    when: Token | None = None
    reason: str = ""


class TimetableTable(_Table):
    name: Token
    windows: Annotated[list[Annotated[str, AfterValidator(lambda t: _checked(parse_window, t))]], Field(min_length=1)]
    terms: list[Annotated[str, AfterValidator(lambda t: _checked(parse_term, t))]] = []


class PolicyTables(_Table):
    school: SchoolTable
    audience: list[AudienceTable] = []
    lists: Annotated[list[ListTable], Field(alias="list")] = []
    rule: list[RuleTable] = []
    timetable: list[TimetableTable] = []
