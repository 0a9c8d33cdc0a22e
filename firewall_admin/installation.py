"""The world of one installation, as its settings say: for the application, and for commands that need no pages."""

from functools import partial

from .adapters import clock
from .adapters.folders import Folders
from .adapters.mail import post
from .adapters.policy_files import shipped
from .adapters.sealed import Sealed
from .adapters.store import Store
from .core.questions import parse_where
from .db.change import Database
from .db.schema import is_present
from .ports import Ports, fetched
from .settings import Settings, from_environment


def open_ports(settings: Settings) -> Ports:
    """The world as these settings describe it: its database and store in the instance folder, made if need be."""
    instance = settings.instance.resolve()
    instance.mkdir(mode=0o700, parents=True, exist_ok=True)
    url = settings.database_url or f"sqlite:///{instance / 'school.db'}"
    folders = Folders(settings.folders, settings.reload_commands)
    sealed = Sealed(instance / "sealing-key")
    controls = tuple(map(parse_where, settings.control_resolvers))
    return Ports(
        Database(url, clock.now, instance / "news"),
        Store(instance / "store"),
        clock.now,
        shipped(),
        folders=folders,
        sealed=sealed,
        fetch=partial(fetched, http=settings.http_lists, controls=controls),
        http_lists=settings.http_lists,
        controls=controls,
        send=post(settings.smtp, settings.smtp_password_file, settings.mail_from, settings.address),
    )


def opened(settings: Settings | None = None) -> Ports:
    """The world of this process's settings, at the present schema."""
    ports = open_ports(settings or from_environment())
    if not is_present(ports.db):
        from .db.upgrade import upgrade  # what changes a schema takes a while to import, and is needed once

        upgrade(ports.db)
    return ports
