"""Squid's configuration read as Squid reads it, as far as the export uses it: a second opinion without a server."""

import shlex
from collections import defaultdict
from datetime import UTC, datetime
from functools import cache
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from zoneinfo import ZoneInfo

from firewall_admin.core.compiled import Compiled, compile_policy
from firewall_admin.core.domains import lineage
from firewall_admin.core.export import Target
from firewall_admin.core.exports import squid
from firewall_admin.core.policy import Audience, Rule, SchoolPolicy
from firewall_admin.core.timetable import parse_timetable

LONDON = ZoneInfo("Europe/London")
BASE = "/srv/policy"
DENIALS = {"squid.conf": "http_access deny", "ssl.conf": "ssl_bump terminate"}


class SquidWouldNot(AssertionError):
    """Something that Squid refuses, warns of, or silently reads otherwise than it was meant."""


class Reading:
    """The files of an export by path, read from `squid.conf`, and from `ssl.conf` below it."""

    def __init__(self, files: dict[str, str]):
        self.files = files
        self.acls: dict[str, list[tuple[str, list[str]]]] = defaultdict(list)
        self.pages: dict[str, str] = {}
        self.denials: dict[str, list[list[str]]] = {path: [] for path in DENIALS}
        self._names = cache(self._entries)
        for path in DENIALS:
            for line in files[path].splitlines():
                self._line(path, line)

    def answer(self, client: str, host: str, wall: datetime, path: str = "squid.conf") -> str | None:
        """None where the include lets a request pass; otherwise the page a refused one gets, "403" for Squid's own.
        `wall`: what the proxy's own clock shows."""
        for words in self.denials[path]:
            if self._all(words, client, host.lower().rstrip("."), wall):
                return self.pages.get(words[-1], "403")
        return None

    def _line(self, path: str, line: str) -> None:
        if len(line) > 2000 or not line.isascii():
            raise SquidWouldNot(f"read {line}")
        words = shlex.split(line, comments=True)
        if not words:
            return
        if words[0] == "acl":
            self._acl(words[1], words[2], words[3:])
        elif words[0] == "deny_info":
            self.pages[words[2]] = words[1]
        elif " ".join(words[:2]) == DENIALS[path]:
            self._known(words[2:])
            self.denials[path].append(words[2:])
        else:
            raise SquidWouldNot(f"expect {line} here")

    def _acl(self, name: str, kind: str, values: list[str]) -> None:
        if len(name) > 63 or not values:
            raise SquidWouldNot(f"take acl {name}")
        if any(known != kind for known, _ in self.acls.get(name, [])):
            raise SquidWouldNot(f"take acl {name} as {kind} too")
        if kind == "all-of":
            self._known(values)
        self.acls[name].append((kind, values))
        if kind == "src" and values != ["all"]:
            self._disjoint(name)

    def _known(self, words: list[str]) -> None:
        for word in words:
            if word.removeprefix("!") not in self.acls:
                raise SquidWouldNot(f"know the acl {word}")

    def _disjoint(self, name: str) -> None:
        *before, last = [_mapped(value) for _, values in self.acls[name] for value in values]
        if any(last.overlaps(other) for other in before):
            raise SquidWouldNot(f"have overlapping networks in {name}")

    def _all(self, words: list[str], client: str, host: str, wall: datetime) -> bool:
        return all(self._matches(w.removeprefix("!"), client, host, wall) != w.startswith("!") for w in words)

    def _matches(self, name: str, client: str, host: str, wall: datetime) -> bool:
        return any(self._value(kind, values, client, host, wall) for kind, values in self.acls[name])

    def _value(self, kind: str, values: list[str], client: str, host: str, wall: datetime) -> bool:
        if kind == "all-of":
            return self._all(values, client, host, wall)
        if kind == "time":
            return _time(wall, *values)
        if kind == "src":
            return values == ["all"] or any(_held(client, value) for value in values)
        if (kind, values[:-1]) not in [("dstdomain", ["-n"]), ("ssl::server_name", [])]:
            raise SquidWouldNot(f"know {kind} {values}")
        return any(f".{name}" in self._names(values[-1]) for name in [*lineage(host), host.rpartition(".")[2]])

    def _entries(self, path: str) -> frozenset[str]:
        lines = self.files[path.removeprefix(f"{BASE}/")].splitlines()
        entries = [line for line in lines if not line.startswith("#")]
        found = frozenset(entries)
        if not entries or len(found) != len(entries) or any(len(line) > 300 for line in lines):
            raise SquidWouldNot(f"take {path} as it stands")
        for entry in entries:
            if not entry.startswith(".") or any(f".{parent}" in found for parent in lineage(entry[1:])[1:]):
                raise SquidWouldNot(f"have {entry} in {path}, where a name above it is too")
        return found


def _time(wall: datetime, days: str, hours: str) -> bool:
    start, end = (int(time[:2]) * 60 + int(time[3:]) for time in hours.split("-"))
    if start > end:
        raise SquidWouldNot(f"take {hours}: it runs backwards")
    return "MTWHFAS"[wall.weekday()] in days and start <= wall.hour * 60 + wall.minute <= end


@cache
def _mapped(network: str) -> IPv6Network:
    """As Squid compares it: IPv4 is a part of IPv6. What it reads as "all" is refused."""
    read = ip_network(network)
    if read.prefixlen == 0:
        raise SquidWouldNot(f"take {network} as it stands")
    return read if isinstance(read, IPv6Network) else IPv6Network(f"::ffff:{read[0]}/{96 + read.prefixlen}")


@cache
def _held(address: str, network: str) -> bool:
    read = ip_address(address)
    return (IPv6Address(f"::ffff:{read}") if isinstance(read, IPv4Address) else read) in _mapped(network)


def written(policy: SchoolPolicy, at: datetime, audiences: tuple[str, ...] = ()) -> tuple[Compiled, Reading]:
    """What is compiled for an instant, and the files of it as Squid reads them."""
    compiled = compile_policy(policy, at, audiences)
    files = {file.path: "".join(file.parts) for file in squid.files(compiled, Target(BASE))}
    return compiled, Reading(files)


def monday(hour: int, minute: int) -> datetime:
    """In winter, when the clocks of London show UTC."""
    return datetime(2026, 11, 23, hour, minute, tzinfo=UTC)


def timed_rules(count: int) -> SchoolPolicy:
    """A policy with one rule for each of several timetables of a week."""
    names = [f"hour-{n}" for n in range(count)]
    tables = {name: parse_timetable(name, [f"mon-sun {8 + n:02}:00-{9 + n:02}:00"]) for n, name in enumerate(names)}
    rules = tuple(Rule("block", f"{name}.lab", when=name) for name in names)
    pupils = Audience("pupils", ("10.20.0.0/16",))
    return SchoolPolicy("Oak", LONDON, "Europe/London", (), (pupils,), {}, rules, tables)
