"""A list refreshed of which one name in a hundred has changed: processor time from the first byte to the new text in
force, step by step, beside a floor in the same run.

The floor is what nobody gets round in Python: the body's hash, its lines sorted, and the difference to the old lines,
all at the speed of C and none of it read, checked or kept. Times are of this process and of the one that reads
together. Everything runs in one fresh process a size, and what is told is the median of the rounds after the first.
"""

import hashlib
import json
import random
import resource
import statistics
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial, wraps
from pathlib import Path
from typing import Any

from firewall_admin.adapters.store import Store
from firewall_admin.journeys import refreshes
from tests.web_of_lists import ADDRESS, Web, refreshed, subscribed, webbed
from tests.world import World

from .corpus import domains
from .rows import Row, measured

CHANGED = 100  # one name in so many
ROUNDS = 4


def refreshing(sizes: Sequence[int]) -> str:
    """A table in Markdown, a row for each number of names; seconds of a processor."""
    return measured("tests.benchmarks.refreshing", sizes)


def bodies(size: int) -> tuple[bytes, bytes]:
    """A list of so many names, and the next day's: some are gone and as many are new, all over it."""
    chance = random.Random(size)
    every = list(dict.fromkeys(domains(chance, size * 2)))[: size + size // CHANGED]
    chance.shuffle(every)
    gone = size // CHANGED
    return _body(every[:size]), _body(every[gone:])


def _body(names: list[str]) -> bytes:
    return "".join(f"{name}\n" for name in sorted(names)).encode()


def measure(size: int, folder: Path) -> Row:
    """Seconds of a processor for every step, and megabytes of this process."""
    world = World(folder)
    web, (before, after) = webbed(world), bodies(size)
    listed = subscribed(world, web, before)
    steps: dict[str, list[float]] = {}
    world.ports = replace(world.ports, read=_timed(steps, "read", world.ports.read))
    _watch(steps)
    for number in range(ROUNDS):
        body = (after, before)[number % 2]
        steps.setdefault("floor", []).append(_seconds(partial(_floor, before, after, body)))
        steps.setdefault("whole", []).append(_seconds(partial(_next_day, world, web, listed, body, "taken")))
    web.etags = False
    same = _seconds(partial(_next_day, world, web, listed, body, "unchanged"))
    found = {step: statistics.median(times[1:]) for step, times in steps.items()}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    ratio = statistics.median(w / f for w, f in zip(steps["whole"][1:], steps["floor"][1:], strict=True))
    told = {step: found[step] for step in ("read", "compare", "keep", "whole", "floor")}
    return {"names": size, **told, "× floor": ratio, "same body": same, "MB": peak}


def _next_day(world: World, web: Web, listed: Any, body: bytes, outcome: str) -> None:
    web.pages[ADDRESS] = body
    world.clock.pass_by(days=1)
    if (came := refreshed(world, listed)) != outcome:
        raise AssertionError(f"{came}, not {outcome}")


def _floor(before: bytes, after: bytes, body: bytes) -> None:
    hashlib.sha256(body).hexdigest()
    sorted(body.split(b"\n"))
    len(set(after.split(b"\n")) ^ set(before.split(b"\n")))


def _watch(steps: dict[str, list[float]]) -> None:
    """Time the two steps that follow reading, wherever they are called."""
    for owner, name, step in ((refreshes, "look", "compare"), (Store, "put", "keep")):
        setattr(owner, name, _timed(steps, step, getattr(owner, name)))


def _timed(steps: dict[str, list[float]], step: str, usual: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(usual)
    def timed(*given: Any, **named: Any) -> Any:
        found: list[Any] = []
        steps.setdefault(step, []).append(_seconds(lambda: found.append(usual(*given, **named))))
        return found[0]

    return timed


def _seconds(done: Callable[[], object]) -> float:
    started = _spent()
    done()
    return _spent() - started


def _spent() -> float:
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in both)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        print(json.dumps(measure(int(sys.argv[1]), Path(name))))
