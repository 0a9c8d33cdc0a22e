"""`compile`: the files of one format for a policy."""

import json
from collections.abc import Sequence
from pathlib import Path

import click

from firewall_admin.adapters.output_folder import Written, replace_folder
from firewall_admin.core import exports
from firewall_admin.core.compiled import Compiled, compile_policy
from firewall_admin.core.export import Format, Loss, Target
from firewall_admin.core.manifest import manifest
from firewall_admin.core.refusals import Refusal

from .options import at_option, instant, json_option, known_audience, policy_option, read_policy, school_option
from .refusing import Command


@click.command("compile", cls=Command)
@policy_option
@school_option
@click.option("--format", "format_", required=True, type=click.Choice(exports.NAMES), help="See 'formats'.")
@click.option("--audience", "audiences", multiple=True, help="Only this one; may be given several times.")
@at_option
@click.option("--out", required=True, type=click.Path(path_type=Path), help="The folder to write; replaced whole.")
@click.option("--base", help="The path the folder will have where the files are used; --out if not given.")
@click.option("--device", help="A device whose limits hold; see 'formats'.")
@click.option("--accept-loss", is_flag=True, help="Write even where the format can't say all of the policy.")
@json_option
def command(
    policy_file: Path | None,
    school: str | None,
    format_: str,
    audiences: tuple[str, ...],
    at: str | None,
    out: Path,
    base: str | None,
    device: str | None,
    accept_loss: bool,
    as_json: bool,
) -> None:
    """Write the files of one format, and say what was written and what the format can't say."""
    school_policy = read_policy(policy_file, school)
    wanted = tuple(known_audience(school_policy, name) for name in audiences)
    compiled = compile_policy(school_policy, instant(at, school_policy), wanted)
    if not compiled.audiences:
        raise Refusal("the policy has no audience: nothing to compile", str(policy_file or "the live policy"))
    form = exports.load(format_)
    target = Target(base or str(out.absolute()), _known_device(form, device))
    losses = list(form.losses(compiled, target))
    _tell(losses)
    if losses and not accept_loss:
        raise Refusal(f"'{format_}' can't say all of this policy; nothing was written (see --accept-loss)")
    written = replace_folder(
        out, form.files(compiled, target), lambda files: manifest(format_, compiled, losses, files)
    )
    _report(out, compiled, written, as_json)


def _known_device(form: Format, device: str | None) -> str | None:
    known = sorted(getattr(form, "DEVICES", ()))
    if device is not None and device not in known:
        raise Refusal(f"there is no device '{device}' here; there are: {', '.join(known) or 'none'}", "--device")
    return device


def _tell(losses: Sequence[Loss]) -> None:
    for loss in losses:
        whom = f"{loss.audience}: " if loss.audience else ""
        names = f" ({loss.names:,} names)" if loss.names else ""
        click.echo(f"loss: {loss.what}: {whom}{loss.text}{names}", err=True)


def _report(out: Path, compiled: Compiled, written: Sequence[Written], as_json: bool) -> None:
    for file in written:
        if as_json:
            click.echo(json.dumps({"path": str(out / file.path), "sha256": file.sha256, "bytes": file.size}))
        else:
            click.echo(f"{out / file.path}: {file.size:,} bytes; {file.use}")
    if not as_json:
        for name, counts in compiled.counts().items():
            click.echo(f"{name}: " + ", ".join(f"{number:,} {what}" for what, number in counts.items()))
        if compiled.next_change:
            local = compiled.next_change.astimezone(compiled.school_policy.zone)
            click.echo(f"true until {local:%Y-%m-%d %H:%M %Z}: a timetable or a date changes it then")
