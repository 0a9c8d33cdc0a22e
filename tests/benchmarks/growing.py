"""What each step costs as lists grow: reading, comparing, compiling, writing files and looking up, a process a step.

Each step is measured inside a fresh process, with what stands on the disk after the step before it: seconds of a
processor, which others on the machine change less than those on the wall, and the most memory that the process ever
had, its modules and mapped files included. Beside it stands what the machine's own tools take for the like: they check
nothing and know no domains, so they are a floor and no rival.
"""

import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from firewall_admin.adapters.output_folder import replace_folder
from firewall_admin.adapters.policy_files import shipped
from firewall_admin.adapters.reading import child
from firewall_admin.adapters.store import Store
from firewall_admin.core import exports
from firewall_admin.core.compiled import Compiled, compile_policy
from firewall_admin.core.export import Target
from firewall_admin.core.list_moves import moves
from firewall_admin.core.listfile import Limits
from firewall_admin.core.manifest import manifest
from firewall_admin.core.names import Names
from firewall_admin.core.policy import Assignment, NameList, SchoolPolicy, decide
from firewall_admin.core.policyfile import parse_policy

from .corpus import domains

AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
FORMATS = ("unbound", "rpz", "squid")
LOOKED_UP = 1_000
HEAD = """[school]
name = "Measured"
[[audience]]
name = "pupils"
networks = ["127.10.0.0/16"]
[[audience]]
name = "staff"
networks = ["127.20.0.0/16"]
"""
FLOORS = {
    "read": "tr A-Z a-z < list | sed 's/^0.0.0.0 //' | LC_ALL=C sort -u > floor",
    "compare": "LC_ALL=C comm -3 old new | wc -l",
    "write unbound": "sed 's/.*/  local-zone: \"&.\" always_nxdomain/' old > floor",
    "look up": "grep -Fxc qqqqq old",
}


def growing(sizes: Sequence[int]) -> str:
    """A table in Markdown: a row for each step, two columns for each size."""
    rows: dict[str, list[str]] = {}
    for size in sizes:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            prepare(folder, size)
            for step in STEPS:
                told = json.loads(_told([sys.executable, "-m", "tests.benchmarks.growing", step, str(folder)]))
                floor = f" ({_floor(folder, FLOORS[step])})" if step in FLOORS else ""
                rows.setdefault(step, []).extend([f"{_said(told['seconds'])}{floor}", f"{told['MB']}"])
                print(size, step, rows[step][-2:], file=sys.stderr, flush=True)
    head = " | ".join(f"{size:,} names | MB" for size in sizes)
    lines = [f"| step | {head} |", "|---|" + "--:|" * (2 * len(sizes))]
    return "\n".join(lines + [f"| {step} | {' | '.join(cells)} |" for step, cells in rows.items()])


def prepare(folder: Path, size: int) -> None:
    """A hosts file of so many lines, and two texts of its names that differ in a hundredth, kept in a store."""
    pool = list(domains(random.Random(size), size))
    with (folder / "list").open("w") as out:
        out.writelines(f"0.0.0.0 {name}\n" for name in pool)
    store, names = Store(folder / "store"), list(dict.fromkeys(pool))
    few = max(len(names) // 200, 1)
    old, new = Names.of(names[:-few]), Names.of(names[few:])
    kept = {"old": store.put(old), "new": store.put(new), "count": len(old)}
    for which, text in (("old", old), ("new", new)):
        (folder / which).write_bytes(text.text[:])
    (folder / "kept.json").write_text(json.dumps(kept))
    (folder / "asked").write_text("\n".join(random.Random(size).sample(names, min(LOOKED_UP, len(names)))))


def _read(folder: Path) -> Callable[[], object]:
    """As the process does that reads a large list."""
    into, limits = folder / "reading", Limits()
    into.mkdir(exist_ok=True)
    asked = {"body": folder / "list", "role": "blocked", "folder": into, "limits": [limits.bytes, limits.lines]}
    return lambda: child.read(asked)


def _compare(folder: Path) -> Callable[[], object]:
    old, new = _names(folder, "old"), _names(folder, "new")
    return lambda: moves(old, new)


def _compile(folder: Path) -> Callable[[], object]:
    return lambda: _compiled(folder).counts()


def _write(format_: str) -> Callable[[Path], Callable[[], object]]:
    def made(folder: Path) -> Callable[[], object]:
        form, compiled, target = exports.load(format_), _compiled(folder), Target("/etc/measured", None)
        compiled.counts()  # it is compiled now

        def write() -> None:
            files = form.files(compiled, target)
            replace_folder(folder / format_, files, lambda written: manifest(format_, compiled, [], written))

        return write

    return made


def _look_up(folder: Path) -> Callable[[], object]:
    asked = (folder / "asked").read_text().split()
    policy = _policy(folder).policy("pupils", AT)
    return lambda: [decide(policy, name) for name in asked]


STEPS: dict[str, Callable[[Path], Callable[[], object]]] = {
    "read": _read,
    "compare": _compare,
    "compile": _compile,
    **{f"write {format_}": _write(format_) for format_ in FORMATS},
    "look up": _look_up,
}


def measure(step: str, folder: Path) -> dict[str, Any]:
    """Seconds of a step (of one name, where names are looked up), and the megabytes of this process."""
    act = STEPS[step](folder)
    began = time.process_time()
    act()
    seconds = time.process_time() - began
    many = len((folder / "asked").read_text().split()) if step == "look up" else 1
    return {"seconds": seconds / many, "MB": _most_memory()}


def _most_memory() -> int:
    """Megabytes that this process had at most. What `getrusage` says began with the process that started this one."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) >> 10


def _names(folder: Path, which: str) -> Names:
    kept = json.loads((folder / "kept.json").read_text())
    found = Store(folder / "store").glance(kept[which])
    return Names(found.text, kept["count"], kept[which])


def _policy(folder: Path) -> SchoolPolicy:
    """Both audiences have the old text, pupils the new one besides, as two lists that have nearly all in common."""
    known = parse_policy(HEAD, "measured", shipped(), lambda slug, role, source: NameList(slug, role, Names(), source))
    lists = {which: NameList(which, "blocked", _names(folder, which), which) for which in ("old", "new")}
    pupils, staff = known.audiences
    audiences = (
        replace(pupils, lists=(*pupils.lists, Assignment("old", None, None), Assignment("new", None, None))),
        replace(staff, lists=(*staff.lists, Assignment("old", None, None))),
    )
    return replace(known, lists={**known.lists, **lists}, audiences=audiences)


def _compiled(folder: Path) -> Compiled:
    return compile_policy(_policy(folder), AT)


def _floor(folder: Path, command: str) -> str:
    before = _of_children()
    subprocess.run(["sh", "-c", command], cwd=folder, check=False, stdout=subprocess.DEVNULL)
    return _said(_of_children() - before)


def _of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _said(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds >= 0.01 else f"{seconds * 1000:.2f} ms"


def _told(command: list[str]) -> str:
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


if __name__ == "__main__":
    print(json.dumps(measure(sys.argv[1], Path(sys.argv[2]))))
