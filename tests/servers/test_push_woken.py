"""An act wakes whoever publishes, and publishing wakes whoever pushes: neither waits for the next second.

The worker here looks once a minute where it is not told of anything; whatever comes sooner was told."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from firewall_admin import worker
from firewall_admin.db.change import Database
from firewall_admin.ports import Ports
from tests.journeys.release_world import block, world_with_folders

from .primaries import bind
from .test_service_push import ZONES, held, pushed_to
from .test_service_unbound import until

MINUTE = 60.0


@contextmanager
def working(ports: Ports) -> Iterator[None]:
    stop = threading.Event()
    thread = threading.Thread(target=worker.run, args=(ports, stop, MINUTE))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(MINUTE / 2)
        assert not thread.is_alive(), "it ends when it is told to"


@pytest.mark.parametrize("where", ["in one process", "in another process"])
def test_a_decision_is_pushed_without_waiting_for_the_next_look(where: str, tmp_path: Path) -> None:
    world = world_with_folders(tmp_path)
    other = replace(world.ports, db=Database(str(world.db.engine.url), world.clock))
    with bind(tmp_path / "bind", ZONES) as server:
        pushed_to(world, server)
        with working(world.ports if where == "in one process" else other):
            for name in ("first.example", "second.example", "third.example"):
                block(world, world.oakfield, name)
                until(lambda name=name: f"{name} CNAME ." in held(server), f"{name} at the primary")  # type: ignore[misc]
