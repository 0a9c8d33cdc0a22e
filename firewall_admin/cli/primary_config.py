"""`primary-config`: what to write into the server that zones are pushed to, and into the resolvers behind it."""

from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

import click

from firewall_admin.adapters import clock
from firewall_admin.core import push_configs as configs
from firewall_admin.core.compiled import compile_policy
from firewall_admin.core.export import File
from firewall_admin.core.policy import SchoolPolicy
from firewall_admin.core.push import ALGORITHMS
from firewall_admin.core.push_configs import NOWHERE, Setup
from firewall_admin.core.questions import Where, parse_port, parse_where
from firewall_admin.core.refusals import Refusal

from .options import policy_option, read_policy, school_option
from .refusing import Command

KINDS = ("knot", "bind", "powerdns")
RESOLVERS = ("unbound", "bind", "recursor", "knot-resolver")
BASE = "/etc/firewall_admin"  # where a resolver keeps its copies, if nobody said where


@click.command("primary-config", cls=Command)
@click.option("--target", metavar="NAME", help="The target that is pushed to; with --policy, what to call it.")
@click.option("--kind", type=click.Choice(KINDS), help="The server's own configuration.")
@click.option("--resolver", type=click.Choice(RESOLVERS), help="That of a resolver that transfers the zones from it.")
@click.option(
    "--allow", multiple=True, metavar="ADDRESS[@PORT]", help="A resolver that may transfer and is told; again for each."
)
@click.option("--address", metavar="ADDRESS", help="With --policy: the server's address.")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), help="Write the files into this folder.")
@policy_option
@school_option
def command(
    target: str | None,
    kind: str | None,
    resolver: str | None,
    allow: tuple[str, ...],
    address: str | None,
    out: Path | None,
    policy_file: Path | None,
    school: str | None,
) -> None:
    """Print ready configuration, or write it into a folder. No key stands in it: the server makes one."""
    if (kind is None) == (resolver is None):
        raise Refusal("say either the server's --kind, or which --resolver", "--kind")
    asked = Asked(target or "", kind, resolver or "", tuple(map(_resolver, allow)))
    if policy_file is not None:
        files = _of_policy(asked, read_policy(policy_file, school), _address(address or NOWHERE, "--address"))
    else:
        files = _of_database(asked, school)
    for file in files:
        _show(file) if out is None else _write(file, out)


@dataclass(frozen=True)
class Asked:
    """What was asked for: a server's `kind`, or where that is None a `resolver`."""

    target: str
    kind: str | None
    resolver: str
    allowed: tuple[Where, ...]


def _of_policy(asked: Asked, policy: SchoolPolicy, address: str) -> list[File]:
    """For a try without a database: every audience of the policy file."""
    audiences = tuple(one.name for one in policy.audiences)
    name = asked.target or "a server"
    setup = Setup(name, audiences, address, 53, "rpz", "firewall-admin", ALGORITHMS[0], asked.allowed)
    if asked.kind:
        return list(configs.PRIMARIES[asked.kind](setup))
    return list(configs.RESOLVERS[asked.resolver](compile_policy(policy, clock.now()), setup, BASE))


def _of_database(asked: Asked, school: str | None) -> list[File]:
    from firewall_admin.journeys import primary_configs

    from .live import living, the_school

    if not asked.target:
        raise Refusal("say which target", "--target")
    with living() as ports:
        with ports.db.look() as session:
            id_ = the_school(session, school).id
        if asked.kind:
            return primary_configs.of_primary(ports, id_, target=asked.target, kind=asked.kind, resolvers=asked.allowed)
        return primary_configs.of_resolver(ports, id_, target=asked.target, kind=asked.resolver)


def _show(file: File) -> None:
    click.echo(f"#### {file.path}: {file.use}\n{''.join(file.parts)}")


def _write(file: File, out: Path) -> None:
    place = out / file.path
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text("".join(file.parts), "ascii")
    click.echo(f"{place}: {file.use}")


def _address(text: str, option: str) -> str:
    try:
        return str(ip_address(text))
    except ValueError:
        raise Refusal(f"'{text}' is no IP address", option) from None


def _resolver(text: str) -> Where:
    """With `@5353` behind it where it listens at another port than 53, as Knot DNS and Unbound write it; `:5353`, as
    the settings have it, is understood, too."""
    address, at, port = text.partition("@")
    try:
        return Where(_address(address, "--allow"), parse_port(port)) if at else parse_where(text)
    except Refusal as problem:
        raise Refusal(problem.message, "--allow") from None
