"""What a release takes from the files of the one before it, and that nobody can tell from its bytes."""

import hashlib
import json
import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from firewall_admin import worker
from firewall_admin.adapters import earlier_files, kept_files, output_folder, segment_files
from firewall_admin.adapters.release_folders import manifest_of
from firewall_admin.core.compiled import compile_policy
from firewall_admin.core.events_releases import HoldLifted
from firewall_admin.db.tables import ListRow, TargetRow
from firewall_admin.journeys import lists, release_contents, release_files
from firewall_admin.journeys.assignments import assign

from .release_world import add_target, block, live, publish, row, with_folders

BOTH = ("pupils", "staff")
LARGE = {"unbound": "unbound.conf", "dnsmasq": "pupils.conf", "adguard": "clients.txt", "hosts": "staff.hosts"}


@pytest.fixture
def world(world, tmp_path, monkeypatch):
    monkeypatch.setattr(segment_files, "LEAST", 1)
    monkeypatch.setattr(earlier_files, "LEAST", 1)
    world = with_folders(world, tmp_path)
    manager = world.oakfield.network_manager
    text = "".join(f"n{number}.example\n" for number in range(300)).encode()
    lists.add(world.ports, manager, title="Big", role="blocked", text=text)
    assign(world.ports, manager, slug="big", to=BOTH)
    return world


@pytest.fixture
def shared(monkeypatch):
    """By a file's path, how many bytes of it stand in an earlier file alone."""
    found, usual = {}, kept_files.keep

    def keep(place, base, parts):
        usual(place, base, parts)
        path = next(path for path in (*LARGE.values(), place.name) if place.as_posix().endswith(path))
        found[path] = sum(kept_files.length(part) for part in parts if not isinstance(part, bytes))

    monkeypatch.setattr(kept_files, "keep", keep)
    return found


def folder(world, target) -> Path:
    return release_files.folder_of(world.ports, live(world, world.oakfield), row(world, target))


def contents(place):
    """What there is for whoever asks for the files of a folder."""
    return {path: read(place / path) for path in output_folder.files_of(place)}


def read(file):
    with kept_files.find(file).open() as there:
        return there.read()


def in_full(world, target, place):
    """What a full build of the release in force writes."""
    release = live(world, world.oakfield)
    policy, since = release_contents.rebuild(world.ports, release), release_contents.since_of(release)
    compiled = compile_policy(policy, release.at, release=release.number, since=since)
    release_files.write(world.ports, place, compiled, row(world, target))
    return contents(place)


def test_every_format_is_to_the_byte_what_a_full_build_writes(world, tmp_path, shared):
    targets = {name: add_target(world, world.oakfield, name, name, audiences=BOTH) for name in (*LARGE, "edl", "rpz")}
    publish(world, world.oakfield, "x.com")
    shared.clear()
    for name in ("tiktok.com", "a.n7.example", "zz.example"):
        world.clock.pass_by(minutes=5)
        publish(world, world.oakfield, name)
        for format_, target in targets.items():
            assert contents(folder(world, target)) == in_full(world, target, tmp_path / f"{format_}-{name}")
    for path in LARGE.values():
        assert shared[path] > 3_000


def test_an_edit_between_that_no_release_was_made_of_is_in_the_next(world, tmp_path, shared):
    target = add_target(world, world.oakfield, "unbound", "unbound", audiences=BOTH)
    publish(world, world.oakfield, "x.com")
    for name in ("tiktok.com", "n12.example"):
        block(world, world.oakfield, name)
    worker.once(world.ports)
    assert contents(folder(world, target)) == in_full(world, target, tmp_path / "again")
    assert shared["unbound.conf"] > 3_000


