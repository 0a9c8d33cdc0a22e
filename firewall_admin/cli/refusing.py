"""A command whose refusal is one line on standard error and exit status 1, however it was called."""

import click

from firewall_admin.core.refusals import Refusal


class Command(click.Command):
    """A click command that words a Refusal for a person."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except Refusal as refusal:
            where = f"{refusal.field}: " if refusal.field else ""
            click.echo(f"error: {where}{refusal.message}", err=True)
            ctx.exit(1)
