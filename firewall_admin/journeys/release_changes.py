"""What a release changed, name by name, and what going back to it would."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from firewall_admin.core.many_names import decide_all
from firewall_admin.core.people import Actor
from firewall_admin.core.plan import Plan
from firewall_admin.core.policy import SchoolPolicy
from firewall_admin.core.refusals import BadPolicy, NotFound
from firewall_admin.core.weighing import Rulesets, differences
from firewall_admin.db.tables import Release
from firewall_admin.ports import Ports

from .release_contents import cause, rebuild
from .releases import find, published


@dataclass(frozen=True)
class Named:
    """A changed name, and why it is what it is now."""

    domain: str
    blocked: bool
    why: str


def names(
    ports: Ports, actor: Actor, *, number: int, audience: str, blocked: bool, first: int, most: int
) -> tuple[list[Named], int]:
    """Some of the names that a release blocked or opened for an audience, from the `first` (0 is the first of all), and
    how many there are in all. NotFound for a release or an audience that isn't there."""
    with ports.db.look() as session:
        release = find(session, actor, number)
    if audience not in release.changes:
        raise NotFound(f"Release {number} changed nothing for '{audience}'.")
    told = release.changes[audience]
    count = int(told["blocked" if blocked else "opened"])
    try:
        listing = ports.store.listing(told["listing"])
    except OSError:
        raise NotFound(f"The store has lost what release {release.number} changed.") from None
    found = listing.page(blocked=blocked, first=first, most=min(most, count - first))
    why = _why(_policy(ports, release), release, audience, found)
    return [Named(name, blocked, its) for name, its in zip(found, why, strict=True)], count


def difference(ports: Ports, actor: Actor, *, number: int) -> Plan:
    """What going back to a release would change, as both are at this instant. Raises BadPolicy where one is lost."""
    with ports.db.look() as session:
        release, live = find(session, actor, number), _live(ports, actor.school_id)
    at = ports.clock()
    before = Rulesets(rebuild(ports, live) if live else None, at)
    return Plan(differences(before, Rulesets(rebuild(ports, release), at)))


def _live(ports: Ports, school_id: UUID) -> Release | None:
    with ports.db.look() as session:
        return published(session, school_id)


def _policy(ports: Ports, release: Release) -> SchoolPolicy | None:
    try:
        return rebuild(ports, release, ports.store.glance)
    except BadPolicy:
        return None


def _why(policy: SchoolPolicy | None, release: Release, audience: str, names: Sequence[str]) -> list[str]:
    """Asked of the release's own policy, for the few names that are shown."""
    if policy is None:
        return ["no longer known"] * len(names)
    return [cause(verdict.because) for verdict in decide_all(policy.policy(audience, release.at), names)]
