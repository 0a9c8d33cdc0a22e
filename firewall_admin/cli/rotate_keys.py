"""`rotate-keys`: a new key for what is kept secret in the database."""

import click

from .refusing import Command


@click.command("rotate-keys", cls=Command)
def command() -> None:
    """Change the key of what is kept secret, and seal everything anew. The service may run meanwhile. Older backups of
    the database can be read with the former key only: keep that where you keep keys, if you keep them."""
    from firewall_admin.journeys.sealing import rotate

    from .live import living

    with living() as ports:
        found = rotate(ports)
    click.echo(f"{found} cells are sealed with a new key; the former one is forgotten.")
