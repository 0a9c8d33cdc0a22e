"""The one loop that does what is due. Each thing finds its own work in the rows and is safe to repeat, so a worker may
be stopped anywhere, and started twice."""

import logging
import threading
from collections.abc import Callable
from datetime import timedelta

from firewall_admin.journeys import (
    checks,
    deliveries,
    dns_chains,
    expiries,
    filtering_checks,
    guesses,
    name_chains,
    outbox,
    preparing,
    pushes,
    refreshes,
    release_files,
    reminders,
    retention,
    snapshots,
)
from firewall_admin.ports import Ports

DUE: tuple[Callable[[Ports], int], ...] = (
    preparing.prepare_due,
    deliveries.deliver_due,
    expiries.end_due,
    reminders.remind_due,
    retention.destroy_due,
)
# What waits for other machines keeps nothing waiting.
BESIDE: tuple[Callable[[Ports], int], ...] = (
    outbox.send_due,
    checks.run_due,
    filtering_checks.record_due,
    dns_chains.look_up_due,
)
# What waits for the school's own primary servers, which may be slow with large zones.
PUSHING: tuple[Callable[[Ports], int], ...] = (deliveries.push_due, pushes.watch_due)
# What waits for servers that nobody here knows, for minutes if need be.
FETCHING: tuple[Callable[[Ports], int], ...] = (refreshes.refresh_due, name_chains.ask_due)
# After work was done, and at the start.
TIDYING: tuple[Callable[[Ports], int], ...] = (
    release_files.prune,
    checks.prune,
    snapshots.tidy,
    retention.tidy_machine_records,
    guesses.prune,
    name_chains.prune,
)
PAUSE = 1.0  # seconds between two looks: an edit is live within two
SHORTEST = 0.05
ROUNDS = 20
LAST_WORDS = 5.0  # seconds for what is under way to end
_log = logging.getLogger(__name__)


def once(ports: Ports) -> int:
    """Do everything that is due now, until nothing is. How much was done. One thing's failure stops no other."""
    return _until_nothing_is((*FETCHING, *DUE, *PUSHING, *BESIDE), ports)


def _until_nothing_is(things: tuple[Callable[[Ports], int], ...], ports: Ports) -> int:
    done = 0
    for _ in range(ROUNDS):
        now = sum(_guarded(due, ports) for due in things)
        done += now
        if not now:
            break
    if done and things not in (BESIDE, PUSHING, FETCHING):
        tidy(ports)
    return done


def tidy(ports: Ports) -> int:
    """Take away what nobody needs any more."""
    return sum(_guarded(tidying, ports) for tidying in TIDYING)


def run(ports: Ports, stop: threading.Event, pause: float = PAUSE) -> None:
    """Work until told to stop. Nothing that fails ends it."""
    tidy(ports)
    beside = [
        threading.Thread(target=_run_beside, args=(things, ports, stop, pause), daemon=True)
        for things in (BESIDE, PUSHING, FETCHING)
    ]
    for thread in beside:
        thread.start()
    while not stop.is_set():
        _until_nothing_is(DUE, ports)
        stop.wait(wait(ports, pause))
    for thread in beside:
        thread.join(LAST_WORDS)


def _run_beside(things: tuple[Callable[[Ports], int], ...], ports: Ports, stop: threading.Event, pause: float) -> None:
    while not stop.is_set():
        _until_nothing_is(things, ports)
        stop.wait(pause)


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
