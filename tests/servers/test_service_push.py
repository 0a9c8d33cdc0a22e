"""From a person's edit to a primary's zones: pushed, watched, put right, by one service and by two."""

import os
import signal
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import dns.query
import dns.tsigkeyring
import dns.update
import pytest
from sqlalchemy import select

from firewall_admin import worker
from firewall_admin.adapters import push
from firewall_admin.core import push_wire
from firewall_admin.core.push import read_marker, zone_names
from firewall_admin.db.change import Database
from firewall_admin.db.tables import PushedZone, Release, TargetRow
from firewall_admin.journeys import preparing, pushed_zones, pushes, releases
from firewall_admin.journeys import primaries as naming
from tests.journeys.release_world import add_target, block, deliveries, live, publish, row, told, world_with_folders
from tests.world import World

from . import primaries
from .primaries import PRIMARIES, primary
from .processes import Server

BOTH = ("pupils", "staff")
ZONES = [name for name, _, _ in zone_names(BOTH, "rpz")]
RULES = "rules1.rpz"


@pytest.fixture(params=PRIMARIES)
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Server]:
    with PRIMARIES[request.param](tmp_path / request.param, ZONES) as started:
        yield started


def wanted(server: Server, secret: str = primaries.SECRET) -> naming.Wanted:
    return naming.Wanted("127.0.0.1", server.port, secret=secret)


def pushed_to(world: World, server: Server, secret: str = primaries.SECRET) -> UUID:
    target = add_target(world, world.oakfield, "resolvers", "rpz", audiences=BOTH, delivery="push")
    naming.name(world.ports, world.oakfield.network_manager, target=target, wanted=wanted(server, secret))
    return target


def held(server: Server, zone: str = RULES) -> set[str]:
    found = push.transfer(primary(server), zone)
    assert isinstance(found, push.Transferred), found
    return set(found.lines)


def release_of(server: Server, zone: str = RULES) -> int | None:
    seen = push.look(primary(server), zone)
    assert isinstance(seen, push.Seen)
    marker = read_marker(seen.marker)
    return marker.release if marker and not marker.token else None


def by_hand(server: Server, zone: str = RULES) -> None:
    """What somebody with the key does to a zone: one record too many, one too few."""
    ring = dns.tsigkeyring.from_text({primaries.KEY: primaries.SECRET})
    hand = dns.update.UpdateMessage(f"{zone}.", keyring=ring, keyalgorithm="hmac-sha256")
    hand.add("hand.example", 60, "CNAME", ".")
    hand.delete("bad.example", "CNAME")
    dns.query.tcp(hand, "127.0.0.1", port=server.port, timeout=5)


def again(world: World, **time: float) -> None:
    world.clock.pass_by(**time)
    worker.once(world.ports)


@pytest.fixture
def world(tmp_path: Path) -> World:
    return world_with_folders(tmp_path)


def test_a_release_is_in_every_zone_and_the_trail_says_so_once(world: World, server: Server) -> None:
    target = pushed_to(world, server)
    number = publish(world, world.oakfield, "bad.example")
    assert {f"{owner} CNAME ." for owner in ("bad.example", "*.bad.example")} <= held(server)
    assert release_of(server) == number
    assert "use-application-dns.net CNAME ." in held(server, "deny1.rpz")
    assert [one.state for one in deliveries(world, target)] == ["done"]
    for _ in range(3):
        again(world, minutes=2)
    assert sum("delivered release" in line for line in told(world, world.oakfield)) == 1


def test_only_the_zone_that_changed_is_touched(world: World, server: Server) -> None:
    pushed_to(world, server)
    publish(world, world.oakfield, "bad.example")
    before = {zone: primaries.serial(server.port, zone) for zone in ZONES}
    publish(world, world.oakfield, "worse.example")
    after = {zone: primaries.serial(server.port, zone) for zone in ZONES}
    assert {zone for zone in ZONES if before[zone] != after[zone]} == {"rules1.rpz", "rules2.rpz"}
    assert "worse.example CNAME ." in held(server)


def test_a_zone_changed_by_hand_is_put_right_and_told(world: World, server: Server) -> None:
    target = pushed_to(world, server)
    publish(world, world.oakfield, "bad.example")
    right = held(server)
    by_hand(server)
    assert held(server) != right
    again(world, minutes=2)
    assert held(server) == right
    [said] = [line for line in told(world, world.oakfield) if "changed by somebody else" in line]
    assert "rules1.rpz of resolvers" in said
    assert "1 records were missing, 1 were not ours" in said
    assert [one.state for one in deliveries(world, target)] == ["done"]


def test_a_wrong_key_is_a_failure_with_a_sentence_and_the_right_one_mends_it(world: World, server: Server) -> None:
    canary = "Y2FuYXJ5LWNhbmFyeS1jYW5hcnktY2FuYXJ5LWNhbmE="
    target = pushed_to(world, server, secret=canary)
    publish(world, world.oakfield, "bad.example")
    [failed] = deliveries(world, target)
    assert (failed.state, "another secret" in failed.detail) == ("failed", True)
    assert held(server) == set()
    naming.name(world.ports, world.oakfield.network_manager, target=target, wanted=wanted(server))
    worker.once(world.ports)
    assert "bad.example CNAME ." in held(server)
    assert not any(canary in line for line in told(world, world.oakfield))


