"""Ready configuration for a primary that zones are pushed to, and for the resolvers that transfer them from it.

No key stands in any of it: it is made on the server, and entered here once. All of it is tried with real servers.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from .compiled import Compiled
from .export import File, printable
from .exports.rpz import bind, recursor, unbound
from .exports.rpz.zones import KINDS, Zone
from .push import zone_names
from .questions import DNS_PORT, Where

NOWHERE = "192.0.2.53"  # stands for the address of a server that nobody has named yet (RFC 5737)
EXPIRE = 2_419_200  # seconds: four weeks; a resolver without its primary goes on filtering that long
REFRESH = 60  # seconds: a resolver whose notification was lost looks by itself
_SOA = f"localhost. root.localhost. 1 {REFRESH} {REFRESH} {EXPIRE} 60"
SOA = f"@ SOA {_SOA}\n@ NS localhost.\n"
_LAYER = {kind: layer for layer, kind in KINDS.items()}
Texts = Iterator[File]


@dataclass(frozen=True)
class Setup:
    """A target as a configuration needs it. `resolvers`: those that transfer the zones, with the ports at which they
    are notified."""

    target: str
    audiences: tuple[str, ...]
    address: str
    port: int
    suffix: str
    key_name: str
    algorithm: str
    resolvers: tuple[Where, ...] = ()

    @property
    def zones(self) -> list[str]:
        return [name for name, _, _ in zone_names(self.audiences, self.suffix)]

    @property
    def allowed(self) -> list[str]:
        """The resolvers' addresses, each once."""
        return list(dict.fromkeys(one.address for one in self.resolvers))

    def head(self, comment: str, what: str) -> str:
        return f"{comment} firewall_admin: {what} for {printable(self.target)}\n"


def knot(setup: Setup) -> Texts:
    """Knot DNS 3.2. Its notifications leave about a second after a change. It waits with further changes of a zone
    until a resolver has taken its notification, or for `tcp-remote-io-timeout`."""
    key = f"/etc/knot/{setup.key_name}.key.conf"
    text = setup.head("#", "include in /etc/knot/knot.conf, behind its own sections")
    text += f"# The key: keymgr -t {setup.key_name} {setup.algorithm} > {key}\ninclude: {key}\n"
    text += "# In the section server: tcp-remote-io-timeout: 500, or a resolver that is off delays every change\n"
    if setup.resolvers:
        text += "remote:\n"
        for number, one in enumerate(setup.resolvers, 1):
            text += f"  - id: resolver{number}\n    address: {one.address}{_port(one, '@')}\n"
    text += f"acl:\n  - id: pushes\n    key: {setup.key_name}\n    action: [update, transfer]\n"
    if setup.resolvers:
        text += f"  - id: resolvers\n    address: [{', '.join(setup.allowed)}]\n    action: transfer\n"
    text += 'template:\n  - id: pushed\n    storage: /var/lib/knot\n    file: "%s"\n    zonefile-load: difference\n'
    acls = "[pushes, resolvers]" if setup.resolvers else "pushes"
    text += f"    acl: {acls}\n"
    if setup.resolvers:
        text += f"    notify: [{', '.join(f'resolver{n}' for n, _ in enumerate(setup.resolvers, 1))}]\n"
    text += "zone:\n" + "".join(f"  - domain: {zone}\n    template: pushed\n" for zone in setup.zones)
    yield File("knot.conf", "include: in /etc/knot/knot.conf", [text])
    yield from _empty_zones(setup, "/var/lib/knot")


def bind9(setup: Setup) -> Texts:
    """BIND 9.18. Its notifications leave at once with `notify-delay 0` and `notify-rate 1000`: by
    default the second of two comes half a second after the first."""
    key = f"/etc/bind/{setup.key_name}.key"
    text = setup.head("#", "include at the top level of named.conf")
    text += f'# The key: tsig-keygen -a {setup.algorithm} {setup.key_name} > {key}\ninclude "{key}";\n'
    text += "# Inside options { }: notify-delay 0; notify-rate 1000; serial-query-rate 1000;\n"
    allowed = "".join(f"{address}; " for address in setup.allowed)
    notified = "".join(f"{one.address}{_port(one, ' port ')}; " for one in setup.resolvers)
    for zone in setup.zones:
        text += (
            f'zone "{zone}" {{\n  type primary;\n  file "/var/lib/bind/{zone}";\n  check-names ignore;\n'
            f'  update-policy {{ grant "{setup.key_name}" zonesub ANY; }};\n'
            f'  allow-transfer {{ key "{setup.key_name}"; {allowed}}};\n'
            f'  allow-query {{ key "{setup.key_name}"; {allowed}}};\n'
            f"  notify explicit;\n  also-notify {{ {notified}}};\n}};\n"
        )
    yield File("named.push.conf", "include at the top level of named.conf", [text])
    yield from _empty_zones(setup, "/var/lib/bind")


