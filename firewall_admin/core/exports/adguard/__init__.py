"""AdGuard Home: rules of its DNS filter, a list for each audience and one for all that tells clients apart.

Every rule is a `$dnsrewrite`, so that each audience is answered in its own way whatever the server's blocking mode is,
and no `@@` rule of another list undoes it (AdGuard Home reads rewrites before blocks). An open name below a blocked one
is carved out of the one rule above it with `$denyallow`, which takes names with all their subdomains out of a rule. No
exception is ever written, so a blocked name below an open one needs nothing but its own rule, to any depth.
"""

from collections.abc import Iterator

from firewall_admin.core.compiled import Compiled, CompiledAudience
from firewall_admin.core.devices import profile
from firewall_admin.core.export import Carries, File, Loss, Piece, Target, header, usual_losses
from firewall_admin.core.networks import share

from . import pihole
from .rules import refused_targets, rules, surplus

TITLE = "AdGuard Home (DNS filter rules; Pi-hole as a device)"
CARRIES = Carries(
    "together",
    chains=False,  # it compares CNAME targets with its block rules, never with rewrites
    notes=(
        "a client outside every audience's networks is answered unfiltered",
        "answers live as long as 'blocked_response_ttl' in AdGuard Home's settings says: leave it at 60 or less",
        "the server's own DNS rewrites and its allowlists come before these rules",
        "AdGuard Home refuses a list above its size limit: 64 MB in older versions, 256 MB now",
        "for Pi-hole, which reads none of the modifiers, choose the device 'pihole'",
    ),
)
DEVICES = {"pihole": pihole.DEVICE}
EVERYONE = "clients"


def losses(compiled: Compiled, target: Target) -> Iterator[Loss]:
    if profile(DEVICES, target.device):
        yield from pihole.losses(compiled)
        return
    yield from usual_losses(compiled, CARRIES)
    for audience in compiled.audiences:
        if missed := surplus(audience):
            yield Loss("limit", "a line of AdGuard Home is full: these names stay blocked", audience.name, missed)
        if refused := refused_targets(audience):
            yield Loss("rewrites", "can't steer to a name of that form", audience.name, len(refused))
        if audience.name == EVERYONE:
            text = f"an audience is called '{EVERYONE}', so the file of all audiences can't have that name"
            yield Loss("clients", text, audience.name)


def files(compiled: Compiled, target: Target) -> Iterator[File]:
    if profile(DEVICES, target.device):
        yield from pihole.files(compiled)
        return
    for audience in compiled.audiences:
        use = f"Filters, DNS blocklists, Add a custom list: on a server that only {audience.name} ask"
        yield File(f"{audience.name}.txt", use, _apart(compiled, audience), audience.name)
    if EVERYONE not in (audience.name for audience in compiled.audiences):
        use = "Filters, DNS blocklists, Add a custom list: on one server for all, which must see the clients' addresses"
        yield File(f"{EVERYONE}.txt", use, _together(compiled))


def _apart(compiled: Compiled, audience: CompiledAudience) -> Iterator[Piece]:
    yield header(compiled, audience, "!")
    yield from rules(audience)


def _together(compiled: Compiled) -> Iterator[Piece]:
    yield header(compiled, comment="!")
    for audience in compiled.audiences:
        # Never `~`: AdGuard's own engines differ in what a value with included and excluded networks means.
        if clients := share(audience.audience, compiled.school_policy.audiences):
            yield f"! {audience.name}\n"
            yield from rules(audience, f"client={'|'.join(map(str, clients))},")
        else:
            yield f"! {audience.name}: no networks, so none of its clients are known here\n"
