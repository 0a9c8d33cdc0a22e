"""BIND: a view for each audience, each with its own stack of policy zones (BIND 9 reference, "response-policy").

A response policy has no audiences of its own but exemptions by client, which end the search of all later zones: with
them, one audience's zones can only be the beginning of another's. Views say any audiences. Where every client is of
one audience, there are no views, and a site's own zones may stand where they are.

BIND 9.18 answers before it has read its policy zones: unfiltered, for four seconds with 300,000 names. Versions with
`servfail-until-ready` can be told not to; here it would keep older ones from starting.
"""

from collections.abc import Iterator

from ...compiled import Compiled
from ...export import header
from .clients import Clients, clients, everyone, own_and_others, served
from .zones import Zone, seen_by

# Each of these, left at its default, lets a client round the filter or delays a change (see the reference).
_SETTINGS = (
    "qname-wait-recurse no",  # a blocked name is not asked for upstream
    "break-dnssec yes",  # clients that ask for signatures are filtered too
    "recursive-only no",  # clients that ask not to recurse, too
    "min-update-interval 0",
    "max-policy-ttl 60",
)


def options(compiled: Compiled, zones: list[Zone]) -> Iterator[str]:
    """The file to be included inside `options {}`."""
    yield header(compiled)
    if everyone(compiled):
        yield from _response_policy(zones)
    else:
        yield "# The views share one cache: the answers in it are the real ones, and each view filters what it gives.\n"
        yield 'attach-cache "firewall_admin";\n'


def use(compiled: Compiled) -> str:
    """How the second file is loaded."""
    if everyone(compiled):
        return "include at the top level of named.conf"
    return "include at the top level of named.conf; it has views, so every other zone must stand in a view too"


def toplevel(compiled: Compiled, zones: list[Zone], base: str, primary: str = "") -> Iterator[str]:
    """The file to be included at the top level of named.conf. `primary`: the address and port that the zones are
    transferred from, to be kept in the files."""
    yield header(compiled)
    if everyone(compiled):
        for zone in zones:
            yield _zone(zone, base, primary)
        return
    yield "# Once there are views, every zone must stand in one: the site's own and the default zones too.\n"
    found = clients(compiled)
    for audience in served(compiled):
        seen = seen_by(zones, audience)
        yield f'view "{audience}" {{\n{_match(found, audience)}'
        yield from _response_policy(seen)
        for zone in seen:
            yield _zone(zone, base, primary)
        yield "};\n"
    yield '# Clients of no audience are answered unfiltered.\nview "of_no_audience" {\nmatch-clients { any; };\n};\n'


def _match(found: list[Clients], audience: str) -> str:
    """The first line that holds an address decides, so what is inside a network stands before it."""
    networks = own_and_others(found, audience)
    lines = "".join(f"  {'' if own else '! '}{network};\n" for network, own in networks)
    return f"match-clients {{\n{lines}}};\n"


def _response_policy(zones: list[Zone]) -> Iterator[str]:
    if zones:
        lines = "".join(f'  zone "{zone.name}";\n' for zone in zones)
        yield f"response-policy {{\n{lines}}}\n  " + "\n  ".join(_SETTINGS) + ";\n"


def _zone(zone: Zone, base: str, primary: str) -> str:
    """A zone that clients can neither ask for nor transfer. Names with underscores have addresses in it."""
    if primary:
        # A notification is for the view that its sender would be served in, so with views it may reach none: the
        # serial is asked for every second as well.
        return (
            f'zone "{zone.name}" {{\n  type secondary;\n  primaries {{ {primary}; }};\n'
            f"  allow-notify {{ {primary.split(' ')[0]}; }};\n  min-refresh-time 1;\n  max-refresh-time 1;\n"
            f'  min-retry-time 1;\n  max-retry-time 5;\n  file "{base}/{zone.path}";\n  masterfile-format raw;\n'
            "  check-names ignore;\n  allow-query { none; };\n  allow-transfer { none; };\n  notify no;\n};\n"
        )
    return (
        f'zone "{zone.name}" {{\n  type primary;\n  file "{base}/{zone.path}";\n  check-names ignore;\n'
        "  allow-query { none; };\n  allow-transfer { none; };\n  notify no;\n};\n"
    )
