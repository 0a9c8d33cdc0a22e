"""An address as people paste it: a bare name, or a whole URL of which the host is what counts here."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from .domains import parse
from .refusals import NotADomain, shown

COPY = "Copy it from the browser’s address bar; it looks like bbc.co.uk or https://www.bbc.co.uk/news."
LONGEST = 4000  # characters
SCHEMES = ("http", "https", "ws", "wss", "ftp", "")


@dataclass(frozen=True)
class Pasted:
    """The name in what was pasted, and what was left out of it, in words; empty where it was the name alone."""

    domain: str
    note: str = ""


def read(text: str) -> Pasted:
    """The name somebody means. Raises NotADomain, whose field is `address`, where there is none."""
    text = text.strip()
    if not text:
        raise NotADomain("Type the address of a site, such as bbc.co.uk.", "address")
    if len(text) > LONGEST:
        raise NotADomain("That is too long for an address.", "address")
    host = _host(text) if any(mark in text for mark in "/:@?#\\") else text
    try:
        domain = parse(host)
    except NotADomain:
        raise NotADomain(f"‘{shown(host, 60)}’ is no address of a site. {COPY}", "address") from None
    if host == text:
        return Pasted(domain)
    return Pasted(
        domain, f"Only the host of that address counts here: {domain}. Pages of one site are all alike to us."
    )


def _host(text: str) -> str:
    """Backslashes are slashes to browsers, and what stands before an @ is no host (WHATWG URL)."""
    text = text.replace("\\", "/")
    try:
        parts = urlsplit(text if "://" in text else f"//{text.lstrip('/')}")
        if parts.scheme.lower() in SCHEMES and parts.hostname:
            return parts.hostname
    except ValueError:
        pass
    raise NotADomain(f"That is no address of a site. {COPY}", "address")
