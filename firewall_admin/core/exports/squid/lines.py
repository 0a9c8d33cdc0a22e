"""A stack in Squid's own lines: `acl` and `deny_info`, and a denial for `http_access` or for `ssl_bump`."""

import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from firewall_admin.core.export import Lines, Piece, Target, printable
from firewall_admin.core.policy import Audience
from firewall_admin.core.release_mark import HOST, Mark
from firewall_admin.core.timetable import Timetable

from .clock import Condition, times
from .shelf import Kept
from .stack import Denial, Stack

MARK = "fa-"  # before the name of every acl, so that none is an acl of the site (Squid would add the two up)


@dataclass(frozen=True)
class Verb:
    """What denies, the type of acl that knows the name asked for, and the mark of the acls of its own."""

    denies: str
    knows: str
    mark: str


HTTP = Verb("http_access deny", "dstdomain -n", MARK)  # -n: no question to the DNS about an address in a URL
TLS = Verb("ssl_bump terminate", "ssl::server_name", "fat-")


def comment(text: str, width: int = 110) -> str:
    """Words as lines of comment, short ones: Squid cuts a long line of a list, and reads the rest as an entry."""
    return textwrap.fill(printable(" ".join(text.split())), width, initial_indent="# ", subsequent_indent="# ") + "\n"


def clients(audience: Audience, networks: Iterable[str]) -> str:
    """Who belongs to the audience, and the acl whose `deny_info` is the page its blocked names lead to."""
    name = audience.name
    lines = [f"acl {MARK}clients-{name} src {network}" for network in networks] + [f"acl {MARK}page-{name} src all"]
    if (page := _block_page(audience)) is not None:
        lines.append(f"deny_info 302:{page}?url=%u&audience={name} {MARK}page-{name}")
    return _lines(lines)


def mark(audience: Audience, release: int | None) -> str:
    """A redirect that tells the release; nothing where there is none."""
    if release is None:
        return ""
    name = audience.name
    return _lines(
        [
            f"acl {MARK}release-{name} {HTTP.knows} {HOST}",
            f"deny_info 302:{Mark(release, name).address} {MARK}release-{name}",
            f"{HTTP.denies} {MARK}clients-{name} {MARK}release-{name}",
        ]
    )


def time(timetable: Timetable) -> str:
    return _lines(f"acl {MARK}time-{timetable.name} time {window}" for window in times(timetable))


def names(kept: Kept, verb: Verb, target: Target) -> str:
    """The acl that reads a list."""
    file = f"{target.base.rstrip('/')}/{kept.path}"
    return comment(kept.about) + _lines([f'acl {verb.mark}{kept.name} {verb.knows} "{file}"'])


def denials(stack: Stack, verb: Verb) -> str:
    """The stack of one audience. The acl of the page comes last, because the last one decides which page is shown."""
    lines = [
        " ".join([f"acl {verb.mark}{stack.opening} all-of", *_when(condition), verb.mark + name])
        for condition, name in stack.openings
    ]
    return _lines(lines + [_denial(stack, denial, verb) for denial in stack.denials])


def entries(kept: Kept) -> Iterator[Piece]:
    """A list as `dstdomain` and `ssl::server_name` read it: a dot in front takes in the name and all under it."""
    opens = kept.stratum.opens
    yield comment(f"from {kept.about}: names that are {'opened' if opens else 'blocked'}")
    if kept.stratum.depth:
        yield comment(f"each lies below a name that is {'blocked' if opens else 'opened'}; the closer name wins")
    for text in kept.stratum.texts:
        yield Lines(text, ".", "")


def _denial(stack: Stack, denial: Denial, verb: Verb) -> str:
    name = stack.audience.name
    words = [verb.denies, f"{MARK}clients-{name}", *_when(denial.condition), verb.mark + denial.names]
    words += [f"!{verb.mark}{opening}" for opening in denial.unless]
    return " ".join([*words, f"{MARK}page-{name}"] if denial.page and verb is HTTP else words)


def _when(condition: Condition) -> list[str]:
    return [f"{'' if opened else '!'}{MARK}time-{name}" for name, opened in condition]


def _block_page(audience: Audience) -> str | None:
    """The address of the block page, IPv4 before IPv6; none where Squid's own page is shown."""
    if audience.answer != "sinkhole" or not audience.sinkhole:
        return None
    address = min(audience.sinkhole, key=lambda address: ":" in address)
    return f"http://[{address}]/blocked" if ":" in address else f"http://{address}/blocked"


def _lines(lines: Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in lines)
