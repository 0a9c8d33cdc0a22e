"""What the journeys reach the world through."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from firewall_admin.adapters import ask_proxy, resolve
from firewall_admin.adapters.folders import Folders
from firewall_admin.adapters.mail import Post
from firewall_admin.adapters.passwords import Passwords
from firewall_admin.adapters.pdf import pdf
from firewall_admin.adapters.sealed import Sealed
from firewall_admin.adapters.store import Store
from firewall_admin.core.policyfile import Shipped
from firewall_admin.core.proxies import Asked, Request
from firewall_admin.core.questions import Answer, Failure, Question, Where
from firewall_admin.db.change import Database

if TYPE_CHECKING:
    from firewall_admin.adapters.fetch import Outcome
    from firewall_admin.core.listfile import CountedList


def fetched(url: str, folder: Path, *, http: bool = False, controls: tuple[Where, ...] = (), **asked: Any) -> "Outcome":
    """From the internet; `http` from unprotected addresses too, `controls`: who is asked where a server is. TLS and
    HTTP are imported when a list is fetched, and not with every command."""
    from firewall_admin.adapters.fetch import Reach, fetch
    from firewall_admin.adapters.fetch.looking_up import through

    return fetch(url, folder, reach=Reach(through(controls, resolve.ask), http=http), **asked)


def read_list(body: Path, role: str, folder: Path, **asked: Any) -> "CountedList":
    """Within bounds. The expressions by which lists are read are compiled when one is read."""
    from firewall_admin.adapters import reading

    return reading.read_list(body, role, folder, **asked)  # type: ignore[arg-type]


Fetch = Callable[..., "Outcome"]
Ask = Callable[[Question, Where], Answer | Failure]
AskProxy = Callable[[Request, Where], Asked]


@dataclass(frozen=True)
class Ports:
    """The database, the store, the clock, the lists that come with the product, what keeps passwords, the folders
    of this machine that releases are put into, and what seals the cells that are kept secret.
    `send`: the way out for letters, None where no mail server is set.

    `ask` puts a question to a resolver, `ask_proxy` a request to a proxy; `controls` are resolvers that filter
    nothing, to compare with.
    `fetch` gets a list as adapters.fetch does; `http_lists`: from http addresses too. `read` reads a list that is on
    disk, as adapters.reading does. `pdf` prints a record."""

    db: Database
    store: Store
    clock: Callable[[], datetime]
    shipped: Shipped
    passwords: Passwords = field(default_factory=Passwords)
    folders: Folders = field(default_factory=Folders)
    sealed: Sealed = field(default_factory=Sealed)
    ask: Ask = resolve.ask
    ask_proxy: AskProxy = ask_proxy.ask
    controls: tuple[Where, ...] = ()
    send: Post | None = None
    fetch: Fetch = fetched
    http_lists: bool = False
    read: "Callable[..., CountedList]" = read_list
    pdf: Callable[[str, Mapping[str, Any]], bytes] = pdf
