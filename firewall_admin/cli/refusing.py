"""A command whose refusal is one line on standard error and exit status 1, however it was called."""

import errno
from typing import NoReturn

import click

from firewall_admin.core.refusals import Refusal


class Command(click.Command):
    """A click command that words a Refusal for a person, and what the system refuses too: a full disk, say."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except Refusal as refusal:
            _refused(ctx, refusal.field, refusal.message)
        except OSError as problem:
            if problem.errno == errno.EPIPE:  # whoever read the output has enough: click ends quietly
                raise
            _refused(ctx, problem.filename, problem.strerror or str(problem))


def _refused(ctx: click.Context, where: str | None, why: str) -> NoReturn:
    click.echo(f"error: {where}: {why}" if where else f"error: {why}", err=True)
    ctx.exit(1)
