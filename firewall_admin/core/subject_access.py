"""What is given to somebody who asks what is kept of them, and what may be left out: the words of each choice.

UK GDPR, article 15; the exemptions are those of the Data Protection Act 2018, schedules 2 (paragraphs 2 and 16) and 3
(paragraphs 5 and 21). Whether one applies is for the headteacher to weigh, with the data protection officer.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Choice:
    """Whether a record is given, and why."""

    given: bool
    why: str


CHOICES: dict[str, Choice] = {
    "theirs": Choice(True, "It is about them"),
    "agreed": Choice(True, "Whoever else it tells of agrees"),
    "reasonable": Choice(True, "It is reasonable, though somebody else does not agree"),
    "another": Choice(False, "It is about somebody else of the same name"),
    "third": Choice(False, "It would tell about another person"),
    "harm": Choice(False, "It could do somebody serious harm"),
    "abuse": Choice(False, "It is about abuse, and giving it is not in the child’s interest"),
    "crime": Choice(False, "It would hinder the police or a court"),
}
"""The headteacher's choices on a record, by a word."""


def default(mentioned: bool, restricted: bool) -> str | None:
    """What is chosen where nobody has: what belongs to the person is given. What only mentions them, or is restricted,
    waits for a person's word."""
    return None if mentioned or restricted else "theirs"


def reference(number: int) -> str:
    return f"SA-{number}"
