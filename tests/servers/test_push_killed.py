"""A primary that is killed in the middle of a large change, and started again: the service puts right what is there."""

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from firewall_admin import worker
from firewall_admin.adapters import push
from firewall_admin.core import push_wire
from tests.journeys.release_world import block, deliveries, live, publish, told, world_with_folders

from .primaries import PRIMARIES
from .processes import Server
from .test_service_push import ZONES, again, held, pushed_to, release_of

NAMES = [f"n{number}.example" for number in range(60)]


def killing(server: Server, whole: Callable[..., Iterator[bytes]], after: int) -> Callable[..., Iterator[bytes]]:
    """The messages of a change; the server is killed when so many have been answered."""

    def messages(*asked: Any) -> Iterator[bytes]:
        for number, message in enumerate(whole(*asked)):
            if number == after:
                os.kill(server.pid, signal.SIGKILL)
            yield message

    return messages


@pytest.mark.parametrize("after", [1, 4])
@pytest.mark.parametrize("kind", PRIMARIES)
def test_a_primary_that_is_killed_in_the_middle_of_a_change_is_given_the_rest_when_it_is_back(
    kind: str, after: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = world_with_folders(tmp_path)
    monkeypatch.setattr(push_wire, "RECORDS", 20)
    with PRIMARIES[kind](tmp_path / kind, ZONES) as server:
        target = pushed_to(world, server)
        publish(world, world.oakfield, "bad.example")
        for name in NAMES:
            block(world, world.oakfield, name)
        with monkeypatch.context() as torn:
            torn.setattr(push, "updates", killing(server, push_wire.updates, after))
            worker.once(world.ports)
        [*_, newest] = deliveries(world, target)
        assert newest.state == "failed", "nothing half-done is called done"
    monkeypatch.setattr("tests.servers.processes.free_port", lambda: server.port)
    with PRIMARIES[kind](tmp_path / kind, ZONES) as restarted:
        assert (restarted.port, restarted.pid != server.pid) == (server.port, True)
        assert release_of(restarted) != live(world, world.oakfield).number, "it was killed before the end"
        again(world, minutes=5)
        [*_, newest] = deliveries(world, target)
        assert newest.state == "done", newest.detail
        assert release_of(restarted) == live(world, world.oakfield).number
        for zone in ("rules1.rpz", "rules2.rpz"):
            assert {f"{name} CNAME ." for name in NAMES} <= held(restarted, zone)
            assert not [line for line in held(restarted, zone) if "TYPE" in line]
    assert "changed by somebody else" not in " ".join(told(world, world.oakfield)), "what is half-done is our own"
