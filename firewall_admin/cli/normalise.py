"""`normalise`: published lists in, one sorted minimal list of names out."""

import sys
from pathlib import Path

import click

from firewall_admin.adapters.normalise import Outcome, normalise

from .refusing import Command


@click.command("normalise", cls=Command)
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
@click.option("--out", type=click.Path(path_type=Path), help="The file to write; standard output if not given.")
@click.option("--rejects", type=click.Path(path_type=Path), help="A file for the rejected lines, with their reasons.")
def command(files: tuple[Path, ...], out: Path | None, rejects: Path | None) -> None:
    """Read published lists in any dialect and write one list of names: no name that another covers, in label order."""
    taken = [file.resolve() for file in (*files, *filter(None, [out]))]
    if rejects and rejects.resolve() in taken:
        raise click.UsageError(f"--rejects: '{rejects}' is another file of this command and would be lost")
    _tell(normalise(files, out or sys.stdout.buffer, rejects), rejects)


def _tell(outcome: Outcome, rejects: Path | None) -> None:
    click.echo(f"{outcome.names:,} names from {outcome.lines:,} lines; {outcome.rejected:,} rejected", err=True)
    if rejects is None:
        for file, line in outcome.examples:
            click.echo(f"rejected: {file}:{line.line}: {line.text}: {line.reason}", err=True)
        if outcome.rejected > len(outcome.examples):
            click.echo(f"{outcome.rejected - len(outcome.examples):,} more: --rejects writes them all", err=True)
