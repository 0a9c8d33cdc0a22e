"""A worker killed at every step of refreshing a subscribed list: `python -m tests.faults.refresh_kills FOLDER TWIN`.

Points are those of `tests.faults.kills`. After each kill the list has to be whole, old or new, with its row, its trail
and the file in the store of one mind; another worker, once the lease has run out, has to finish the job and tidy up.
"""

import hashlib
import json
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from firewall_admin.adapters.store import Store
from firewall_admin.core import trail
from firewall_admin.db.chain import as_written
from firewall_admin.db.tables import Entry, ListRow, Snapshot, Subscription
from firewall_admin.journeys import refresh_ends, refreshes, snapshots
from firewall_admin.ports import Ports
from tests.web_of_lists import ADDRESS, Web, names, of_list, subscribed, webbed
from tests.world import MONDAY_MORNING, World

from .kills import database, killed

LATER = MONDAY_MORNING + timedelta(days=2)
OLD, NEW = 1_000, 1_020


def prepare(folder: Path) -> tuple[World, dict[str, Any]]:
    """A world with a list of a thousand names, whose source now has some more."""
    world = World(folder)
    listed = subscribed(world, webbed(world), names(OLD))
    known = {"school": world.oakfield.id, "listed": listed, "subscription": of_list(world, listed).id}
    world.db.engine.dispose()
    return world, known


def opened(folder: Path, world: World, at: timedelta = timedelta()) -> Ports:
    web = Web({ADDRESS: names(NEW)}, etags=False)

    def clock() -> Any:
        return LATER + at

    return replace(world.ports, db=database(folder, clock), store=Store(folder / "store"), clock=clock, fetch=web)


def sweep(folder: Path, twin: str) -> tuple[int, list[str]]:
    """Kill at every point; how many there were, and what was found wrong. Of a twin the first fault is enough."""
    live, pristine = folder / "live", folder / "pristine"
    live.mkdir(parents=True)
    world, known = prepare(live)
    shutil.copytree(live, pristine)
    wrong: list[str] = []
    point = 0
    while not wrong or twin == "sound":
        shutil.rmtree(live)
        shutil.copytree(pristine, live)
        if not killed(point, BROKEN[twin], lambda _: opened(live, world), lambda ports: _refresh(ports, known)):
            break
        wrong += [f"point {point}: {fault}" for fault in _faults(opened(live, world), known)]
        ports = opened(live, world, timedelta(hours=1))
        refreshes.refresh_due(ports)
        snapshots.tidy(ports)
        wrong += [f"after point {point}: {fault}" for fault in _unfinished(ports, known)]
        ports.db.engine.dispose()
        point += 1
    return point, wrong


def _refresh(ports: Ports, known: dict[str, Any]) -> None:
    assert refreshes.refresh(ports, known["subscription"]) == "taken"


def _faults(ports: Ports, known: dict[str, Any]) -> Iterator[str]:
    """What anybody would find wrong while no worker runs."""
    with ports.db.look() as session:
        row = session.get_one(ListRow, known["listed"])
        kept = session.get(Snapshot, row.snapshot)
        success = session.get_one(Subscription, known["subscription"]).last_success
        entries = session.scalars(select(Entry).where(Entry.school_id == known["school"]).order_by(Entry.number)).all()
    try:
        count = len(ports.store.names(row.snapshot))
    except OSError as problem:
        yield f"the list's text can't be read: {problem}"
        return
    if count not in (OLD, NEW):
        yield f"the list has {count} names"
    if kept is None or kept.names != count:
        yield "the row of the text is not of the text"
    told = sum(entry.event == "ListRefreshed" for entry in entries)
    if told != (count == NEW):
        yield f"{count} names, and the trail tells of {told} refreshes"
    if (success == LATER) != (count == NEW):
        yield f"{count} names, and the last success is {success}"
    checked = trail.check(trail.line(as_written(entry)).encode() for entry in entries)
    if checked.bad:
        yield f"the trail's entry {checked.bad[0]}: {checked.bad[1]}"


def _unfinished(ports: Ports, known: dict[str, Any]) -> Iterator[str]:
    """What is not in order after another worker has done its work."""
    with ports.db.look() as session:
        row = session.get_one(ListRow, known["listed"])
        subscription = session.get_one(Subscription, known["subscription"])
    try:
        in_force = len(ports.store.names(row.snapshot))
    except OSError as problem:
        yield f"the list's text can't be read: {problem}"
        return
    if in_force != NEW:
        yield "the new text is not in force"
    if subscription.lease or subscription.step:
        yield "the lease is still held"
    if left := list(refreshes.fetching_folder(ports).iterdir()):
        yield f"bodies are left: {left}"


def _success_before_it_is() -> None:
    """The row says that it went well, and then the text is put in force."""
    taken = refresh_ends.taken

    def first(ports: Ports, work: Any, text: dict[str, Any], found: Any) -> str:
        with ports.db.note() as session:
            session.get_one(Subscription, work.id).last_success = ports.clock()
        return taken(ports, work, text, found)

    setattr(refresh_ends, "taken", first)  # noqa: B010


def _row_before_text() -> None:
    """The list points at a text that is not kept yet."""
    put, taken = Store.put, refresh_ends.taken

    def promised(store: Store, found: Any) -> str:
        return hashlib.sha256(found.text[:]).hexdigest()

    def late(ports: Ports, work: Any, text: dict[str, Any], found: Any) -> str:
        outcome = taken(ports, work, text, found)
        put(ports.store, found)
        return outcome

    setattr(Store, "put", promised)  # noqa: B010
    setattr(refresh_ends, "taken", late)  # noqa: B010


BROKEN: dict[str, Callable[[], None]] = {
    "sound": lambda: None,
    "success before it is": _success_before_it_is,
    "row before text": _row_before_text,
}


if __name__ == "__main__":
    points, wrong = sweep(Path(sys.argv[1]), sys.argv[2])
    print(json.dumps({"points": points, "wrong": wrong}))
