"""What somebody sees who reads the zones while a large change is under way: more is blocked than before or after, never
less, and the marker says that it is being changed."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import select

from firewall_admin.adapters import push
from firewall_admin.core.events_releases import HoldLifted
from firewall_admin.core.names import Names
from firewall_admin.core.push import difference, read_marker
from firewall_admin.db.tables import AssignmentRow, AudienceRow, ListRow
from firewall_admin.journeys import deliveries, lists, preparing
from tests.journeys.release_world import block, end_rule, publish, world_with_folders
from tests.world import World

from .primaries import PRIMARIES, primary
from .processes import Server
from .test_push import TOKEN, marker, pushed
from .test_push_proven import accept_held
from .test_service_push import RULES, ZONES, held, pushed_to

LISTS = "lists1.rpz"
STAYS = [f"stays{number}.example" for number in range(12)]


@pytest.fixture(params=PRIMARIES)
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Server]:
    with PRIMARIES[request.param](tmp_path / request.param, ZONES) as started:
        yield started


@pytest.fixture(autouse=True)
def _small_messages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("firewall_admin.core.push_wire.RECORDS", 10)


@contextmanager
def reading(server: Server, *zones: str) -> Iterator[list[tuple[str | None, set[str]]]]:
    """The marker of the last zone and the records of all, again and again for as long as the block lasts."""
    seen: list[tuple[str | None, set[str]]] = []
    over = threading.Event()

    def read() -> None:
        while not over.is_set():
            found = [push.transfer(primary(server), zone) for zone in zones]
            assert all(isinstance(one, push.Transferred) for one in found), found
            lines = {line for one in found for line in one.lines}  # type: ignore[union-attr]
            seen.append((found[-1].seen.marker, lines))  # type: ignore[union-attr]

    thread = threading.Thread(target=read)
    thread.start()
    try:
        yield seen
    finally:
        over.set()
        thread.join(30)


def entries(names: list[str]) -> str:
    return "".join(f"{owner} CNAME .\n" for name in names for owner in (name, f"*.{name}"))


def test_a_reader_in_the_middle_finds_everything_that_stays_and_a_marker_that_says_so(server: Server) -> None:
    stays, opened = entries(STAYS), "ok.stays1.example CNAME rpz-passthru.\n*.ok.stays1.example CNAME rpz-passthru.\n"
    before = stays + entries([f"goes{number}.example" for number in range(400)])
    after = stays + opened + entries(["x.ok.stays1.example", *(f"comes{number}.example" for number in range(400))])
    pushed(server, "", before, 1, None)
    with reading(server, RULES) as seen:
        found = difference(before.splitlines(), after.splitlines())
        assert push.change(primary(server), RULES, found, str(marker(1, before)), marker(2, after), TOKEN) is None
    middle = [lines for said, lines in seen if said and said.startswith("changing ")]
    assert middle, "it was read in the middle"
    for said, lines in seen:
        assert set(stays.splitlines()) <= lines
        assert "x.ok.stays1.example CNAME ." in lines or "*.ok.stays1.example CNAME rpz-passthru." not in lines
        known = read_marker(said)
        assert known is not None
        assert known.token or lines in (set(before.splitlines()), set(after.splitlines()))
    for lines in middle:
        assert set(before.splitlines()) <= lines or set(after.splitlines()) <= lines, "added first, then removed"


def listed(world: World, names: list[str]) -> None:
    """A list with so many names for both audiences."""
    with world.db.change(world.oakfield.network_manager) as change:
        of = {"school_id": world.oakfield.id}
        sha256 = lists.snapshot(world.ports, change, Names.of(names))
        row = {"slug": "made", "title": "Made", "role": "blocked", "snapshot": sha256, "changed_at": change.now}
        change.session.add(ListRow(**of, **row))
        for audience in change.session.scalars(select(AudienceRow).where(AudienceRow.school_id == world.oakfield.id)):
            change.session.add(AssignmentRow(**of, audience_id=audience.id, slug="made"))
        change.did(HoldLifted("a list"))


def test_a_name_that_moves_from_one_zone_to_another_is_never_in_none(server: Server, tmp_path: Path) -> None:
    """Rules are looked at before lists by resolvers, and by whoever reads here."""
    world = world_with_folders(tmp_path)
    pushed_to(world, server)
    publish(world, world.oakfield, *STAYS)
    listed(world, [*STAYS, *(f"n{number}.example" for number in range(1500))])
    for name in STAYS:
        end_rule(world, world.oakfield, name)
    block(world, world.oakfield, "new.example")
    preparing.prepare_due(world.ports)
    accept_held(world)
    with reading(server, RULES, LISTS) as seen:
        while deliveries.push_due(world.ports):
            pass
    assert len(seen) > 2
    for _, lines in seen:
        assert {f"{name} CNAME ." for name in STAYS} <= lines
    assert held(server) & {f"{name} CNAME ." for name in [*STAYS, "new.example"]} == {"new.example CNAME ."}
    assert {f"{name} CNAME ." for name in STAYS} <= held(server, LISTS)
