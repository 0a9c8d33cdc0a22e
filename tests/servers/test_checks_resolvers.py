"""Live checks of real resolvers that read policy zones from files: in force, with old files, changed by hand, gone."""

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from firewall_admin.core.questions import Where
from tests.journeys.check_world import ALL_TRIES, checks, impatient, only, work
from tests.journeys.release_world import add_target, world_with_folders

from .checked_school import CheckedSchool
from .internet import Internet
from .processes import Server
from .rpz import RESOLVERS
from .test_service_unbound import BOTH

PORT = "tests.servers.processes.free_port"


@dataclass
class School(CheckedSchool):
    """A school whose resolver has its files in a folder, and reads them when it starts."""

    kind: str
    folder: Path
    internet: Internet

    def started(self) -> AbstractContextManager[Server]:
        return RESOLVERS[self.kind](self.folder, self.folder.parent.parent / "server", self.internet)


@pytest.fixture
def internet() -> Iterator[Internet]:
    with Internet() as internet:
        yield internet


@pytest.fixture(params=RESOLVERS)
def school(request: pytest.FixtureRequest, tmp_path: Path, internet: Internet) -> School:
    world = world_with_folders(tmp_path)
    world.ports = replace(world.ports, controls=(Where("127.0.0.1", internet.port),))
    folder = tmp_path / "delivered" / "resolver"
    asked = {"audiences": BOTH, "delivery": "folder", "folder": str(folder), "base": str(folder)}
    target = add_target(world, world.oakfield, "resolver", "rpz", **asked)
    return School(world, target, request.param, folder, internet)


def test_it_is_seen_to_work_then_to_have_old_files_then_to_be_changed_by_hand_and_then_to_be_gone(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = school.world
    first = school.publish("games.example")
    with school.started() as server:
        school.asked_at(server)
        work(world, *ALL_TRIES)
        assert {(one.audience, one.finding) for one in checks(world, why="mark")} == {
            ("pupils", "enforced"),
            ("staff", "enforced"),
        }
        assert {one.finding for one in checks(world) if one.expected != "rewritten"} <= {"enforced", "not-known"}
        assert only(world, "games.example", audience="pupils").finding == "enforced"
        assert school.state() == "live"

        second = school.publish("later.example")
        work(world, *ALL_TRIES)
        assert only(world, "later.example", audience="pupils").finding == "stale"
        lines = school.said("stale")
        old = f"It has release {first}; release {second} is the published one"
        assert [old in line for line in lines] == [True, True], lines
        assert school.state() == "failed"

    monkeypatch.setattr(PORT, lambda: server.port)
    with school.started():
        work(world, 3600, 3600)
        assert only(world, "later.example", audience="pupils").finding == "enforced"
        assert school.state() == "live", "with the files of the release it is right again"

    by_hand(school.folder, "games.example")
    with school.started() as changed:
        school.ordered()
        [line] = [line for line in school.said("leaking") if "for pupils" in line]
        for part in ("games.example should be blocked, and was answered 198.51.100.7", f"it has release {second}"):
            assert part in line, line
        assert only(world, "later.example", audience="pupils").finding == "enforced"
        assert school.state() == "failed"

        os.kill(changed.pid, 9)
        impatient(world)
        school.ordered()
        assert len(school.said("silent")) == 2, "one for each audience, however many names were asked"


def by_hand(folder: Path, domain: str) -> None:
    """Take the records of a name out of every zone."""
    taken = 0
    for path in (folder / "zones").iterdir():
        lines = path.read_text("ascii").splitlines(keepends=True)
        kept = [line for line in lines if domain not in line.split(" ")[0]]
        taken += len(lines) - len(kept)
        path.write_text("".join(kept), "ascii")
    assert taken == 2


def test_a_resolver_that_takes_pupils_for_staff_proves_nothing_and_is_told(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its networks are those of a release before somebody exchanged them by hand."""
    world = school.world
    school.publish("games.example")
    for path in (one for one in school.folder.iterdir() if one.is_file()):
        text = path.read_text("ascii")
        for one, other in (("127.10.", "127.0."), ("127.20.", "127.10."), ("127.0.", "127.20.")):
            text = text.replace(f"{one}0.0/16", f"{other}0.0/16")
        path.write_text(text, "ascii")
    with school.started() as server:
        school.asked_at(server)
        work(world, *ALL_TRIES)
    found = {one.audience: one for one in checks(world, why="mark")}
    assert found["pupils"].finding == found["staff"].finding == "leaking"
    assert "for a client of staff, not of pupils" in found["pupils"].evidence["text"]
    assert "enforced" not in {one.finding for one in checks(world)}
    assert school.state() == "failed"
