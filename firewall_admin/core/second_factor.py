"""The second factor of signing in: who must have one, how a code is typed, and codes for the day the phone is lost.

The codes of an authenticator app are RFC 6238's. A recovery code has 120 random bits, written in the thirty-two letters
and digits that are not taken for each other, so it is kept by a plain hash like every token here (ASVS 5.0, 6.5.2 asks
for a slow one below 112 bits). The caller brings the randomness.
"""

import hashlib
import re
import unicodedata
from enum import StrEnum

from .people import Role
from .person import WEIGHTY
from .refusals import Refusal

DIGITS = 6
RECOVERY_CODES = 10
RANDOM = 15  # bytes of one recovery code
WRONG = "The code is not right."

_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: no I, L, O or U
_MEANT = str.maketrans("ILO", "110")
_LENGTH = RANDOM * 8 // 5
_BETWEEN = re.compile(r"[\s\-–—.]+")


class Must(StrEnum):
    """Who must have a second factor at a school, the mildest first."""

    NOBODY = "nobody"
    DECIDERS = "deciders"
    EVERYONE = "everyone"

    @property
    def words(self) -> str:
        return "those who decide and manage" if self is Must.DECIDERS else self.value

    def covers(self, role: Role) -> bool:
        """Whether somebody of a role must have one."""
        return self is Must.EVERYONE or (self is Must.DECIDERS and role in WEIGHTY)

    def is_milder_than(self, other: "Must") -> bool:
        order = list(Must)
        return order.index(self) < order.index(other)


def parse_must(text: str) -> Must:
    """The choice by its value. Refusal of `who` for anything else."""
    try:
        return Must(text)
    except ValueError:
        raise Refusal("Choose nobody, those who decide and manage, or everyone.", "who") from None


def typed(text: str) -> str:
    """A code as it was meant: without what stands between its groups, letters as capitals, look-alikes told apart in
    what is no number. Any text comes out; whether it is a code is another question."""
    plain = _BETWEEN.sub("", unicodedata.normalize("NFKC", text[:100])).upper()
    return plain if is_of_app(plain) else plain.translate(_MEANT)


def is_of_app(code: str) -> bool:
    """Whether a text, as `typed` gives it, has the shape of an authenticator app's code."""
    return len(code) == DIGITS and code.isascii() and code.isdecimal()


def is_recovery(code: str) -> bool:
    """Whether a text, as `typed` gives it, has the shape of a recovery code."""
    return len(code) == _LENGTH and set(code) <= set(_LETTERS)


def recovery_code(random: bytes) -> str:
    """A recovery code of 15 random bytes, as `typed` gives it. ValueError for any other number."""
    if len(random) != RANDOM:
        raise ValueError(f"a recovery code needs {RANDOM} random bytes")
    number = int.from_bytes(random)
    return "".join(_LETTERS[number >> shift & 31] for shift in range(5 * (_LENGTH - 1), -1, -5))


def kept(code: str) -> str:
    """What is kept of a recovery code: its SHA-256, hexadecimal."""
    return hashlib.sha256(code.encode("utf-8", "replace")).hexdigest()


def grouped(text: str, between: str = " ") -> str:
    """A secret or a recovery code in groups of four, to be read and typed."""
    return between.join(text[at : at + 4] for at in range(0, len(text), 4))
