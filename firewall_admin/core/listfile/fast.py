"""The common forms of the common dialects, a whole text at a time.

A list is in one dialect, mostly. So the expression of the dialect that fits best splits the text: what it captures
are names, what lies between is left over, and is split again by the dialect that fits best there. In the end a few
lines remain, which `dialects.py` reads one by one. Every expression takes less than the exact reading does, never more.

The text is a latin-1 view of the bytes: a character is a byte, and a name can only match in ASCII.
"""

import re
from collections.abc import Sequence
from itertools import compress, count

_LABEL = r"[A-Za-z0-9_][A-Za-z0-9_-]{0,62}+(?<!-)"  # possessive, as all below: no way back, so linear time
_TOP = r"[A-Za-z][A-Za-z0-9_-]{0,62}+(?<!-)"
_NAME = rf"((?:{_LABEL}\.)++{_TOP})"
_ROOTED = rf"((?:{_LABEL}\.(?!\"))++{_TOP})\.?+"  # in quotes, perhaps with a dot at the end
_GAP = r"[ \t]{1,99}+"
_TTL = rf"(?:[0-9]{{1,9}}+{_GAP})?+"
_KINDS = "always_(?:nxdomain|nodata|null|refuse|deny)|static|redirect|refuse|deny"
_FORMS = (
    rf"(?:\*\.|\.)?+{_NAME}",
    rf"(?:0\.0\.0\.0|127\.0\.0\.1|::1?+){_GAP}{_NAME}",
    rf"\|\|(?:\*\.)?+{_NAME}\^(?:\$important)?+",
    rf"(?:local|server|address)=/{_NAME}/",
    rf"address=/{_NAME}/(?:0\.0\.0\.0|127\.0\.0\.1|::1?+|\#)",
    rf'local-zone:{_GAP}"{_ROOTED}"{_GAP}(?:{_KINDS})',
    rf'local-data:{_GAP}"{_ROOTED}{_GAP}{_TTL}(?:IN{_GAP})?+A{_GAP}(?:0\.0\.0\.0|127\.0\.0\.1)"',
    rf"(?:\*\.)?+{_NAME}{_GAP}{_TTL}(?:(?:IN|in){_GAP})?+(?:CNAME|cname){_GAP}\*?+\.",
)
_END = rf"(?:\n|{_GAP}(?:\#[\t -~]{{0,999}}+)?+\n)"
_DIALECTS = [re.compile(rf"(?m)^[ \t]{{0,99}}+{form}{_END}") for form in _FORMS]
_SAMPLES, _SAMPLE = 4, 500  # how many places of a text are tried, and their size in characters
_WORTH = 4  # a dialect that fits fewer of the lines tried is not worth a pass


def take(text: str) -> tuple[list[str], list[tuple[int, str]]]:
    """The names, as they are spelled, and the lines left over, each with its index. Every line ends in a newline.

    Not looked at: whether a name is too long, a public suffix, or one that every computer has.
    """
    names: list[str] = []
    indexes: Sequence[int] = range(text.count("\n"))
    while dialect := _likeliest(text):
        parts = dialect.split(text)
        names += parts[1::2]
        text, indexes = _left_over(parts[::2], indexes)
    return names, list(zip(indexes, text.split("\n"), strict=False))


def _left_over(gaps: list[str], indexes: Sequence[int]) -> tuple[str, list[int]]:
    """What lay before, between and after the lines that matched, and the indexes of its lines."""
    left: list[int] = []
    for matched in compress(count(), gaps):  # as many lines matched before this gap
        first = matched + len(left)
        left += indexes[first : first + gaps[matched].count("\n")]
    return "".join(gaps), left


def _likeliest(text: str) -> re.Pattern[str] | None:
    sample = "".join(_lines_at(text, len(text) * at // _SAMPLES) for at in range(_SAMPLES))
    most, best = _WORTH - 1, None
    for dialect in _DIALECTS:
        fits = len(dialect.findall(sample))
        if fits > most:
            most, best = fits, dialect
        if fits * 2 > sample.count("\n"):
            break
    return best


def _lines_at(text: str, place: int) -> str:
    """Whole lines from a place of the text."""
    start = text.rfind("\n", 0, place) + 1
    stop = text.rfind("\n", start, start + _SAMPLE) + 1
    return text[start:stop]


def lower(names: list[str]) -> list[str]:
    """The names in lower case."""
    text = "\n".join(names)
    small = text.lower()
    return names if small == text else small.split("\n")
