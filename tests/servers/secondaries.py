"""Resolvers that transfer policy zones from a primary, set up by the configuration that the service gives."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from firewall_admin.core.compiled import Compiled
from firewall_admin.core.push_configs import RESOLVERS, Setup
from firewall_admin.core.questions import Where

from . import daemons
from .internet import Internet
from .primaries import KEY
from .processes import HOST, Server, write

Start = Callable[[Path, Path, Internet], AbstractContextManager[Server]]


def setup(server: Server, audiences: tuple[str, ...]) -> Setup:
    """A target on a primary on loopback."""
    return Setup("resolvers", audiences, HOST, server.port, "rpz", KEY, "hmac-sha256", (Where(HOST),))


def unbound(files: Path, folder: Path, internet: Internet) -> AbstractContextManager[Server]:
    return daemons.unbound(folder, internet, main=f'include: "{files}/unbound.conf"', modules="validator iterator")


def bind(files: Path, folder: Path, internet: Internet) -> AbstractContextManager[Server]:
    options, zones = (f'include "{files}/named.{part}.conf";' for part in ("options", "zones"))
    return daemons.bind(folder, internet, options=f"{options}\nserial-query-rate 1000;", zones=zones)


def recursor(files: Path, folder: Path, internet: Internet) -> AbstractContextManager[Server]:
    config, script = f"{files}/recursor.lua", f"{files}/recursor-dns.lua"
    return daemons.recursor(folder, internet, lua_config=config, lua_dns=script, settings={"packetcache-ttl": "1"})


SECONDARIES: dict[str, Start] = {"unbound": unbound, "bind": bind, "recursor": recursor}


def start(kind: str, compiled: Compiled, of: Setup, folder: Path, internet: Internet) -> AbstractContextManager[Server]:
    """A resolver that begins with nothing and transfers everything."""
    files = folder / f"{kind}-files"
    (files / "zones").mkdir(parents=True)
    for file in RESOLVERS[kind](compiled, of, str(files)):
        write(files / file.path, "".join(file.parts))
    return SECONDARIES[kind](files, folder / kind, internet)
