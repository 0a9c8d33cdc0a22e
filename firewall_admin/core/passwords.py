"""Whether a password may be chosen: long enough, and not one of those that are guessed first.

There is no rule about which kinds of characters it has, and none about its age (NCSC, password guidance; NIST SP
800-63B, 3.1.1.2). What is refused is what a guesser tries first: the school's name, and a common word, a year or a run
on the keyboard with little of one's own around it.
"""

import re
import unicodedata
from collections.abc import Iterable

from .common_words import WORDS
from .refusals import Refusal

SHORTEST = 12  # characters, where nothing but the password is asked (Cyber Essentials)
LONGEST = 256
OWN = 6  # characters that must be left once everything guessable has been taken out
DISTINCT = 5  # different characters that the whole must have
TRACKS = ("abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertzuiop", "azertyuiop")
DISGUISES = tuple(str.maketrans("01345$@!", letters) for letters in ("oleassai", "oieassai"))
GENERIC = set("school primary junior infant infants academy college high secondary grammar church england".split())
YEAR = re.compile(r"(?:19|20)\d\d")


def spelling(password: str) -> str:
    """The one spelling that is hashed: composed and decomposed letters are the same key on two computers (NFKC)."""
    return unicodedata.normalize("NFKC", password)


def check(password: str, school_words: Iterable[str] = (), own_words: Iterable[str] = ()) -> None:
    """Refuse a password that is too short, too long or too easily guessed. `school_words` are names of the school,
    which may not stand in it at all; `own_words` (a person's name and address) count as common words."""
    length = len(spelling(password))
    if length < SHORTEST:
        raise Refusal(f"Use at least {SHORTEST} characters: three random words are easy to remember.", "password")
    if length > LONGEST:
        raise Refusal(f"Use {LONGEST} characters at most.", "password")
    plain = spelling(password).casefold()
    views = (plain, *(_undisguised(plain, letters) for letters in DISGUISES))
    for word in sorted(_parts(school_words) - GENERIC):
        if any(word in view for view in views):
            raise Refusal(f"Leave out '{word}': whoever guesses tries the school's name first.", "password")
    common = WORDS | GENERIC | _parts(own_words)
    if len(set(plain)) < DISTINCT or min(len(left_over(view, common)) for view in views) < OWN:
        raise Refusal("Too many people use a password like this. Three random words are harder to guess.", "password")


def left_over(text: str, words: Iterable[str]) -> str:
    """What stands in a password beyond common words, years, runs, repetitions and what only separates."""
    text = _unrepeated(text)
    for word in sorted(words, key=len, reverse=True):
        text = text.replace(word, " ")
    return "".join(ch for ch in _without_runs(YEAR.sub(" ", text)) if ch.isalnum() or ord(ch) > 127)


def _undisguised(text: str, letters: dict[int, int]) -> str:
    """`p@ssw0rd2026!` is `password2026!`: what is put at the end stands for itself."""
    head = text.rstrip("0123456789!?.,;:$@#*_- ")
    return head.translate(letters) + text[len(head) :]


def _parts(names: Iterable[str]) -> set[str]:
    """The words of names that are long enough to be told from chance."""
    return {word for name in names for word in re.split(r"[\W_]+", spelling(name).casefold()) if len(word) >= 4}


def _unrepeated(text: str) -> str:
    """`abcabcabcabc` is `abc`."""
    again = re.fullmatch(r"(.+?)\1+.{0,3}", text, re.DOTALL)
    return again[1] if again else text


def _without_runs(text: str) -> str:
    """Without three or more characters that repeat, or follow each other in the alphabet or on a keyboard."""
    kept, start = [], 0
    while start < len(text):
        length = max(_run(text, start, track) for track in _BOTH_WAYS)
        length = max(length, len(text[start:]) - len(text[start:].lstrip(text[start])))
        if length < 3:
            kept.append(text[start])
        start += length if length >= 3 else 1
    return "".join(kept)


def _run(text: str, start: int, track: str) -> int:
    """How many characters from `start` follow each other on a track."""
    at = track.find(text[start])
    length = 0
    while at >= 0 and text[start + length : start + length + 1] == track[at + length : at + length + 1] != "":
        length += 1
    return length


_BOTH_WAYS = tuple(track for one in TRACKS for track in (one, one[::-1]))
