"""A hosts file: the names themselves, with an address that leads nowhere or to the block page.

Taken by every operating system (hosts(5)) and by many small routers. A hosts file has no subdomains and no answer but
an address, so what it cannot say is always told. A name needs a line for each family of addresses: what has no IPv6
line is looked up over IPv6, and reached. The names browsers ask before they go round the school's resolver are left
out: an address, even 0.0.0.0, would tell them to go ahead.
"""

from collections.abc import Iterator
from dataclasses import replace
from ipaddress import ip_address

from firewall_admin.core.compiled import Compiled, CompiledAudience
from firewall_admin.core.domains import order
from firewall_admin.core.export import Carries, File, Lines, Loss, Piece, Target, header, usual_losses
from firewall_admin.core.policy import ANTI_BYPASS, Audience
from firewall_admin.core.ruleset import Action
from firewall_admin.core.splicing import at_or_after

TITLE = "hosts file (computers, small routers)"
CARRIES = Carries(
    "apart",
    subdomains=False,
    exceptions=True,  # it names nothing but blocked names, so an open name below one is open by itself
    answers=frozenset({"null", "sinkhole"}),
    rewrites=False,
    every_type=False,
    notes=(
        "blocks the very names it lists, nothing under them; keep it below a few thousand names on a computer",
        "whoever administers a computer can change its hosts file",
    ),
)
_NOWHERE = {4: "0.0.0.0", 6: "::"}


def losses(compiled: Compiled, target: Target) -> Iterator[Loss]:
    for loss in usual_losses(compiled, CARRIES):
        left_out = ": their names are left out" if loss.what == "anti-bypass" else ""
        yield replace(loss, text=loss.text + left_out)


def files(compiled: Compiled, target: Target) -> Iterator[File]:
    for audience in compiled.audiences:
        use = f"add its lines to the hosts file of the computers of {audience.name}"
        yield File(f"{audience.name}.hosts", use, _lines(compiled, audience), audience.name)


def _lines(compiled: Compiled, audience: CompiledAudience) -> Iterator[Piece]:
    yield header(compiled, audience)
    for segment in audience.segments:
        if segment.action == Action.BLOCK:
            text = _without_canaries(segment.text) if audience.audience.anti_bypass else segment.text
            for address in addresses(audience.audience):
                yield Lines(text, f"{address} ", "")


def addresses(audience: Audience) -> tuple[str, ...]:
    """One address of each family: the block page's where it has one and is wanted, otherwise the one of nowhere."""
    wanted = audience.sinkhole if audience.answer == "sinkhole" else ()
    return tuple((_NOWHERE | {ip_address(text).version: text for text in wanted}).values())


def _without_canaries(text: str) -> str:
    for name in ANTI_BYPASS.names:
        at = at_or_after(text, order(name))
        if text.startswith(f"{name}\n", at):
            text = text[:at] + text[at + len(name) + 1 :]
    return text
