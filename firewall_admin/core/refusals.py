"""Why something was not done, worded for the person who meets it."""


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
