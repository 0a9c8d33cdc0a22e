"""One line of a published list, in whatever dialect, by its form alone: files mix dialects.

This is the exact reading. `fast.py` reads the common forms of the common dialects many lines at a time, and must
agree with it. Everything that is taken for nothing says why: a list is never cut down in silence.
"""

import re

from . import servers, zonefile
from .line import BOILERPLATE, IGNORED, Line, is_address, is_null, rejected, says

LONGEST_LINE = 4096  # bytes
_COMMENT = re.compile(r"[#!;]|//|\[Adblock", re.IGNORECASE)
_INLINE_COMMENT = re.compile(r"(?<![ \t])[ \t]+#.*")
_COSMETIC = re.compile(r"#[@?$%]*#")
_SPACES = re.compile(r"[ \t]+")
_ADBLOCK_RULE = re.compile(r"\|\|([^\s^$/|]+)\^(?:\$(.*))?")
_MARKUP = re.compile(r'[<{}\]]|\[(?:\Z|[\s\["{])|"[^"]*"\s*:')
_URL = re.compile(r"[a-z][a-z0-9+.-]*:/", re.IGNORECASE)


def read_line(raw: bytes) -> Line:
    """What a line says, given without its newline."""
    if len(raw) > LONGEST_LINE:
        return rejected(f"a line of {len(raw):,} bytes; {LONGEST_LINE:,} is the most")
    try:
        text = raw.decode("utf-8").strip(" \t")
    except UnicodeDecodeError as error:
        return rejected(f"not UTF-8: byte {raw[error.start]:#04x} at place {error.start + 1}")
    if not text or _COMMENT.match(text):
        return IGNORED
    if text.startswith(("|", "@@")):
        return _adblock(_INLINE_COMMENT.sub("", text))
    if _COSMETIC.search(text):
        return rejected("a cosmetic rule: it hides part of a page, and blocks no name")
    return _by_form(_INLINE_COMMENT.sub("", text))


def _by_form(text: str) -> Line:
    if servers.STATEMENT.match(text):
        return servers.read(text)
    if _MARKUP.match(text):
        return rejected("HTML, JSON or code, not a line of a list")
    if _URL.match(text):
        return rejected("a web address: cut down to its host, it would block a whole site")
    words = _SPACES.split(text)
    if len(words) == 1 and not text.startswith("$"):
        return _name_alone(text)
    return _hosts(words) if is_address(words[0]) else zonefile.read(text)


def _name_alone(text: str) -> Line:
    """`x`, `*.x` or `.x`, as in plain, wildcard and Squid dstdomain lists."""
    if text.startswith("/") and text.endswith("/"):
        return rejected("a regular expression; only names are read")
    if "/" in text:
        return rejected("a web address: cut down to its host, it would block a whole site")
    return says("name", text)


def _hosts(words: list[str]) -> Line:
    """An address, and the names that lead to it (hosts(5))."""
    address, *names = words
    names = [name for name in names if name.lower() not in BOILERPLATE]
    if names and not is_null(address):
        return rejected(f"points to {address}, so it blocks nothing")
    return says("block", *names)


def _adblock(text: str) -> Line:
    """`||x^`, `||x^$important`, `@@||x^` (adguard-dns.io, "DNS filtering rules syntax")."""
    rule = _ADBLOCK_RULE.fullmatch(text.removeprefix("@@"))
    if rule is None:
        return rejected("an Adblock rule that is not ||name^; only whole names are read")
    if rule[2] is not None and rule[2] != "important":
        return rejected(f"an Adblock rule for some cases only: ${rule[2]}")
    return says("except" if text.startswith("@@") else "block", rule[1])
