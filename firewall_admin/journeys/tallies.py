"""What is counted over whole rulesets, kept with each release, so that no edit has to count again."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from firewall_admin.core.plan import Tally
from firewall_admin.core.policy import SchoolPolicy
from firewall_admin.core.weighing import Known
from firewall_admin.db.tables import Release

KEPT = "tallies"  # in a release's snapshots


def kept(tallies: Mapping[str, Tally]) -> dict[str, Any]:
    """Tallies by audience, as a release keeps them."""
    return {name: asdict(tally) for name, tally in tallies.items()}


def known(release: Release, policy: SchoolPolicy) -> Known:
    """Those of a release and of its policy; none by audience where it was made before there were any."""
    found = release.snapshots.get(KEPT, {})
    return Known(policy, release.at, {name: Tally(t["blocked"], tuple(t["suffixes"])) for name, t in found.items()})
