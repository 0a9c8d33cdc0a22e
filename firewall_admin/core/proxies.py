"""A request to a proxy and what comes of it, as values. Asking is `adapters.ask_proxy`."""

from dataclasses import dataclass
from typing import Literal

PROXY_PORT = 3128  # Squid's own
Method = Literal["GET", "CONNECT"]


@dataclass(frozen=True)
class Request:
    """A GET of a host's front page by http, or a CONNECT to its port 443, as a browser does it for https."""

    method: Method
    host: str

    @property
    def line(self) -> str:
        """What is asked for (RFC 9112, sections 3.2.2 and 3.2.3)."""
        return f"{self.host}:443" if self.method == "CONNECT" else f"http://{self.host}/"


@dataclass(frozen=True)
class Heard:
    """The head of a reply. `error`: the page that Squid names where the reply is its own (`X-Squid-Error`)."""

    request: Request
    status: int
    location: str = ""
    error: str = ""

    @property
    def text(self) -> str:
        """As evidence tells it: `GET 403 ERR_ACCESS_DENIED`."""
        more = self.error.partition(" ")[0] or self.location
        return f"{self.request.method} {self.status}{f' {more}' if more else ''}"


@dataclass(frozen=True)
class Unheard:
    """No reply. `kind` as core.questions.Failure has it."""

    request: Request
    kind: Literal["silent", "unreachable", "source", "broken"]
    text: str


Asked = Heard | Unheard
