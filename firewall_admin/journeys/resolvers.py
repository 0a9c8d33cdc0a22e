"""Where checks ask: a target's resolvers, or its proxies, each seen as a client of one audience.

A resolver tells audiences apart by the address that asks. So a check needs an address of this machine within the
audience's networks, or a resolver that answers everyone alike. Loopback and private addresses are the rule here: it is
the school's own network, and only who manages targets says what is asked.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from typing import Any
from uuid import UUID

from sqlalchemy import select

from firewall_admin.core import events_checks as events
from firewall_admin.core.people import Actor, Permission
from firewall_admin.core.proxies import PROXY_PORT
from firewall_admin.core.questions import DNS_PORT, Where, parse_port
from firewall_admin.core.refusals import NotFound, Refusal
from firewall_admin.db.tables import AudienceRow, TargetRow
from firewall_admin.ports import Ports

from .policy import may
from .targets import find

MOST = 12  # resolvers of a target
PROXY = "squid"
"""The format of what is asked by HTTP, as browsers do; all else is asked by DNS."""
BROWSERS = "pac"
"""The format of what no question can reach: it runs in browsers."""


@dataclass(frozen=True)
class Vantage:
    """A resolver as a client of an audience sees it."""

    where: Where
    audience: str
    is_proxy: bool = False


def add(
    ports: Ports, actor: Actor, *, target: UUID, address: str, port: str = "", audience: str = "", source: str = ""
) -> None:
    """Ask there from now on. Texts as a person writes them; an empty `port` is 53, or a proxy's 3128, an empty
    `audience` whichever the source's address belongs to."""
    may(actor, Permission.MANAGE_TARGETS)
    with ports.db.change(actor) as change:
        row = find(change.session, actor, target)
        if row.format == BROWSERS:
            raise Refusal("This target’s file is for browsers: asking a resolver would prove nothing of it.")
        where = _where(row, address, port, source)
        known = change.session.scalars(select(AudienceRow).where(AudienceRow.school_id == actor.school_id)).all()
        whom = _check_audience(row, known, where, audience.strip())
        _check_new(row, known, where, whom)
        row.resolvers = [*row.resolvers, _kept(where, audience.strip())]
        change.did(events.ResolverAdded(row.name, where.text, whom))


def remove(ports: Ports, actor: Actor, *, target: UUID, number: int) -> None:
    """Ask there no more: `number` counts the target's resolvers from 0. NotFound where there is no such one."""
    may(actor, Permission.MANAGE_TARGETS)
    with ports.db.change(actor) as change:
        row = find(change.session, actor, target)
        if not 0 <= number < len(row.resolvers):
            raise NotFound("There is no such resolver.")
        kept = row.resolvers[number]
        row.resolvers = [*row.resolvers[:number], *row.resolvers[number + 1 :]]
        change.did(events.ResolverRemoved(row.name, where_of(kept).text))


def where_of(kept: dict[str, Any]) -> Where:
    """A resolver as the target's row keeps it."""
    return Where(kept["address"], kept["port"], kept.get("source"))


def vantages(target: TargetRow, networks: Mapping[str, Sequence[str]]) -> list[Vantage]:
    """Whom the target's resolvers are asked as. `networks` by audience; a resolver of which nobody can say whom it
    answers is left out."""
    found = []
    for kept in target.resolvers:
        audience = kept.get("audience") or _whose(target, networks, kept.get("source"))
        if audience in target.audiences and audience in networks:
            found.append(Vantage(where_of(kept), audience, target.format == PROXY))
    return found


def _whose(target: TargetRow, networks: Mapping[str, Sequence[str]], source: str | None) -> str | None:
    """The audience that an address belongs to, by the longest prefix; without one, the target's only audience."""
    if source is None:
        return target.audiences[0] if len(target.audiences) == 1 else None
    address = ip_address(source)
    holding = [
        (network.prefixlen, name)
        for name, each in networks.items()
        for network in map(ip_network, each)
        if address.version == network.version and address in network
    ]
    return max(holding)[1] if holding else (target.audiences[0] if len(target.audiences) == 1 else None)


def _where(target: TargetRow, address: str, port: str, source: str) -> Where:
    """Whoever writes the port behind the address, as it is written everywhere else, need not write it again."""
    host, written = address.strip(), ""
    if host.startswith("[") and "]" in host:
        host, _, written = host[1:].partition("]")
    elif host.count(":") == 1:
        host, _, written = host.partition(":")
    written = written.removeprefix(":").strip()
    if written and port.strip() and written != port.strip():
        raise Refusal(f"The address says port {written}: leave one of the two empty.", "port")
    usual = PROXY_PORT if target.format == PROXY else DNS_PORT
    asked_from = _address(source, "source") if source.strip() else None
    return Where(_address(host, "address"), _port(port.strip() or written, usual), asked_from)


def _address(text: str, field: str) -> str:
    try:
        address = ip_address(text.strip())
    except ValueError:
        raise Refusal("Give an IP address, such as 10.0.0.2 or 2001:db8::2: no name.", field) from None
    if address.is_multicast or (address.is_unspecified and field == "address"):
        raise Refusal(f"{address} is no address of one machine.", field)
    return str(address)


def _port(text: str, usual: int) -> int:
    return parse_port(text.strip()) if text.strip() else usual


def _check_audience(target: TargetRow, known: Sequence[AudienceRow], where: Where, audience: str) -> str:
    """Whose client it is asked as; Refusal where nobody can say, or it is somebody else's."""
    if where.source and ip_address(where.source).version != ip_address(where.address).version:
        raise Refusal("Give a source address of the same kind, IPv4 or IPv6, as the resolver’s.", "source")
    if audience and audience not in target.audiences:
        raise Refusal(f"'{target.name}' does not filter for '{audience}'.", "audience")
    networks = {row.name: row.networks for row in known}
    told = _whose(target, networks, where.source)
    if not audience and told not in target.audiences:
        if where.source and told is None:
            raise Refusal(f"No audience has a network with {where.source}: choose whom it is answered as.", "audience")
        whom = " and ".join(target.audiences)
        raise Refusal(f"'{target.name}' filters for {whom}: choose as whose client this one is asked.", "audience")
    if audience and where.source and told not in (None, audience) and len(target.audiences) > 1:
        raise Refusal(f"{where.source} is in a network of '{told}', not of '{audience}'.", "source")
    return audience or str(told)


def _check_new(target: TargetRow, known: Sequence[AudienceRow], where: Where, whom: str) -> None:
    if len(target.resolvers) >= MOST:
        raise Refusal(f"{MOST} addresses are enough for one target: remove one first.")
    asked = vantages(target, {row.name: row.networks for row in known})
    if any((one.where, one.audience) == (where, whom) for one in asked):
        raise Refusal("This address is asked like that already.", "address")


def _kept(where: Where, audience: str) -> dict[str, Any]:
    kept: dict[str, Any] = {"address": where.address, "port": where.port}
    kept |= {"audience": audience} if audience else {}
    return kept | ({"source": where.source} if where.source else {})
