"""What the journeys reach the world through."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from firewall_admin.adapters.folders import Folders
from firewall_admin.adapters.passwords import Passwords
from firewall_admin.adapters.store import Store
from firewall_admin.core.policyfile import Shipped
from firewall_admin.db.change import Database


@dataclass(frozen=True)
class Ports:
    """The database, the store, the clock, the lists that come with the product, what keeps passwords, and the folders
    of this machine that releases are put into."""

    db: Database
    store: Store
    clock: Callable[[], datetime]
    shipped: Shipped
    passwords: Passwords = field(default_factory=Passwords)
    folders: Folders = field(default_factory=Folders)
