"""The address of a list, read strictly: one meaning, or none.

Python's `urlsplit` drops tabs, keeps backslashes and takes what a browser would read as another host. Here every
character has its place or the address is refused; the host is a domain name as `core/domains` spells it.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import urljoin

from firewall_admin.core import domains
from firewall_admin.core.refusals import NotADomain

from .outcome import Failed

LONGEST = 2048  # characters
DEFAULT_PORTS = {"https": 443, "http": 80}
_PATH = r"(?:[A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-Fa-f]{2})*"
_SHAPE = re.compile(
    rf"(?P<scheme>https?)://(?P<host>[^/?#@:\\\[\]%\s]+)(?::(?P<port>[0-9]{{1,5}}))?"
    rf"(?P<path>(?:/{_PATH})?)(?P<query>(?:\?(?:{_PATH}|\?)*)?)(?:#[A-Za-z0-9._~!$&'()*+,;=:/?%-]*)?",
    re.IGNORECASE,
)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")


@dataclass(frozen=True)
class WebAddress:
    """`scheme://host:port` and the `target` that the server is asked for: path and query, never empty."""

    scheme: str
    host: str
    port: int
    target: str

    @property
    def authority(self) -> str:
        """Host and port as they stand in a Host header."""
        return self.host if self.port == DEFAULT_PORTS[self.scheme] else f"{self.host}:{self.port}"

    @property
    def text(self) -> str:
        """The address in its one spelling."""
        return f"{self.scheme}://{self.authority}{self.target}"


def parse(text: str, ports: Collection[int], http: bool = False) -> WebAddress:
    """An https address with a domain name; raises Failed, which says why not. A fragment is dropped.

    `ports`: those that may be named. `http`: whether plain http will do.
    """
    if len(text) > LONGEST:
        raise Failed(f"its address has {len(text)} characters; {LONGEST} is the most")
    found = _SHAPE.fullmatch(text)
    if found is None:
        raise Failed(_why_not(text))
    scheme = found["scheme"].lower()
    if scheme != "https" and not http:
        raise Failed("its address begins with http, which is not protected; it has to be https")
    port = int(found["port"] or DEFAULT_PORTS[scheme])
    if port not in ports and not (scheme == "http" and port == DEFAULT_PORTS["http"]):
        raise Failed(f"its address names port {port}; lists are fetched from port 443")
    try:
        host = domains.parse(found["host"])
    except NotADomain as problem:
        raise Failed(f"its address names no host on the internet: {problem.message}") from None
    return WebAddress(scheme, host, port, (found["path"] or "/") + found["query"])


def redirected(base: WebAddress, location: str, ports: Collection[int], http: bool = False) -> WebAddress:
    """Where a server sends on to, read as strictly. Raises Failed; never from https to http."""
    if not location or re.search(r"[^!-~]|\\", location):  # before urljoin, which drops what it does not like
        raise Failed("it sends on to an address that can't be read")
    whole = location if _SCHEME.match(location) else urljoin(base.text, location)
    try:
        return parse(whole, ports, http and base.scheme == "http")
    except Failed as problem:
        raise Failed(f"it sends on, and from there {problem.reason}") from None


def _why_not(text: str) -> str:
    scheme, separator, rest = text.partition("://")
    authority = re.split(r"[/?#]", rest, maxsplit=1)[0]
    if not separator or scheme.lower() not in DEFAULT_PORTS:
        return "its address does not begin with https://"
    if "@" in authority:
        return "its address holds a user name or password"
    if "[" in authority or not authority:
        return "its address names no host on the internet: an IP address can't stand there, nor nothing"
    return "its address holds characters that can't stand there; write them percent-encoded"
