"""Blocks that don't wait: where an edit is held because of a danger, what was blocked besides it is published alone.

The release is the published policy with new blocks and nothing else; each of them is weighed, and one that is a danger
itself waits with the edit. It opens nothing. The edit stays held, and is compared with the new release from then on.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

from firewall_admin.core.closings import closed, closings
from firewall_admin.core.dangers import Opened
from firewall_admin.core.plan import Objection
from firewall_admin.core.policy import SchoolPolicy
from firewall_admin.core.weighing import Known, weighed
from firewall_admin.ports import Ports

CAUSE = "a block, ahead of what is held"
MOST = 50  # blocks tried one by one; of more, none can be called urgent
Unaccepted = Callable[[Sequence[Objection]], bool]


def with_blocks(
    ports: Ports,
    live: Known,
    wanted: SchoolPolicy,
    at: datetime,
    opened: Sequence[Opened],
    unaccepted: Unaccepted,
) -> SchoolPolicy | None:
    """The published policy with every block of the wanted one that is no danger by itself. None if there is none."""
    policy = live.policy
    found = list(closings(policy, wanted, ports.shipped.lists))
    for closing in found if len(found) <= MOST else ():
        if not _is_danger(live, closed(policy, closing), at, opened, unaccepted):
            policy = closed(policy, closing)
    return policy if policy is not live.policy else None


def _is_danger(
    live: Known, policy: SchoolPolicy, at: datetime, opened: Sequence[Opened], unaccepted: Unaccepted
) -> bool:
    """Weighed together with those that were found harmless before it, against what is published."""
    return unaccepted(weighed(live.policy, policy, at, opened, live).objections)
