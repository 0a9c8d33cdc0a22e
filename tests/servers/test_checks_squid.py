"""Live checks of a real Squid, by GET and by CONNECT: in force, with an old configuration, changed by hand, gone."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import pytest

from tests.journeys.check_world import ALL_TRIES, checks, only, work
from tests.journeys.release_world import add_target, world_with_folders

from . import daemons
from .checked_school import CheckedSchool
from .processes import Server, accepts_tcp
from .proxy import behind, origin
from .test_service_unbound import BOTH, until

PORT = "tests.servers.processes.free_port"


@dataclass
class School(CheckedSchool):
    asked: ClassVar[str] = "proxy"
    folder: Path

    @contextmanager
    def started(self, site: str = "http_access allow all\n") -> Iterator[Server]:
        with origin() as parent:
            main = f"include {self.folder}/squid.conf\n{site}{behind(parent)}"
            place = self.folder.parent.parent
            folder = place / f"server{len(list(place.glob('server*')))}"  # one that ends may still hold its own
            with daemons.squid(folder, main=main) as server:
                yield server
            until(lambda: not accepts_tcp(server.port), "the end of the proxy")


@pytest.fixture
def school(tmp_path: Path) -> School:
    world = world_with_folders(tmp_path)
    folder = tmp_path / "delivered" / "proxy"
    asked = {"audiences": BOTH, "delivery": "folder", "folder": str(folder), "base": str(folder)}
    return School(world, add_target(world, world.oakfield, "proxy", "squid", **asked), folder)


def test_a_proxy_is_asked_as_browsers_do_and_its_replies_are_kept(school: School) -> None:
    school.publish("games.example")
    with school.started() as server:
        school.asked_at(server)
        work(school.world, *ALL_TRIES)
    games = only(school.world, "games.example", audience="pupils")
    assert (games.finding, games.evidence["answers"]) == (
        "enforced",
        ["CONNECT 403 ERR_ACCESS_DENIED", "GET 403 ERR_ACCESS_DENIED"],
    )
    control = only(school.world, "www.gov.uk", audience="pupils")
    assert (control.finding, control.evidence["answers"]) == ("enforced", ["CONNECT 200", "GET 200"])
    assert {one.finding for one in checks(school.world)} == {"enforced"}
    assert school.state() == "live"


def test_an_old_configuration_is_found_by_its_mark_and_right_again_once_it_is_read(school: School) -> None:
    first = school.publish("games.example")
    with school.started() as server:
        school.asked_at(server)
        work(school.world, *ALL_TRIES)
        second = school.publish("later.example")
        work(school.world, *ALL_TRIES)
        lines = school.said("stale")
        old = f"It has release {first}; release {second} is the published one"
        assert [old in line for line in lines] == [True, True], lines
        assert only(school.world, "later.example", audience="pupils").finding == "stale"
        os.kill(server.pid, signal.SIGHUP)
        until(lambda: school.state(3600) == "live", "the new configuration seen")  # its port is closed meanwhile


def test_what_somebody_changes_by_hand_leaks_or_blocks_too_much_and_a_proxy_that_is_gone_is_silent(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    school.publish("games.example")
    with school.started() as server:
        school.asked_at(server)
        work(school.world, *ALL_TRIES)
    monkeypatch.setattr(PORT, lambda: server.port)
    left = [path for path in school.folder.rglob("*") if path.is_file() and "rules-pupils" in path.name]
    for path in left:
        path.write_text("# nothing\n.nothing.example\n", "ascii")
    assert left
    with school.started():
        school.ordered()
        [line] = [line for line in school.said("leaking") if "for pupils" in line]
        assert "games.example should be blocked, and the proxy let it through (CONNECT 200)" in line
        assert "Something was changed on the device" in line
    with school.started("http_access deny all\n") as closed:
        school.ordered()
        lines = school.said("overblocking")
        assert any("everything is held back" in line or "should be open" in line for line in lines), lines
        os.kill(closed.pid, signal.SIGKILL)
        school.ordered()
        assert len(school.said("silent")) == 2