@pytest.mark.parametrize("harm", ["a letter", "cut", "gone", "another header"])
def test_what_somebody_did_to_a_published_file_is_not_carried_on(world, tmp_path, shared, harm):
    target = add_target(world, world.oakfield, "unbound", "unbound", audiences=BOTH)
    publish(world, world.oakfield, "x.com")
    file = folder(world, target) / "unbound.conf"
    text = file.read_bytes()
    manifest = file.with_name("manifest.json").stat().st_mtime_ns
    shared.clear()
    if harm == "gone":
        file.unlink()
    else:
        new = {
            "a letter": text.replace(b"n7.example", b"n_.example"),
            "cut": text[:-20],
            "another header": text.replace(b"release: ", b"Release: "),
        }
        file.write_bytes(new[harm])
        os.utime(file, ns=(manifest, manifest if harm != "a letter" else manifest + 1))
    publish(world, world.oakfield, "tiktok.com")
    assert not shared
    assert contents(folder(world, target)) == in_full(world, target, tmp_path / "again")


def test_a_target_that_is_for_others_now_takes_nothing_wrong(world, tmp_path):
    target = add_target(world, world.oakfield, "unbound", "unbound", audiences=BOTH)
    publish(world, world.oakfield, "x.com")
    with world.db.change(world.oakfield.network_manager) as change:
        change.session.get_one(TargetRow, target).audiences = ["staff"]
        change.did(HoldLifted("for others now"))
    publish(world, world.oakfield, "tiktok.com")
    assert contents(folder(world, target)) == in_full(world, target, tmp_path / "again")


def test_the_manifest_tells_the_hash_of_the_bytes_that_are_there(world, shared):
    target = add_target(world, world.oakfield, "adguard", "adguard", audiences=BOTH)
    publish(world, world.oakfield, "x.com")
    publish(world, world.oakfield, "tiktok.com")
    place = folder(world, target)
    for entry in manifest_of(place)["files"]:
        content = read(place / entry["path"])
        assert (entry["sha256"], entry["bytes"]) == (hashlib.sha256(content).hexdigest(), len(content))
    assert json.loads((place / "manifest.json").read_text())["release"] == live(world, world.oakfield).number
    assert shared


@pytest.mark.parametrize("step", ["copying", "the manifest", "the exchange"])
def test_whoever_dies_between_any_two_steps_leaves_the_old_release_whole(world, monkeypatch, step):
    target = add_target(world, world.oakfield, "unbound", "unbound", audiences=BOTH)
    publish(world, world.oakfield, "x.com")
    before, number = contents(folder(world, target)), live(world, world.oakfield).number

    class Killed(BaseException):
        """As good as a signal that can't be caught."""

    def die(*given, **named):
        raise Killed

    usual = earlier_files.parts
    if step == "copying":
        dying = lambda *given: (die() if number else part for number, part in enumerate(usual(*given)))
        monkeypatch.setattr(earlier_files, "parts", dying)
    else:
        where = {"the manifest": (release_files, "manifest"), "the exchange": (output_folder, "_put_in_place")}[step]
        monkeypatch.setattr(*where, die)
    with pytest.raises(Killed):
        publish(world, world.oakfield, "tiktok.com")
    monkeypatch.undo()
    assert live(world, world.oakfield).number == number
    assert contents(folder(world, target)) == before
    worker.once(world.ports)
    assert live(world, world.oakfield).number == number + 1
    assert b"tiktok.com" in read(folder(world, target) / "unbound.conf")


@pytest.mark.parametrize("harm", ["base changed", "base gone", "base cut", "parts cut", "parts gone", "parts beyond"])
def test_a_file_of_parts_that_somebody_harmed_is_made_again_whole(world, tmp_path, harm):
    target = add_target(world, world.oakfield, "unbound", "unbound", audiences=BOTH)
    for name in ("x.com", "y.com"):
        publish(world, world.oakfield, name)
    place = folder(world, target) / "unbound.conf"
    before = read(place)
    base, parts = (place.with_name(place.name + ending) for ending in (kept_files.BASE, kept_files.PARTS))
    assert not place.exists()
    harms: dict[str, Callable[[], object]] = {
        "base changed": lambda: base.write_bytes(base.read_bytes().replace(b"n7.example", b"n_.example")),
        "base gone": base.unlink,
        "base cut": lambda: os.truncate(base, 100),
        "parts cut": lambda: os.truncate(parts, 20),
        "parts gone": parts.unlink,
        "parts beyond": lambda: parts.write_text(f"[[0,{base.stat().st_size + 1}]]"),
    }
    harms[harm]()
    release_files.ensure(world.ports, live(world, world.oakfield), row(world, target))
    assert read(place) == before
    publish(world, world.oakfield, "z.com")
    assert contents(folder(world, target)) == in_full(world, target, tmp_path / "again")


