"""Which clients are of which audience, as lists in which the first network that holds an address decides.

The longest prefixes stand first, so networks may nest to any depth and are still written as they were written down.
"""

from dataclasses import dataclass

from ...compiled import Compiled
from ...networks import Network, lies_inside, networks


@dataclass(frozen=True)
class Clients:
    """The clients of a network. `audience` is None where they belong to one that is not among those compiled."""

    network: Network
    audience: str | None


def clients(compiled: Compiled) -> list[Clients]:
    """Every network of the compiled audiences, and those of other audiences inside them."""
    wanted = {audience.name for audience in compiled.audiences}
    everyone = [
        Clients(network, audience.name if audience.name in wanted else None)
        for audience in compiled.school_policy.audiences
        for network in networks(audience)
    ]
    ours = [one.network for one in everyone if one.audience]
    return sorted((one for one in everyone if one.audience or _lies_in_any(one, ours)), key=_longest_first)


def own_and_others(found: list[Clients], audience: str) -> list[tuple[Network, bool]]:
    """Of all clients, an audience's networks (True), and those of others inside them (False)."""
    own = [one.network for one in found if one.audience == audience]
    return [(one.network, one.audience == audience) for one in found if _lies_in_any(one, own)]


def served(compiled: Compiled) -> list[str]:
    """The compiled audiences that have clients at all."""
    return [audience.name for audience in compiled.audiences if audience.audience.networks]


def everyone(compiled: Compiled) -> bool:
    """Whether every client there can be is of one and the same audience."""
    found = clients(compiled)
    whole = {one.network.version for one in found if one.network.prefixlen == 0}
    return whole == {4, 6} and len({one.audience for one in found}) == 1


def _lies_in_any(one: Clients, outer: list[Network]) -> bool:
    return any(lies_inside(one.network, network) for network in outer)


def _longest_first(one: Clients) -> tuple[int, int, int]:
    return one.network.version, -one.network.prefixlen, int(one.network.network_address)