def test_a_change_that_was_broken_off_is_finished_by_whoever_comes_next(
    world: World, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker is stopped between two messages: the zone says that it is being changed, and nothing is called
    done."""
    target = pushed_to(world, server)
    publish(world, world.oakfield, "bad.example")
    monkeypatch.setattr(push, "updates", _torn(push_wire.updates))
    monkeypatch.setattr("firewall_admin.core.push_wire.RECORDS", 2)
    for number in range(5):
        block(world, world.oakfield, f"new{number}.example")
    preparing.prepare_due(world.ports)
    with pytest.raises(Stopped):
        pushes.push(world.ports, live(world, world.oakfield), _target(world, target))
    assert release_of(server) is None, "the marker says that it is being changed"
    monkeypatch.undo()
    again(world, minutes=1)
    assert release_of(server) == live(world, world.oakfield).number
    assert {f"new{number}.example CNAME ." for number in range(5)} <= held(server)


def test_a_primary_that_restarts_in_the_middle_gets_the_rest_later(
    world: World, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = pushed_to(world, server)
    publish(world, world.oakfield, "bad.example")
    os.kill(server.pid, signal.SIGSTOP)
    try:
        monkeypatch.setattr("firewall_admin.journeys.pushes.PATIENCE", 0.5)
        publish(world, world.oakfield, "worse.example")
        newest = deliveries(world, target)[-1]
        assert (newest.state, newest.detail) == ("failed", "it did not answer in time")
    finally:
        os.kill(server.pid, signal.SIGCONT)
    again(world, minutes=5)
    assert deliveries(world, target)[-1].state == "done"
    assert "worse.example CNAME ." in held(server)


def test_of_two_services_the_slower_one_re_reads_and_the_newer_release_stays(
    world: World, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second publishes and pushes while the first stands before its message."""
    target = pushed_to(world, server)
    publish(world, world.oakfield, "bad.example")
    block(world, world.oakfield, "slow.example")
    preparing.prepare_due(world.ports)
    other = replace(world.ports, db=Database(str(world.db.engine.url), world.clock))
    slow, happened = push.change, list[bool]()

    def overtaken(*asked: Any) -> object:
        if not happened:
            happened.append(True)
            block(world, world.oakfield, "fast.example")
            preparing.prepare_due(other)
            newest = live(world, world.oakfield)
            pushes.push(other, newest, _target(world, target))
        return slow(*asked)

    first = live(world, world.oakfield)
    monkeypatch.setattr(push, "change", overtaken)
    with pytest.raises(pushed_zones.NoLongerPublished):
        pushes.push(world.ports, first, _target(world, target))
    assert happened
    assert release_of(server) == live(world, world.oakfield).number == first.number + 1
    worker.once(world.ports)
    assert {"slow.example CNAME .", "fast.example CNAME ."} <= held(server)
    assert "changed by somebody else" not in " ".join(told(world, world.oakfield))


def test_going_back_takes_away_what_came_since(world: World, server: Server) -> None:
    pushed_to(world, server)
    first = publish(world, world.oakfield, "bad.example")
    publish(world, world.oakfield, "worse.example")
    releases.go_back(world.ports, world.oakfield.network_manager, number=first, reason="a lesson")
    worker.once(world.ports)
    assert {"bad.example CNAME .", "worse.example CNAME ."} & held(server) == {"bad.example CNAME ."}


def test_what_a_primary_lost_is_given_again(world: World, server: Server, tmp_path: Path) -> None:
    """The zone is emptied, marker and all."""
    pushed_to(world, server)
    publish(world, world.oakfield, "bad.example")
    right = held(server)
    seen = push.look(primary(server), RULES)
    assert isinstance(seen, push.Seen)
    ring = dns.tsigkeyring.from_text({primaries.KEY: primaries.SECRET})
    empty = dns.update.UpdateMessage(f"{RULES}.", keyring=ring, keyalgorithm="hmac-sha256")
    for line in [*right, "_release-rules TXT"]:
        owner, kind, *_ = line.split(" ")
        empty.delete(owner, kind)
    dns.query.tcp(empty, "127.0.0.1", port=server.port, timeout=5)
    assert held(server) == set()
    again(world, minutes=2)
    assert held(server) == right


def test_what_is_known_of_each_zone_is_what_is_there(world: World, server: Server) -> None:
    target = pushed_to(world, server)
    number = publish(world, world.oakfield, "bad.example")
    with world.db.look() as session:
        found = session.scalars(select(PushedZone).where(PushedZone.target_id == target)).all()
        assert session.scalars(select(Release).where(Release.number == number)).first()
    assert {one.zone: one.serial for one in found} == {zone: primaries.serial(server.port, zone) for zone in ZONES}


class Stopped(BaseException):
    """As if the process had ended."""


def _torn(whole: Callable[..., Iterator[bytes]]) -> Callable[..., Iterator[bytes]]:
    def messages(*asked: Any) -> Iterator[bytes]:
        for number, message in enumerate(whole(*asked)):
            if number == 2:
                raise Stopped
            yield message

    return messages


def _target(world: World, target: UUID) -> TargetRow:
    return row(world, target)