def powerdns(setup: Setup) -> Texts:
    """PowerDNS Authoritative 4.7 with a backend that takes updates (gsqlite3, gmysql, gpgsql). Its signed notifications
    would be refused by resolvers that know no keys, and the key alone decides who may change a zone."""
    text = setup.head("#", "run once on the server")
    text += "# In pdns.conf: primary=yes, dnsupdate=yes, send-signed-notify=no, allow-axfr-ips= (nothing), and a\n"
    text += "# backend that holds zones in a database: launch=gsqlite3, gmysql or gpgsql, but not BIND's files.\n"
    text += "set -e\n"
    text += f"pdnsutil generate-tsig-key {setup.key_name} {setup.algorithm}\n"
    allowed = " ".join(setup.allowed)
    notified = " ".join(f"'{_bracketed(one)}'" for one in setup.resolvers)
    for zone in setup.zones:
        text += f"pdnsutil create-zone {zone} localhost\n"
        text += f"pdnsutil set-kind {zone} primary\n"
        text += f"pdnsutil replace-rrset {zone} @ SOA 60 '{_SOA}'\n"
        text += f"pdnsutil set-meta {zone} TSIG-ALLOW-DNSUPDATE {setup.key_name}\n"
        text += f"pdnsutil set-meta {zone} ALLOW-DNSUPDATE-FROM 0.0.0.0/0 ::/0\n"
        text += f"pdnsutil set-meta {zone} SOA-EDIT-DNSUPDATE INCREASE\n"
        text += f"pdnsutil set-meta {zone} TSIG-ALLOW-AXFR {setup.key_name}\n"
        text += f"pdnsutil set-meta {zone} NOTIFY-DNSUPDATE 1\n"
        if setup.resolvers:
            text += f"pdnsutil set-meta {zone} ALLOW-AXFR-FROM {allowed}\n"
            text += f"pdnsutil set-meta {zone} ALSO-NOTIFY {notified}\n"
    yield File("powerdns.sh", "run once on the server", [text])


def unbound_secondary(compiled: Compiled, setup: Setup, base: str) -> Texts:
    """Unbound knows no keys for transfers: the primary lets it in by its address."""
    came = f"  primary: {setup.address}@{setup.port}\n  allow-notify: {setup.address}\n"
    yield File(
        "unbound.conf", "include: as the last line of unbound.conf", unbound.text(compiled, _zones(setup), base, came)
    )


def bind_secondary(compiled: Compiled, setup: Setup, base: str) -> Texts:
    """BIND asks again after a notification at once with `serial-query-rate 1000`."""
    zones, came = _zones(setup), f"{setup.address} port {setup.port}"
    yield File("named.options.conf", "include inside options {} of named.conf", bind.options(compiled, zones))
    yield File("named.zones.conf", bind.use(compiled), bind.toplevel(compiled, zones, base, came))


def recursor_secondary(compiled: Compiled, setup: Setup, base: str) -> Texts:
    """PowerDNS Recursor asks for changes every second; it takes no notifications for policy zones."""
    zones, came = _zones(setup), f"{setup.address}:{setup.port}"
    use = "dofile() it at the end of the lua-config-file of recursor.conf, which needs packetcache-ttl=1"
    yield File("recursor.lua", use, recursor.config(compiled, zones, base, came))
    yield File("recursor-dns.lua", "lua-dns-script= of recursor.conf", recursor.script(compiled, zones))


def knot_resolver_secondary(compiled: Compiled, setup: Setup, base: str) -> Texts:
    """Knot Resolver transfers no zones."""
    text = setup.head("--", "Knot Resolver")
    text += "-- Knot Resolver can't transfer zones: add a target of its own, whose files are put into a folder or\n"
    text += "-- fetched, and load them as docs/targets/knot-resolver.md says.\n"
    yield File("kresd.conf", "nothing to load: it takes files", [text])


PRIMARIES: Mapping[str, Callable[[Setup], Texts]] = {"knot": knot, "bind": bind9, "powerdns": powerdns}
RESOLVERS: Mapping[str, Callable[[Compiled, Setup, str], Texts]] = {
    "unbound": unbound_secondary,
    "bind": bind_secondary,
    "recursor": recursor_secondary,
    "knot-resolver": knot_resolver_secondary,
}


def _port(one: Where, before: str) -> str:
    return f"{before}{one.port}" if one.port != DNS_PORT else ""


def _bracketed(one: Where) -> str:
    """As PowerDNS reads an address with a port."""
    address = f"[{one.address}]" if ":" in one.address else one.address
    return f"{address}{_port(one, ':')}"


def _empty_zones(setup: Setup, folder: str) -> Texts:
    """A zone has to be there before it can be changed."""
    for zone in setup.zones:
        yield File(
            f"zones/{zone}", f"as {folder}/{zone}, before the first start; the server writes it", [f"$TTL 60\n{SOA}"]
        )


def _zones(setup: Setup) -> list[Zone]:
    return [
        Zone(name, _LAYER[kind], (audience,), lambda: iter(()), content="")
        for name, kind, audience in zone_names(setup.audiences, setup.suffix)
    ]
