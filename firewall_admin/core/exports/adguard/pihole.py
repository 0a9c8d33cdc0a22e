"""Pi-hole's dialect: what its gravity takes of these rules is `||x^` in a blocklist and `@@||x^` in an allowlist.

An allowed name wins over every blocked one, closer or not, and all clients are answered in the server's own mode.
(Pi-hole FTL v6, gravity-parseList.)
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from firewall_admin.core.compiled import Compiled, CompiledAudience
from firewall_admin.core.domains import lineage
from firewall_admin.core.export import Carries, File, Lines, Loss, Piece, header, usual_losses
from firewall_admin.core.ruleset import Action


@dataclass(frozen=True)
class Device:
    """A server that reads another dialect of these rules."""

    title: str


DEVICE = Device("Pi-hole v6 (a blocklist and an allowlist for each audience)")
CARRIES = Carries("apart", answers=frozenset({"null"}), rewrites=False)
_TEXTS = {"answer": "answers in one mode of the server's own (by default 0.0.0.0), not with '{answer}'"}


def losses(compiled: Compiled) -> Iterator[Loss]:
    for loss in usual_losses(compiled, CARRIES):
        if loss.what == "anti-bypass":
            continue  # it answers these names NXDOMAIN by itself (dns.specialDomains), before any list
        answer = next(a.audience.answer for a in compiled.audiences if a.name == loss.audience)
        yield replace(loss, text=_TEXTS.get(loss.what, loss.text).format(answer=answer))
    for audience in compiled.audiences:
        if below := _blocked_below_open(audience):
            text = "can't block a name below an open one: these stay open"
            yield Loss("exceptions", text, audience.name, below)


def files(compiled: Compiled) -> Iterator[File]:
    for audience in compiled.audiences:
        use = f"Lists, Add blocklist; give the list to the group that holds the clients of {audience.name}"
        yield File(f"{audience.name}.txt", use, _lines(compiled, audience, "||"), audience.name)
        if audience.count(Action.OPEN):
            use = f"Lists, Add allowlist; give the list to the group that holds the clients of {audience.name}"
            yield File(f"{audience.name}.allow.txt", use, _lines(compiled, audience, "@@||"), audience.name)


def _lines(compiled: Compiled, audience: CompiledAudience, before: str) -> Iterator[Piece]:
    yield header(compiled, audience)
    for segment in audience.segments:
        if (segment.action == Action.OPEN) == (before == "@@||"):
            yield Lines(segment.text, before, "^")


def _blocked_below_open(audience: CompiledAudience) -> int:
    opened = set(audience.names(Action.OPEN))
    blocked = audience.names(Action.BLOCK, Action.DENY) if opened else ()
    return sum(not opened.isdisjoint(lineage(name)) for name in blocked)
