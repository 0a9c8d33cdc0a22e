"""Looking names up while so many are in snapshots on disk: each step in a fresh process, with the memory it takes.

The lists are a school's own, in force and published. A process asks once first, as after a start, and then of many
names in turn; the memory of its own is told apart from what it has mapped of files.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import select

from firewall_admin.adapters.policy_files import shipped
from firewall_admin.adapters.sealed import Sealed
from firewall_admin.adapters.store import Store
from firewall_admin.app import create_app
from firewall_admin.core.domains import lineage, order, parse
from firewall_admin.core.many_names import decide_all
from firewall_admin.core.people import PERMISSIONS, Actor, Role
from firewall_admin.core.policy import decide
from firewall_admin.db.change import Database
from firewall_admin.db.tables import ListRow, School
from firewall_admin.journeys import explain, search
from firewall_admin.journeys.policy import glanced
from firewall_admin.ports import Ports
from firewall_admin.settings import Settings
from tests.world import Clock

from .contest import COMMAND, measure_memory, seconds
from .looking_world import TOKEN, furnished

FEW = 30  # looks at what reads whole lists
TOGETHER = (1_000, 10_000, 100_000, 1_000_000)
FOR = ["--school", "Oakfield Primary School", "--audience", "pupils"]
Look = Callable[[str], object]


def looking(sizes: Sequence[int], rounds: int = 3) -> str:
    """Tables in Markdown for each number of names."""
    return "\n\n".join(_of_size(size, rounds) for size in sizes)


def _of_size(size: int, rounds: int) -> str:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        count = furnished(folder, size)
        print(f"{count:,} names are there", file=sys.stderr, flush=True)
        return "\n\n".join([_looks(folder, count), _together(folder, count), _commands(folder, count, rounds)])


def _looks(folder: Path, count: int) -> str:
    rows = [f"| {count:,} names | first | median | slowest | processor | slowest | MB of its own |"]
    rows.append("|---|" + "--:|" * 6)
    for step in STEPS:
        one = _fresh("look", folder, step)
        times = " | ".join(f"{one[which]:.1f} ms" for which in ("first", "median", "most", "processor", "worst"))
        rows.append(f"| {step} | {times} | {one['before']} → {one['after']} |")
        print(rows[-1], file=sys.stderr, flush=True)
    return "\n".join(rows)


def _together(folder: Path, count: int) -> str:
    rows = [f"| looked up together, of {count:,} | names a second | MB of its own |", "|--:|--:|--:|"]
    for asked in ("one by one", *map(str, TOGETHER), "a set in memory"):
        one = _fresh("many", folder, asked)
        told = f"{int(asked):,}" if asked.isdigit() else asked
        rows.append(f"| {told} | {one['rate']:,.0f} | {one['before']} → {one['after']} |")
        print(rows[-1], file=sys.stderr, flush=True)
    return "\n".join(rows)


def _commands(folder: Path, count: int, rounds: int) -> str:
    """The command for one name and for 100,000, and what the machine's own tools take for one in the largest list."""
    os.environ["FIREWALL_ADMIN_INSTANCE"] = str(folder)
    name = (folder / "asked").read_text().split()[0]
    command = [sys.executable, "-c", COMMAND, "explain", *FOR]
    bulk = ["sh", "-c", 'head -n 100000 "$0" | "$@"', str(folder / "many"), *command, "-"]
    largest = str(folder / (folder / "largest").read_text())
    tools = {
        "`explain` of a name": [*command, name],
        "`explain -` of 100,000 names": bulk,
        "`explain - --json` of 100,000 names": [*bulk, "--json"],
        "Python's start and end": [sys.executable, "-c", ""],
        "`grep -Fxc` of a name": ["grep", "-Fxc", "com qqqqq www", largest],
        "`look` of a name": ["look", "-b", "com b", largest],
    }
    rows = [f"| {count:,} names | seconds | of processors | MB |", "|---|--:|--:|--:|"]
    for told, words in tools.items():
        quiet = ["sh", "-c", '"$@"; true', "sh", *words]
        times = [seconds(quiet) for _ in range(rounds)]
        wall, processor = (statistics.median(each) for each in zip(*times, strict=True))
        rows.append(f"| {told} | {wall:.2f} | {processor:.2f} | {measure_memory(quiet):.0f} |")
        print(rows[-1], file=sys.stderr, flush=True)
    return "\n".join(rows)


def _fresh(what: str, folder: Path, which: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.benchmarks.looking", what, str(folder), which]
    environment = {**os.environ, "LC_ALL": "C"}
    told = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=environment).stdout
    return dict(json.loads(told))


