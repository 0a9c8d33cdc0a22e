"""What the journeys reach the world through."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from firewall_admin.adapters import resolve
from firewall_admin.adapters.folders import Folders
from firewall_admin.adapters.mail import Post
from firewall_admin.adapters.passwords import Passwords
from firewall_admin.adapters.pdf import pdf
from firewall_admin.adapters.sealed import Sealed
from firewall_admin.adapters.store import Store
from firewall_admin.core.policyfile import Shipped
from firewall_admin.core.questions import Answer, Failure, Question, Where
from firewall_admin.db.change import Database

if TYPE_CHECKING:
    from firewall_admin.adapters.fetch import Outcome


def fetched(url: str, folder: Path, *, http: bool = False, controls: tuple[Where, ...] = (), **asked: Any) -> "Outcome":
    """From the internet; `http` from unprotected addresses too, `controls`: who is asked where a server is. TLS and
    HTTP are imported when a list is fetched, and not with every command."""
    from firewall_admin.adapters.fetch import Reach, fetch
    from firewall_admin.adapters.fetch.looking_up import through

    return fetch(url, folder, reach=Reach(through(controls, resolve.ask), http=http), **asked)


Fetch = Callable[..., "Outcome"]
Ask = Callable[[Question, Where], Answer | Failure]


@dataclass(frozen=True)
class Ports:
    """The database, the store, the clock, the lists that come with the product, what keeps passwords, the folders
    of this machine that releases are put into, and what seals the cells that are kept secret.
    `send`: the way out for letters, None where no mail server is set.

    `ask` puts a question to a resolver; `controls` are resolvers that filter nothing, to compare with.
    `fetch` gets a list as adapters.fetch does; `http_lists`: from http addresses too. `pdf` prints a record."""

    db: Database
    store: Store
    clock: Callable[[], datetime]
    shipped: Shipped
    passwords: Passwords = field(default_factory=Passwords)
    folders: Folders = field(default_factory=Folders)
    sealed: Sealed = field(default_factory=Sealed)
    ask: Ask = resolve.ask
    controls: tuple[Where, ...] = ()
    send: Post | None = None
    fetch: Fetch = fetched
    http_lists: bool = False
    pdf: Callable[[str, Mapping[str, Any]], bytes] = pdf
