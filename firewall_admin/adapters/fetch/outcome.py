"""What comes of a fetch, and how far it may go."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Fetched:
    """A body, unpacked, in a file of its own that now is the caller's. `size` is in bytes.

    `url`: where it came from in the end. `etag` and `last_modified`: what the server wants to be asked with the next
    time, as it wrote them; None where it gave none, or none that can be trusted. `content_type`:
    the media type alone, such as `text/plain`. `issuer`: who vouches for the server, as its certificate names them.
    """

    path: Path
    size: int
    url: str
    etag: str | None = None
    last_modified: str | None = None
    content_type: str | None = None
    issuer: str | None = None


@dataclass(frozen=True)
class Unchanged:
    """The server has nothing newer than what it was asked with."""

    url: str


@dataclass(frozen=True)
class Failure:
    """Why there is no list, in words that follow "the list …". `retry_after`: seconds that the server asks to wait, a
    day at the most."""

    reason: str
    retry_after: int | None = None


Outcome = Fetched | Unchanged | Failure


@dataclass(frozen=True)
class Limits:
    """Seconds, bytes and counts. A list of 256 MB is beyond anything published; a list of text seldom packs to less
    than a tenth."""

    total: float = 120.0
    """Seconds for everything, from the first look-up to the last byte."""
    connect: float = 10.0
    """Seconds to connect to one address, and as many again for its TLS handshake."""
    silence: float = 20.0
    """Seconds without a byte."""
    wire: int = 256 << 20
    unpacked: int = 256 << 20
    ratio: int = 100
    """Bytes unpacked for each that came."""
    head: int = 64 << 10
    fields: int = 100
    hops: int = 5
    addresses: int = 4


class Failed(Exception):
    """A fetch that ends here; `fetch` makes a Failure of it."""

    def __init__(self, reason: str, retry_after: int | None = None):
        super().__init__(reason)
        self.reason = reason
        self.retry_after = retry_after
