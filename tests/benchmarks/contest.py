"""Who takes part, and how they are measured: each as a whole process, in turns, with its time and memory."""

import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
# What pfBlockerNG does with a feed: cut names out by form, then sort. Duplicates go, covered names stay.
PIPELINE = """out=$1; shift; cat "$@" | tr 'A-Z' 'a-z' | tr -d '\\r' | awk '
/^[ \\t]*[#!;]/ {next} /^\\|\\|/ {sub(/^\\|\\|/, ""); sub(/\\^.*/, ""); print; next}
/^(server|address|local)=\\// {split($0, p, "/"); print p[2]; next}
/^local-zone:/ {split($0, p, "\\""); sub(/\\.$/, "", p[2]); print p[2]; next}
/^(0\\.0\\.0\\.0|127\\.0\\.0\\.1)[ \\t]/ {print $2; next} {sub(/^\\*?\\./, "", $1); print $1}' |
grep -E '^[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)+$' | LC_ALL=C sort -u > "$out" """
COMMAND = "import sys; sys.argv[0] = 'firewall-admin'; from firewall_admin.cli import main; main()"


@dataclass(frozen=True)
class Figure:
    """One who took part, on one corpus.

    Seconds are medians; `times_floor` is the median of the ratios of runs that followed one another. `processor` is the
    time of all processors together, which a busy machine changes less.
    """

    who: str
    corpus: str
    lines: int
    names: int
    seconds: float
    times_floor: float
    processor: float
    megabytes: float


def commands(folder: Path) -> dict[str, list[str]]:
    """The command of each who can take part here; OUT and the files are to follow."""
    found = {"normalise": [sys.executable, "-c", COMMAND, "normalise", "--out"]}
    if compiler := shutil.which("cc") or shutil.which("gcc"):
        floor = folder / "floor"
        source = str(HERE / "floor.c")
        subprocess.run([compiler, "-O3", "-D_GNU_SOURCE", "-o", str(floor), source], check=True)
        found = {"C floor": [str(floor)]} | found
    found["plain loop"] = [sys.executable, str(HERE / "plain_loop.py")]
    if all(map(shutil.which, ("sh", "awk", "grep", "sort"))):
        found["sort, awk"] = ["sh", "-c", PIPELINE, "sh"]
    return found


def contest(
    corpus: str, files: Sequence[Path], folder: Path, rounds: int, who: Sequence[str] | None = None
) -> list[Figure]:
    """All on one corpus: `rounds` times in turn for the time, once more for the memory."""
    lines = sum(file.read_bytes().count(b"\n") for file in files)
    out = folder / "out"
    taking_part = {
        name: [*command, str(out), *map(str, files)]
        for name, command in commands(folder).items()
        if who is None or name in who
    }
    runs = [{name: seconds(command) for name, command in taking_part.items()} for _ in range(rounds)]
    figures = []
    for name, command in taking_part.items():
        megabytes = measure_memory(command)
        names = out.read_bytes().count(b"\n")
        base = "C floor" if "C floor" in taking_part else name
        wall, ratio, processor = (
            statistics.median(each)
            for each in zip(*((run[name][0], run[name][0] / run[base][0], run[name][1]) for run in runs), strict=True)
        )
        figures.append(Figure(name, corpus, lines, names, wall, ratio, processor, megabytes))
    return figures


def table(figures: Sequence[Figure]) -> str:
    """The figures as a table in Markdown."""
    rows = []
    for f in figures:
        cells = (
            f.corpus,
            f"{f.lines:,}",
            f.who,
            f"{f.names:,}",
            f"{f.seconds:.2f}",
            f"{f.times_floor:.1f}",
            f"{f.processor:.2f}",
        )
        rows.append(f"| {' | '.join(cells)} | {f.megabytes:.0f} |")
    head = [
        "| corpus | lines | who | names | seconds | × floor | processor | MB |",
        "|---|--:|---|--:|--:|--:|--:|--:|",
    ]
    return "\n".join([*head, *rows])


def to_json(figures: Sequence[Figure]) -> str:
    """The figures, one object a line."""
    return "\n".join(json.dumps(asdict(figure)) for figure in figures)


def _start(command: list[str]) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def seconds(command: list[str]) -> tuple[float, float]:
    """By the clock on the wall, and of all processors together."""
    before, start = _processor_seconds(), time.perf_counter()
    _end(_start(command))
    return time.perf_counter() - start, _processor_seconds() - before


def _processor_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _end(process: subprocess.Popen[bytes]) -> None:
    _, errors = process.communicate()
    if process.returncode:
        raise RuntimeError(f"{process.args!r} failed: {errors.decode('utf-8', 'replace')[-500:]}")


def measure_memory(command: list[str]) -> float:
    """The most memory that the process and all it started had at one time, shared pages counted once.

    Sampled on Linux, from /proc; elsewhere the largest of the processes, as the system tells at the end.
    """
    process, most = _start(command), [0]
    sampling = threading.Thread(target=_sample, args=(process, most))
    sampling.start()
    _end(process)
    sampling.join()
    if most[0]:
        return most[0] / 1024
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def _sample(process: subprocess.Popen[bytes], most: list[int]) -> None:
    while process.poll() is None:
        most[0] = max(most[0], sum(map(_kilobytes, _family(process.pid))))
        time.sleep(0.01)


def _family(pid: int) -> list[int]:
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return []
    return [pid, *(one for child in children for one in _family(int(child)))]


def _kilobytes(pid: int) -> int:
    try:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:")), 0)
