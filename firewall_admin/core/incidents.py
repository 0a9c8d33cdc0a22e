"""Incidents and their consequences: attempts to get round the filter, harassment, and supervised use of equipment."""

from datetime import date, timedelta
from enum import StrEnum

from .people import Permission
from .refusals import Refusal
from .stepping import Whose, step, table


class State(StrEnum):
    """Where an incident stands. What is `passed` is with the safeguarding lead, and nobody else reads it."""

    NEW = "new"
    ACTED = "acted"
    PASSED = "passed"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"


class Kind(StrEnum):
    """What it is. Harassment goes to the safeguarding lead from the start."""

    CIRCUMVENTION = "circumvention"
    HARASSMENT = "harassment"


METHODS = {
    "vpn": "A VPN",
    "proxy": "A proxy or mirror site",
    "hotspot": "A mobile hotspot",
    "account": "Somebody else’s account",
    "dns": "Changed DNS or network settings",
    "browser": "A portable or other browser",
    "remote": "A remote desktop or virtual machine",
    "device": "A device of the pupil’s own",
    "other": "Something else",
}
FOUND = {
    "seen": "Seen by a member of staff",
    "log": "In the filter’s or firewall’s log",
    "alert": "By a monitoring alert",
    "pupil": "A pupil said so",
    "check": "By a check of the filter",
}
P, S = Permission, State
OPEN = frozenset({S.NEW, S.ACTED})
STEPS = table(
    step("withdraw", {S.NEW}, {S.WITHDRAWN}, P.REPORT, Whose.OWN),
    step("block", OPEN, {S.ACTED}, P.BLOCK),
    step("act", OPEN, {S.ACTED}, P.HANDLE_REPORTS),
    step("retest", {S.ACTED}, {S.ACTED, S.CLOSED}, P.HANDLE_REPORTS),
    step("pass on", OPEN, {S.PASSED}, P.HANDLE_REPORTS, P.SAFEGUARD),
    step("hand over", {S.PASSED}, {S.PASSED}, P.SAFEGUARD),
    step("close", {S.PASSED}, {S.CLOSED}, P.SAFEGUARD),
)


class Restricted(StrEnum):
    """How a restriction stands on a day."""

    UPCOMING = "upcoming"
    IN_FORCE = "in-force"
    TO_REVIEW = "to-review"
    OVER = "over"


R = Restricted
LASTING = frozenset({R.UPCOMING, R.IN_FORCE, R.TO_REVIEW})
RESTRICTION_STEPS = table(
    step("review", LASTING, {*LASTING, R.OVER}, P.RESTRICT),
    step("end", LASTING, {R.OVER}, P.RESTRICT),
)
WORDS = "School equipment only under close supervision"
LONGEST = timedelta(days=190)  # half a school year: who needs longer decides again


def restricted(today: date, since: date, until: date, review_on: date, ended_on: date | None) -> Restricted:
    """How a restriction stands today. Both days count; `ended_on` is the first on which it no longer holds."""
    if today > until or (ended_on is not None and today >= ended_on):
        return R.OVER
    if today < since:
        return R.UPCOMING
    return R.TO_REVIEW if today >= review_on else R.IN_FORCE


def check_days(today: date, since: date, until: date, review_on: date) -> None:
    """Refusal of `until` or `review_on` for days that can't be: nothing lasts for ever, and somebody looks at it."""
    if until < since or until < today:
        raise Refusal("It ends before it begins, or has ended already.", "until")
    if until - since > LONGEST:
        raise Refusal(f"Choose a last day within {LONGEST.days} days. Decide again if it has to go on.", "until")
    if not since <= review_on <= until or review_on < today:
        raise Refusal("Choose a day of review between today and the last day.", "review_on")


def reference(number: int) -> str:
    return f"IN-{number}"


def restriction_reference(number: int) -> str:
    return f"RS-{number}"
