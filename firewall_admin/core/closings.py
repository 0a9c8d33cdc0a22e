"""Blocks that can be put in force by themselves, whatever else of an edit has to wait.

With one more rule that blocks, or one more list of blocked names for an audience, no name is opened, now or later. So
of a policy that waits for a person, these can be added to the policy in force.
"""

from collections.abc import Container, Iterator
from dataclasses import dataclass, replace

from .policy import Assignment, Audience, NameList, Rule, SchoolPolicy
from .touched import opened


@dataclass(frozen=True)
class ListFor:
    """A list put in force for an audience."""

    audience: str
    assignment: Assignment
    listed: NameList


Closing = Rule | ListFor


def closings(live: SchoolPolicy, wanted: SchoolPolicy, shipped: Container[str]) -> Iterator[Closing]:
    """What `wanted` blocks beyond `live`: rules, and shipped lists for audiences that had none of them.

    Only what means the same in both: for an audience and at hours that `live` knows. Lists of the school's own are
    left out, since their names are an edit of their own.
    """
    known = {_key(rule) for rule in live.rules}
    for rule in wanted.rules:
        is_new = rule.action == "block" and _key(rule) not in known
        for_somebody = rule.audience is None or _audience_has(live, rule.audience) is not None
        if is_new and for_somebody and _same_hours(live, wanted, rule.when):
            yield rule
    for audience in wanted.audiences:
        has = _audience_has(live, audience.name)
        for one in audience.lists if has is not None else ():
            listed = live.lists.get(one.list, wanted.lists[one.list])
            shared = _same_hours(live, wanted, one.when) and _same_hours(live, wanted, one.except_)
            if one.list in shipped and listed.role == "blocked" and one.list not in (has or ()) and shared:
                yield ListFor(audience.name, one, listed)


def closed(live: SchoolPolicy, closing: Closing) -> SchoolPolicy:
    """A policy with one more block. It opens nothing, which is checked and not only meant: ValueError otherwise."""
    if isinstance(closing, Rule):
        after = replace(live, rules=(*live.rules, closing))
    else:
        after = replace(live, lists={closing.listed.slug: closing.listed, **live.lists}, audiences=_with(live, closing))
    part = opened(live, after)
    if part is None or part:
        raise ValueError("a block that may open something")
    return after


def _with(live: SchoolPolicy, closing: ListFor) -> tuple[Audience, ...]:
    return tuple(
        replace(one, lists=(*one.lists, closing.assignment)) if one.name == closing.audience else one
        for one in live.audiences
    )


def _key(rule: Rule) -> tuple[object, ...]:
    return rule.action, rule.domain, rule.audience, rule.since, rule.until, rule.when


def _audience_has(policy: SchoolPolicy, name: str) -> set[str] | None:
    return next(({one.list for one in a.lists} for a in policy.audiences if a.name == name), None)


def _same_hours(live: SchoolPolicy, wanted: SchoolPolicy, name: str | None) -> bool:
    if name is None:
        return True
    same = live.timetables.get(name) == wanted.timetables[name]
    return same and live.timezone == wanted.timezone
