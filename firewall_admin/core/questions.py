"""A question to a resolver and what comes of it, as values. Asking is `adapters.resolve`."""

from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Literal

from .refusals import Refusal

DNS_PORT = 53
Kind = Literal["A", "AAAA", "HTTPS", "CNAME", "TXT"]


@dataclass(frozen=True)
class Where:
    """A resolver by address and port, and the address of this machine to ask from (None: whichever it chooses)."""

    address: str
    port: int = DNS_PORT
    source: str | None = None

    @property
    def text(self) -> str:
        """As people are told: `10.0.0.2`, `10.0.0.2 port 5353 from 10.20.0.9`."""
        port = f" port {self.port}" if self.port != DNS_PORT else ""
        return f"{self.address}{port}{f' from {self.source}' if self.source else ''}"


@dataclass(frozen=True)
class Question:
    """A name as `domains.parse` gives it, and a type of record."""

    name: str
    kind: Kind = "A"


@dataclass(frozen=True)
class Answer:
    """What a resolver said: NOERROR or NXDOMAIN, the names that CNAMEs led to, in order, and the records of the type
    that was asked for, as text. `ttl` in seconds, the least of them; None where there are no records."""

    question: Question
    code: Literal["NOERROR", "NXDOMAIN"]
    chain: tuple[str, ...] = ()
    data: tuple[str, ...] = field(default=())
    ttl: int | None = None

    @property
    def text(self) -> str:
        """As evidence tells it: `A NXDOMAIN`, `A 198.51.100.7`, `AAAA nothing`."""
        led = f"{' → '.join(self.chain)} → " if self.chain else ""
        said = "NXDOMAIN" if self.code == "NXDOMAIN" else ", ".join(self.data) or "nothing"
        return f"{self.question.kind} {led}{said}"


@dataclass(frozen=True)
class Failure:
    """No answer. `kind`: silent (nothing came in time), unreachable, servfail, refused (by the resolver), source (this
    machine has no such address to ask from) or broken (nothing that can be read)."""

    question: Question
    kind: Literal["silent", "unreachable", "servfail", "refused", "source", "broken"]
    text: str


def parse_where(text: str) -> Where:
    """`10.0.0.2`, `10.0.0.2:5353`, `[2001:db8::2]:53` or `2001:db8::2`. Refusal for anything else."""
    host, port = text.strip(), ""
    if host.startswith("["):
        host, _, port = host[1:].partition("]")
        port = port.removeprefix(":") if port.startswith(":") else port and "?"
    elif host.count(":") == 1:
        host, _, port = host.partition(":")
        port = port or "?"
    try:
        address = str(ip_address(host))
    except ValueError:
        raise Refusal(f"'{text}' is no resolver's address: give an IP address, with a port if it is not 53") from None
    return Where(address, parse_port(port) if port else DNS_PORT)


def parse_port(text: str) -> int:
    """A port from 1 to 65535; Refusal otherwise."""
    if not (text.isascii() and text.isdigit() and len(text) <= 5 and 1 <= int(text) <= 65535):
        raise Refusal(f"'{text}' is no port: give a number from 1 to 65535", "port")
    return int(text)
