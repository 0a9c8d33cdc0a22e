"""What can't be read line by line in a zone file: a start of authority over several lines, and a change of origin."""

import re

from ..long_text import Text, holds

_HEAD = 1 << 16  # bytes; the SOA is the first record of a zone (RFC 1035 section 5.2)
_SOA = re.compile(rb"(?im)^(?![#!;])[^\n;]*\bSOA\b[^\n;(]*\((?:[^;)\n]++|;[^\n]*+|\n){0,100}\)[^\n]*")
_ORIGIN = re.compile(rb"(?im)^\$ORIGIN\b[^\n]*")


def plain_lines(text: Text) -> tuple[Text, int | None]:
    """The text with its SOA blanked, line for line; and where its names stop being relative to the zone, if they do.

    An origin named before the SOA is the zone itself. After a later one, names mean something else: nothing from
    there on can be read, and the text ends before it.
    """
    soa = _SOA.search(text, 0, _HEAD) if b"SOA" in text[:_HEAD] or b"soa" in text[:_HEAD] else None
    if soa:
        text = _blank(text, soa)
    if not holds(text, b"$") or not holds(text, b"$ORIGIN", b"$origin"):  # the first is found out much sooner
        return text, None
    for origin in _ORIGIN.finditer(text):
        if soa is None or origin.start() > soa.start():
            body = text[: origin.start()]
            return body, body.count(b"\n") + 1
        text = _blank(text, origin)
    return text, None


def _blank(text: Text, found: re.Match[bytes]) -> bytes:
    """As many bytes and line ends as before, and spaces for all else."""
    return text[: found.start()] + re.sub(rb"[^\n]", b" ", found[0]) + text[found.end() :]
