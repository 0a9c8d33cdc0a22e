"""`explain`: the verdict on names, and why."""

import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from firewall_admin.core.domains import parse
from firewall_admin.core.policy import Policy, Verdict, decide
from firewall_admin.core.refusals import NotADomain
from firewall_admin.core.sentences import sentence

from .options import at_option, instant, json_option, known_audience, policy_option, read_policy, school_option
from .refusing import Command


@click.command("explain", cls=Command)
@policy_option
@school_option
@click.option("--audience", required=True, help="For whom.")
@at_option
@json_option
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
@click.pass_context
def command(
    ctx: click.Context,
    policy_file: Path | None,
    school: str | None,
    audience: str,
    at: str | None,
    as_json: bool,
    names: tuple[str, ...],
) -> None:
    """Say what happens to each NAME for an audience, and why; '-' reads names from standard input, one a line."""
    school_policy = read_policy(policy_file, school, looking=True)
    when = instant(at, school_policy)
    policy = school_policy.policy(known_audience(school_policy, audience), when)
    bad = 0
    for text in _asked(names):
        try:
            verdict = decide(policy, parse(text))
        except NotADomain as problem:
            bad += 1
            _refused(text, problem.message, as_json)
            continue
        click.echo(_object(policy, verdict) if as_json else sentence(school_policy, audience, when, verdict))
    ctx.exit(1 if bad else 0)


def _asked(names: Iterable[str]) -> Iterator[str]:
    for name in names:
        if name == "-":
            yield from (line.rstrip("\r\n") for line in sys.stdin if line.strip())
        else:
            yield name


def _refused(text: str, why: str, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({"domain": text, "error": why}))
    else:
        click.echo(f"error: {text!r} is no domain name: {why}", err=True)


def _object(policy: Policy, verdict: Verdict) -> str:
    because = verdict.because
    return json.dumps(
        {
            "domain": verdict.domain,
            "audience": policy.audience.name,
            "at": policy.at.isoformat(),
            "blocked": verdict.blocked,
            "because": {"kind": because.kind, "source": because.source, "name": because.name},
            "answer": verdict.answer,
            "rewrite": verdict.rewrite,
        }
    )
