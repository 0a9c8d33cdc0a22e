"""`worker` lets edits go ahead of long lists in a process beside it, which never outlives it."""

import signal
import sys
import time
from pathlib import Path

import pytest

from tests.journeys.release_world import block, live
from tests.world import World

from .test_serve import started, world

__all__ = ["world"]
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are looked at in /proc")


def beside(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def until(true, what: str) -> None:
    end = time.monotonic() + 60
    while not true():
        assert time.monotonic() < end, what
        time.sleep(0.05)


def is_there(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGKILL])
def test_the_process_beside_a_worker_ends_with_it_however_it_ends(tmp_path: Path, world: World, told: int) -> None:
    process = started(tmp_path, "worker")
    try:
        until(lambda: beside(process.pid), "a process beside it")
        (child,) = beside(process.pid)
        block(world, world.oakfield, "x.com")
        until(lambda: _published(world), "a release")
        process.send_signal(told)
        _, said = process.communicate(timeout=60)
        assert "Traceback" not in said
        until(lambda: not is_there(child), "its end")
    finally:
        process.kill()
        process.communicate()


def _published(world: World) -> bool:
    try:
        return live(world, world.oakfield).number > 0
    except AssertionError:
        return False
