"""A pupil as records have them: by a reference of the school's, never by name where nobody needs the name."""

import hashlib
import re

from .refusals import Refusal

LONGEST = 24  # characters
_REFERENCE = re.compile(r"[A-Z0-9][A-Z0-9 ()./-]*")
_WORD = re.compile(r"[A-Z]{3,}")
_NO_NAMES = frozenset("YEAR CLASS FORM ROOM GROUP PUPIL SET MIS RECEPTION NURSERY UPN".split())


def parse_reference(text: str, field: str = "pupil") -> str | None:
    """A reference in its one spelling: `4f-012` → `4F-012`; None for nothing. Refusal of `field` for what looks like a
    name: two words of three letters and more."""
    reference = " ".join(text.upper().split())
    if not reference:
        return None
    if len(reference) > LONGEST or not _REFERENCE.fullmatch(reference):
        raise Refusal(f"Give the school’s reference, such as 4F-012, of {LONGEST} characters at most.", field)
    if len([word for word in _WORD.findall(reference) if word not in _NO_NAMES]) > 1:
        raise Refusal(
            "That looks like a name. Give the school’s reference or initials, such as 4F-012 or AJ 4F.", field
        )
    return reference


def commitment(salt: str, reference: str) -> str:
    """What the trail holds instead of a pupil (hexadecimal). Once the salt is gone nobody can say whom it means: a
    reference alone could be guessed."""
    return hashlib.sha256(f"pupil\0{salt}\0{reference}".encode()).hexdigest()
