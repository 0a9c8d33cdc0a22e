"""Small readers of what exports write, independent of how they write it: which names a file blocks, opens or steers.

A line that no reader knows is an error, so a line that came in by a person's words is one too.
"""

import re
from collections.abc import Iterable, Iterator

NAME = r"[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)+"
ADDRESS = r"[0-9a-f:.]+"
TARGET = NAME + r"\."
LINES = {  # by format and ending: what a line may be; its group is the name it speaks of
    ("adguard", "txt"): [
        rf"\|\|({NAME})\^\$(?:denyallow={NAME}(?:\|{NAME})*,)?(?:client=[0-9a-f:./|]+,)?dnsrewrite=[A-Z]+;[A-Z]*;(?:{ADDRESS})?",
        rf"\|({NAME})\^\$(?:client=[0-9a-f:./|]+,)?dnsrewrite=NOERROR;CNAME;{NAME}",
    ],
    ("dnsmasq", "conf"): [
        rf"(?:local|server)=/(?:\*\.)?({NAME})/#?",
        rf"address=/({NAME})/(?:{ADDRESS})?",
        rf"(?:cname|host-record)=({NAME}),(?:{NAME}|{ADDRESS})(?:,{ADDRESS})*",
        r"[a-z-]+(?:=[0-9]+)?",
    ],
    ("edl", "txt"): [rf"({NAME})"],
    ("hosts", "hosts"): [rf"{ADDRESS} ({NAME})"],
    ("pac", "pac"): [rf'"({NAME})":[01],', r'"":0};'],
    ("rpz", "rpz"): [
        rf"(?:\*\.)?({NAME}) (?:CNAME (?:\.|rpz-passthru\.|{TARGET})|A {ADDRESS}|AAAA {ADDRESS})",
        r"\$TTL [0-9]+",
        r"@ (?:SOA localhost\. root\.localhost\.(?: [0-9]+){5}|NS localhost\.)",
    ],
    ("squid", "txt"): [rf"\.({NAME})"],
    ("unbound", "conf"): [
        rf'  local-zone: "({NAME})\." [a-z_]+',
        rf'  local-data: "({NAME})\. 60 IN (?:A {ADDRESS}|AAAA {ADDRESS}|CNAME {TARGET})"',
        rf"  access-control-view: {ADDRESS}/[0-9]+ [a-z][a-z0-9-]*",
        r'server:|view:|  name: "[a-z][a-z0-9-]*"|  view-first: (?:yes|no)',
    ],
}
COMMENT = re.compile(r"(?:#|!|;|//|--)[ -~]*")


def names(name: str, files: Iterable[tuple[str, str]]) -> set[str]:
    """The names that files of a format speak of. AssertionError for a line that has no place in the format."""
    found = (_names(name, path, text) for path, text in files)
    return {one for some in found for one in some}


def _names(name: str, path: str, text: str) -> Iterator[str]:
    forms = LINES.get((name, path.rpartition(".")[2]))
    if name == "windows":
        text, forms = _quoted_names(text), [rf"(?:\*\.)?({NAME})"]
    if name == "pac":
        text = text.partition("var NAMES = {\n")[2].partition("\n\nfunction")[0]
    if forms is None:
        return
    shapes = [re.compile(form) for form in forms]
    for line in text.split("\n"):
        if line and not COMMENT.fullmatch(line):
            match = next((found for shape in shapes if (found := shape.fullmatch(line))), None)
            assert match, f"{path}: {line!r} is no line of {name}"
            yield from filter(None, match.groups())


def _quoted_names(script: str) -> str:
    """The names in the criteria of a PowerShell script, one a line; a line that is no criterion stays as it is."""
    lines = script.partition("$names = @(\n")[2].partition("\n)")[0].split("\n")
    found = [re.fullmatch(r"    'EQ,([^';]+)(?:;NE,([^';]+))?',?", line) for line in lines]
    values = [",".join(filter(None, one.groups())) if one else line for one, line in zip(found, lines, strict=True)]
    return "\n".join(",".join(values).split(","))
