"""From a person's edit to a real Unbound and back: by a folder that the worker fills, and by a feed that is fetched."""

import base64
import os
import signal
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from firewall_admin import worker
from firewall_admin.journeys import assignments, feed_tokens, releases
from tests.journeys.release_world import add_target, deliveries, live, told, world_with_folders
from tests.world import World

from . import daemons
from .internet import REAL_A, Internet
from .processes import HOST, Server, accepts_tcp, running
from .questions import ask_one

ROOT = Path(__file__).parents[2]
PUPIL, TEACHER = "127.10.0.5", "127.20.0.5"
BOTH = ("pupils", "staff")
PATIENCE = 90.0  # seconds until something that takes two must have come

# What an administrator would write into the settings: an argument list that makes the server read its files.
HUP = """
import os, pathlib, signal, sys
pid = pathlib.Path(sys.argv[1])
if pid.exists():
    os.kill(int(pid.read_text()), signal.SIGHUP)
"""


def until(true: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, f"never came: {what}"
        time.sleep(0.05)


def blocked(server: Server, client: str, name: str = "www.tiktok.com") -> bool:
    answer = ask_one(server.port, client, name)
    assert answer.code == "NXDOMAIN" or answer.data("A") == [REAL_A], str(answer)
    return answer.code == "NXDOMAIN"


def block_tiktok(world: World) -> None:
    assignments.assign(world.ports, world.oakfield.network_manager, slug="tiktok", to=["pupils"])


@pytest.fixture
def internet() -> Iterator[Internet]:
    with Internet() as internet:
        yield internet


def test_by_folder_pupils_lose_tiktok_and_going_back_gives_it_back(tmp_path: Path, internet: Internet) -> None:
    pid = tmp_path / "unbound.pid"
    world = world_with_folders(tmp_path, unbound=(sys.executable, "-c", HUP, str(pid)))
    folder = tmp_path / "delivered" / "unbound"
    target = add_target(
        world, world.oakfield, "unbound", "unbound", audiences=BOTH, delivery="folder", folder=str(folder)
    )
    worker.once(world.ports)
    main = f'include: "{folder}/unbound.conf"\n'
    with daemons.unbound(tmp_path / "server", internet, main=main, modules="iterator") as server:
        pid.write_text(str(server.pid))
        assert not blocked(server, PUPIL)
        block_tiktok(world)
        worker.once(world.ports)
        until(lambda: blocked(server, PUPIL), "TikTok blocked for pupils")
        assert not blocked(server, TEACHER)
        assert not blocked(server, PUPIL, "www.oakfield.example")
        assert [one.state for one in deliveries(world, target)] == ["done", "done"]
        releases.go_back(world.ports, world.oakfield.network_manager, number=1, reason="a lesson about it")
        worker.once(world.ports)
        until(lambda: not blocked(server, PUPIL), "TikTok open again")
        releases.lift_hold(world.ports, world.oakfield.network_manager, reason="the lesson is over")
        worker.once(world.ports)
        until(lambda: blocked(server, PUPIL), "TikTok blocked again")
    said = told(world, world.oakfield)
    for part in ("delivered release 2 to unbound", "went back from release 2 to release 1", "lifted the hold"):
        assert sum(part in line for line in said) == 1, said


def test_by_feed_from_a_running_service_the_same_happens(tmp_path: Path, internet: Internet) -> None:
    (tmp_path / "instance").mkdir()
    world = world_with_folders(tmp_path / "instance")
    world.clock.at = datetime.now(UTC)
    target = add_target(world, world.oakfield, "resolver", "unbound", audiences=BOTH)
    token = feed_tokens.make(world.ports, world.oakfield.network_manager, target=target)
    include = tmp_path / "unbound.conf"
    with serving(tmp_path) as service:
        device = Device(service.port, token, include)
        until(lambda: device.fetch() == 200, "a first release")
        main = f'include: "{include}"\n'
        with daemons.unbound(tmp_path / "server", internet, main=main, modules="iterator") as server:
            assert not blocked(server, PUPIL)
            assert device.fetch() == 304
            world.clock.at = datetime.now(UTC)
            block_tiktok(world)
            until(lambda: device.fetch() == 200, "the release that blocks TikTok")
            os.kill(server.pid, signal.SIGHUP)
            until(lambda: blocked(server, PUPIL), "TikTok blocked for pupils")
            assert not blocked(server, TEACHER)
            world.clock.at = datetime.now(UTC)
            releases.go_back(world.ports, world.oakfield.network_manager, number=1, reason="a lesson about it")
            assert device.fetch() == 200
            os.kill(server.pid, signal.SIGHUP)
            until(lambda: not blocked(server, PUPIL), "TikTok open again")
        assert device.fetch("wrong") == 401
        assert live(world, world.oakfield).number == 1
    assert token not in service.log
    assert "its token opens nothing" in service.log


class Device:
    """What fetches a feed as a resolver's own script would: conditionally, and whole or not at all."""

    def __init__(self, port: int, token: str, file: Path):
        self.address, self.token, self.file = f"http://{HOST}:{port}/feeds/unbound.conf", token, file
        self.tag = '"none"'

    def fetch(self, token: str | None = None) -> int:
        """Fetch it, and give the status."""
        sent = base64.b64encode(f"device:{token or self.token}".encode()).decode()
        asked = urllib.request.Request(
            self.address, headers={"Authorization": f"Basic {sent}", "If-None-Match": self.tag}
        )
        try:
            with urllib.request.urlopen(asked, timeout=10) as answer:
                content, self.tag = answer.read(), answer.headers["ETag"]
        except urllib.error.HTTPError as refused:
            refused.close()
            return refused.code
        fresh = self.file.with_suffix(".new")
        fresh.write_bytes(content)
        fresh.replace(self.file)
        return 200


def serving(folder: Path):
    """`firewall-admin serve` as a process of its own, on the database and store in `folder`/instance."""
    run = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from firewall_admin.cli import main; main()"

    def command(port: int) -> list[str]:
        instance = f"FIREWALL_ADMIN_INSTANCE={folder / 'instance'}"
        return ["env", instance, sys.executable, "-c", run, "serve", "--port", str(port)]

    return running("firewall-admin", folder, command, accepts_tcp)
