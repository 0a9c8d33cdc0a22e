"""`explain`: the verdict on names, and why."""

import json
import sys
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

import click

from firewall_admin.core.domains import parse
from firewall_admin.core.many_names import decide_all
from firewall_admin.core.policy import Policy, Verdict
from firewall_admin.core.refusals import NotADomain
from firewall_admin.core.sentences import sentence

from .options import at_option, instant, json_option, known_audience, policy_option, read_policy, school_option
from .refusing import Command

TOGETHER = 100_000  # names that are read before any is looked up, unless somebody is typing them


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
    """Say what happens to each NAME for an audience, and why; '-' reads names from standard input, one a line.

    Many names are read before the first is answered: they are looked up together."""
    school_policy = read_policy(policy_file, school, looking=True)
    when = instant(at, school_policy)
    policy = school_policy.policy(known_audience(school_policy, audience), when)
    asked, bad = _asked(names), 0
    together = 1 if sys.stdin.isatty() else TOGETHER
    while texts := list(islice(asked, together)):
        lines: list[str] = []
        for text, found in _answered(policy, texts):
            if isinstance(found, Verdict):
                lines.append(_object(policy, found) if as_json else sentence(school_policy, audience, when, found))
                continue
            bad += 1
            if as_json:
                lines.append(json.dumps({"domain": text, "error": found.message}))
            else:
                _said(lines)
                click.echo(f"error: {text!r} is no domain name: {found.message}", err=True)
        _said(lines)
    ctx.exit(1 if bad else 0)


def _answered(policy: Policy, texts: Iterable[str]) -> Iterator[tuple[str, Verdict | NotADomain]]:
    """Each text with its verdict, or with why it is no name."""
    parsed = [(text, _parsed(text)) for text in texts]
    verdicts = decide_all(policy, [found for _, found in parsed if isinstance(found, str)])
    return ((text, next(verdicts) if isinstance(found, str) else found) for text, found in parsed)


def _parsed(text: str) -> str | NotADomain:
    try:
        return parse(text)
    except NotADomain as problem:
        return problem


def _said(lines: list[str]) -> None:
    """Print lines, and let go of them."""
    if lines:
        click.echo("\n".join(lines))
        lines.clear()


def _asked(names: Iterable[str]) -> Iterator[str]:
    for name in names:
        if name == "-":
            yield from (line.rstrip("\r\n") for line in sys.stdin if line.strip())
        else:
            yield name


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
