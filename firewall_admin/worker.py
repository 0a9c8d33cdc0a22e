"""The one loop that does what is due. Each thing finds its own work in the rows and is safe to repeat, so a worker may
be stopped anywhere, and started twice."""

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

from firewall_admin.adapters.store import Store
from firewall_admin.db.news import Mark
from firewall_admin.journeys import (
    checks,
    deliveries,
    destroying,
    dns_chains,
    due_releases,
    expiries,
    filtering_checks,
    going_ahead,
    guesses,
    half_sign_in,
    name_chains,
    outbox,
    preparing,
    pushes,
    refreshes,
    rehearsing,
    release_files,
    reminders,
    snapshots,
)
from firewall_admin.ports import Ports

# Everything else that is due in the school itself.
_DUE: tuple[Callable[[Ports], int], ...] = (
    deliveries.deliver_due,
    expiries.end_due,
    reminders.remind_due,
    destroying.destroy_due,
)
DUE = (preparing.prepare_due, *_DUE)
EDITS = (going_ahead.edits_due, *_DUE)
# Releases with the new text of a large list, which take long.
LISTS: tuple[Callable[[Ports], int], ...] = (going_ahead.lists_due,)
# What waits for other machines keeps nothing waiting.
BESIDE: tuple[Callable[[Ports], int], ...] = (
    outbox.send_due,
    checks.run_due,
    filtering_checks.record_due,
    dns_chains.look_up_due,
)
# What waits for the school's own primary servers, which may be slow with large zones.
PUSHING: tuple[Callable[[Ports], int], ...] = (deliveries.push_due,)
# Whether they are as they were left: with many schools so many questions that no push should wait behind them.
WATCHING: tuple[Callable[[Ports], int], ...] = (pushes.watch_due,)
# What waits for servers that nobody here knows, for minutes if need be.
FETCHING: tuple[Callable[[Ports], int], ...] = (refreshes.refresh_due, name_chains.ask_due)
# After work was done, and at the start.
TIDYING: tuple[Callable[[Ports], int], ...] = (
    release_files.prune,
    checks.prune,
    snapshots.tidy,
    destroying.destroy_words,
    destroying.destroy_whole,
    guesses.prune,
    half_sign_in.prune,
    name_chains.prune,
)
PAUSE = 1.0  # seconds between two looks where no news comes
SHORTEST = 0.05  # between two looks, however much news comes
SETTLING = 0.3  # what has just been pushed is copied by resolvers, before they are asked whether they have it
ROUNDS = 20
LAST_WORDS = 5.0  # seconds for what is under way to end
Lane = tuple[tuple[Callable[[Ports], int], ...], float | None]
LANES: tuple[Lane, ...] = ((BESIDE, SETTLING), (PUSHING, 0.0), (WATCHING, None))
OF_LISTS: tuple[Lane, ...] = ((LISTS, 0.0), (FETCHING, None))
# Where those are seen to by another process.
WITHOUT_LISTS: tuple[Lane, ...] = (((rehearsing.rehearse_due,), 0.0),)
_log = logging.getLogger(__name__)


def once(ports: Ports) -> int:
    """Do everything that is due now, until nothing is. How much was done. One thing's failure stops no other."""
    done, _ = _until_nothing_is((*FETCHING, *DUE, *PUSHING, *WATCHING, *BESIDE), ports)
    if done:
        tidy(ports)
    return done


def _until_nothing_is(things: tuple[Callable[[Ports], int], ...], ports: Ports) -> tuple[int, Mark]:
    """How much was done, and the mark of the last look: what these things themselves did is no news to them."""
    done = 0
    for _ in range(ROUNDS):
        mark = ports.db.news.mark()
        now = sum(_guarded(due, ports) for due in things)
        done += now
        if not now:
            break
    return done, mark


def tidy(ports: Ports) -> int:
    """Take away what nobody needs any more."""
    return sum(_guarded(tidying, ports) for tidying in TIDYING)


def run(ports: Ports, stop: threading.Event, pause: float = PAUSE, *, lists: bool = True) -> None:
    """Work until told to stop. Nothing that fails ends it. `lists`: see to large lists, too, because nobody else does.

    Whoever waits for an edit waits for this thread, which leaves all that takes long to others."""
    tidy(ports)
    untidy = False
    with _beside((*LANES, *(OF_LISTS if lists else WITHOUT_LISTS)), ports, stop, pause):
        while not stop.is_set():
            done, mark = _until_nothing_is(EDITS, ports)
            untidy = untidy or done > 0
            if untidy and ports.db.news.mark() == mark:  # what is due goes first
                tidy(ports)
                untidy = False
            _rest(ports, stop, mark, wait(ports, pause))


def run_lists(ports: Ports, stop: threading.Event, pause: float = PAUSE) -> None:
    """Fetch and read lists, make the releases that have large ones' new texts with them, and see to nothing else, until
    told to stop: in a process of its own, since that keeps the interpreter busy. Nobody waits for it to have what it
    compiled before at hand."""
    ports = replace(ports, store=Store(ports.store.folder, at_hand=0))
    with _beside(OF_LISTS, ports, stop, pause):
        stop.wait()


@contextmanager
def _beside(lanes: Sequence[Lane], ports: Ports, stop: threading.Event, pause: float) -> Iterator[None]:
    """Each lane in a thread of its own, until told to stop."""
    threads = [
        threading.Thread(target=_run_lane, args=(things, ports, stop, pause, settling), daemon=True)
        for things, settling in lanes
    ]
    for thread in threads:
        thread.start()
    yield
    for thread in threads:
        thread.join(LAST_WORDS)


def _run_lane(
    things: tuple[Callable[[Ports], int], ...],
    ports: Ports,
    stop: threading.Event,
    pause: float,
    settling: float | None,
) -> None:
    """`settling`: seconds from news to the look that it causes; None for what no news hurries."""
    while not stop.is_set():
        _, mark = _until_nothing_is(things, ports)
        if settling is None:
            stop.wait(pause)
        else:
            _rest(ports, stop, mark, pause, settling)


def _rest(ports: Ports, stop: threading.Event, mark: Mark, pause: float, settling: float = 0.0) -> None:
    """Until there is news since a mark, or the pause is over."""
    began = time.monotonic()
    if ports.db.news.wait(mark, pause, stop):
        stop.wait(min(pause, max(settling, SHORTEST - (time.monotonic() - began))))


def wait(ports: Ports, pause: float = PAUSE) -> float:
    """Seconds to the next look: a pause, cut short where a timetable or a date comes before its end."""
    try:
        boundary = due_releases.next_boundary(ports)
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
