"""Which addresses are an audience's own, written so that no two audiences share one.

Where networks nest the longest prefix wins. Squid warns of an `acl src` whose networks overlap and ignores one of
them, so every audience gets what is left of its networks without the narrower ones of others.
"""

from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Network, collapse_addresses, ip_network
from itertools import chain

from firewall_admin.core.policy import Audience, SchoolPolicy

Network = IPv4Network | IPv6Network
# Squid holds an IPv4 client as ::ffff:a.b.c.d (RFC 4291, 2.5.5.2), so a wide IPv6 network would take in all of IPv4.
_MAPPED = IPv6Network("::ffff:0:0/96")


def own_networks(school_policy: SchoolPolicy, audience: Audience) -> list[str]:
    """The audience's networks without those of other audiences inside them: disjoint, in order, in CIDR."""
    others = [ip_network(n) for other in school_policy.audiences if other != audience for n in other.networks]
    left = [part for n in audience.networks for part in _without(ip_network(n), [*others, _MAPPED])]
    v4: Iterable[Network] = collapse_addresses(n for n in left if isinstance(n, IPv4Network))
    v6: Iterable[Network] = collapse_addresses(n for n in left if isinstance(n, IPv6Network))
    return [str(part) for network in chain(v4, v6) for part in _spelt(network)]


def _without(network: Network, others: Iterable[Network]) -> list[Network]:
    """A network less the narrower ones inside it."""
    left = [network]
    for other in others:
        if other.prefixlen > network.prefixlen and _inside(other, network):
            left = [part for piece in left for part in _less(piece, other)]
    return left


def _less(piece: Network, other: Network) -> list[Network]:
    if _inside(piece, other):
        return []
    return list(piece.address_exclude(other)) if _inside(other, piece) else [piece]  # type: ignore[arg-type]


def _inside(one: Network, other: Network) -> bool:
    return one.version == other.version and one.subnet_of(other)  # type: ignore[arg-type]


def _spelt(network: Network) -> Iterable[Network]:
    """Squid reads 0.0.0.0/0 as every client there is, IPv6 included; its two halves it reads as they stand."""
    return network.subnets() if network.prefixlen == 0 else [network]
