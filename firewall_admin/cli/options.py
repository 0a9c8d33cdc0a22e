"""What several commands are told the same way."""

from datetime import UTC, datetime
from pathlib import Path

import click

from firewall_admin.adapters import clock
from firewall_admin.adapters.policy_files import load_policy
from firewall_admin.core.policy import SchoolPolicy
from firewall_admin.core.refusals import Refusal
from firewall_admin.core.timetable import FIRST_YEAR, LAST_YEAR

from .fetching import fetch_in_sight

policy_option = click.option(
    "--policy", "policy_file", type=click.Path(path_type=Path), help="The policy file (TOML); without it, the live one."
)
school_option = click.option("--school", metavar="NAME", help="Which school, where the database holds several.")
at_option = click.option("--at", metavar="ISO", help="The instant, such as 2026-11-23T12:30; now if not given.")
json_option = click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")


def read_policy(policy_file: Path | None, school: str | None = None, *, looking: bool = False) -> SchoolPolicy:
    """The policy a command works on; rejected lines of a file's lists are told on standard error. Its lists that
    are https addresses are fetched now. `looking`: a few names are looked up, and nothing is made of it."""
    if policy_file is None:
        from .live import live_policy  # a policy file needs no database

        return live_policy(school, looking=looking)
    if school is not None:
        raise Refusal("a policy file is of one school: leave --school out", "--school")
    return load_policy(policy_file, lambda text: click.echo(f"note: {text}", err=True), fetch_in_sight)


def instant(text: str | None, policy: SchoolPolicy) -> datetime:
    """An instant in UTC; a time without an offset is the school's own, and no text is now."""
    if text is None:
        return clock.now().replace(microsecond=0)
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise click.UsageError(f"--at: '{text}' is no instant; write it like 2026-11-23T12:30") from None
    if not FIRST_YEAR <= at.year <= LAST_YEAR:
        raise click.UsageError(f"--at: '{text}' is not within the years {FIRST_YEAR} to {LAST_YEAR}")
    return (at if at.tzinfo else at.replace(tzinfo=policy.zone)).astimezone(UTC)


def known_audience(policy: SchoolPolicy, name: str) -> str:
    """The name, if the policy has such an audience; a Refusal that lists those it has."""
    names = [audience.name for audience in policy.audiences]
    if name not in names:
        raise Refusal(f"there is no audience '{name}'; there are: {', '.join(names) or 'none'}", "--audience")
    return name
