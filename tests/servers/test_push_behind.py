"""Resolvers that missed something: one that was away for so long that the changes since are not kept any more, and one
whose notification was lost, which BIND sends again and Knot DNS does not."""

import os
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dns.message
import dns.query
import dns.rdatatype
import pytest

from firewall_admin.core.compiled import compile_policy
from firewall_admin.journeys import deliveries, preparing
from firewall_admin.journeys.release_contents import rebuild
from tests.journeys.release_world import block, end_rule, live, publish, world_with_folders
from tests.world import World

from . import primaries
from .internet import Internet
from .primaries import PRIMARIES
from .processes import HOST, Server, write
from .secondaries import SECONDARIES, setup, start
from .test_service_push import BOTH, RULES, ZONES, pushed_to
from .test_service_unbound import PUPIL, blocked, until

CHANGES = 24  # Knot DNS keeps twenty; BIND as many as make less than the zone


@pytest.fixture
def internet() -> Iterator[Internet]:
    with Internet() as internet:
        yield internet


@pytest.fixture(params=PRIMARIES)
def primary(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Server]:
    """Its zones say that resolvers look by themselves after five seconds, a minute in service."""
    for zone in ZONES:
        write(tmp_path / "primary" / zone, primaries.EMPTY.replace("3600 600", "5 5"))
    with PRIMARIES[request.param](tmp_path / "primary", ZONES) as started:
        yield started


@pytest.fixture
def world(tmp_path: Path, primary: Server) -> World:
    world = world_with_folders(tmp_path)
    pushed_to(world, primary)
    publish(world, world.oakfield, "first.example")
    return world


def push(world: World) -> None:
    preparing.prepare_due(world.ports)
    deliveries.push_due(world.ports)


def is_whole(port: int, zone: str, since: int) -> bool:
    """Whether who asks for the changes since a serial is given the whole zone (RFC 1995, section 4): then the second
    record is none that tells where a change begins."""
    asked = dns.message.make_query(f"{zone}.", "IXFR")
    asked.authority.append(dns.rrset.from_text(f"{zone}.", 0, "IN", "SOA", f". . {since} 0 0 0 0"))
    answer = dns.query.tcp(asked, HOST, port=port, timeout=20, one_rr_per_rrset=True)
    return answer.answer[1].rdtype != dns.rdatatype.SOA


@pytest.mark.parametrize("kind", SECONDARIES)
def test_a_resolver_that_was_away_for_long_is_given_all_of_the_zone(
    kind: str, world: World, primary: Server, internet: Internet, tmp_path: Path
) -> None:
    release = live(world, world.oakfield)
    compiled = compile_policy(rebuild(world.ports, release), release.at)
    with start(kind, compiled, setup(primary, BOTH), tmp_path, internet) as resolver:
        primaries.notify(primary, tmp_path / "primary", resolver.port)
        until(lambda: blocked(resolver, PUPIL, "first.example"), "the first transfer")
        since = primaries.serial(primary.port, RULES)
        assert since is not None
        os.kill(resolver.pid, signal.SIGSTOP)
        try:
            end_rule(world, world.oakfield, "first.example")
            for number in range(CHANGES):
                block(world, world.oakfield, f"n{number}.example")
                push(world)
            assert is_whole(primary.port, RULES, since), "the changes since are not kept any more"
        finally:
            os.kill(resolver.pid, signal.SIGCONT)
        until(lambda: blocked(resolver, PUPIL, f"n{CHANGES - 1}.example"), "the newest")
        assert all(blocked(resolver, PUPIL, f"n{number}.example") for number in range(CHANGES))
        assert not blocked(resolver, PUPIL, "first.example"), "what was taken away meanwhile is gone, too"


@contextmanager
def losing(port: int, first: int) -> Iterator[list[bytes]]:
    """A UDP port that leads to another, and loses the first messages; it gives what it lost."""
    lost: list[bytes] = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listening:
        listening.bind((HOST, 0))
        lost.append(str(listening.getsockname()[1]).encode())

        def carry() -> None:
            while octets := listening.recvfrom(4096):
                message, sender = octets
                if not message:
                    return
                if len(lost) <= first:
                    lost.append(message)
                    continue
                with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as onward:
                    onward.settimeout(2)
                    onward.sendto(message, (HOST, port))
                    try:
                        listening.sendto(onward.recv(4096), sender)
                    except TimeoutError:
                        continue

        thread = threading.Thread(target=carry, daemon=True)
        thread.start()
        try:
            yield lost
        finally:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as waker:
                waker.sendto(b"", listening.getsockname())
            thread.join(5)


def test_what_a_lost_notification_would_have_told_arrives_all_the_same(
    world: World, primary: Server, internet: Internet, tmp_path: Path
) -> None:
    release = live(world, world.oakfield)
    compiled = compile_policy(rebuild(world.ports, release), release.at)
    with start("unbound", compiled, setup(primary, BOTH), tmp_path, internet) as resolver:
        until(lambda: blocked(resolver, PUPIL, "first.example"), "the first transfer")
        with losing(resolver.port, first=2) as lost:
            primaries.notify(primary, tmp_path / "primary", int(lost[0]))  # where that port is stands first
            block(world, world.oakfield, "late.example")
            push(world)
            until(lambda: blocked(resolver, PUPIL, "late.example"), "what was decided")
            # Knot DNS tells a second after a change, and the resolver may have looked by itself before that.
            assert len(lost) > 1 or primary.name == "knotd", "one was lost"
