"""The one place that puts a verdict into words."""

from datetime import datetime

from .policy import Assignment, Audience, IsOpen, SchoolPolicy, Verdict
from .refusals import shown

_ANSWERS = {"nxdomain": "as if it did not exist", "null": "with no address", "sinkhole": "with the block page"}


def sentence(policy: SchoolPolicy, audience: str, at: datetime, verdict: Verdict) -> str:
    """One sentence: what happens to a name for an audience at an instant, and because of what."""
    state = f"{verdict.domain} is {'blocked' if verdict.blocked else 'open'} for {audience}"
    words = f"{state}: {_because(policy, audience, at, verdict)}"
    if verdict.blocked and verdict.answer:
        return f"{words}; it is answered {_ANSWERS[verdict.answer]}."
    return f"{words}; it is steered to {verdict.rewrite}." if verdict.rewrite else f"{words}."


def _because(policy: SchoolPolicy, audience: str, at: datetime, verdict: Verdict) -> str:
    because = verdict.because
    named = f"names {because.name}" if because.name == verdict.domain else f"names {because.name}, which covers it"
    if because.kind == "locked":
        return f"the locked list '{because.source}' {named}, and nothing opens what is locked"
    if because.kind == "protected":
        return f"the protected list '{because.source}' {named}, and only a locked list blocks what is protected"
    if because.kind == "rule":
        verb = "blocks" if verdict.blocked else "allows"
        reason = shown(" ".join((because.source or "").split()), 300)
        return f"a rule {verb} {because.name}" + (f" ({reason})" if reason else "")
    if because.kind == "list":
        return f"the {'blocked' if verdict.blocked else 'allowed'} list '{because.source}' {named}"
    return _resting(policy, policy.audience(audience), at, verdict.domain) or "no list or rule in force blocks it"


def _resting(policy: SchoolPolicy, audience: Audience, at: datetime, domain: str) -> str | None:
    """Where a timetable is all that opens a name: the list that would block it, and the timetable."""
    clock = policy.clock(at)
    for assigned in audience.lists:
        listed = policy.lists[assigned.list]
        if listed.role == "blocked" and (timetable := _closed_by(assigned, clock)) and listed.names.closest(domain):
            return f"the list '{assigned.list}' would block it, but not {timetable}"
    return None


def _closed_by(assigned: Assignment, is_open: IsOpen) -> str | None:
    if assigned.except_ is not None and is_open(assigned.except_):
        return f"during '{assigned.except_}'"
    if assigned.when is not None and not is_open(assigned.when):
        return f"outside '{assigned.when}'"
    return None
