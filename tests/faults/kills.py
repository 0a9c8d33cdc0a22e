"""A worker killed at every step of making, publishing and delivering a release: `python -m tests.faults.kills`.

A point is anything that touches the disk or the database: opening a file to write, making, renaming or removing one,
syncing, a statement that writes, a commit. The worker is forked, gets SIGKILL just before its Nth point, and what it
leaves is looked at as a device and as a person would; then another worker runs to the end, and everything must be in
order.
"""

import json
import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import event, select

from firewall_admin import worker
from firewall_admin.adapters import folders as folders_adapter
from firewall_admin.adapters.folders import Folders
from firewall_admin.adapters.store import Store
from firewall_admin.core import trail
from firewall_admin.db.chain import as_written
from firewall_admin.db.change import Database
from firewall_admin.db.engine import written
from firewall_admin.db.tables import Delivery, Entry, Release, School, TargetRow
from firewall_admin.journeys import deliveries, due_releases, releases
from firewall_admin.journeys.feeds import fetch
from firewall_admin.journeys.release_files import ensure
from firewall_admin.ports import Ports
from tests import hurry
from tests.journeys.release_world import add_target, block, feed, world_with_folders
from tests.world import MONDAY_MORNING, World

TOUCHING = {"os.rename", "os.mkdir", "os.remove", "os.rmdir", "os.link", "os.truncate", "shutil.rmtree", "ctypes.dlsym"}
FILES = ("pupils.txt", "staff.txt")
LATE = 40  # a point at which the release is made and nothing is delivered yet, which is where the twins err


