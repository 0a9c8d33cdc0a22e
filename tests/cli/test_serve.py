"""`serve` and `worker`: they start, do what is due, and end when they are told to."""

import json
import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from firewall_admin.core.refusals import Refusal
from firewall_admin.journeys import due_releases
from firewall_admin.settings import from_environment
from tests.journeys.release_world import block, live, states, world_with_folders
from tests.world import World

RUN = "from firewall_admin.cli import main; main()"
ROOT = Path(__file__).parents[2]


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Its database and store are in a folder as an installation has it."""
    (tmp_path / "instance").mkdir()
    return world_with_folders(tmp_path / "instance")


def started(folder: Path, *arguments: str, **settings: str) -> subprocess.Popen[str]:
    environment = {
        **os.environ,
        "FIREWALL_ADMIN_INSTANCE": str(folder / "instance"),
        "PYTHONPATH": str(ROOT),
        **{f"FIREWALL_ADMIN_{name.upper()}": value for name, value in settings.items()},
    }
    return subprocess.Popen(
        [sys.executable, "-c", RUN, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env=environment, cwd=folder,
    )  # fmt: skip


def lines(process: subprocess.Popen[str]) -> Iterator[str]:
    assert process.stderr
    for line in process.stderr:
        yield line.strip()


@pytest.mark.skipif(sys.platform == "win32", reason="SIGTERM")
def test_serve_answers_works_and_ends_with_status_0_when_it_is_told_to(tmp_path: Path, world: World) -> None:
    block(world, world.oakfield, "x.com")
    process = started(tmp_path, "serve", "--port", "0")
    try:
        address = next(line.split()[-1] for line in lines(process) if line.startswith("listening on "))
        with urllib.request.urlopen(f"{address}healthz", timeout=20) as answer:
            assert json.load(answer) == {"status": "ok"}
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=30)
        assert process.returncode == 0, said
        assert "Traceback" not in said
    finally:
        process.kill()
        process.communicate()


def test_a_worker_does_what_is_due_once_and_ends(tmp_path: Path, world: World) -> None:
    block(world, world.oakfield, "x.com")
    process = started(tmp_path, "worker", "--once")
    _, said = process.communicate(timeout=60)
    assert (process.returncode, said) == (0, "")
    assert states(world, world.oakfield) == [(1, "published")]
    assert live(world, world.oakfield).cause == due_releases.THE_FIRST


def test_a_port_that_is_taken_is_refused_in_one_line(tmp_path: Path, world: World) -> None:
    first = started(tmp_path, "serve", "--port", "0", "--no-worker")
    try:
        address = next(line.split()[-1] for line in lines(first) if line.startswith("listening on "))
        second = started(tmp_path, "serve", "--port", address.rstrip("/").rpartition(":")[2])
        _, said = second.communicate(timeout=60)
        assert second.returncode == 1
        assert said.startswith("error: --port: can't listen on 127.0.0.1 port ")
        assert said.count("\n") == 1
    finally:
        first.kill()
        first.communicate()


@pytest.mark.parametrize("wrong", ['{"a": "unbound-control reload"}', '{"a": []}', '{"a": [""]}', "[1]", '{"a"', "x"])
def test_a_reload_command_is_an_argument_list_or_refused(wrong: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FIREWALL_ADMIN_RELOAD_COMMANDS", wrong)
    with pytest.raises(Refusal) as refused:
        from_environment()
    assert refused.value.field == "FIREWALL_ADMIN_RELOAD_COMMANDS"


def test_folders_and_reload_commands_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FIREWALL_ADMIN_FOLDERS", "/etc/unbound/firewall_admin, /srv/dns")
    monkeypatch.setenv("FIREWALL_ADMIN_RELOAD_COMMANDS", '{"unbound": ["unbound-control", "reload"]}')
    found = from_environment()
    assert found.folders == (Path("/etc/unbound/firewall_admin"), Path("/srv/dns"))
    assert found.reload_commands == {"unbound": ("unbound-control", "reload")}
