"""Random school policies, small enough that every name that matters to them can be asked for, and who asks."""

from collections.abc import Iterator
from datetime import UTC, datetime
from ipaddress import ip_address, ip_network
from itertools import product

from hypothesis import strategies as st

from firewall_admin.core.compiled import Compiled, CompiledAudience, compile_policy
from firewall_admin.core.domains import lineage
from firewall_admin.core.names import Names
from firewall_admin.core.policy import ANSWERS, ROLES, Assignment, Audience, NameList, Rule, SchoolPolicy

AT = datetime(2026, 11, 23, 10, tzinfo=UTC)
STEERED = (("b.a.lab", "safe.b.lab"), ("www.a-b.lab", "safe.lab"))
NETWORKS = (
    "10.0.0.0/8",
    "10.1.0.0/16",
    "10.1.2.0/24",
    "10.1.2.128/25",
    "10.9.0.0/16",
    "2001:db8::/32",
    "2001:db8:1::/48",
)
CLIENTS = ("10.0.0.1", "10.1.0.1", "10.1.2.3", "10.1.2.200", "10.9.0.9", "192.0.2.1", "2001:db8::1", "2001:db8:1::1")
# Few names, so that those of different lists and rules often stand above one another, and some of unusual spelling.
NAMES = [[".".join([*labels, "lab"]) for labels in product("ab", repeat=depth)] for depth in (1, 2, 3, 4)]
ODD = ["_a.lab", "a-b.lab", "www.a-b.lab", "0.lab", "a.0.lab", "icloud.com", "net.resolver.arpa", "application-dns.net"]

domains = st.one_of(*map(st.sampled_from, NAMES), st.sampled_from(ODD))
name_lists = st.builds(
    NameList,
    slug=st.sampled_from(["v", "w", "x", "y", "z"]),
    role=st.sampled_from([*ROLES, *["blocked", "allowed"] * 3]),
    names=st.lists(domains, min_size=3, max_size=12).map(Names.of),
)
rules = st.builds(
    Rule,
    action=st.sampled_from(["allow", "block"]),
    domain=domains,
    audience=st.sampled_from([None, "p", "q"]),
)


@st.composite
def compiled(draw: st.DrawFn) -> Compiled:
    """A policy of two audiences whose networks may nest, compiled."""
    lists = {named.slug: named for named in draw(st.lists(name_lists, min_size=2, max_size=5))}
    assigned = tuple(Assignment(slug) for slug in sorted(lists))
    owners = draw(st.lists(st.sampled_from(["p", "q", ""]), min_size=len(NETWORKS), max_size=len(NETWORKS)))
    audiences = tuple(
        Audience(
            name,
            networks=tuple(network for network, owner in zip(NETWORKS, owners, strict=True) if owner == name),
            answer=draw(st.sampled_from(ANSWERS)),
            sinkhole=draw(st.sampled_from([("192.0.2.53",), ("2001:db8:5::53",), ("192.0.2.53", "2001:db8:5::53")])),
            safe_search=draw(st.booleans()),
            anti_bypass=draw(st.booleans()),
            lists=assigned,
        )
        for name in ("p", "q")
    )
    chosen = tuple(draw(st.lists(rules, max_size=8)))
    steering = {"safe-search": STEERED}
    school = SchoolPolicy("S", UTC, "UTC", audiences=audiences, lists=lists, rules=chosen, steering=steering)
    return compile_policy(school, AT)


def around(audience: CompiledAudience) -> list[str]:
    """Every name that matters to an audience: the named, those above, beside and under them."""
    policy = audience.policy
    lists = [named.names for named in (*policy.locked, *policy.protected, *policy.lists)]
    named = {name for names in lists for name in names} | {rule.domain for rule in policy.rules} | set(policy.rewrites)
    up = {name for domain in named for name in lineage(domain)}
    return sorted(up | {f"{label}.{name}" for name in up for label in ("a", "zz", "xa")} | {f"x{name}" for name in up})


def audience_of(client: str, whole: Compiled) -> CompiledAudience | None:
    """Whose client an address is: the longest prefix wins."""
    found = [
        (ip_network(network).prefixlen, audience)
        for audience in whole.audiences
        for network in audience.audience.networks
        if ip_address(client) in ip_network(network)
    ]
    return max(found, key=lambda pair: pair[0])[1] if found else None


def clients(whole: Compiled) -> Iterator[tuple[str, CompiledAudience | None]]:
    return ((client, audience_of(client, whole)) for client in CLIENTS)
