"""`demonstration`: an invented school to try everything on, where there is none at all yet."""

import os
import shutil
from pathlib import Path

import click

from firewall_admin.settings import Settings, from_environment

from .refusing import Command

SIGN_IN = "demonstration-sign-in.txt"


@click.command("demonstration", cls=Command)
def command() -> None:
    """Make the demonstration school and print how to sign in. Where there is a database, nothing is done."""
    settings = from_environment()
    note = settings.instance / SIGN_IN
    if settings.database_url or (settings.instance / "school.db").exists():
        if note.exists():
            click.echo(f"How to sign in to the demonstration school is in {note}")
        return
    click.echo("Making a demonstration school with a few weeks of history ...", err=True)
    _make(settings)
    click.echo(note.read_text("utf-8") + f"This is kept in {note}, which only you can read.")


def _make(settings: Settings) -> None:
    """Made beside its place and put there at the end: killed anywhere, the next start begins anew."""
    from firewall_admin.demonstration import make_once
    from firewall_admin.installation import opened

    instance = settings.instance.resolve()
    instance.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = instance / "demonstration.unfinished"
    shutil.rmtree(unfinished, ignore_errors=True)
    ports = opened(settings.model_copy(update={"instance": unfinished}))
    try:
        make_once(ports, unfinished / SIGN_IN)
    finally:
        ports.db.engine.dispose()  # the last connection writes everything into the one file
    shutil.copytree(unfinished / "store", instance / "store", dirs_exist_ok=True)
    _put(unfinished / SIGN_IN, instance)
    _put(unfinished / "school.db", instance)
    shutil.rmtree(unfinished)


def _put(file: Path, folder: Path) -> None:
    os.replace(file, folder / file.name)
