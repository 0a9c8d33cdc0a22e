"""The rules of one audience in AdGuard Home's syntax.

`||x^` matches a name and all under it, `|x^` the name alone. Where rewrites of several rules match a name, AdGuard Home
takes the rule with the longest name first and stops at one that is no address: so a name denied below a block is
answered NXDOMAIN. Rewritten to addresses, a name has no records of any other type (HTTPS, SVCB) at all.
(AdGuard Home, internal/filtering and internal/dnsforward; urlfilter, rules; v0.107.)
"""

import re
from collections.abc import Iterator
from ipaddress import ip_address

from firewall_admin.core.compiled import CompiledAudience
from firewall_admin.core.export import Lines, Piece
from firewall_admin.core.policy import Audience
from firewall_admin.core.ruleset import Action, Segment

DENIED = ("NXDOMAIN;;",)
NULL = ("NOERROR;A;0.0.0.0", "NOERROR;AAAA;::")
# A list with a line of 64 KiB is refused whole (Go's bufio.MaxScanTokenSize); this leaves room for the other modifiers.
LONGEST = 56_000
_TARGET = re.compile(r"(?=.{1,63}\Z)[a-z0-9][a-z0-9-]*(?:\.[a-z0-9][a-z0-9-]*)*")  # urlfilter, validateHost


def rules(audience: CompiledAudience, client: str = "") -> Iterator[Piece]:
    """Lines for the audience; `client` is a modifier with its comma, put into every one."""
    for segment in audience.segments:
        if segment.action != Action.OPEN:
            yield from _blocks(audience, segment, client)
    for host, target in audience.rewrites:
        if _TARGET.fullmatch(target):
            yield f"|{host}^${client}dnsrewrite=NOERROR;CNAME;{target}\n"


def surplus(audience: CompiledAudience) -> int:
    """How many open names are left over where more stand below one blocked name than a line holds."""
    return sum(len(opened) - len(_fitting(opened)) for opened in audience.openings.values())


def refused_targets(audience: CompiledAudience) -> list[str]:
    """Targets of rewrites that AdGuard Home does not take for a host name: over 63 characters, or an underscore."""
    return [target for _, target in audience.rewrites if not _TARGET.fullmatch(target)]


def answers(audience: Audience, action: Action) -> tuple[str, ...]:
    """Values of `$dnsrewrite` that answer a blocked name in the audience's style, a denied one with NXDOMAIN."""
    if action == Action.DENY or audience.answer == "nxdomain":
        return DENIED
    if audience.answer == "null" or not audience.sinkhole:
        return NULL
    types = {4: "A", 6: "AAAA"}
    return tuple(f"NOERROR;{types[ip_address(address).version]};{address}" for address in audience.sinkhole)


def _blocks(audience: CompiledAudience, segment: Segment, client: str) -> Iterator[Piece]:
    name = segment.last  # in label order only the last can have names of the next segments below it
    carved = audience.openings.get(name)
    whole = segment.text.removesuffix(f"{name}\n") if carved else segment.text
    for answer in answers(audience.audience, segment.action):
        yield Lines(whole, "||", f"^${client}dnsrewrite={answer}", audience.name)
        if carved:
            opened = "|".join(_fitting(carved))
            yield f"||{name}^$denyallow={opened},{client}dnsrewrite={answer}\n"


def _fitting(opened: tuple[str, ...]) -> tuple[str, ...]:
    room = LONGEST
    for count, name in enumerate(opened):
        room -= len(name) + 1
        if room < 0:
            return opened[:count]
    return opened
