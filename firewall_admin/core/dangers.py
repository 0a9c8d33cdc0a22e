"""Dangers that only show where two policies stand side by side, beside those of `plan`: what this school uses and
would lose, what everyone needs to sign in, and a list that came out much shorter than the one it replaces.

The limits are safety margins, chosen to be crossed by a broken source and not by a day's edits.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from .domains import lineage
from .plan import LEAST, SHRINK, Change, Objection
from .policy import Policy, SchoolPolicy, Verdict, decide

USED_FOR = timedelta(days=30)  # a name opened so recently is in somebody's lesson plan
TURNOVER = 0.20  # of the names blocked before


@dataclass(frozen=True)
class Opened:
    """A name that a person opened lately for an audience, or (None) for everyone."""

    domain: str
    audience: str | None = None


def list_objections(before: SchoolPolicy, after: SchoolPolicy) -> Iterator[Objection]:
    """A list that lost more than a tenth of 500 names or more, or all it had."""
    for slug, listed in after.lists.items():
        old = len(before.lists[slug].names) if slug in before.lists else 0
        new = len(listed.names)
        if (old >= LEAST and new < old * (1 - SHRINK)) or (old and not new):
            text = f"the list '{slug}' has {_names(new)} in place of {_names(old)}"
            yield Objection("list-shrunk", text)


def turnover_objections(audience: str, old: int, new: int, changes: Sequence[Change]) -> Iterator[Objection]:
    """Many names came and as many went: the size says nothing. `old` and `new` count the names blocked."""
    if old >= LEAST and old * (1 - SHRINK) <= new and len(changes) > old * TURNOVER and _both(changes):
        blocked = sum(change.blocked for change in changes)
        text = (
            f"more than a fifth of what is blocked for '{audience}' would change: of {_names(old)}, "
            f"{len(changes) - blocked:,} would open, and {blocked:,} others would be blocked"
        )
        yield Objection("much-replaced", text, audience)


def used_objections(
    audience: str,
    before: SchoolPolicy,
    after: SchoolPolicy,
    at: datetime,
    opened: Iterable[Opened],
    changes: Sequence[Change] = (),
) -> Iterator[Objection]:
    """Names opened for this audience in the last 30 days, or names under them, that are open and would be blocked.

    Ending the rule that opened a name is meant, so it is no danger; blocking the name in spite of its rule is.
    """
    mine = {one.domain for one in opened if one.audience in (None, audience)}
    if not mine:
        return
    old, new = before.policy(audience, at), after.policy(audience, at)
    if hit := tuple(name for name in sorted(mine | _under(mine, changes)) if _lost(old, new, name)):
        text = f"opened for '{audience}' within the last 30 days, and would be blocked: {_names(len(hit))}"
        yield Objection("used-names-blocked", text, audience, hit)


def essential_objections(audience: str, after: SchoolPolicy, at: datetime) -> Iterator[Objection]:
    """Signing in, updates and certificates: what stops working in every lesson at once when it is blocked, now or
    while the timetables are open."""
    essential = after.lists.get("essential")
    if essential is None or not after.audience(audience).essential:
        return
    policies = (after.policy(audience, at), after.policy(audience, at, lambda timetable: True))
    hit: dict[str, str] = {}
    for name in essential.names:
        for verdict in (decide(policy, name) for policy in policies):
            if verdict.blocked:
                hit[name] = _cause(verdict)
    if hit:
        text = (
            f"{len(hit):,} of {_names(len(essential.names))} that signing in and updates need "
            f"would be blocked for '{audience}', by {', '.join(sorted(set(hit.values()))[:3])}"
        )
        yield Objection("essential-blocked", text, audience, tuple(hit))


def _lost(old: Policy, new: Policy, name: str) -> bool:
    was, will = decide(old, name), decide(new, name)
    if was.blocked or not will.blocked:
        return False
    by_rule = was.because.kind == "rule"
    return not by_rule or any(r.action == "allow" and r.domain == was.because.name for r in new.rules)


def _under(names: set[str], changes: Iterable[Change]) -> set[str]:
    """Names under one of these that would be blocked by name."""
    return {c.domain for c in changes if c.blocked and not names.isdisjoint(lineage(c.domain)[1:])}


def _both(changes: Sequence[Change]) -> bool:
    return any(change.blocked for change in changes) and any(not change.blocked for change in changes)


def _cause(verdict: Verdict) -> str:
    because = verdict.because
    return f"the rule to block {because.name}" if because.kind == "rule" else f"the list '{because.source}'"


def _names(count: int) -> str:
    return f"{count:,} name" if count == 1 else f"{count:,} names"
