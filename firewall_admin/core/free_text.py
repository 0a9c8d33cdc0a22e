"""What staff type about pupils and sites, kept to words: no picture, no file and no code comes in by a text field.

Never to hold illegal imagery, the service holds no imagery at all. A picture can be pasted as text, too: a data URI,
or its octets in base64.
"""

import re

from .refusals import Refusal
from .suffixes import top_levels

LONGEST = 2000  # characters of a text; so nothing of 2 KB in base64 gets in, whatever it looks like
LONGEST_LINE = 200
_CODED = re.compile(r"[A-Za-z0-9+/=_-]{200,}")
_PICTURE = re.compile(r"data:\s*[\w.+-]*[/;,]|blob:|filesystem:|<\s*(?:img|svg|object|embed|video|picture)\b", re.I)
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://|\bwww\.|\b(?:hxxps?|h\*\*ps?)\b|\b\d{1,3}(?:\.\d{1,3}){3}\b", re.I)
_DOT = r"(?:\.|\s?(?:[\[(](?:\.|dot)[\])]|\bdot\b)\s?)"  # also as people write it who mean well
_NAMES = re.compile(rf"[^\s/@:,;!?()\"'<>.]{_DOT}([a-z]{{2,24}})\b", re.I)
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
    if _ADDRESS.search(words) or any(found[1].lower() in top_levels() for found in _NAMES.finditer(words)):
        raise Refusal(
            "Take the address out: it is not kept here. The safeguarding lead needs no address from you.", field
        )
    return words


def _refuse_pictures(words: str, field: str) -> None:
    if _PICTURE.search(words):
        raise Refusal(NO_PICTURES, field)
