"""Which IP addresses are servers on the internet, and which are something nearer or other.

A table of our own: `ipaddress.is_global` says yes to NAT64, 6to4, multicast and the address of a cloud's own services,
and its answers differ between releases of Python. From the IANA IPv4 and IPv6 Special-Purpose Address Registries
(RFC 6890) and the multicast, IPv6 and NAT64 specifications.
"""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_UNICAST = IPv6Network("2000::/3")  # all that is given out so far (RFC 4291, section 2.4)
_SPECIAL: tuple[tuple[Network, str], ...] = tuple(
    (ip_network(network), what)
    for network, what in (
        ("0.0.0.0/8", "this network (RFC 791)"),
        ("10.0.0.0/8", "a private network (RFC 1918)"),
        ("100.64.0.0/10", "a provider's inner network (RFC 6598)"),
        ("127.0.0.0/8", "this machine itself (RFC 1122)"),
        ("168.63.129.16/32", "the inner services of a cloud (Microsoft Azure)"),
        ("169.254.0.0/16", "link-local (RFC 3927)"),
        ("172.16.0.0/12", "a private network (RFC 1918)"),
        ("192.0.0.0/24", "protocol assignments (RFC 6890)"),
        ("192.0.2.0/24", "for documentation (RFC 5737)"),
        ("192.31.196.0/24", "a sink for lost questions (RFC 7535)"),
        ("192.52.193.0/24", "multicast relays (RFC 7450)"),
        ("192.88.99.0/24", "6to4 relays (RFC 7526)"),
        ("192.168.0.0/16", "a private network (RFC 1918)"),
        ("192.175.48.0/24", "a sink for lost questions (RFC 7534)"),
        ("198.18.0.0/15", "for benchmarks (RFC 2544)"),
        ("198.51.100.0/24", "for documentation (RFC 5737)"),
        ("203.0.113.0/24", "for documentation (RFC 5737)"),
        ("224.0.0.0/4", "multicast (RFC 5771)"),
        ("240.0.0.0/4", "reserved (RFC 1112)"),
        ("::/128", "no address at all (RFC 4291)"),
        ("::1/128", "this machine itself (RFC 4291)"),
        ("::ffff:0:0/96", "an IPv4 address in disguise (RFC 4291)"),
        ("::ffff:0:0:0/96", "an IPv4 address in disguise (RFC 2765)"),
        ("::/96", "an IPv4 address in disguise (RFC 4291)"),
        ("64:ff9b::/96", "an IPv4 address behind NAT64 (RFC 6052)"),
        ("64:ff9b:1::/48", "an IPv4 address behind NAT64 (RFC 8215)"),
        ("100::/64", "a sink (RFC 6666)"),
        ("2001::/32", "an IPv4 address in disguise: Teredo (RFC 4380)"),
        ("2001::/23", "protocol assignments (RFC 2928)"),
        ("2001:db8::/32", "for documentation (RFC 3849)"),
        ("2002::/16", "an IPv4 address in disguise: 6to4 (RFC 3056)"),
        ("2620:4f:8000::/48", "a sink for lost questions (RFC 7534)"),
        ("3ffe::/16", "a test network that has ended (RFC 3701)"),
        ("3fff::/20", "for documentation (RFC 9637)"),
        ("fc00::/7", "a private network (RFC 4193)"),
        ("fe80::/10", "link-local (RFC 4291)"),
        ("fec0::/10", "a private network (RFC 3879)"),
        ("ff00::/8", "multicast (RFC 4291)"),
    )
)


def not_public(address: Address) -> str | None:
    """What an address is if it is not one of a server on the internet: `a private network (RFC 1918)`."""
    for network, what in _SPECIAL:
        if address in network:
            return what
    return "not given out to anyone (RFC 4291)" if address.version == 6 and address not in _UNICAST else None
