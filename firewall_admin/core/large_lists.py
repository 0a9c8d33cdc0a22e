"""Policies that leave some lists as they are: those so long that a release with a new text of theirs takes its time."""

from collections.abc import Collection
from dataclasses import replace

from .names import Names
from .policy import Assignment, Audience, SchoolPolicy

LARGE = 1 << 20  # bytes of a list's text, some 50,000 names: what is smaller takes no time


def is_large(names: Names) -> bool:
    """Found out without reading them."""
    return len(names.text) > LARGE


def large_lists(policy: SchoolPolicy) -> set[str]:
    """By slug."""
    return {slug for slug, listed in policy.lists.items() if is_large(listed.names)}


def with_lists_of(before: SchoolPolicy, wanted: SchoolPolicy, slugs: Collection[str]) -> SchoolPolicy | None:
    """`wanted` with what another policy has of some lists, their texts and for whom they are; itself where that is no
    difference, and None where it makes no policy: a new audience has no lists before, and a timetable may be gone."""
    left = set(slugs)
    found = {one.name: _assigned(one, left) for one in before.audiences}
    asked = {one.name: _assigned(one, left) for one in wanted.audiences}
    lists = {slug: listed for slug, listed in before.lists.items() if slug in left}
    same = all(found.get(name, ()) == assigned for name, assigned in asked.items())
    if same and lists == {slug: listed for slug, listed in wanted.lists.items() if slug in left}:
        return wanted
    if any(assigned for name, assigned in asked.items() if name not in found):
        return None
    policy = replace(
        wanted,
        lists={slug: listed for slug, listed in wanted.lists.items() if slug not in left} | lists,
        audiences=tuple(_with(one, found.get(one.name, ()), left) for one in wanted.audiences),
    )
    return policy if _has_timetables(policy) else None


def _assigned(audience: Audience, left: set[str]) -> tuple[Assignment, ...]:
    """In one order, whichever they are kept in."""
    return tuple(sorted((one for one in audience.lists if one.list in left), key=lambda one: one.list))


def _with(audience: Audience, assigned: tuple[Assignment, ...], left: set[str]) -> Audience:
    rest = (one for one in audience.lists if one.list not in left)
    return replace(audience, lists=tuple(sorted((*rest, *assigned), key=lambda one: one.list)))


def _has_timetables(policy: SchoolPolicy) -> bool:
    named = {name for audience in policy.audiences for one in audience.lists for name in (one.when, one.except_)}
    return named <= {None, *policy.timetables}
