"""Lists that have not come from their maker for a while: told with every export, for nobody looks at what goes well.

Only a date is told, and only of a list that is old: nothing that is written changes from one day to the next by itself.
"""

from datetime import date, timedelta

from .compiled import Compiled, CompiledAudience

OLD = timedelta(days=7)  # most lists are fetched daily; a week without one is no hiccup of a server


def old_lists(compiled: Compiled, audience: CompiledAudience | None = None) -> dict[str, date]:
    """By slug, the lists in force for an audience, or for any, that are more than a week old at the policy's instant,
    with the day on which each was last what its maker publishes."""
    today = compiled.at.astimezone(compiled.school_policy.zone).date()
    found = {}
    for one in compiled.audiences if audience is None else (audience,):
        for listed in (*one.policy.locked, *one.policy.protected, *one.policy.lists):
            if listed.as_of is not None and today - listed.as_of > OLD:
                found[listed.slug] = listed.as_of
    return dict(sorted(found.items()))


def old_list_lines(compiled: Compiled, audience: CompiledAudience | None = None) -> list[str]:
    """A line of a file's header for each of them."""
    found = old_lists(compiled, audience)
    return [f"list {slug}: not come from its maker since {day:%Y-%m-%d}" for slug, day in found.items()]


def of_manifest(compiled: Compiled) -> dict[str, dict[str, str]]:
    """What the manifest says of them; nothing where there is none."""
    found = {slug: day.isoformat() for slug, day in old_lists(compiled).items()}
    return {"old_lists": found} if found else {}