def _page(address: str) -> Callable[[Path, Ports], Look]:
    """A page as the network manager gets it; in the address are the name, a list's id and an inspector's token."""

    def opened(folder: Path, ports: Ports) -> Look:
        client = create_app(Settings(instance=folder), ports).test_client()
        with client.session_transaction() as cookie:
            cookie["_user_id"] = TOKEN
        with ports.db.look() as session:
            listed = session.scalars(select(ListRow.id).order_by(ListRow.slug)).first()
        known = {"listed": listed, "token": (folder / "inspection").read_text()}

        def look(name: str) -> None:
            answer = client.get(address.format(name=name, part=name[-9:-4].strip(".-") or "abc", **known))
            assert answer.status_code == 200, (answer.status_code, address)

        assert client.get("/account").status_code == 200
        return look

    return opened


def _explain(folder: Path, ports: Ports) -> Look:
    return lambda name: explain.explain(ports, _manager(ports), address=name)


def _search(folder: Path, ports: Ports) -> Look:
    return lambda name: search.find(ports, _manager(ports), text=name)


STEPS: dict[str, tuple[Callable[[Path, Ports], Look], int]] = {
    "`explain` without its page": (_explain, 300),
    "the page of `explain`": (_page("/explain?address={name}"), 300),
    "search for a name, without its page": (_search, 300),
    "the page of the search": (_page("/policy/search?name={name}"), 300),
    "… for a part that many names have": (_page("/policy/search?name={part}"), FEW),
    "… for a part that none has": (_page("/policy/search?name=qqqqq"), FEW),
    "a list, a name in it": (_page("/policy/lists/{listed}?name={name}"), 300),
    "a list, the page after a name": (_page("/policy/lists/{listed}?after={name}"), 300),
    "what a release blocked, the first page": (_page("/releases/1/names?audience=pupils&what=blocked"), FEW),
    "what a release opened: nothing": (_page("/releases/1/names?audience=pupils&what=opened"), FEW),
    "an inspector's search": (_page("/inspection/{token}/search?words={name}"), 300),
}
"""What is looked at, by its name in the table, and how many times."""


def _ports(folder: Path) -> Ports:
    clock = Clock()
    database = Database(f"sqlite:///{folder / 'school.db'}", clock)
    return Ports(database, Store(folder / "store"), clock, shipped(), sealed=Sealed(folder / "sealing-key"))


def _manager(ports: Ports) -> Actor:
    with ports.db.look() as session:
        school = session.scalars(select(School.id).where(School.name.startswith("Oak"))).one()
    return Actor(school, "Manager", Role.NETWORK_MANAGER, None, PERMISSIONS[Role.NETWORK_MANAGER])


def look(folder: Path, step: str) -> dict[str, float]:
    """Milliseconds of a step in this process, and the megabytes of its own before and after."""
    opened, many = STEPS[step]
    act, names = opened(folder, _ports(folder)), (folder / "asked").read_text().split()
    before = _megabytes()
    wall, processor = [], []
    for name in names[:many]:
        began = time.perf_counter(), time.process_time()
        act(name)
        wall.append((time.perf_counter() - began[0]) * 1000)
        processor.append((time.process_time() - began[1]) * 1000)
    times = {"first": wall[0], "median": statistics.median(wall[1:]), "most": max(wall[1:])}
    times |= {"processor": statistics.median(processor[1:]), "worst": max(processor[1:])}
    return {**times, "before": before, "after": _megabytes()}


def many(folder: Path, asked: str) -> dict[str, float]:
    """How many names a second of processor time are parsed and decided for pupils, and the megabytes of its own."""
    ports = _ports(folder)
    with ports.db.look() as session:
        policy = glanced(ports, session, _manager(ports).school_id).policy("pupils", ports.clock())
    texts = (folder / "many").read_text().split()[: int(asked) if asked.isdigit() else 1_000]
    before = _megabytes()
    if asked == "a set in memory":
        names = {line for listed in policy.lists for line in listed.names.text[:].split(b"\n")}
        act: Callable[[], object] = lambda: [_in_set(names, parse(text)) for text in texts]
    elif asked == "one by one":
        act = lambda: [decide(policy, parse(text)) for text in texts]
    else:
        act = lambda: sum(verdict.blocked for verdict in decide_all(policy, list(map(parse, texts))))
    began = time.process_time()
    act()
    took = time.process_time() - began
    return {"rate": len(texts) / took, "before": before, "after": _megabytes()}


def _in_set(names: set[bytes], domain: str) -> bool:
    return any(order(name).encode("ascii") in names for name in lineage(domain))


def _megabytes() -> int:
    """Of this process's own: what it has mapped of files is not counted, and given back where it is needed."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("RssAnon")) >> 10


if __name__ == "__main__":
    steps = {"look": look, "many": many}
    print(json.dumps(steps[sys.argv[1]](Path(sys.argv[2]), sys.argv[3])))
