"""Response policy zones, the reference format: a stack of zones, and for each resolver the file that loads them.

Read by BIND, Unbound, PowerDNS Recursor and Knot Resolver, and by most appliances made of one of them.
"""

from collections.abc import Iterator

from ...compiled import Compiled, CompiledAudience
from ...export import Carries, File, Loss, Target, network_losses, usual_losses
from ...refusals import Refusal
from ...ruleset import sources_of
from . import bind, knot_resolver, recursor, unbound
from .markers import markers
from .records import LONGEST, may_be_unsayable, sayable
from .zones import Zone, zones

TITLE = "response policy zones (BIND, Unbound, PowerDNS Recursor, Knot Resolver)"
_UNBOUND = (
    "Unbound: needs 1.19.2 or later, but not 1.20.0, for names reached through a CNAME; lets in the networks of the "
    "audiences; a narrower access-control line of the site's own takes the filter off"
)
_BIND = (
    "BIND: several audiences need views, so the site's own zones must stand in views too, and each view holds its own "
    "copy of the zones in memory; after a start it answers unfiltered until they are read, and where one is missing "
    "until that is mended"
)
_KNOT_RESOLVER = (
    "Knot Resolver: looks only at the name asked for, not at where its CNAME leads; steers to addresses, so a target "
    "without known addresses is not steered to"
)
CARRIES = Carries(
    "together",
    chains=True,
    mark="TXT",
    notes=(
        "a client outside the networks of every audience is answered unfiltered",
        _UNBOUND,
        _BIND,
        "PowerDNS Recursor: runs on unfiltered where a zone file is missing",
        _KNOT_RESOLVER,
    ),
)


def losses(compiled: Compiled, target: Target) -> Iterator[Loss]:
    yield from usual_losses(compiled, CARRIES)
    for audience in compiled.audiences:
        yield from network_losses(audience)
        if lost := _unsayable(audience):
            yield Loss("names", f"has names over {LONGEST} octets, or under rpz-ip or the like", audience.name, lost)


def files(compiled: Compiled, target: Target) -> Iterator[File]:
    base = _base(target)
    stack = [*markers(compiled), *zones(compiled)]
    for zone in stack:
        yield _zone_file(zone)
    yield File("unbound.conf", "include: as the last line of unbound.conf", unbound.text(compiled, stack, base))
    yield File("named.options.conf", "include inside options {} of named.conf", bind.options(compiled, stack))
    yield File("named.zones.conf", bind.use(compiled), bind.toplevel(compiled, stack, base))
    yield File(
        "recursor.lua",
        "dofile() it at the end of the lua-config-file of recursor.conf",
        recursor.config(compiled, stack, base),
    )
    yield File("recursor-dns.lua", "lua-dns-script= of recursor.conf", recursor.script(compiled, stack))
    yield File(
        "kresd.conf", "dofile() in kresd.conf, before its policy rules", knot_resolver.text(compiled, stack, base)
    )


def _zone_file(zone: Zone) -> File:
    audience = zone.audiences[0] if len(zone.audiences) == 1 else None
    return File(zone.path, "loaded by the files beside zones/", zone.text(), audience, zone.content or None)


def _unsayable(audience: CompiledAudience) -> int:
    """How many names no zone can hold; nothing is read where no list has any."""
    if not any(may_be_unsayable(names) for names, _ in sources_of(audience.policy)):
        return 0
    return sum(len(segment) - sayable(segment.text).count("\n") for segment in audience.segments)


def _base(target: Target) -> str:
    """The folder's path as it may stand between quotes in all of the files."""
    if not target.base.isascii() or not target.base.isprintable() or set(target.base) & set("\"'\\"):
        raise Refusal(
            "the path of the files may only have printable ASCII characters, no quotes and no backslash", "base"
        )
    return target.base.rstrip("/")
