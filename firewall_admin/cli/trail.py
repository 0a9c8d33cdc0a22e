"""`trail`: take a school's trail out of the database, and check it anywhere, with nothing but the file."""

import sys
from collections.abc import Iterable
from contextlib import nullcontext
from pathlib import Path
from typing import BinaryIO

import click

from firewall_admin.adapters.replaced_file import replaced
from firewall_admin.core import trail
from firewall_admin.core.refusals import Refusal

from .options import school_option
from .refusing import Command


@click.group("trail")
def command() -> None:
    """Export a school's trail, and verify an export."""


@command.command("export", cls=Command)
@school_option
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="The file; standard output if not given.")
def export(school: str | None, out: Path | None) -> None:
    """Write every entry from the first on, one JSON object a line, as the hashes were made over them."""
    from firewall_admin.db.chain import exported

    from .live import living, the_school

    with living() as ports, ports.db.look() as session:
        entries = exported(session, the_school(session, school).id)
        with replaced(out) if out else nullcontext(sys.stdout.buffer) as file:
            last = _write(file, entries)
    click.echo(f"the last entry's hash, to be kept somewhere else: {last}", err=True)


@command.command("verify", cls=Command)
@click.argument("file", type=click.File("rb"), metavar="FILE|-")
@click.option("--holds", metavar="HASH", help="A hash noted earlier: an export whose end was cut off lacks it.")
def verify(file: BinaryIO, holds: str | None) -> None:
    """Say whether an export is what was written, from the first entry on. It needs no database and no network."""
    checked = trail.check(file, holds.strip().lower() if holds else None)
    if checked.bad:
        number, why = checked.bad
        raise Refusal(f"entry {number} is bad: {why}. The {checked.entries:,} before it are as they were written.")
    if not checked.entries:
        raise Refusal("there is no entry in it")
    if holds and not checked.holds:
        raise Refusal(f"none of the {checked.entries:,} entries has the hash {holds}: the end is missing")
    click.echo(f"{checked.entries:,} entries, each as it was written. The last one's hash: {checked.last}")


def _write(file: BinaryIO, entries: Iterable[dict[str, object]]) -> str:
    last = trail.START
    for entry in entries:
        file.write(trail.line(entry).encode("ascii") + b"\n")
        last = str(entry["hash"])
    file.flush()
    return last
