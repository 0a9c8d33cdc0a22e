"""`worker` and `serve` see to long lists in a process beside them, which never outlives them, nor is long away."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from firewall_admin.journeys import assignments, lists
from tests.journeys.release_world import block, live, published_blocks
from tests.world import World

from .test_serve import started, world

__all__ = ["world"]
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are looked at in /proc")


def beside(pid: int) -> list[int]:
    """Whichever of its threads began them."""
    found = " ".join(task.read_text() for task in Path(f"/proc/{pid}/task").glob("*/children"))
    return [int(child) for child in found.split()]


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


@pytest.mark.parametrize("arguments", [("worker",), ("serve", "--port", "0")], ids=["worker", "serve"])
@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGKILL])
def test_the_process_beside_ends_with_the_one_that_began_it_however_that_ends(
    tmp_path: Path, world: World, told: int, arguments: tuple[str, ...]
) -> None:
    process = started(tmp_path, *arguments)
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


def test_a_process_beside_that_is_ended_is_begun_again_and_gives_way(tmp_path: Path, world: World) -> None:
    process = started(tmp_path, "worker")
    try:
        until(lambda: beside(process.pid), "a process beside it")
        (first,) = beside(process.pid)
        until(lambda: os.getpriority(os.PRIO_PROCESS, first) > os.getpriority(os.PRIO_PROCESS, process.pid), "niceness")
        os.kill(first, signal.SIGKILL)
        until(lambda: beside(process.pid) and beside(process.pid) != [first], "another process beside it")
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=60)
        assert "ended with status -9; it is started again in 1 s" in said
    finally:
        process.kill()
        process.communicate()


def test_the_process_beside_publishes_what_has_a_large_list_with_it(tmp_path: Path, world: World) -> None:
    words = "".join(f"bad{number}.example\n" for number in range(90_000))
    manager = world.oakfield.network_manager
    lists.add(world.ports, manager, title="Bad sites", role="blocked", text=words.encode())
    assignments.assign(world.ports, manager, slug="bad-sites", to=["pupils"])
    process = started(tmp_path, "worker")
    try:
        until(lambda: _published(world), "a release")
        assert published_blocks(world, "bad89999.example")
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)
    finally:
        process.kill()
        process.communicate()


def _published(world: World) -> bool:
    try:
        return live(world, world.oakfield).number > 0
    except AssertionError:
        return False


def test_a_process_beside_that_fails_ends_as_it_should():
    """Not with an abort, because a thread still waits for the end of its input."""
    text = (
        "import time; from firewall_admin.adapters.process_beside import ending_with_input; "
        "ending_with_input(); time.sleep(0.2); raise SystemExit(3)"
    )
    with subprocess.Popen([sys.executable, "-c", text], stdin=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.wait(60) == 3
        assert process.communicate(timeout=60)[1] == b""
