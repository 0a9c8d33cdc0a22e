"""Lists that are read by a process of their own: the same result, within bounds, and nobody waits for ever."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from firewall_admin.adapters.reading import Bounds, TooCostly, apart, read_list
from firewall_admin.core.listfile import Limits, ListTooLong, counted, read

APART = Bounds(small=0)
JUNK = b"a\n" * 1_500_000  # every line a rejection to be remembered
MIXED = (
    b"0.0.0.0 a.example\n||b.example^\n@@||fine.b.example^\n@@||gone.example^\nhttps://x.example/page\nco.uk\n"
    b"address=/c.example/0.0.0.0\nsub.gone.example\n\xff\xfe\n" + "bücher.example\n".encode() + b"d.example\n" * 5
)


@pytest.fixture
def body(tmp_path):
    def _body(data):
        place = tmp_path / "fetched-1"
        place.write_bytes(data)
        return place

    return _body


@pytest.fixture
def children(monkeypatch):
    """The processes that are started."""
    started = []
    usual = apart._child

    def child(*given):
        started.append(usual(*given))
        return started[-1]

    monkeypatch.setattr(apart, "_child", child)
    return started


@pytest.mark.parametrize("role", ["blocked", "allowed"])
@pytest.mark.parametrize("data", [MIXED, b"# nothing\n", b""], ids=["mixed", "comments", "empty"])
def test_a_process_of_its_own_reads_what_this_one_would(tmp_path, body, children, data, role):
    found = read_list(body(data), role, tmp_path, bounds=APART)
    here = counted(read(data, role))
    assert children
    assert found == here
    assert bytes(found.names.text) == bytes(here.names.text)
    assert len(found.names) == len(here.names)


def test_what_is_short_is_read_here_and_what_has_many_lines_is_not(tmp_path, body, children):
    read_list(body(MIXED), "blocked", tmp_path)
    assert not children
    read_list(body(MIXED), "blocked", tmp_path, bounds=Bounds(few=10))
    read_list(body(MIXED.replace(b"\n", b"\r")), "blocked", tmp_path, bounds=Bounds(few=10))
    assert len(children) == 2


def test_a_list_made_to_take_all_memory_is_refused_and_so_says_why(tmp_path, body, children):
    with pytest.raises(TooCostly, match="too much memory, more than 200 MB"):
        read_list(body(JUNK), "blocked", tmp_path, bounds=Bounds(memory=200 << 20, few=10))
    assert children[0].returncode == 3


def test_a_list_made_to_take_for_ever_is_ended_by_the_system(tmp_path, body, children):
    with pytest.raises(TooCostly, match="too much time, more than 1 seconds of a processor"):
        read_list(body(JUNK), "blocked", tmp_path, bounds=Bounds(processor=1, few=10))
    assert children[0].returncode == -signal.SIGXCPU


def test_where_the_machine_is_too_busy_the_wait_ends(tmp_path, body, children):
    with pytest.raises(TooCostly, match="too much time, more than 0 seconds"):
        read_list(body(JUNK), "blocked", tmp_path, bounds=Bounds(clock=0.0, few=10))
    assert children[0].returncode == -signal.SIGKILL


def test_a_process_that_the_system_ends_is_a_refusal_and_no_more(tmp_path, body, monkeypatch):
    usual = apart._child

    def killed(*given):
        child = usual(*given)
        os.kill(child.pid, signal.SIGKILL)
        return child

    monkeypatch.setattr(apart, "_child", killed)
    with pytest.raises(TooCostly, match="the system ended it"):
        read_list(body(MIXED), "blocked", tmp_path, bounds=APART)


def test_a_process_that_fails_by_itself_is_told_in_the_log(tmp_path, body, monkeypatch, caplog):
    monkeypatch.setattr(apart, "_CHILD", Path("nothing-here.py"))
    with pytest.raises(TooCostly, match="something went wrong"):
        read_list(body(MIXED), "blocked", tmp_path, bounds=APART)
    assert "nothing-here.py" in caplog.text


def test_whoever_watches_can_stop_it(tmp_path, body, children):
    class Enough(Exception):
        pass

    def beat():
        raise Enough

    with pytest.raises(Enough):
        read_list(body(JUNK), "blocked", tmp_path, bounds=Bounds(few=10), beat=beat)
    assert children[0].returncode == -signal.SIGKILL


def test_a_process_ends_with_whoever_waits_for_it(tmp_path, body):
    """A worker that is killed leaves nothing running."""
    place = body(JUNK)
    code = (
        "import sys; from pathlib import Path; from firewall_admin.adapters.reading import Bounds, apart, read_list\n"
        "usual = apart._child\n"
        "def child(*given):\n    made = usual(*given); print(made.pid, flush=True); return made\n"
        "apart._child = child\n"
        "read_list(Path(sys.argv[1]), 'blocked', Path(sys.argv[2]), bounds=Bounds(few=10))\n"
    )
    command = [sys.executable, "-c", code, str(place), str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as worker:
        assert worker.stdout
        child = int(worker.stdout.readline())
        status = Path(f"/proc/{child}/status")
        nice = Path(f"/proc/{child}/stat")
        while int(nice.read_text().split()[18]) == os.nice(0):  # until it follows
            time.sleep(0.01)
        os.kill(child, signal.SIGSTOP)  # now it can't end by itself
        worker.kill()
    for _ in range(1_000):
        if not status.exists() or "Z (zombie)" in status.read_text():
            return
        time.sleep(0.01)
    os.kill(child, signal.SIGKILL)
    raise AssertionError("it is still there")


def test_limits_of_length_hold_on_both_ways(tmp_path, body):
    for bounds in (APART, Bounds()):
        with pytest.raises(ListTooLong, match="10 is the most"):
            read_list(body(MIXED), "blocked", tmp_path, limits=Limits(bytes=10), bounds=bounds)
        with pytest.raises(ListTooLong, match="3 is the most"):
            read_list(body(MIXED), "blocked", tmp_path, limits=Limits(lines=3), bounds=bounds)


def test_the_process_knows_nothing_of_ours_but_the_file(tmp_path, body, monkeypatch):
    """Neither the address of the database nor a password; and it has no socket."""
    monkeypatch.setenv("DATABASE_URL", "a secret")
    seen = {}
    usual = subprocess.Popen

    def popen(*given, **more):
        seen.update(more)
        return usual(*given, **more)

    monkeypatch.setattr(subprocess, "Popen", popen)
    read_list(body(MIXED), "blocked", tmp_path, bounds=APART)
    assert set(seen["env"]) == {"LC_ALL"}
    assert seen["stdin"] == subprocess.DEVNULL
    assert seen.get("close_fds", True)
    assert "preexec_fn" not in seen, "a fork of a process with threads may wait for a lock for ever"
