"""Blocked at some time of the week, whatever the hour is now: who asks at four for a lesson at ten is not wrong."""

from collections.abc import Iterator
from datetime import datetime

from .policy import IsOpen, SchoolPolicy, Verdict, decide


def blocked_at_times(policy: SchoolPolicy, audience: str, at: datetime, name: str) -> Verdict | None:
    """A verdict that blocks a name: that of this instant, or the first with the timetables in another state; None where
    it is open in all of them. The states: none open, all open, each open alone."""
    for is_open in (None, *_states(policy)):
        verdict = decide(policy.policy(audience, at, is_open), name)
        if verdict.blocked:
            return verdict
    return None


def _states(policy: SchoolPolicy) -> Iterator[IsOpen]:
    if not policy.timetables:
        return
    yield lambda timetable: False
    yield lambda timetable: True
    for name in policy.timetables:
        yield lambda timetable, alone=name: timetable == alone  # type: ignore[misc]
