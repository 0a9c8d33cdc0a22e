"""`database`: what whoever keeps a PostgreSQL server needs."""

import click

from .refusing import Command


@click.group("database")
def command() -> None:
    """Say what the database is to allow the service."""


@command.command("grants", cls=Command)
@click.option("--role", default="firewall_admin", show_default=True, help="The role that the service runs as.")
def grants(role: str) -> None:
    """Print SQL for the owner of the tables on PostgreSQL, by which the service may add to the trail and not change it.
    Run it after every upgrade."""
    from firewall_admin.db.grants import grants as sql

    click.echo(sql(role), nl=False)


@command.command("upgrade", cls=Command)
def upgrade() -> None:
    """Bring the database of FIREWALL_ADMIN_DATABASE_URL to the present schema, as whoever owns its tables."""
    from firewall_admin.installation import opened

    ports = opened()
    ports.db.engine.dispose()
    click.echo("The database is at the present schema.")
