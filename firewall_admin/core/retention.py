"""How long what is kept, and why: pure rules, counted from the day a record is closed.

No law names these periods. They are defaults for a school to change, with its reason; docs/data-protection.md says
where each comes from. What is destroyed are a record's details. A stub stays (number, days, kind, outcome, to whom it
was handed over), so that the numbers of a year can still be told and no number is given twice.
"""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from .refusals import Refusal


@dataclass(frozen=True)
class Rule:
    """`months` after a record is closed its details go. `least` and `most` bound what a school may choose."""

    name: str
    what: str
    months: int
    why: str
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
    )
}
SESSIONS = timedelta(days=30)  # after they began: who used which device to sign in
LETTERS = timedelta(days=365)  # after they were written


def months(chosen: Mapping[str, int], rule: str) -> int:
    """How many months a school keeps something: its own choice, or the default."""
    return chosen.get(rule, RULES[rule].months)


def ends(begins: datetime, after: int) -> datetime:
    """The instant so many months later; the last day of a shorter month."""
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
