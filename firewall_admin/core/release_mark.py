"""The mark of a release: what a server that has loaded its files tells to whoever asks as a client of an audience.

A name that nobody else asks for, answered with the release's number and the audience's name. It stands in files that
every release changes, never in a list, so what did not change keeps its bytes. A policy that is no release has none.
"""

import re
from dataclasses import dataclass

NAME = "_release"
"""Asked for as TXT. One label: no domain of a policy is so short, and no list can hold it."""
HOST = "release.firewall-admin.invalid"
"""Asked of a proxy by http: it redirects to a path that tells the same. Nobody can own it (RFC 6761, section 6.4)."""
_TEXT = re.compile(r"(?P<release>[0-9]{1,9}) (?P<audience>[a-z][a-z0-9-]*)")


@dataclass(frozen=True)
class Mark:
    """A release's number, and whose client the server takes the asking one for."""

    release: int
    audience: str

    def __str__(self) -> str:
        return f"{self.release} {self.audience}"

    @property
    def address(self) -> str:
        """Where a proxy redirects to."""
        return f"http://{HOST}/{self.release}/{self.audience}"


def read(text: str) -> Mark | None:
    """A mark from its text; None for anything else."""
    match = _TEXT.fullmatch(text)
    return Mark(int(match["release"]), match["audience"]) if match else None


def read_address(location: str) -> Mark | None:
    """A mark from the address that a proxy redirected to."""
    start = f"http://{HOST}/"
    return read(location[len(start) :].replace("/", " ", 1)) if location.startswith(start) else None