def test_a_release_that_changes_nothing_of_a_file_of_parts_takes_it_over(world, shared):
    target = add_target(world, world.oakfield, "hosts", "hosts", audiences=BOTH)
    squid = add_target(world, world.oakfield, "squid", "squid", audiences=BOTH)
    for name in ("x.com", "y.com"):
        publish(world, world.oakfield, name)
    text = "".join(f"n{number}.example\n" for number in range(301)).encode()
    with world.db.look() as session:
        listed = session.query(ListRow).filter_by(slug="big").one()
    lists.replace(world.ports, world.oakfield.network_manager, listed=listed.id, text=text)
    worker.once(world.ports)
    path = next(path for path in shared if path.startswith("lists-"))
    then = folder(world, squid) / "lists" / path
    assert not then.exists()
    publish(world, world.oakfield, "z.com")
    now = folder(world, squid) / "lists" / path
    assert now != then
    assert read(now) == read(then)
    assert [a.samefile(b) for a, b in zip(kept_files.find(now).written, kept_files.find(then).written, strict=True)]
    assert read(folder(world, target) / "staff.hosts")


def test_twenty_releases_take_the_room_of_one(world):
    target = add_target(world, world.oakfield, "unbound", "unbound", audiences=BOTH)
    publish(world, world.oakfield, "x.com")
    whole = (folder(world, target) / "unbound.conf").stat().st_ino
    for number in range(21):
        publish(world, world.oakfield, f"m{number}.example")
    there = kept_files.find(folder(world, target) / "unbound.conf")
    assert there.base.stat().st_ino == whole
    assert there.written[1].stat().st_size < there.size / 10


def test_many_differences_are_written_as_a_whole_file(world, tmp_path, monkeypatch):
    target = add_target(world, world.oakfield, "unbound", "unbound", audiences=BOTH)
    publish(world, world.oakfield, "x.com")
    monkeypatch.setattr(output_folder, "_MOST", 3)
    publish(world, world.oakfield, "a.n7.example")
    assert (folder(world, target) / "unbound.conf").is_file()
    assert contents(folder(world, target)) == in_full(world, target, tmp_path / "again")


def test_a_disk_without_second_names_gets_whole_files(world, tmp_path, monkeypatch):
    target = add_target(world, world.oakfield, "unbound", "unbound", audiences=BOTH)
    publish(world, world.oakfield, "x.com")

    def refuse(one, other):
        raise OSError(1, "no links here")

    monkeypatch.setattr(os, "link", refuse)
    publish(world, world.oakfield, "tiktok.com")
    assert contents(folder(world, target)) == in_full(world, target, tmp_path / "again")
    assert (folder(world, target) / "unbound.conf").is_file()


def test_a_bundle_and_a_folder_hold_whole_files(world, tmp_path):
    place = world.ports.folders.roots[0] / "firewall"
    target = add_target(
        world, world.oakfield, "unbound", "unbound", audiences=BOTH, delivery="folder", folder=str(place)
    )
    for name in ("x.com", "y.com"):
        publish(world, world.oakfield, name)
    kept = folder(world, target) / "unbound.conf"
    assert not kept.exists()
    assert (place / "unbound.conf").read_bytes() == read(kept)
    assert sorted(path.name for path in place.iterdir()) == ["manifest.json", "unbound.conf"]
    release, targets = live(world, world.oakfield), [row(world, target)]
    with zipfile.ZipFile(release_files.bundle(world.ports, release, targets)) as packed:
        assert packed.read("unbound/unbound.conf") == read(kept)
        assert {name for name in packed.namelist() if name.startswith("unbound/")} == {
            "unbound/manifest.json",
            "unbound/unbound.conf",
        }
