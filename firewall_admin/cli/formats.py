"""`formats`: the formats, and what each can and cannot carry."""

import json

import click

from firewall_admin.core import exports
from firewall_admin.core.export import Carries, Format

from .options import json_option
from .refusing import Command


@click.command("formats", cls=Command)
@json_option
def command(as_json: bool) -> None:
    """Show the export formats and what each can and cannot carry."""
    for name in exports.NAMES:
        form = exports.load(name)
        click.echo(json.dumps(_object(name, form)) if as_json else _text(name, form))


def _object(name: str, form: Format) -> dict[str, object]:
    carries = form.CARRIES
    return {
        "format": name,
        "title": form.TITLE,
        "audiences": carries.audiences,
        "subdomains": carries.subdomains,
        "exceptions": carries.exceptions,
        "answers": sorted(carries.answers),
        "rewrites": carries.rewrites,
        "every_type": carries.every_type,
        "chains": carries.chains,
        "clock": carries.clock,
        "devices": sorted(getattr(form, "DEVICES", ())),
        "notes": list(carries.notes),
    }


def _text(name: str, form: Format) -> str:
    carries = form.CARRIES
    can = [what for what, carried in _abilities(carries).items() if carried]
    cannot = [what for what, carried in _abilities(carries).items() if not carried]
    lines = [f"{click.style(name, bold=True)}: {form.TITLE}", f"  carries: {', '.join(can)}"]
    lines += [f"  does not carry: {', '.join(cannot)}"] if cannot else []
    lines += [f"  devices: {', '.join(sorted(devices))}"] if (devices := getattr(form, "DEVICES", ())) else []
    return "\n".join([*lines, *(f"  note: {note}" for note in carries.notes)])


def _abilities(carries: Carries) -> dict[str, bool]:
    return {
        "names under a blocked name": carries.subdomains,
        "open names below a blocked one": carries.exceptions,
        "several audiences in one server": carries.audiences == "together",
        **{f"answer '{answer}'": answer in carries.answers for answer in ("nxdomain", "null", "sinkhole")},
        "safe search and YouTube": carries.rewrites,
        "AAAA, HTTPS and SVCB held back": carries.every_type,
        "names that lead to a blocked one (CNAME)": carries.chains,
        "timetables by its own clock": carries.clock,
    }
