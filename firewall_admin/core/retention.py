"""How long what is kept, and why: pure rules, each counted from the day on which something came to its end.

No law names these periods. They are defaults for a school to change, with its reason; docs/data-protection.md says
where each comes from. What is destroyed are a record's details. A stub stays (number, days, kind, outcome, to whom it
was handed over), so that the numbers of a year can still be told and no number is given twice.
"""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from .refusals import Refusal


@dataclass(frozen=True)
class Rule:
    """`months` after it `began` to count, details go. `least` and `most` bound what a school may choose."""

    name: str
    what: str
    months: int
    why: str
    began: str = "after the end"
    least: int = 1
    most: int = 300


RULES: dict[str, Rule] = {
    rule.name: rule
    for rule in (
        Rule("content", "Reports of content", 24, "Two yearly reviews can look back on them"),
        Rule("restricted", "Restricted records of suspected illegal content", 12, "What matters is with IWF or police"),
        Rule("incident", "Attempts to get round the filter", 12, "A technical record: one school year"),
        Rule(
            "safeguarding",
            "Incidents passed to the safeguarding lead",
            12,
            "The record until the pupil is 25 is the school’s safeguarding file, which this is handed over to",
        ),
        Rule("restriction", "Restrictions of a pupil’s use", 12, "Until the year’s review has looked at them"),
        Rule(
            "request",
            "What people wrote in requests for access, and in advice on them",
            72,
            "A claim about a decision can be made for six years; the decision itself stays",
            "after it ended",
            least=12,
        ),
        Rule(
            "check",
            "Who made a check of the filter, and what they wrote",
            72,
            "Inspections are years apart, and read the checks between them",
            "after it was made",
            least=12,
        ),
        Rule(
            "review",
            "What people wrote in reviews, and in answers about the school",
            72,
            "Governors can look back on six reviews; the figures and signatures stay",
            "after it was signed, or another answer took its place",
            least=24,
        ),
        Rule(
            "acknowledgement",
            "Who has read the school’s rules",
            72,
            "To show that staff were told, for as long as a claim can be made",
            "after they read them",
            least=12,
        ),
        Rule("letter", "Letters", 12, "To show that somebody was told", "after they were written", most=36),
        Rule(
            "session",
            "Sessions: when, and with which device",
            1,
            "To see one that was not one’s own",
            "after they began",
            most=12,
        ),
        Rule(
            "link",
            "Links to set a password, links for inspectors, and who took away a second factor",
            12,
            "To see by whom an account was opened, or the evidence read",
            "after they ended",
            most=36,
        ),
        Rule(
            "leaver",
            "E-mail addresses of people who have left",
            12,
            "They may come back; the name stays with what they did",
            "after they left",
            most=72,
        ),
        Rule(
            "subject-access",
            "What was given to people who asked what is kept of them",
            12,
            "They may come back to it, or complain to the Information Commissioner",
            "after it was given",
            least=3,
        ),
    )
}
FOR_EVER: tuple[tuple[str, str], ...] = (
    ("Decisions: what, for whom, outcome, reason, who decided and when", "The school documents what it allows and why"),
    ("The policy, its rules and their reasons, and what each release held", "They are what the decisions did"),
    ("Who held which role, and who stood in for whom", "A decision has to say who could make it"),
    ("The trail, with the names of staff who acted", "It can’t be rewritten, which is its purpose"),
    ("The log of destruction", "It holds no word of what was destroyed"),
)
"""What no school can shorten, and why: records of public acts, none of which takes a pupil's data."""


def months(chosen: Mapping[str, int], rule: str) -> int:
    """How many months a school keeps something: its own choice, or the default."""
    return chosen.get(rule, RULES[rule].months)


def ends(begins: datetime, after: int) -> datetime:
    """The instant so many months later, or earlier where `after` is negative; the last day of a shorter month."""
    years, month = divmod(begins.month - 1 + after, 12)
    year, month = begins.year + years, month + 1
    return begins.replace(year=year, month=month, day=min(begins.day, monthrange(year, month)[1]))


def check_choice(rule: str, wanted: int, reason: str) -> Rule:
    """The rule, if a school may keep it for so long. Refusal of `months` or `reason`."""
    found = RULES[rule]
    if not found.least <= wanted <= found.most:
        raise Refusal(f"Choose between {found.least} and {found.most} months.", "months")
    if not reason:
        raise Refusal("Say why, so that it can be justified to a parent.", "reason")
    return found