class Killer:
    """Counts the points of this process and ends it just before one of them."""

    def __init__(self, at: int):
        self.at, self.seen, self.armed = at, 0, False

    def point(self, *_: Any) -> None:
        if self.armed:
            if self.seen == self.at:
                os.kill(os.getpid(), signal.SIGKILL)
            self.seen += 1

    def watch(self, db: Database) -> None:
        event.listen(db.engine, "before_cursor_execute", self._asked)
        event.listen(db.engine, "commit", self.point)
        sync = os.fsync

        def synced(handle: int) -> None:
            self.point()
            sync(handle)

        setattr(os, "fsync", synced)  # noqa: B010 - mypy knows os.fsync otherwise
        sys.addaudithook(self._heard)

    def _asked(self, _connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        """What only reads leaves the disk as it was: killed before it is killed before the next thing that doesn't."""
        if written(statement):
            self.point()

    def _heard(self, name: str, arguments: tuple[Any, ...]) -> None:
        writes = name == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wax+")
        if name in TOUCHING or writes or name == "tempfile.mkdtemp":
            self.point()


def prepare(folder: Path) -> dict[str, Any]:
    """A world in which release 1 is everywhere and an edit waits: pupils' and staff's files, in a folder and a feed."""
    world = world_with_folders(folder)
    place = folder / "delivered" / "firewall"
    add_target(world, world.oakfield, "folder", audiences=("pupils", "staff"), delivery="folder", folder=str(place))
    _, token = feed(world, world.oakfield, "feed", audiences=("pupils", "staff"))
    block(world, world.oakfield, "x.example")
    worker.once(world.ports)
    block(world, world.oakfield, "y.example")
    school = world.oakfield.id
    old = _texts(lambda file: (place / file).read_text())
    new = {file: old[file].replace("x.example\n", "x.example\ny.example\n") for file in FILES}
    world.db.engine.dispose()
    return {"school": school, "token": token, "texts": {1: old, 2: new}, "place": place}


def database(folder: Path, clock: Callable[[], datetime]) -> Database:
    """The database of a world. What a process has written is the system's, and stays when the process is killed: only
    a power cut, which can't be tried here, asks whether it was on the disk."""
    db = Database(f"sqlite:///{folder / 'school.db'}", clock)
    event.listen(db.engine, "connect", hurry.hurried)
    return db


def opened(folder: Path, world: World) -> Ports:
    """The world in a folder, as a process that starts finds it."""
    db = database(folder, lambda: MONDAY_MORNING)
    return Ports(db, Store(folder / "store"), db.clock, world.ports.shipped, folders=Folders((folder / "delivered",)))


def sweep(folder: Path, twin: str) -> tuple[int, list[str]]:
    """How many points there are, and what was wrong after being killed at each. `twin` breaks something on purpose; the
    first fault is enough of it."""
    live, pristine = folder / "live", folder / "pristine"
    live.mkdir()
    known = prepare(live)
    (folder / "other").mkdir()
    world = World(folder / "other")
    shutil.copytree(live, pristine)
    wrong: list[str] = []
    point = 0 if twin == "sound" else LATE
    while not wrong or twin == "sound":
        shutil.rmtree(live)
        shutil.copytree(pristine, live)
        if not killed(point, BROKEN[twin], lambda _: opened(live, world), worker.once):
            break
        wrong += [f"point {point}: {fault}" for fault in _faults(opened(live, world), known)]
        ports = opened(live, world)
        due_releases.forget()
        worker.once(ports)
        worker.tidy(ports)
        wrong += [f"after point {point}: {fault}" for fault in _unfinished(ports, known)]
        point += 1
    return point, wrong


def killed(
    point: int, broken: Callable[[], None], start: Callable[[Killer], Ports], work: Callable[[Ports], Any]
) -> bool:
    """Run a process until it is killed at a point of its work: it opens the world, breaks what it is to break, and is
    counted from there. False where it reached its end first."""
    child = os.fork()
    if not child:
        try:
            killer = Killer(point)
            ports = start(killer)
            broken()
            killer.watch(ports.db)
            killer.armed = True
            work(ports)
            os._exit(0)
        except BaseException:  # noqa: BLE001 - a fork must never go on as its parent
            sys.excepthook(*sys.exc_info())
            os._exit(1)
    _, status = os.waitpid(child, 0)
    if os.WIFEXITED(status) and os.WEXITSTATUS(status):
        raise AssertionError(f"it failed at point {point}")
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL


def _faults(ports: Ports, known: dict[str, Any]) -> Iterator[str]:
    """What a device or a person would find wrong while no worker runs."""
    with ports.db.look() as session:
        rows = session.scalars(select(Release).where(Release.school_id == known["school"])).all()
        published = [row.number for row in rows if row.state == "published"]
    if len(published) != 1:
        yield f"published: {published}"
        return
    try:
        found = _texts(lambda file: (known["place"] / file).read_text())
    except OSError as problem:
        yield f"the folder lacks a file: {problem}"
    else:
        if found not in known["texts"].values():
            yield "the folder is neither the old nor the new release"
    fetched = _texts(lambda file: fetch(ports, token=known["token"], file=file).path.read_text())
    if fetched != known["texts"][min(published[0], 2)]:
        yield f"the feed does not give release {published[0]}"
    yield from _trail_faults(ports, known, {row.number for row in rows if row.published_at})


def _trail_faults(ports: Ports, known: dict[str, Any], published: set[int]) -> Iterator[str]:
    with ports.db.look() as session:
        query = select(Entry).where(Entry.school_id == known["school"]).order_by(Entry.number)
        entries = session.scalars(query).all()
    told = [entry.fields["number"] for entry in entries if entry.event == "ReleasePublished"]
    if sorted(told) != sorted(published):
        yield f"published {sorted(published)}, and the trail says {told}"
    checked = trail.check(trail.line(as_written(entry)).encode() for entry in entries)
    if checked.bad:
        yield f"the trail's entry {checked.bad[0]}: {checked.bad[1]}"


def _unfinished(ports: Ports, known: dict[str, Any]) -> Iterator[str]:
    """What is not in order after another worker has run to the end."""
    yield from _faults(ports, known)
    with ports.db.look() as session:
        live = releases.published(session, known["school"])
        school = session.get_one(School, known["school"])
    if live is None or live.revision != school.revision:
        yield "the edit is not published"
    if _texts(lambda file: (known["place"] / file).read_text()) != known["texts"][2]:
        yield "the edit is not delivered"
    if left := [path.name for path in known["place"].parent.iterdir() if path.name != "firewall"]:
        yield f"rubbish beside the folder: {left}"
    kept = ports.store.releases_folder(str(known["school"]))
    if len(list(kept.iterdir())) != 2:
        yield f"folders of releases: {sorted(path.name for path in kept.iterdir())}"


def _texts(read: Callable[[str], str]) -> dict[str, str]:
    return {file: read(file) for file in FILES}


def _copy_in_place() -> None:
    """A folder filled file by file, as a shell script would."""

    def copy(source: Path, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        for file in sorted(source.iterdir()):
            (folder / file.name).write_bytes(file.read_bytes())

    folders_adapter.copy_folder = copy  # type: ignore[attr-defined]


def _done_before_it_is() -> None:
    """The row says that it is delivered, and then it is."""
    done = deliveries._done

    def deliver(ports: Ports, id_: UUID) -> bool:
        with ports.db.look() as session:
            row = session.get_one(Delivery, id_)
            target, release = session.get_one(TargetRow, row.target_id), session.get_one(Release, row.release_id)
        done(ports, row, target, release)
        folder, _ = ensure(ports, release, target)
        ports.folders.put(folder, target.folder or "")
        return True

    deliveries._deliver = deliver


BROKEN: dict[str, Callable[[], None]] = {
    "sound": lambda: None,
    "files one by one": _copy_in_place,
    "done before it is": _done_before_it_is,
}


if __name__ == "__main__":
    points, wrong = sweep(Path(sys.argv[1]), sys.argv[2])
    print(json.dumps({"points": points, "wrong": wrong}))
