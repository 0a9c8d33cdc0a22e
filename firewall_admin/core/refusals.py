"""Why something was not done, worded for the person who meets it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .opening import Opening


class Refusal(Exception):
    """What was asked can't be done. `message` says why in plain words; `field` names the one thing to mend, if any."""

    def __init__(self, message: str, field: str | None = None):
        super().__init__(message)
        self.message = message
        self.field = field


class NotADomain(Refusal):
    """A text that is no domain name; the message says what is wrong with it."""


class BadTimetable(Refusal):
    """A window or term that can't be read."""


class BadPolicy(Refusal):
    """A policy that can't be taken: `field` gives the file and the line or key."""


class OpensNames(Refusal):
    """A change that opens names for somebody and has no decision behind it. `openings` says which and for whom."""

    def __init__(self, openings: Sequence["Opening"]):
        first, more = openings[0], len(openings) - 1
        rest = f" and {more} more" if more else ""
        super().__init__(f"This opens {first.text}{rest}. Opening takes a decision by the headteacher: ask for it.")
        self.openings = tuple(openings)


class NotFound(Refusal):
    """There is no such thing at this school."""


class Conflict(Refusal):
    """Somebody else changed it in the meantime; the message says who or what."""


class NotAllowed(Refusal):
    """The person may not do this."""


class TooManyAttempts(Refusal):
    """Somebody has to wait; the message says for how long, and `seconds` says it for machines."""

    def __init__(self, message: str, seconds: int = 60):
        super().__init__(message)
        self.seconds = seconds


class Busy(Refusal):
    """It can't be done at this moment, and may be in the next."""


def shown(text: str, most: int = 80) -> str:
    """A person's words as a message, a log or a terminal may repeat them: nothing that acts, and not at any length."""
    short = text if len(text) <= most else f"{text[: most - 1]}…"
    return "".join(c if c.isprintable() else f"U+{ord(c):04X}" for c in short)
