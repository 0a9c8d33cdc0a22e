"""A release takes over from the published one what is the same, and nobody can tell from its files."""

from dataclasses import replace
from pathlib import Path

import pytest

from firewall_admin import worker
from firewall_admin.adapters import segment_files
from firewall_admin.adapters.release_folders import manifest_of, read
from firewall_admin.adapters.store import Store
from firewall_admin.core import ruleset
from firewall_admin.journeys import lists, release_contents, release_files
from firewall_admin.journeys.assignments import assign

from .release_world import add_target, block, live, publish, row, with_folders

BOTH = ("pupils", "staff")


@pytest.fixture
def world(world, tmp_path, monkeypatch):
    monkeypatch.setattr(segment_files, "LEAST", 1)
    world = with_folders(world, tmp_path)
    manager = world.oakfield.network_manager
    text = "".join(f"n{number}.example\n" for number in range(300)).encode()
    lists.add(world.ports, manager, title="Big", role="blocked", text=text)
    assign(world.ports, manager, slug="big", to=BOTH)
    return world


def folder(world, target) -> Path:
    return release_files.folder_of(world.ports, live(world, world.oakfield), row(world, target))


def files(place):
    return {f.relative_to(place).as_posix(): f for f in place.rglob("*") if f.is_file() and f.name != "manifest.json"}


def shared(one, other):
    """The files of which two folders hold one and the same."""
    there = files(other)
    return {path for path, file in files(one).items() if path in there and file.samefile(there[path])}


def begin_again(world):
    """Another process, which remembers nothing."""
    world.ports = replace(world.ports, store=Store(world.ports.store.folder))


def test_what_one_rule_does_not_touch_is_not_written_again(world):
    zones = add_target(world, world.oakfield, "zones", "rpz", audiences=BOTH)
    squid = add_target(world, world.oakfield, "proxy", "squid", audiences=BOTH)
    plain = add_target(world, world.oakfield, "plain", "edl", audiences=BOTH)
    publish(world, world.oakfield, "x.com")
    before = {target: folder(world, target) for target in (zones, squid, plain)}
    world.clock.pass_by(minutes=5)
    block(world, world.oakfield, "tiktok.com", audience="staff")
    worker.once(world.ports)
    assert "zones/lists1.rpz" in shared(before[zones], folder(world, zones))
    assert "zones/rules2.rpz" not in shared(before[zones], folder(world, zones))
    assert "lists/lists-1-block.txt" in shared(before[squid], folder(world, squid))
    assert {"pupils.txt"} == {path for path in shared(before[plain], folder(world, plain)) if "allow" not in path}
    assert "tiktok.com" in (folder(world, plain) / "staff.txt").read_text()
    for target in (zones, squid, plain):
        assert read(folder(world, target)) is not None


def test_files_made_again_are_those_that_were_taken_over(world):
    zones = add_target(world, world.oakfield, "zones", "rpz", audiences=BOTH)
    publish(world, world.oakfield, "x.com")
    world.clock.pass_by(minutes=5)
    publish(world, world.oakfield, "tiktok.com")
    place = folder(world, zones)
    there = {path: file.read_bytes() for path, file in files(place).items()}
    told = manifest_of(place)
    for file in files(place).values():
        file.unlink()
    release_files.ensure(world.ports, live(world, world.oakfield), row(world, zones))
    assert {path: file.read_bytes() for path, file in files(place).items()} == there
    assert manifest_of(place) == told


def test_a_release_made_by_other_code_lends_nothing(world, monkeypatch):
    zones = add_target(world, world.oakfield, "zones", "rpz", audiences=BOTH)
    publish(world, world.oakfield, "x.com")
    before = folder(world, zones)
    world.clock.pass_by(minutes=5)
    monkeypatch.setattr(release_contents, "fingerprint", lambda: "another")
    publish(world, world.oakfield, "tiktok.com")
    assert not shared(before, folder(world, zones))
    assert (folder(world, zones) / "zones/lists1.rpz").read_bytes() != (before / "zones/lists1.rpz").read_bytes()


def test_a_file_of_the_release_before_that_is_gone_is_written(world):
    zones = add_target(world, world.oakfield, "zones", "rpz", audiences=BOTH)
    publish(world, world.oakfield, "x.com")
    (folder(world, zones) / "zones/lists1.rpz").unlink()
    publish(world, world.oakfield, "tiktok.com")
    assert read(folder(world, zones)) is not None


@pytest.mark.parametrize("is_another", [False, True], ids=["the same process", "another"])
def test_nothing_large_is_compiled_for_one_rule(world, monkeypatch, is_another):
    add_target(world, world.oakfield, "hosts", "hosts", audiences=BOTH)
    publish(world, world.oakfield, "x.com")
    if is_another:
        begin_again(world)
    usual, seen = ruleset.sources_of, []

    def watched(policy):
        found = usual(policy)
        seen.append(sum(len(names) for names, _ in found))
        return found

    monkeypatch.setattr(ruleset, "sources_of", watched)
    publish(world, world.oakfield, "tiktok.com")
    assert seen
    assert max(seen) < 100


@pytest.mark.parametrize("harm", ["cut", "changed", "gone"])
def test_kept_segments_that_are_not_whole_are_made_anew(world, harm):
    target = add_target(world, world.oakfield, "hosts", "hosts", audiences=BOTH)
    publish(world, world.oakfield, "x.com")
    kept = [file for file in (world.ports.store.folder / "compiled").rglob("*") if file.is_file()]
    assert kept
    for file in kept:
        text = file.read_bytes()
        if harm == "gone":
            file.unlink()
        else:
            file.write_bytes(text[:-20] if harm == "cut" else text.replace(b"n7.example", b"n8.example"))
    begin_again(world)
    publish(world, world.oakfield, "tiktok.com")
    lines = (folder(world, target) / "pupils.hosts").read_text().splitlines()
    assert {"0.0.0.0 n7.example", "0.0.0.0 tiktok.com", "0.0.0.0 n299.example"} <= set(lines)


def test_kept_segments_do_not_pile_up(world):
    add_target(world, world.oakfield, "hosts", "hosts", audiences=BOTH)
    for number in range(6):
        publish(world, world.oakfield, f"m{number}.example")
    kept = [file for file in (world.ports.store.folder / "compiled").rglob("*") if file.is_file()]
    assert 0 < len(kept) <= 8


def test_the_small_are_not_kept_at_all(world, monkeypatch):
    monkeypatch.setattr(segment_files, "LEAST", 1 << 18)
    publish(world, world.oakfield, "x.com")
    assert not list((world.ports.store.folder / "compiled").rglob("*"))
