"""Two services that push to the same zones at once, neither of which knows of the other: what the marker says is there
is there, whoever looks and whenever."""

import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from firewall_admin.adapters import push
from firewall_admin.adapters.push.exchange import line
from firewall_admin.core.push import Difference, Marker, read_marker
from firewall_admin.core.push_wire import updates
from firewall_admin.core.refusals import Refusal
from firewall_admin.journeys import preparing, pushes
from tests.journeys.release_world import block, live, row, world_with_folders
from tests.world import World

from .primaries import PRIMARIES, primary
from .processes import Server
from .test_service_push import RULES, ZONES, held, pushed_to

ROUNDS = 4


@pytest.fixture(params=PRIMARIES)
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Server]:
    with PRIMARIES[request.param](tmp_path / request.param, ZONES) as started:
        yield started


class Service:
    """One of them, with a release of its own that blocks sixty names."""

    def __init__(self, folder: Path, server: Server, letter: str):
        folder.mkdir()
        self.world: World = world_with_folders(folder)
        self.target = pushed_to(self.world, server)
        for number in range(60):
            block(self.world, self.world.oakfield, f"{letter}{number}.example")
        preparing.prepare_due(self.world.ports)

    def push(self) -> None:
        """As a worker does whose patience is at its end."""
        release, target = live(self.world, self.world.oakfield), row(self.world, self.target)
        pushes.push(self.world.ports, release, target, tries=9)


def test_what_the_marker_says_is_there_whichever_of_two_services_was_faster(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("firewall_admin.core.push_wire.RECORDS", 20)
    services = [Service(tmp_path / letter, server, letter) for letter in "ab"]
    contents: list[set[str]] = [set()]
    for one in services:
        one.push()
        contents.append(held(server))
    assert contents[1].isdisjoint(contents[2])
    contents.append(contents[1] | contents[2])

    def fight(one: Service) -> None:
        for _ in range(ROUNDS):
            with suppress(Refusal):
                one.push()

    threads = [threading.Thread(target=fight, args=(one,)) for one in services]
    for thread in threads:
        thread.start()
    seen = 0
    while any(thread.is_alive() for thread in threads):
        found = push.transfer(primary(server), RULES)
        assert isinstance(found, push.Transferred)
        marker = read_marker(found.seen.marker)
        assert marker is not None
        if not marker.token:
            assert set(found.lines) in contents, "a zone that is called done is all of one, or the other, or both"
            seen += 1
    for thread in threads:
        thread.join()
    assert seen
    services[0].push()
    assert held(server) == contents[1], "and in peace each still puts right what it finds"


def test_what_another_service_begins_between_the_look_and_the_transfer_is_taken_over(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its next message leaves the marker as it was transferred: that alone says nothing of what it changes."""
    monkeypatch.setattr("firewall_admin.core.push_wire.RECORDS", 20)
    services = [Service(tmp_path / letter, server, letter) for letter in "ab"]
    services[1].push()
    wanted = held(server)
    services[0].push()
    waiting = others_messages(server)
    usual = push.transfer

    def transfer(to: push.Primary, zone: str) -> push.Transferred | push.Failure:
        if zone == RULES and waiting:
            sent(server, waiting.pop(0))
        found = usual(to, zone)
        if zone == RULES and waiting:
            sent(server, waiting.pop(0))
        return found

    monkeypatch.setattr(push, "transfer", transfer)
    services[1].push()
    assert not waiting[1:], "the other service was at it meanwhile"
    monkeypatch.setattr(push, "transfer", usual)
    assert held(server) == wanted


def others_messages(server: Server) -> list[bytes]:
    """A change of sixty records that nobody else knows of, in three messages."""
    seen = push.look(primary(server), RULES)
    assert isinstance(seen, push.Seen)
    found = Difference(added=tuple(f"x{number}.example CNAME ." for number in range(60)))
    return list(updates(RULES, found, seen.marker, Marker(9, "0" * 64), "feed"))


def sent(server: Server, message: bytes) -> None:
    with line(primary(server)) as one:
        one.send_ahead(message)
        one.next_answer()
