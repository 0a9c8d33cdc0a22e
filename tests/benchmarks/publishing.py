"""One rule changed while many names are live: how long until its plan is shown, it is saved, and its files are there.

A school of two audiences that share one made list, and a target of each bulk format. Everything runs in one fresh
process a size, on a database and a store of its own, so the memory told is what a worker comes to. The second of two
changes is measured: in the first, whatever is found out once in a process is still to be found out. A release is timed
as a whole, until it is published and until what was compiled for it is kept, and then each target's files once more by
themselves.
"""

import json
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from unittest.mock import patch

from firewall_admin.adapters import release_folders
from firewall_admin.core.events_releases import HoldLifted
from firewall_admin.core.names import Names
from firewall_admin.db.tables import AssignmentRow, AudienceRow, ListRow, Release
from firewall_admin.journeys import going_ahead, lists, policy, preparing, release_files, rules
from firewall_admin.journeys.compiling import Compiling
from tests.journeys.release_world import accept_all, add_target, live
from tests.world import World

from .corpus import domains
from .rows import Row, measured

FORMATS = ("rpz", "squid", "edl", "unbound", "dnsmasq", "adguard", "hosts")


def publishing(sizes: Sequence[int]) -> str:
    """A table in Markdown, a row for each number of names."""
    return measured("tests.benchmarks.publishing", sizes)


def measure(size: int, folder: Path) -> Row:
    """Seconds of every step, and megabytes."""
    world = World(folder)
    preparing.prepare_due(world.ports)  # both schools' first, of which one is measured from here on
    count = _list(world, size)
    for format_ in FORMATS:
        add_target(world, world.oakfield, format_, format_, audiences=("pupils", "staff"))
    found: Row = {"names": count, "full release": _seconds(lambda: _publish(world))}
    with world.db.look() as session:
        if held := session.query(Release).filter_by(state="held").one_or_none():
            accept_all(world, world.oakfield, str(held.blocked + held.opened))
    for number in range(2):
        steps = _change(world, f"measured{number}.example")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return {**found, **steps, "MB": peak}


def _change(world: World, domain: str) -> Row:
    manager = world.oakfield.network_manager
    asked: dict[str, Any] = {"action": "block", "domain": domain, "reason": "measured"}
    found = {"preview": _seconds(lambda: policy.preview(world.ports, manager, rules.adding(manager, **asked)))}
    found["edit"] = _seconds(lambda: rules.add(world.ports, manager, **asked))
    calls, usual = [], release_files.write

    def write(*given):
        calls.append(given)
        return usual(*given)

    keeping, began = Compiling.done, time.perf_counter()

    def done(compiling):
        found["published"] = time.perf_counter() - began
        keeping(compiling)

    with patch.object(release_files, "write", write), patch.object(Compiling, "done", done):
        before = time.process_time()
        assert going_ahead.edits_due(world.ports) == 1  # as the worker does what people edit
        found["at hand for the next"] = time.perf_counter() - began
        found["of it CPU"] = time.process_time() - before
    assert live(world, world.oakfield).blocked == 1
    return found | dict(sorted((given[3].format, _alone(*given)) for given in calls))


def _alone(ports, folder, compiled, target, earlier) -> float:
    """Seconds for the files of one target, while nothing else is written: the best of three, since what memory costs
    that nobody had before is the machine's affair."""
    again, found = folder.with_name(f"{folder.name}-again"), []
    for _ in range(3):
        found.append(_seconds(lambda: release_files.write(ports, again, compiled, target, earlier)))
        assert release_folders.manifest_of(again) == release_folders.manifest_of(folder)
        release_folders.remove(again)
    return min(found)


def _publish(world: World) -> None:
    assert preparing.prepare_due(world.ports) == 1


def _list(world: World, size: int) -> int:
    """One list of that many names, for pupils and staff."""
    chance = random.Random(size)
    names = Names.of(domains(chance, size * 5 // 4))
    with world.db.change(world.oakfield.network_manager) as change:
        sha256 = lists.snapshot(world.ports, change, names)
        of = {"school_id": world.oakfield.id}
        row = ListRow(**of, slug="made", title="Made", role="blocked", snapshot=sha256, changed_at=change.now)
        change.session.add(row)
        for audience in change.session.query(AudienceRow).filter_by(**of):
            change.session.add(AssignmentRow(**of, audience_id=audience.id, slug="made"))
        change.did(HoldLifted("measured"))
    return len(names)


def _seconds(done: Callable[[], object]) -> float:
    started = time.perf_counter()
    done()
    return time.perf_counter() - started


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        print(json.dumps(measure(int(sys.argv[1]), Path(name))))
