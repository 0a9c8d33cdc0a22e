"""On a bad line a push fails, says so, and is finished later; a lost answer is neither a failure nor a success."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from firewall_admin import worker
from firewall_admin.journeys import primaries as naming
from tests.journeys.release_world import block, deliveries, live, publish, told, world_with_folders
from tests.world import World

from .lossy import lossy
from .primaries import PRIMARIES
from .processes import Server
from .test_service_push import ZONES, held, pushed_to, release_of, wanted

NAMES = [f"n{number}.example" for number in range(40)]


@pytest.fixture(params=PRIMARIES)
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Server]:
    with PRIMARIES[request.param](tmp_path / request.param, ZONES) as started:
        yield started


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """Every zone takes several messages: there is much to be torn apart."""
    monkeypatch.setattr("firewall_admin.core.push_wire.RECORDS", 10)
    return world_with_folders(tmp_path)


@pytest.mark.parametrize("answers_only", [False, True], ids=["pieces lost", "answers lost"])
def test_on_a_line_that_loses_much_everything_arrives_in_the_end(
    answers_only: bool, world: World, server: Server
) -> None:
    with lossy(server.port) as proxy:
        target = pushed_to(world, server)
        asked = replace(wanted(server), port=proxy.port)
        naming.name(world.ports, world.oakfield.network_manager, target=target, wanted=asked)
        publish(world, world.oakfield, "first.example")
        for name in NAMES:
            block(world, world.oakfield, name)
        proxy.loses, proxy.answers_only = 0.2, answers_only
        for _ in range(12):
            worker.once(world.ports)
            state = deliveries(world, target)[-1].state
            whole = {f"{name} CNAME ." for name in NAMES} <= held(server) and release_of(server) is not None
            assert whole or state != "done", "nothing half-done is called done"
            world.clock.pass_by(hours=1)
        assert proxy.lost
        proxy.loses = 0.0
        worker.once(world.ports)
        assert deliveries(world, target)[-1].state == "done"
        assert {f"{name} CNAME ." for name in NAMES} <= held(server)
        assert release_of(server) == live(world, world.oakfield).number
    lines = told(world, world.oakfield)
    assert not [line for line in lines if "changed by somebody else" in line], "what we left half-done is our own"
    assert sum("delivered release 2" in line for line in lines) == 1
