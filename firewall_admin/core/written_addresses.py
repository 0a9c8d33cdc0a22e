"""Addresses in what people write, in whatever writing: plain, defanged (`hxxp`, `[.]`, `(dot)`), in full-width letters,
as numbers, or in Punycode. For texts that must not lead anybody anywhere; it rather finds one too many.

A full stop with a space after it ends a sentence. So “Closed it. In the office” is no address, and “it .in” is one.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache

from .suffixes import top_levels

_STOPS = {ord(mark): "." for mark in "。｡․・•·۔܁܂"}
_OPEN, _SHUT = r"[\[({<]", r"[\])}>]"
_STOP = r"(?:\.|dot|d0t|punkt)"
_DOT = "|".join(
    (
        rf"(?:{_OPEN}|\\)*\.{_SHUT}*",
        rf"\s*{_OPEN}+\s*{_STOP}\s*{_SHUT}*\s*",
        rf"\s*dot\s*{_SHUT}+\s*",
        r"\s+\.\s*",
        r"\s+(?:dot|d0t)\s+",
        r"[-_*]+dot[-_*]+",
        r"%2e|&#0*46;|&#x0*2e;|&period;|\\u002e|\\x2e",
    )
)
_SCHEME = re.compile(
    r"\b[a-z][a-z0-9+.-]*\W{0,3}:\W{0,3}/\s*/|\bh(?:xx|\*\*|__|--)ps?\b|\b(?:https?|ftps?)[\s\[\](){}<>]*:|\bwww\d?\s*(?:"
    + _DOT
    + ")",
    re.IGNORECASE,
)
_NUMBERS = re.compile(rf"(?<![\w.])\d{{1,3}}(?:(?:{_DOT})\d{{1,3}}){{3}}(?![\w])|\b0x[0-9a-f]{{7,8}}\b", re.IGNORECASE)
_IPV6 = re.compile(
    r"(?<![\w:])(?:(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}|(?=[0-9a-f:.]*[0-9a-f])[0-9a-f:]*::[0-9a-f:.]*)(?![\w:])",
    re.IGNORECASE,
)
_NAME = re.compile(
    rf"[^\W_](?={_OPEN}?(?:{_DOT})(?P<last>xn--[a-z0-9-]+|[^\W\d_]{{2,24}})(?![^\W_])(?P<path>\s?/\w)?)", re.IGNORECASE
)
_PUNYCODE = re.compile(r"\bxn--[a-z0-9]", re.IGNORECASE)
_UNLISTED = frozenset("example test invalid localhost local lan internal intranet onion i2p eth bit arpa".split())
"""Ends of names that no registry has, and that browsers or programs open all the same (RFC 2606, 6761, 7686)."""


def found(text: str) -> str | None:
    """Where in a text an address stands, in words: `in line 2, after “it was on”`. None where there is none."""
    plain = _plain(text)
    at = min(_places(plain), default=None)
    if at is None:
        return None
    before = plain[:at]
    line = before.count("\n") + 1
    words = re.findall(r"[\w’']+", before.rpartition("\n")[2])[-3:]
    after = f"after “{' '.join(words)}”" if words else "at its beginning"
    return f"in line {line}, {after}" if "\n" in plain else after


def _plain(text: str) -> str:
    """Letters and stops in their usual form; what can't be seen is left out, and so are marks on letters: they disguise
    a name in our alphabet, and in others the name is known without them."""
    usual = unicodedata.normalize("NFKC", text).translate(_STOPS)
    return "".join(c for c in usual if c == "\n" or unicodedata.category(c) not in ("Cf", "Cc", "Mn", "Mc", "Me"))


def _places(plain: str) -> Iterator[int]:
    for pattern in (_SCHEME, _NUMBERS, _IPV6, _PUNYCODE):
        if match := pattern.search(plain):
            yield match.start()
    for match in _NAME.finditer(plain):
        if match["path"] or _ends_names(match["last"]):
            yield re.search(r"[^\s\"'“”‘’(\[<]*\Z", plain[: match.end()]).start()  # type: ignore[union-attr]
            return


def _ends_names(last: str) -> bool:
    """Whether names end so: an entry of the list of top-level domains, or one that is used without being there."""
    word = last.lower()
    return (word in top_levels() or word in _UNLISTED) if word.isascii() else word in _foreign_ends()


@cache
def _foreign_ends() -> frozenset[str]:
    """The ends in other alphabets, as `_plain` leaves them."""
    return frozenset(_plain(end).lower() for end in top_levels() if not end.isascii())
