"""dnsmasq: a configuration file for each audience, since one dnsmasq tells no clients apart (dnsmasq(8)).

The longest name of all `local=`, `address=` and `server=` lines that covers a name answers: a ruleset as it stands.

Found by asking dnsmasq 2.90:
- `address=` alone answers addresses alone: HTTPS and the other family go out to the internet and come back with the
  real ones. With `local=` of the same name they are NODATA; `local=` alone is NXDOMAIN for every type.
- dnsmasq looks into its cache before it looks at these lines. Any name in the world that has a CNAME to a blocked one
  puts that one's real addresses there, and then it is answered with them when asked by itself. So there is no cache.
- `cname=` wants its target to be local, and would answer for it whoever asks, blocked or not. A steered host has the
  target's fixed addresses instead, and `server=/*.host/#` leaves the names under it open.
"""

from collections.abc import Iterator

from ..compiled import Compiled, CompiledAudience
from ..export import Carries, File, Lines, Loss, Piece, Target, header, some, usual_losses, without
from ..release_mark import NAME, Mark
from ..ruleset import Action

TITLE = "dnsmasq (one server for each audience)"
CARRIES = Carries(
    "apart",
    mark="TXT",
    notes=(
        "one server for each audience: dnsmasq answers whoever asks alike",
        "keeps no answers, so put it before a resolver that does; not together with dnsmasq's own dnssec option",
        "a name in the server's own hosts file or DHCP leases is answered from there",
        "looks only at the name asked for, not at where its CNAME leads",
        "steers to fixed addresses: a vendor's new ones come with a new release",
    ),
)
TTL = 60


def losses(compiled: Compiled, target: Target) -> Iterator[Loss]:
    yield from usual_losses(compiled, CARRIES)
    for audience in compiled.audiences:
        if unknown := [host for host, safe in audience.rewrites if not compiled.addresses(safe)]:
            text = f"can't steer {some(unknown)}: their safe hosts have no address that is known"
            yield Loss("rewrites", text, audience.name, len(unknown))


def files(compiled: Compiled, target: Target) -> Iterator[File]:
    use = "conf-file= in dnsmasq.conf of the server for this audience, which says nothing of cache-size and local-ttl"
    for audience in compiled.audiences:
        yield File(f"{audience.name}.conf", use, _text(compiled, audience), audience.name)


def _text(compiled: Compiled, audience: CompiledAudience) -> Iterator[Piece]:
    yield header(compiled, audience)
    yield _SETTINGS
    if compiled.release is not None:
        yield f'local=/{NAME}/\ntxt-record={NAME},"{Mark(compiled.release, audience.name)}"\n'
    steered = {host: found for host, safe in audience.rewrites if (found := compiled.addresses(safe))}
    for segment in audience.segments:
        if segment.action == Action.OPEN:
            yield Lines(without(segment.text, steered.keys()), "server=/", "/#")
            continue
        for address in _addresses(audience) if segment.action == Action.BLOCK else ():
            yield Lines(segment.text, "address=/", f"/{address}")
        yield Lines(segment.text, "local=/", "/")
    for host, addresses in steered.items():
        yield "".join(f"address=/{host}/{address}\n" for address in addresses)
        yield f"local=/{host}/\nserver=/*.{host}/#\n"


def _addresses(audience: CompiledAudience) -> tuple[str, ...]:
    """What a blocked name is answered with; none for NXDOMAIN. `#` is 0.0.0.0 and ::."""
    return {"nxdomain": (), "null": ("#",), "sinkhole": audience.audience.sinkhole}[audience.audience.answer]


_SETTINGS = f"""\
# Include it once; dnsmasq does not start where the main file has these two settings as well.
# A cache would answer a blocked name that another name's CNAME led to: the resolver behind this server keeps answers.
cache-size=0
local-ttl={TTL}
"""
