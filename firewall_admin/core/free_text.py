"""What staff type about pupils and sites, kept to words: no picture, no file and no code comes in by a text field.

Never to hold illegal imagery, the service holds no imagery at all. A picture can be pasted as text, too: a data URI,
or its octets in base64.
"""

import re

from . import written_addresses
from .refusals import Refusal

LONGEST = 2000  # characters of a text; so nothing of 2 KB in base64 gets in, whatever it looks like
LONGEST_LINE = 200
_CODED = re.compile(r"[A-Za-z0-9+/=_-]{200,}")
_PICTURE = re.compile(r"data:\s*[\w.+-]*[/;,]|blob:|filesystem:|<\s*(?:img|svg|object|embed|video|picture)\b", re.I)
NO_PICTURES = "Words only: no picture, file or code is taken here. Take it out, and tell the safeguarding lead."


def text(typed: str, field: str, most: int = LONGEST) -> str:
    """Some lines of a person's words. Refusal of `field` for more than `most` characters, or what holds no words."""
    words = typed.replace("\r\n", "\n").strip()
    _refuse_pictures(words, field)
    if len(words) > most:
        raise Refusal(f"Write {most:,} characters at most.", field)
    if _CODED.search(re.sub(r"[\r\n\t]", "", words)):
        raise Refusal(NO_PICTURES, field)
    return "".join(c for c in words if c == "\n" or c.isprintable())


def line(typed: str, field: str, most: int = LONGEST_LINE) -> str:
    """The same for a single line."""
    return " ".join(text(typed, field, most).split())


def address(typed: str, field: str = "address") -> str:
    """An address as it was typed. It is never asked for anything; it is shown as text. Refusal for what is none."""
    words = "".join(typed.split())
    _refuse_pictures(words, field)
    if len(words) > LONGEST:
        raise Refusal(f"Give an address of {LONGEST:,} characters at most: all up to the question mark will do.", field)
    return "".join(filter(str.isprintable, words))


def without_address(typed: str, field: str, most: int = LONGEST) -> str:
    """A text of a record that must not lead anybody to the place: Refusal where an address stands in it."""
    words = text(typed, field, most)
    if place := written_addresses.found(words):
        raise Refusal(
            f"Take out what looks like an address, {place}: none is kept here, so that nobody is led there. Say “the "
            "site” instead. If it is only a full stop without a space after it, put the space in.",
            field,
        )
    return words


def _refuse_pictures(words: str, field: str) -> None:
    if _PICTURE.search(words):
        raise Refusal(NO_PICTURES, field)
