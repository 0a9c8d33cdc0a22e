"""Whose client is an address, where the networks of audiences nest: the longest prefix wins."""

from collections.abc import Iterable, Iterator
from ipaddress import IPv4Network, IPv6Network, collapse_addresses, ip_network

from firewall_admin.core.policy import Audience

Network = IPv4Network | IPv6Network


def networks(audience: Audience) -> list[Network]:
    """The networks written down for an audience."""
    return [ip_network(text) for text in audience.networks]


def lies_inside(inner: Network, outer: Network) -> bool:
    """Whether a network is another one or a part of it."""
    if isinstance(inner, IPv4Network):
        return isinstance(outer, IPv4Network) and inner.subnet_of(outer)
    return isinstance(outer, IPv6Network) and inner.subnet_of(outer)


def share(audience: Audience, audiences: Iterable[Audience]) -> list[Network]:
    """The clients that are an audience's own: its networks without those of others inside them, but with its own
    inside those again, to any depth. Disjoint, IPv4 before IPv6, each in the order of addresses."""
    claims = [(network, True) for network in networks(audience)]
    claims += [(network, False) for other in audiences if other.name != audience.name for network in networks(other)]
    left: list[Network] = []
    for network, ours in sorted(claims, key=lambda claim: claim[0].prefixlen):  # what comes later is longer: it wins
        left = [piece for standing in left for piece in _without(standing, network)]
        if ours:
            left.append(network)
    four = [network for network in left if isinstance(network, IPv4Network)]
    six = [network for network in left if isinstance(network, IPv6Network)]
    return [*collapse_addresses(four), *collapse_addresses(six)]


def _without(standing: Network, network: Network) -> Iterator[Network]:
    if lies_inside(standing, network):
        return
    if lies_inside(network, standing):
        yield from standing.address_exclude(network)  # type: ignore[arg-type] # of one family, or not inside
    else:
        yield standing
