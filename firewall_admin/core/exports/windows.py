"""Windows DNS Server (2016 and later): a PowerShell script of query resolution policies for each audience.

A policy of a server says DENY to names (`EQ`) but for some names below them (`NE`), asked by a subnet of clients. That
is the closest name winning, to any depth and in any order: every blocked name is denied but for the open names directly
below it. (ALLOW would be the way to an exception, but a server's policies for incoming queries can only DENY or
IGNORE.) The script adds before it removes, and as policies only deny, no name is open in between; run again it changes
nothing. (Microsoft, Add-DnsServerQueryResolutionPolicy and Set-DnsServerClientSubnet.)
"""

from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256

from firewall_admin.core.compiled import Compiled, CompiledAudience
from firewall_admin.core.export import Carries, File, Loss, Target, header, usual_losses
from firewall_admin.core.networks import Network, share
from firewall_admin.core.ruleset import Action

TITLE = "Windows DNS Server (PowerShell)"
CARRIES = Carries(
    "together",
    answers=frozenset(),
    rewrites=False,
    notes=(
        "a client outside every audience's networks is answered unfiltered",
        "a blocked name is answered REFUSED; a client that knows a second DNS server may ask that one",
        "not run by its makers on a Windows server: try it on one that serves nobody yet",
    ),
)
MOST = 1_000  # names; Microsoft gives no figure, and every query is compared with every policy
BATCH = 50  # names in a policy
_TEXTS = {
    "answer": "answers a blocked name REFUSED, whatever the audience's answer is",
    "anti-bypass": "answers REFUSED, and NXDOMAIN is the one answer that turns all bypasses off",
}
_SCRIPT = """
$ErrorActionPreference = 'Stop'
Import-Module DnsServer
$subnet = '{subnet}'
$current = '{current}'
$four = @({four})
$six = @({six})
$names = @(
{names}
)

# The clients.
$known = Get-DnsServerClientSubnet | Where-Object {{ $_.Name -eq $subnet }}
$given = @{{}}
if ($four.Count) {{ $given['IPv4Subnet'] = $four }}
if ($six.Count) {{ $given['IPv6Subnet'] = $six }}
if (-not $known) {{
    Add-DnsServerClientSubnet -Name $subnet @given
}} else {{
    Set-DnsServerClientSubnet -Name $subnet -Action 'REPLACE' @given
    if ($known.IPv4Subnet -and -not $four.Count) {{
        Set-DnsServerClientSubnet -Name $subnet -Action 'REMOVE' -IPv4Subnet $known.IPv4Subnet
    }}
    if ($known.IPv6Subnet -and -not $six.Count) {{
        Set-DnsServerClientSubnet -Name $subnet -Action 'REMOVE' -IPv6Subnet $known.IPv6Subnet
    }}
}}

# The names of this release.
$standing = @(Get-DnsServerQueryResolutionPolicy | ForEach-Object {{ $_.Name }})
for ($i = 0; $i -lt $names.Count; $i++) {{
    $policy = '{{0}}_{{1:d4}}' -f $current, ($i + 1)
    if ($standing -notcontains $policy) {{
        $criteria = @{{ Fqdn = $names[$i]; ClientSubnet = ('EQ,' + $subnet); Condition = 'AND' }}
        Add-DnsServerQueryResolutionPolicy -Name $policy -Action 'DENY' @criteria
    }}
}}

# Only now those of releases before.
foreach ($policy in $standing) {{
    if ($policy -like ($subnet + '_*') -and $policy -notlike ($current + '_*')) {{
        Remove-DnsServerQueryResolutionPolicy -Name $policy -Force
    }}
}}
"""


def losses(compiled: Compiled, target: Target) -> Iterator[Loss]:
    for loss in usual_losses(compiled, CARRIES):
        yield replace(loss, text=_TEXTS.get(loss.what, loss.text))
    for audience in compiled.audiences:
        blocked = audience.count(Action.BLOCK, Action.DENY)
        if blocked > MOST:
            yield Loss("limit", f"made for hundreds of names: {blocked:,} make the server slow", audience.name, blocked)
        if not audience.audience.networks:
            yield Loss("networks", "has no networks, so nothing can be blocked for it", audience.name, blocked)


def files(compiled: Compiled, target: Target) -> Iterator[File]:
    for audience in compiled.audiences:
        use = "run it as an administrator in PowerShell on the DNS server: powershell -ExecutionPolicy Bypass -File"
        yield File(f"{audience.name}.ps1", f"{use} {audience.name}.ps1", _script(compiled, audience), audience.name)


def criteria(audience: CompiledAudience) -> Iterator[str]:
    """Values of `-Fqdn`, one a policy."""
    names = [name for name in audience.names(Action.BLOCK, Action.DENY) if name not in audience.openings]
    for start in range(0, len(names), BATCH):
        yield f"EQ,{_with_subdomains(names[start : start + BATCH])}"
    for name, opened in audience.openings.items():
        yield f"EQ,{_with_subdomains([name])};NE,{_with_subdomains(opened)}"


def _script(compiled: Compiled, audience: CompiledAudience) -> Iterator[str]:
    yield header(compiled, audience)
    clients = share(audience.audience, compiled.school_policy.audiences)
    if not clients:
        yield f"# {audience.name} has no networks: there is nothing to set.\n"
        return
    names = ",\n".join(f"    '{names}'" for names in criteria(audience))
    subnet = f"firewall_admin_{audience.name}"  # an audience's name has no underscore: none begins with another's
    yield _SCRIPT.format(
        subnet=subnet,
        current=f"{subnet}_{sha256(names.encode('ascii')).hexdigest()[:8]}",
        four=_quoted(clients, 4),
        six=_quoted(clients, 6),
        names=names,
    )


def _with_subdomains(names: list[str] | tuple[str, ...]) -> str:
    return ",".join(f"{name},*.{name}" for name in names)


def _quoted(clients: list[Network], version: int) -> str:
    return ", ".join(f"'{network}'" for network in clients if network.version == version)
