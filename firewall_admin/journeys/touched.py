"""What else a block of a name would touch: whose service it is part of, and for whom it would not work."""

from collections.abc import Iterator

from firewall_admin.core.domains import lineage, parse
from firewall_admin.core.people import Actor
from firewall_admin.core.policy import decide
from firewall_admin.core.refusals import NotADomain
from firewall_admin.core.sentences import sentence
from firewall_admin.core.suffixes import is_suffix
from firewall_admin.db.change import Change
from firewall_admin.ports import Ports

from . import planned, policy, search

MOST = 6  # sentences about lists


def touched(ports: Ports, actor: Actor, *, domain: str, audience: str | None, act: policy.Act) -> tuple[str, ...]:
    """Sentences for the page of the plan. Nothing stays, and no resolver is asked. Raises what the edit raises."""
    said: list[str] = []

    def watched(change: Change) -> None:
        act(change)
        change.session.flush()
        after = policy.current(ports, change.session, actor.school_id)
        for each in after.audiences:
            verdict = decide(after.policy(each.name, change.now), domain)
            if not verdict.blocked and audience in (None, each.name):
                said.append("Even so, " + sentence(after, each.name, change.now, verdict))

    planned.planned(ports, actor, watched)
    return (*said, *list(_lists(ports, actor, domain))[:MOST])


def choices(domain: str | None) -> tuple[str, ...]:
    """The names that one may mean who reports an address: its host, and the names above it that are one site."""
    try:
        names = lineage(parse(domain)) if domain else []
    except NotADomain:
        return ()
    return tuple(name for name in names if not is_suffix(name))


def _lists(ports: Ports, actor: Actor, domain: str) -> Iterator[str]:
    for each in search.find(ports, actor, text=domain).lists:
        if each.covering:
            whom = ", ".join(each.for_whom) or "nobody"
            yield f"{domain} is part of '{each.title}' ({each.role}), in force for {whom}."
        elif each.under:
            yield f"'{each.title}' names {each.under:,} under it, such as {each.first_under[0]}: they are blocked, too."
