"""What one line of a published list says."""

from typing import Literal, NamedTuple

from ..domains import parse
from ..refusals import NotADomain
from ..suffixes import is_suffix

Verb = Literal["name", "block", "except"]  # a bare name; a name to be blocked; a name to be left alone


class Line(NamedTuple):
    """The names of a line and what it does with them. `problem` says why the line, or a part of it, is rejected."""

    verb: Verb = "name"
    names: tuple[str, ...] = ()
    problem: str = ""


IGNORED = Line()
NULL_ADDRESSES = frozenset(["0.0.0.0", "127.0.0.1", "::", "::1"])
# What every computer's own hosts file holds (Debian, macOS, Windows; StevenBlack's lists begin with it).
BOILERPLATE = frozenset(
    "localhost localhost.localdomain local broadcasthost 0.0.0.0 ip6-localhost ip6-loopback ip6-localnet "
    "ip6-mcastprefix ip6-allnodes ip6-allrouters ip6-allhosts localhost4 localhost6 "
    "localhost4.localdomain4 localhost6.localdomain6".split()
)


def rejected(problem: str) -> Line:
    """A line that is taken for nothing."""
    return Line(problem=problem)


def says(verb: Verb, *texts: str) -> Line:
    """A line with these names, each perhaps with a `*.` or `.` in front: here every name covers all under it."""
    names, problems = [], []
    for text in texts:
        name, problem = _name(text)
        if problem:
            problems.append(f"{text}: {problem}" if len(texts) > 1 else problem)
        elif name:
            names.append(name)
    return Line(verb, tuple(names), "; ".join(problems))


def _name(text: str) -> tuple[str, str]:
    """The name and an empty problem, or the problem; neither for boilerplate with a dot in it."""
    try:
        name = parse(text.removeprefix("*").removeprefix(".") if text.startswith(("*.", ".")) else text)
    except NotADomain as refusal:
        return "", refusal.message
    if name in BOILERPLATE:
        return "", ""
    if is_suffix(name):
        return "", f"{name} is a public suffix: it would cover every site under it"
    return name, ""


def is_null(address: str) -> bool:
    """Whether an address leads nowhere: 0.0.0.0, 127.0.0.1, :: or ::1 in any spelling."""
    return address in NULL_ADDRESSES or (":" in address and _canonical(address) in NULL_ADDRESSES)


def is_address(word: str) -> bool:
    """Whether a word is an IP address, perhaps with a zone such as `%lo0`."""
    return word in NULL_ADDRESSES or (word[:1] in "0123456789abcdefABCDEF:" and _canonical(word) is not None)


def _canonical(address: str) -> str | None:
    import ipaddress  # 5 ms, and most lists name no address but the four

    try:
        return str(ipaddress.ip_address(address.partition("%")[0]))
    except ValueError:
        return None
