"""A month of real and hostile updates of lists with millions of names, with one worker.

Six lists come over https from a server on loopback; what they say each day, and what goes wrong with them, is told in
`month_lists`. The worker is a process of its own; its clock is moved on by 27 hours when a day's work is done. Every
release that was ever published is read with `grep`, and the month ends with an error if a name that a school lives on
stands in one. Each day a rule is added while the lists are being fetched, and one more when all is quiet.
"""

import os
import signal
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import select

from firewall_admin.db.tables import Release
from tests.journeys.month_of_lists import DAYS
from tests.journeys.release_world import accept_all, live, objections
from tests.list_server import HOST, ListServer, authority

from .month_lists import ELSEWHERE, GONE_SINCE, KINDS
from .month_town import Month, Town, say

A_DAY = 27 * 3600.0


def month(names: int, folder: Path, days: int = DAYS, seconds: float = 3600.0) -> Month:
    """A month of lists with so many names together. It ends early, and tells so, when as many `seconds` have passed.
    RuntimeError if anything unsafe was ever in force."""
    start = time.monotonic()
    tls = authority().server(HOST, ELSEWHERE)
    with ListServer(tls) as server:
        began = time.monotonic()
        town = Town(folder, server, names)
        say(f"lists made in {time.monotonic() - began:.0f} s")
        with _worker(town):
            began = time.monotonic()
            town.furnish()
            town.settle()
            if waiting := objections(town.world, town.school):
                say(f"the first release waits: {[one['text'] for one in waiting]}")
                with town.world.db.look() as session:
                    held = session.scalars(select(Release).where(Release.state == "held")).one()
                accept_all(town.world, town.school, str(held.blocked + held.opened))
                town.settle()
            town.told.first = time.monotonic() - began
            first = live(town.world, town.school)
            town.told.names, town.guarded = first.counts["pupils"]["blocked"], first.number - 1
            say(f"{town.told.names:,} names in force after {town.told.first:.0f} s")
            town.look_at_releases(0)
            for day in range(1, days + 1):
                if time.monotonic() - start < seconds:
                    _day(town, day)
        town.told.read = town.guard.read
        say(f"{KINDS[-1].title}, gone since day {GONE_SINCE}: {town.age(KINDS[-1].title)}")
    return town.told


def _day(town: Town, day: int) -> None:
    town.says(day)
    began = time.monotonic()
    town.clock.pass_by(A_DAY)
    with suppress(TimeoutError):
        end = time.monotonic() + 10
        while town.busy() not in ("reading", "comparing") and time.monotonic() < end:
            time.sleep(0.01)
    town.add_rule(f"while a list is at '{town.busy() or 'rest'}'")
    town.settle()
    town.told.days.append(time.monotonic() - began)
    if day % 3 == 0:
        town.add_rule("in quiet")
        town.settle()
    town.look_at_releases(day)
    town.look_at_lists(day)
    say(f"day {day}: {town.told.days[-1]:.1f} s; worker {town.told.anonymous} MB; {len(town.told.wrong)} wrong")
    if town.told.wrong:
        raise RuntimeError("\n".join(town.told.wrong))


def table(told: Month) -> str:
    """What there is to tell, in Markdown."""
    amid = [one for one in told.live if one.amid != "in quiet"]
    quiet = [one for one in told.live if one.amid == "in quiet"]
    lines = [
        "| rules added | how many | saved | published | delivered | slowest published |",
        "|---|--:|--:|--:|--:|--:|",
    ]
    for what, found in (("while lists are refreshed", amid), ("in quiet", quiet)):
        if found:
            middle = (
                statistics.median(getattr(one, step) for one in found) for step in ("saved", "published", "delivered")
            )
            worst = max(one.published for one in found)
            lines.append(f"| {what} | {len(found)} | {' | '.join(f'{one:.2f} s' for one in middle)} | {worst:.2f} s |")
    day = f"{statistics.median(told.days):.1f} s, {max(told.days):.1f} s at most"
    lines += ["", f"{len(told.days)} days with {told.names:,} names in force; a day's work {day};"]
    lines += [f"until the first release {told.first:.0f} s;"]
    lines += [f"{told.published} releases, {told.read >> 20:,} MB of files read; nothing unsafe in any of them;"]
    lines += [
        f"the worker's two processes: {told.anonymous} MB of their own at most, {told.resident} MB with what they map.",
        "",
    ]
    return "\n".join([*lines, "| day | list | came out | because |", "|--:|---|---|---|", *told.waits])


@contextmanager
def _worker(town: Town) -> Iterator[None]:
    """The worker's process, its memory looked at twice a second."""
    command = [sys.executable, "-m", "tests.benchmarks.month_worker", str(town.folder), str(town.server.port)]
    log = (town.folder / "worker.log").open("wb")
    process = subprocess.Popen([*command, str(authority().file)], stderr=log, stdout=log, env={**os.environ})
    stop = threading.Event()
    watching = threading.Thread(target=_watch, args=(process.pid, town.told, stop))
    watching.start()
    try:
        yield
    finally:
        stop.set()
        watching.join()
        process.send_signal(signal.SIGTERM)
        process.wait(60)
        log.close()
        if errors := [line for line in (town.folder / "worker.log").read_text().splitlines() if "rror" in line]:
            say(f"the worker said {len(errors)} errors, the first: {errors[0][:300]}")


def _watch(pid: int, told: Month, stop: threading.Event) -> None:
    """The memory of the process and of those beside it together, at most."""
    while not stop.wait(0.5):
        with suppress(OSError, ValueError):
            children = " ".join(task.read_text() for task in Path(f"/proc/{pid}/task").glob("*/children")).split()
            found = [_memory(each) for each in (str(pid), *children)]
            told.anonymous = max(told.anonymous, sum(own for own, _ in found))
            told.resident = max(told.resident, sum(all_ for _, all_ in found))


def _memory(pid: str) -> tuple[int, int]:
    """Megabytes of a process's own, and with what it has mapped."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    found = {line.split(":")[0]: int(line.split()[1]) >> 10 for line in lines if line.startswith(("Rss", "VmRSS"))}
    return found.get("RssAnon", 0), found.get("VmRSS", 0)
