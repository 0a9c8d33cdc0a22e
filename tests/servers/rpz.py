"""The four resolvers, each loaded with the rpz export the way its `use` lines say."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from firewall_admin.core.compiled import Compiled
from firewall_admin.core.export import Target
from firewall_admin.core.exports import rpz
from firewall_admin.core.policy import Audience, Verdict

from . import daemons
from .comparison import Expected, expected
from .internet import Internet
from .processes import HOST, Server, write
from .questions import Question

Start = Callable[[Path, Path, Internet], AbstractContextManager[Server]]


def export(compiled: Compiled, folder: Path) -> Path:
    """The folder with every file of the export in it."""
    for file in rpz.files(compiled, Target(str(folder))):
        write(folder / file.path, "".join(file.parts))
    return folder


def unbound(files: Path, folder: Path, internet: Internet) -> AbstractContextManager[Server]:
    """Its main file has no respip module: the included one brings it."""
    return daemons.unbound(folder, internet, main=f'include: "{files}/unbound.conf"', modules="validator iterator")


def bind(files: Path, folder: Path, internet: Internet) -> AbstractContextManager[Server]:
    paths = [files / f"named.{part}.conf" for part in ("options", "zones")]
    options, zones = (f'include "{path}";' for path in paths)
    count = sum(len(re.findall('^  zone "[^"]+";$', path.read_text(), re.M)) for path in paths)
    return daemons.bind(folder, internet, options=options, zones=zones, policy_zones=count)


def recursor(files: Path, folder: Path, internet: Internet) -> AbstractContextManager[Server]:
    config, script = f"{files}/recursor.lua", f"{files}/recursor-dns.lua"
    return daemons.recursor(folder, internet, lua_config=config, lua_dns=script)


def knot_resolver(files: Path, folder: Path, internet: Internet) -> AbstractContextManager[Server]:
    """The site's own forwarding stands behind the file, and its main file loads no modules for it."""
    forward = f"policy.add(policy.all(policy.STUB('{HOST}@{internet.port}')))"
    return daemons.kresd(folder, config=f"dofile('{files}/kresd.conf')\n{forward}", packages=())


RESOLVERS: dict[str, Start] = {"unbound": unbound, "bind": bind, "recursor": recursor, "knot-resolver": knot_resolver}


def expected_of(resolver: str) -> Callable[[Audience | None, Verdict | None, Question, Internet], Expected]:
    """What a resolver must answer: Knot Resolver steers by addresses, so a steered host has no other records."""
    return _by_addresses if resolver == "knot-resolver" else expected


def _by_addresses(
    audience: Audience | None, verdict: Verdict | None, question: Question, internet: Internet
) -> Expected:
    if verdict and verdict.rewrite and not verdict.blocked and question.kind not in ("A", "AAAA"):
        return Expected("NOERROR")
    return expected(audience, verdict, question, internet)
