"""PowerDNS Recursor: every zone is loaded for everyone, and each client's answer leaves out those of other audiences.

Two files (PowerDNS Recursor, "Response Policy Zones" and "Scripting The Recursor"). `gettag` runs before the packet
cache and its number is part of the cache's key; without it one audience would be given another's answers.
"""

from collections.abc import Iterator

from ...compiled import Compiled
from ...export import header
from .clients import clients, own_and_others, served
from .zones import Zone, seen_by


def config(compiled: Compiled, zones: list[Zone], base: str, primary: str = "") -> Iterator[str]:
    """The file for `lua-config-file`. `primary`: the address and port that the zones are transferred from, to be kept
    in the files."""
    yield header(compiled, comment="--")
    for zone in zones:
        if primary:
            kept = f'seedFile="{base}/{zone.path}", dumpFile="{base}/{zone.path}", refresh=1'
            yield f'rpzPrimary("{primary}", "{zone.name}", {{policyName="{zone.name}", {kept}}})\n'
            continue
        yield f'rpzFile("{base}/{zone.path}", {{policyName="{zone.name}"}})\n'


def script(compiled: Compiled, zones: list[Zone]) -> Iterator[str]:
    """The file for `lua-dns-script`."""
    yield header(compiled, comment="--")
    yield "local clients, others = {}, {}\n"
    found = clients(compiled)
    for number, audience in enumerate(served(compiled), 1):
        masks = ", ".join(f'"{"" if own else "!"}{network}"' for network, own in own_and_others(found, audience))
        yield f"-- {number}: {audience}\n"
        yield f"clients[{number}] = newNMG()\nclients[{number}]:addMasks({{{masks}}})\n"
        yield f"others[{number}] = {_names(zone for zone in zones if zone not in seen_by(zones, audience))}\n"
    yield f"others[0] = {_names(iter(zones))} -- clients of no audience\n"
    yield _FUNCTIONS


def _names(zones: Iterator[Zone]) -> str:
    return "{" + ", ".join(f'"{zone.name}"' for zone in zones) + "}"


_FUNCTIONS = """
local function audience(address)
  for number, networks in ipairs(clients) do
    if networks:match(address) then return number end
  end
  return 0
end

function gettag(remote)
  return audience(remote)
end

function prerpz(dq)
  for _, zone in ipairs(others[audience(dq.remoteaddr)]) do
    dq:discardPolicy(zone)
  end
  return false
end
"""
