"""Whether a list still belongs to the same people. Domains of lists that were given up have been bought by others, who
answered with names of their own, or with every name there is."""

from collections.abc import Iterator
from dataclasses import dataclass

from .list_findings import Finding

TURNED = 0.10  # of the names came or went, at the same time as another authority came to vouch for the server
LISTS = frozenset(
    {
        *("text/plain", "text/csv", "text/x-rpz", "text/dns", "text/markdown"),
        *("application/octet-stream", "binary/octet-stream", "application/x-download"),
        *("application/gzip", "application/x-gzip"),
    }
)
"""What servers say that a list is. They say now this and now that of the same file."""


@dataclass(frozen=True)
class Origin:
    """Where a text came from. `issuer`: who vouches for the server, as its certificate says; `kind`: the media type.
    None where nobody said."""

    host: str
    issuer: str | None = None
    kind: str | None = None


def another_owner(before: Origin, now: Origin, turned: float) -> Iterator[Finding]:
    """What speaks for it. `turned`: the share of its names that are new, or of those it had that are gone; the greater
    of the two."""
    if before.host != now.host:
        text = f"it now comes from {now.host}, before from {before.host}: does it still belong to the same people?"
        yield Finding("moved", text)
    elif before.issuer and now.issuer and before.issuer != now.issuer and turned > TURNED:
        text = f"{now.issuer} vouches for {now.host}, before {before.issuer}, and {turned:.0%} of the names are others"
        yield Finding("vouched-by-another", f"{text}: does it still belong to the same people?")
    if before.kind and now.kind and before.kind != now.kind and now.kind not in LISTS:
        yield Finding("served-otherwise", f"it is served as {now.kind}, before as {before.kind}: is it still a list?")
