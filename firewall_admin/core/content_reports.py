"""Reports of content that should not be reachable: what can be reported, and the steps from there to the end.

Two ways part at the beginning and never meet. What may be against the law is restricted: nobody assesses it, nobody
approves it, and no address of it is kept (UKCIS, Sharing nudes and semi-nudes, 2024: never view, copy, print, share,
store or save it). Everything else goes to the network manager at once, and is reviewed after.
"""

from collections.abc import Mapping
from enum import StrEnum

from .people import Permission, Role
from .stepping import Whose, step, table


class State(StrEnum):
    """Where a report stands."""

    NEW = "new"
    BLOCKED = "blocked"
    LEFT_OPEN = "left-open"
    WITHDRAWN = "withdrawn"
    RESTRICTED = "restricted"
    CLOSED = "closed"


class Kind(StrEnum):
    """How it reaches a pupil: seen, brought by somebody, or done by the pupil (the 3 Cs of Keeping children safe)."""

    CONTENT = "content"
    CONTACT = "contact"
    CONDUCT = "conduct"


class Area(StrEnum):
    """What it is about."""

    COMMERCIAL = "commercial"
    AGGRESSIVE = "aggressive"
    SEXUAL = "sexual"
    VALUES = "values"


OPEN = frozenset({State.NEW, State.BLOCKED, State.LEFT_OPEN})
HANDLED = frozenset({State.BLOCKED, State.LEFT_OPEN})
P, S = Permission, State
STEPS = table(
    step("withdraw", {S.NEW}, {S.WITHDRAWN}, P.REPORT, Whose.OWN),
    step("block", {S.NEW, S.LEFT_OPEN}, {S.BLOCKED}, P.BLOCK),
    step("leave open", {S.NEW}, {S.LEFT_OPEN}, P.HANDLE_REPORTS),
    step("review", HANDLED, {*HANDLED, S.CLOSED}, P.SAFEGUARD, Whose.HANDLED_BY_ANOTHER),
    step("send back", HANDLED, {S.NEW}, P.SAFEGUARD, Whose.HANDLED_BY_ANOTHER),
    step("restrict", OPEN, {S.RESTRICTED}, P.HANDLE_REPORTS, P.SAFEGUARD),
    step("hand over", {S.RESTRICTED}, {S.RESTRICTED}, P.SAFEGUARD),
    step("close", {S.RESTRICTED}, {S.CLOSED}, P.SAFEGUARD),
)
REVIEWERS = (Role.HEADTEACHER, Role.SAFEGUARDING_LEAD)
"""Both look at what was done about a report, after it was done."""

BODIES = {
    "police": "The police (999 in danger, otherwise 101)",
    "iwf": "Internet Watch Foundation",
    "ceop": "CEOP, of the National Crime Agency",
    "counter-terrorism": "Counter Terrorism Internet Referral Unit",
    "social-care": "The local authority’s children’s social care",
    "lado": "The local authority designated officer",
    "system": "The school’s own safeguarding record",
}
"""To whom a restricted record, or one of safeguarding, is handed over."""


def waits_for(present: Mapping[Role, int], seen: frozenset[Role]) -> tuple[Role, ...]:
    """The reviewers whose word is still missing. `present`: how many people hold each role; `seen`: the roles of those
    who have reviewed the report or dealt with it themselves. A role that nobody holds holds nothing up."""
    return tuple(role for role in REVIEWERS if present.get(role) and role not in seen)


def reference(number: int) -> str:
    return f"CR-{number}"
