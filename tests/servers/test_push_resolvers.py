"""A decision is pushed, and resolvers that transfer the zones answer otherwise, each audience by its own policy."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from firewall_admin import worker
from firewall_admin.core.compiled import compile_policy
from firewall_admin.core.push import zone_names
from firewall_admin.journeys import assignments
from firewall_admin.journeys.release_contents import rebuild
from tests.journeys.release_world import end_rule, live, publish, world_with_folders

from . import primaries
from .internet import Internet
from .primaries import PRIMARIES
from .processes import Server
from .secondaries import SECONDARIES, setup, start
from .test_service_push import pushed_to
from .test_service_unbound import PUPIL, TEACHER, blocked, until

BOTH = ("pupils", "staff")
ZONES = [name for name, _, _ in zone_names(BOTH, "rpz")]


@pytest.fixture
def internet() -> Iterator[Internet]:
    with Internet() as internet:
        yield internet


@pytest.fixture(params=PRIMARIES)
def primary(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Server]:
    with PRIMARIES[request.param](tmp_path / "primary", ZONES) as started:
        yield started


@pytest.mark.parametrize("kind", SECONDARIES)
def test_a_decision_reaches_the_answers_of_a_resolver_behind_the_primary(
    kind: str, primary: Server, internet: Internet, tmp_path: Path
) -> None:
    world = world_with_folders(tmp_path)
    pushed_to(world, primary)
    publish(world, world.oakfield, "bad.example")
    release = live(world, world.oakfield)
    compiled = compile_policy(rebuild(world.ports, release), release.at)
    with start(kind, compiled, setup(primary, BOTH), tmp_path, internet) as resolver:
        primaries.notify(primary, tmp_path / "primary", resolver.port)
        until(lambda: blocked(resolver, PUPIL, "bad.example"), "the first transfer")
        until(lambda: blocked(resolver, TEACHER, "bad.example"), "the first transfer for staff")
        assert not blocked(resolver, PUPIL)
        assignments.assign(world.ports, world.oakfield.network_manager, slug="tiktok", to=["pupils"])
        worker.once(world.ports)
        until(lambda: blocked(resolver, PUPIL), "TikTok blocked for pupils")
        assert not blocked(resolver, TEACHER)
        end_rule(world, world.oakfield, "bad.example")
        worker.once(world.ports)
        until(lambda: not blocked(resolver, PUPIL, "bad.example"), "bad.example open again")
        assert not blocked(resolver, "127.99.0.1"), "who is of no audience is answered unfiltered"


def test_a_marker_is_no_answer_that_does_harm(primary: Server, internet: Internet, tmp_path: Path) -> None:
    """The marker's owner is no name that anyone asks for, and names beside it are answered as ever."""
    world = world_with_folders(tmp_path)
    pushed_to(world, primary)
    publish(world, world.oakfield, "bad.example")
    release = live(world, world.oakfield)
    compiled = compile_policy(rebuild(world.ports, release), release.at)
    with start("unbound", compiled, setup(primary, BOTH), tmp_path, internet) as resolver:
        until(lambda: blocked(resolver, PUPIL, "bad.example"), "the first transfer")
        assert not blocked(resolver, PUPIL, "_release-rules.example")
        assert not blocked(resolver, PUPIL, "release.example")
