"""The one loop that does what is due. Each thing finds its own work in the rows and is safe to repeat, so a worker may
be stopped anywhere, and started twice."""

import logging
import threading
from collections.abc import Callable
from datetime import timedelta

from firewall_admin.journeys import deliveries, preparing, release_files
from firewall_admin.ports import Ports

DUE: tuple[Callable[[Ports], int], ...] = (preparing.prepare_due, deliveries.deliver_due)
TIDYING: tuple[Callable[[Ports], int], ...] = (release_files.prune,)  # after work was done, and at the start
PAUSE = 1.0  # seconds between two looks: an edit is live within two
SHORTEST = 0.05
ROUNDS = 20
_log = logging.getLogger(__name__)


def once(ports: Ports) -> int:
    """Do everything that is due now, until nothing is. How much was done. One thing's failure stops no other."""
    done = 0
    for _ in range(ROUNDS):
        now = sum(_guarded(due, ports) for due in DUE)
        done += now
        if not now:
            break
    if done:
        tidy(ports)
    return done


def tidy(ports: Ports) -> int:
    """Take away what nobody needs any more."""
    return sum(_guarded(tidying, ports) for tidying in TIDYING)


def run(ports: Ports, stop: threading.Event, pause: float = PAUSE) -> None:
    """Work until told to stop. Nothing that fails ends it."""
    tidy(ports)
    while not stop.is_set():
        once(ports)
        stop.wait(wait(ports, pause))


def wait(ports: Ports, pause: float = PAUSE) -> float:
    """Seconds to the next look: a pause, cut short where a timetable or a date comes before its end."""
    try:
        boundary = preparing.next_boundary(ports)
    except Exception:  # noqa: BLE001 - a database that is away for a moment is looked at again
        _log.exception("the next boundary can't be found")
        return pause
    if boundary is None:
        return pause
    return max(SHORTEST, min(pause, (boundary - ports.clock()) / timedelta(seconds=1)))


def _guarded(due: Callable[[Ports], int], ports: Ports) -> int:
    try:
        return due(ports)
    except Exception:  # noqa: BLE001 - a bug in one thing must not stop the others
        _log.exception("%s failed", due.__name__)
        return 0
