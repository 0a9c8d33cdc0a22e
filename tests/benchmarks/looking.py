"""Looking names up while so many are in snapshots on disk: in a fresh process each time, with the memory it takes.

The lists are a school's own, in force and published. A process asks once first, as after a start, and then of many
names in turn; the memory of its own and that of what it has mapped are told apart.
"""

import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import select

from firewall_admin.adapters.policy_files import shipped
from firewall_admin.adapters.store import Store
from firewall_admin.core.events_releases import HoldLifted
from firewall_admin.core.names import Names
from firewall_admin.core.people import PERMISSIONS, Actor, Role
from firewall_admin.db.change import Database
from firewall_admin.db.tables import AssignmentRow, AudienceRow, ListRow, Release, School
from firewall_admin.journeys import explain, list_names, lists, preparing, release_changes, search
from firewall_admin.ports import Ports
from tests.world import Clock, World

from .contest import COMMAND, measure_memory, seconds
from .corpus import domains

ASKED = 300
PUBLISHED = 100_000  # names; of more, the lists are in force and not published yet, which spares some minutes
SHARES = (0.46, 0.25, 0.20, 0.06, 0.02, 0.01)
Row = dict[str, float | str]


def looking(sizes: Sequence[int], rounds: int = 3) -> str:
    """A table in Markdown for each number of names."""
    return "\n\n".join(_of_size(size, rounds) for size in sizes)


def _of_size(size: int, rounds: int) -> str:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        count = furnished(folder, size)
        found = json.loads(_told([sys.executable, "-m", "tests.benchmarks.looking", str(folder)]))
        steps, memory = found["steps"], found["memory"]
        os.environ["FIREWALL_ADMIN_INSTANCE"] = str(folder)
        words = [
            sys.executable,
            "-c",
            COMMAND,
            "explain",
            "--school",
            "Oakfield Primary School",
            "--audience",
            "pupils",
        ]
        command = [*words, "www.example.com"]
        whole = statistics.median(seconds(command)[0] for _ in range(rounds))
        rows = [
            f"| {step} | {told['first']:.1f} ms | {told['median']:.2f} ms | {told['most']:.1f} ms |"
            for step, told in steps.items()
        ]
        head = ["| names | first | median | slowest |".replace("names", f"{count:,} names"), "|---|--:|--:|--:|"]
        more = f"`explain` of one name as a command: {whole:.2f} s, {measure_memory(command):.0f} MB. {memory}"
        return "\n".join([*head, *rows, "", more])


def furnished(folder: Path, size: int) -> int:
    """A school whose six lists have so many names, in force for pupils and published."""
    world = World(folder)
    pool = list(dict.fromkeys(domains(random.Random(size), size * 5 // 4)))[:size]
    random.Random(size).shuffle(pool)
    start = 0
    with world.db.change(world.oakfield.network_manager) as change:
        of = {"school_id": world.oakfield.id}
        pupils = change.session.scalars(select(AudienceRow).filter_by(name="pupils", **of)).one()
        for number, share in enumerate(SHARES):
            part = Names.of(pool[start : start + int(size * share)])
            start += int(size * share)
            sha256 = lists.snapshot(world.ports, change, part)
            row = ListRow(**of, slug=f"l{number}", title=f"L{number}", role="blocked", snapshot=sha256)
            row.changed_at = change.now
            change.session.add(row)
            change.session.add(AssignmentRow(**of, audience_id=pupils.id, slug=row.slug))
        change.did(HoldLifted("measured"))
    (folder / "asked").write_text("\n".join(random.Random(size).sample(pool, ASKED)))
    if size <= PUBLISHED:
        preparing.prepare_due(world.ports)
    world.db.engine.dispose()
    return start


def measure(folder: Path) -> dict[str, Any]:
    """Milliseconds of every step, in this process, and its memory in words."""
    clock = Clock()
    database = Database(f"sqlite:///{folder / 'school.db'}", clock)
    ports = Ports(database, Store(folder / "store"), clock, shipped())
    with database.look() as session:
        school = session.scalars(select(School).where(School.name.startswith("Oak"))).one().id
        listed = session.scalars(select(ListRow).where(ListRow.school_id == school).order_by(ListRow.slug)).first()
    manager = Actor(school, "Manager", Role.NETWORK_MANAGER, None, PERMISSIONS[Role.NETWORK_MANAGER])
    before, names = _memory(), (folder / "asked").read_text().split()
    asked = [name if number % 2 else f"www.x.{name}" for number, name in enumerate(names)]
    steps: dict[str, Callable[[str], object]] = {
        "explain": lambda name: explain.explain(ports, manager, address=name),
        "search for a name": lambda name: search.find(ports, manager, text=name),
        "a page of a list": lambda name: _page(ports, listed, name),
        "search for a part that many have": lambda name: search.find(
            ports, manager, text=name[-9:-4].strip(".-") or "abc"
        ),
        "search for a part that none has": lambda name: search.find(ports, manager, text="qqqqq"),
    }
    if _is_published(ports, school):
        steps["a page of what a release changed"] = lambda name: release_changes.names(
            ports, manager, number=1, audience="pupils", blocked=True, first=100, most=100
        )
    told = {step: _timed(act, asked[:20] if "part" in step else asked) for step, act in steps.items()}
    after = _memory()
    words = "; ".join(f"{what} {before[what]} → {after[what]} MB" for what in after)
    return {"steps": told, "memory": f"A process with all its modules and nothing looked up → at the end: {words}."}


def _is_published(ports: Ports, school: UUID) -> bool:
    with ports.db.look() as session:
        return session.scalars(select(Release.id).where(Release.school_id == school)).first() is not None


def _page(ports: Ports, listed: ListRow | None, name: str) -> object:
    with ports.db.look() as session:
        assert listed is not None
        return list_names.starting(list_names.opened(ports, session, session.merge(listed, load=False)), name)


def _timed(act: Callable[[str], object], asked: Sequence[str]) -> Row:
    found = []
    for name in asked:
        began = time.perf_counter()
        act(name)
        found.append((time.perf_counter() - began) * 1000)
    return {"first": found[0], "median": statistics.median(found[1:]), "most": max(found[1:])}


def _memory() -> dict[str, int]:
    lines = Path("/proc/self/status").read_text().splitlines()
    found = {line.split(":")[0]: int(line.split()[1]) >> 10 for line in lines if line.startswith(("RssAnon", "VmRSS"))}
    return {"of its own": found["RssAnon"], "with what is mapped": found["VmRSS"]}


def _told(command: list[str]) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


if __name__ == "__main__":
    print(json.dumps(measure(Path(sys.argv[1]))))
