"""The console script `firewall-admin`. Each command is a module of this folder, imported when it is used.

Text for people, `--json` for programs. Exit status: 0 done; 1 refused or failed, with the reason on standard error;
2 wrong usage.
"""

import os
import sys
from importlib import import_module
from typing import cast

import click

VERSION = "0.1.0"
COMMANDS = {
    "check": "Say whether a policy is sound, what it holds, and what speaks against it.",
    "compile": "Write the files of one format.",
    "database": "Print what PostgreSQL is to allow the service.",
    "demonstration": "Make the demonstration school and print how to sign in.",
    "explain": "Say what happens to a name, and why.",
    "formats": "Show the export formats and what each can and cannot carry.",
    "normalise": "Make one list of names from published lists.",
    "refresh": "Fetch subscribed lists now.",
    "primary-config": "Print ready configuration for a server that zones are pushed to, or for its resolvers.",
    "rotate-keys": "Change the key of what is kept secret, and seal everything anew.",
    "school": "Begin a school, or let its administrator in again.",
    "serve": "Serve pages and feeds, and do what is due.",
    "trail": "Take the trail out, and verify it.",
    "worker": "Do what is due, without serving.",
}
"""Each with what the help says of it: to ask the command itself would import all there is."""


class Commands(click.Group):
    """A group that knows its commands by name and imports only the one that is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*COMMANDS, *super().list_commands(ctx)})

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return super().get_command(ctx, name)
        return cast(click.Command, import_module(f"{__name__}.{name.replace('-', '_')}").command)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(sorted(COMMANDS.items()))


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(VERSION)
def commands() -> None:
    """What a school blocks and allows, as exact configuration for its resolver, proxy or firewall."""


def main() -> None:
    """The entry point of the console script."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:  # started with that stream closed, as some schedulers do
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    commands(prog_name="firewall-admin")
