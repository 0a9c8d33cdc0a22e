"""What a release takes from the files of the one before it, and that nobody can tell from its bytes."""

import hashlib
import json
import os
from pathlib import Path

import pytest

from firewall_admin import worker
from firewall_admin.adapters import earlier_files, output_folder, segment_files
from firewall_admin.adapters.release_folders import manifest_of
from firewall_admin.core.compiled import compile_policy
from firewall_admin.core.events_releases import HoldLifted
from firewall_admin.db.tables import TargetRow
from firewall_admin.journeys import lists, release_contents, release_files
from firewall_admin.journeys.assignments import assign

from .release_world import add_target, block, live, publish, row, with_folders

BOTH = ("pupils", "staff")
LARGE = {"unbound": "unbound.conf", "dnsmasq": "pupils.conf", "adguard": "clients.txt", "hosts": "staff.hosts"}


@pytest.fixture
def world(world, tmp_path, monkeypatch):
    monkeypatch.setattr(segment_files, "LEAST", 1)
    monkeypatch.setattr(earlier_files, "_LEAST", 1)
    world = with_folders(world, tmp_path)
    manager = world.oakfield.network_manager
    text = "".join(f"n{number}.example\n" for number in range(300)).encode()
    lists.add(world.ports, manager, title="Big", role="blocked", text=text)
    assign(world.ports, manager, slug="big", to=BOTH)
    return world


@pytest.fixture
def copied(monkeypatch):
    """By the last part of a file's path, how many bytes were copied into it."""
    found, usual = {}, output_folder._write

    def write(folder, file, pieces=None):
        if pieces is None:
            return usual(folder, file)
        told = list(pieces)
        found[file.path] = sum(len(piece) for piece in told if isinstance(piece, memoryview))
        return usual(folder, file, [bytes(piece) for piece in told])

    def cut(view, start, stop):
        yield from [memoryview(bytes(view[start:stop]))] if start < stop else []

    monkeypatch.setattr(output_folder, "_write", write)
    monkeypatch.setattr(earlier_files, "_cut", cut)
    return found


def folder(world, target) -> Path:
    return release_files.folder_of(world.ports, live(world, world.oakfield), row(world, target))


def contents(place):
    return {f.relative_to(place).as_posix(): f.read_bytes() for f in place.rglob("*") if f.is_file()}


def in_full(world, target, place):
    """What a full build of the release in force writes."""
    release = live(world, world.oakfield)
    policy, since = release_contents.rebuild(world.ports, release), release_contents.since_of(release)
    compiled = compile_policy(policy, release.at, release=release.number, since=since)
    release_files.write(world.ports, place, compiled, row(world, target))
    return contents(place)


def test_every_format_is_to_the_byte_what_a_full_build_writes(world, tmp_path, copied):
    targets = {name: add_target(world, world.oakfield, name, name, audiences=BOTH) for name in (*LARGE, "edl", "rpz")}
    publish(world, world.oakfield, "x.com")
    copied.clear()
    for name in ("tiktok.com", "a.n7.example", "zz.example"):
        world.clock.pass_by(minutes=5)
        publish(world, world.oakfield, name)
        for format_, target in targets.items():
            assert contents(folder(world, target)) == in_full(world, target, tmp_path / f"{format_}-{name}")
    for path in LARGE.values():
        assert copied[path] > 3_000


def test_an_edit_between_that_no_release_was_made_of_is_in_the_next(world, tmp_path, copied):
    target = add_target(world, world.oakfield, "unbound", "unbound", audiences=BOTH)
    publish(world, world.oakfield, "x.com")
    for name in ("tiktok.com", "n12.example"):
        block(world, world.oakfield, name)
    worker.once(world.ports)
    assert contents(folder(world, target)) == in_full(world, target, tmp_path / "again")
    assert copied["unbound.conf"] > 3_000


@pytest.mark.parametrize("harm", ["a letter", "cut", "gone", "another header"])
def test_what_somebody_did_to_a_published_file_is_not_carried_on(world, tmp_path, copied, harm):
    target = add_target(world, world.oakfield, "unbound", "unbound", audiences=BOTH)
    publish(world, world.oakfield, "x.com")
    file = folder(world, target) / "unbound.conf"
    text = file.read_bytes()
    manifest = file.with_name("manifest.json").stat().st_mtime_ns
    copied.clear()
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
    assert not copied
    assert contents(folder(world, target)) == in_full(world, target, tmp_path / "again")


def test_a_target_that_is_for_others_now_takes_nothing_wrong(world, tmp_path):
    target = add_target(world, world.oakfield, "unbound", "unbound", audiences=BOTH)
    publish(world, world.oakfield, "x.com")
    with world.db.change(world.oakfield.network_manager) as change:
        change.session.get_one(TargetRow, target).audiences = ["staff"]
        change.did(HoldLifted("for others now"))
    publish(world, world.oakfield, "tiktok.com")
    assert contents(folder(world, target)) == in_full(world, target, tmp_path / "again")


def test_the_manifest_tells_the_hash_of_the_bytes_that_are_there(world, copied):
    target = add_target(world, world.oakfield, "adguard", "adguard", audiences=BOTH)
    publish(world, world.oakfield, "x.com")
    publish(world, world.oakfield, "tiktok.com")
    place = folder(world, target)
    for entry in manifest_of(place)["files"]:
        content = (place / entry["path"]).read_bytes()
        assert (entry["sha256"], entry["bytes"]) == (hashlib.sha256(content).hexdigest(), len(content))
    assert json.loads((place / "manifest.json").read_text())["release"] == live(world, world.oakfield).number
    assert copied


@pytest.mark.parametrize("step", ["copying", "the manifest", "the exchange"])
def test_whoever_dies_between_any_two_steps_leaves_the_old_release_whole(world, monkeypatch, step):
    target = add_target(world, world.oakfield, "unbound", "unbound", audiences=BOTH)
    publish(world, world.oakfield, "x.com")
    before, number = contents(folder(world, target)), live(world, world.oakfield).number

    class Killed(BaseException):
        """As good as a signal that can't be caught."""

    def die(*given, **named):
        raise Killed

    usual = earlier_files.pieces
    if step == "copying":
        dying = lambda *given: (die() if number else piece for number, piece in enumerate(usual(*given)))
        monkeypatch.setattr(earlier_files, "pieces", dying)
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
    assert b"tiktok.com" in (folder(world, target) / "unbound.conf").read_bytes()
