"""What AdGuard Home makes of its rules, in the few forms we write: a small model of `urlfilter` and of its DNS server.

From AdGuard Home's sources (v0.107): a rule matches by name, `$denyallow`, `$client` and nothing else; of the rewrites
that match, the one with the longest name is read first, one that is no address ends the reading, addresses add up, and
a rewritten name has no records but those written down.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from firewall_admin.core.domains import covers, lineage

_RULE = re.compile(r"(?P<mark>\|\|?)(?P<name>[a-z0-9_.-]+)\^\$(?P<modifiers>[^$]+)")
Answer = str | tuple[str, ...]


@dataclass(frozen=True)
class RuleLine:
    """One rule. `code` is NOERROR or NXDOMAIN; `kind` a record type with its `value`."""

    name: str
    subdomains: bool
    open: frozenset[str]
    within: tuple[IPv4Network | IPv6Network, ...]
    code: str
    kind: str
    value: str

    def matches(self, name: str, address: IPv4Address | IPv6Address) -> bool:
        if not (covers(self.name, name) if self.subdomains else name == self.name):
            return False
        if self.open and not self.open.isdisjoint(_suffixes(name)):
            return False
        return not self.within or any(address in network for network in self.within)


def _suffixes(name: str) -> Iterator[str]:
    """Everything that covers a name, up to its last label: asked for in a set of thousands, where each of them would
    have to be asked whether it covers the name."""
    while name:
        yield name
        name = name.partition(".")[2]


Rules = dict[str, list[RuleLine]]


def read(text: str) -> Rules:
    """The rules of a list, by name. Raises ValueError for a line that AdGuard Home would not take as it is meant."""
    lines = [line for line in text.splitlines() if not line.startswith("!")]
    if any(len(line) >= 65_000 for line in lines):
        raise ValueError("a line too long: AdGuard Home would refuse the whole list")
    rules: Rules = {}
    for rule in map(_rule, lines):
        rules.setdefault(rule.name, []).append(rule)
    return rules


def answer(rules: Rules, name: str, kind: str, client: str = "192.0.2.99") -> Answer:
    """`real`, `NXDOMAIN`, `CNAME target`, or the records of that type, which may be none."""
    address = ip_address(client)
    near = [rule for above in lineage(name) for rule in rules.get(above, ())]
    matching = sorted((rule for rule in near if rule.matches(name, address)), key=lambda rule: -len(rule.name))
    if not matching:
        return "real"
    records = []
    for rule in matching:
        if rule.kind == "CNAME":
            return f"CNAME {rule.value}"
        if rule.code != "NOERROR":
            return rule.code
        records += [rule.value] * (rule.kind == kind)
    return tuple(records)


def _rule(line: str) -> RuleLine:
    found = _RULE.fullmatch(line)
    if not found:
        raise ValueError(f"no rule: {line!r}")
    modifiers = dict(modifier.split("=", 1) for modifier in found["modifiers"].split(","))
    clients = modifiers.pop("client", "").split("|")
    opened = modifiers.pop("denyallow", "").split("|")
    code, kind, value = modifiers.pop("dnsrewrite").split(";")
    if modifiers:
        raise ValueError(f"unknown modifiers: {line!r}")
    return RuleLine(
        found["name"],
        found["mark"] == "||",
        frozenset(filter(None, opened)),
        tuple(ip_network(client) for client in clients if client),
        code,
        kind,
        value,
    )
