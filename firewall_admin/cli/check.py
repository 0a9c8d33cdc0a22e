"""`check`: is a policy file sound?"""

from pathlib import Path

import click

from firewall_admin.core.plan import standing_objections

from .options import policy_option, read_policy, school_option
from .refusing import Command


@click.command("check", cls=Command)
@policy_option
@school_option
def command(policy_file: Path | None, school: str | None) -> None:
    """Say whether a policy is sound, what it holds, and what speaks against it."""
    policy = read_policy(policy_file, school)
    for objection in standing_objections(policy):
        names = f": {', '.join(objection.names[:5])}" if objection.names else ""
        click.echo(f"warning: {objection.name}: {objection.text}{names}", err=True)
    own = sum(1 for listed in policy.lists.values() if listed.source)
    where = policy_file or "the live policy"
    click.echo(
        f"{where}: sound. {policy.school}: {len(policy.audiences)} audiences, {own} lists of its own, "
        f"{len(policy.lists) - own} shipped lists, {len(policy.rules)} rules, {len(policy.timetables)} timetables."
    )
