"""Unbound without response policy zones: local zones, in a view for each audience (unbound.conf(5)).

The closest local zone of a view answers, for itself and everything under it: a ruleset as it stands. Every view holds
the audience's whole policy, and `view-first: yes` leaves what it does not name to the site's own local zones and local
data. Those, not the built-in zones that Unbound makes in any other view (`test`, `home.arpa`, private addresses
backwards …), are what an open name gets; with `no`, the site's own hosts are gone for everyone in an audience.

Found by asking Unbound 1.17.1:
- `always_nxdomain` sends no SOA, so nobody keeps the answer (RFC 2308, section 5); `always_null` is kept for an hour.
  Hence `redirect` with addresses of our own TTL, under which every other type is NODATA.
- A CNAME in local data is followed under `redirect` alone, and that steers every name under the host too. A
  `transparent` zone with addresses is exact: the host's other types are NODATA, the names under it are open. So a host
  is steered to the target's fixed addresses where they are known.
- Local zones look at the name asked for, not at where its CNAME leads; a name kept from a chain is still blocked.
"""

from collections.abc import Iterator

from ..compiled import Compiled, CompiledAudience
from ..domains import covers
from ..export import Carries, File, Lines, Loss, Piece, Target, header, network_losses, some, usual_losses, without
from ..policy import Audience, decide
from ..release_mark import NAME, Mark
from ..ruleset import Action
from .rpz.clients import clients

TITLE = "Unbound local zones (one server for all audiences)"
CARRIES = Carries(
    "together",
    mark="TXT",
    notes=(
        "a client outside every audience's networks is answered unfiltered",
        "lets in the networks of the audiences; a narrower access-control line of the site's own takes the filter off",
        "a local zone of the site's own main file still holds for names that the policy opens",
        "looks only at the name asked for, not at where its CNAME leads",
        "steers to fixed addresses: a vendor's new ones come with a new release",
        "a million names take 0.5 GB of memory where they are answered NXDOMAIN, 1.6 GB where two addresses are",
    ),
)
TTL = 60
_OF_NO_AUDIENCE = "of_no_audience"  # no audience can be called so


def losses(compiled: Compiled, target: Target) -> Iterator[Loss]:
    yield from usual_losses(compiled, CARRIES)
    for audience in compiled.audiences:
        yield from network_losses(audience)
        if widened := [host for host, safe in audience.rewrites if not compiled.addresses(safe)]:
            text = f"steers every name under {some(widened)} too: their safe hosts have no address that is known"
            yield Loss("rewrites", text, audience.name, len(widened))


def files(compiled: Compiled, target: Target) -> Iterator[File]:
    yield File("unbound.conf", "include: in unbound.conf, best as its last line", _text(compiled))


def _text(compiled: Compiled) -> Iterator[Piece]:
    yield header(compiled)
    yield _ADVICE
    found = clients(compiled)
    yield "server:\n"
    yield from (f"  access-control-view: {one.network} {one.audience or _OF_NO_AUDIENCE}\n" for one in found)
    for audience in compiled.audiences:
        yield f'view:\n  name: "{audience.name}"\n  view-first: yes\n{_mark(compiled, audience)}'
        yield from _zones(compiled, audience)
    if any(one.audience is None for one in found):
        yield f'view:\n  name: "{_OF_NO_AUDIENCE}"\n  view-first: yes\n'
    yield "server:\n"  # so that what stands behind the include is not of the last view


def _zones(compiled: Compiled, audience: CompiledAudience) -> Iterator[Piece]:
    steered = {host for host, _ in audience.rewrites}
    addresses = _addresses(audience.audience)
    for segment in audience.segments:
        if segment.action == Action.OPEN:
            yield from _lines(audience, without(segment.text, steered), "always_transparent")
        elif segment.action == Action.DENY or not addresses:
            yield from _lines(audience, segment.text, "always_nxdomain")
        else:
            yield from _lines(audience, segment.text, "redirect", *map(_record, addresses))
    yield from map(str, _steering(compiled, audience, steered))


def _mark(compiled: Compiled, audience: CompiledAudience) -> str:
    if compiled.release is None:
        return ""
    told = f'{NAME}. {TTL} IN TXT "{Mark(compiled.release, audience.name)}"'
    return f"  local-zone: \"{NAME}.\" static\n  local-data: '{told}'\n"


def _steering(compiled: Compiled, audience: CompiledAudience, steered: set[str]) -> Iterator[Lines]:
    named = steered.union(audience.names(Action.OPEN))
    for host, safe in audience.rewrites:
        if addresses := compiled.addresses(safe):
            yield from _lines(audience, f"{host}\n", "transparent", *map(_record, addresses))
            continue
        yield from _lines(audience, f"{host}\n", "redirect", f"CNAME {safe}.")
        if covers(host, safe) and safe not in named and not decide(audience.policy, safe).blocked:
            named.add(safe)  # or it would be its own CNAME
            yield from _lines(audience, f"{safe}\n", "always_transparent")


def _addresses(audience: Audience) -> tuple[str, ...]:
    """What a blocked name is answered with; none for NXDOMAIN."""
    return {"nxdomain": (), "null": ("0.0.0.0", "::"), "sinkhole": audience.sinkhole}[audience.answer]


def _record(address: str) -> str:
    return f"AAAA {address}" if ":" in address else f"A {address}"


def _lines(audience: CompiledAudience, names: str, kind: str, *records: str) -> Iterator[Lines]:
    """A local zone for each name of a text, with the same records."""
    yield Lines(names, '  local-zone: "', f'." {kind}', audience.name)
    for record in records:
        yield Lines(names, '  local-data: "', f'. {TTL} IN {record}"', audience.name)


_ADVICE = """\
# Include this file at the end of the main one. The networks named here may ask. A narrower access-control line
# elsewhere takes the filter off its clients, unless it has an access-control-view line of its own.
"""
