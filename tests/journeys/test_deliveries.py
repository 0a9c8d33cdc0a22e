"""Folders get what is published, whole, again and again until they have it, and their servers are told."""

import os
import shutil
import sys
import tempfile
from dataclasses import replace

import pytest

from firewall_admin import worker
from firewall_admin.adapters import folders as folders_adapter
from firewall_admin.adapters.folders import Folders
from firewall_admin.core.refusals import Busy, Refusal
from firewall_admin.journeys import deliveries as journey
from firewall_admin.journeys import release_files, releases, target_health, targets

from .release_world import add_target, block, deliveries, live, publish, row, told, with_folders


@pytest.fixture
def world(world, tmp_path):
    return with_folders(world, tmp_path)


@pytest.fixture
def folder(world):
    return world.ports.folders.roots[0] / "firewall"


def delivered(world, folder, school=None):
    return add_target(world, school or world.oakfield, delivery="folder", folder=str(folder))


def names(folder):
    return (folder / "pupils.txt").read_text().split()


def events(world, start):
    return [line for line in told(world, world.oakfield) if line.startswith(f"the service {start}")]


def test_a_published_release_is_in_the_folder_and_nothing_else_is(world, folder):
    target = delivered(world, folder)
    publish(world, world.oakfield, "x.com")
    assert "x.com" in names(folder)
    assert sorted(path.name for path in folder.iterdir()) == ["manifest.json", "pupils.txt"]
    assert sorted(path.name for path in folder.parent.iterdir()) == ["firewall"]
    assert [one.state for one in deliveries(world, target)] == ["done"]
    assert events(world, "delivered") == ["the service delivered release 1 to firewall."]


def test_a_folder_that_can_not_be_written_keeps_what_it_has_and_is_tried_again_later_and_later(world, folder):
    target = delivered(world, folder)
    publish(world, world.oakfield, "x.com")
    shutil.rmtree(folder)
    folder.write_text("in the way")
    publish(world, world.oakfield, "y.com")
    waits = []
    for _ in range(6):
        [_, now] = deliveries(world, target)
        assert now.state == "failed"
        waits.append((now.next_try - world.clock.at).total_seconds())
        world.clock.at = now.next_try
        worker.once(world.ports)
    assert waits == [30, 120, 600, 3600, 3600, 3600]
    assert folder.read_text() == "in the way"
    assert len(events(world, "could not deliver")) == 1
    with world.db.look() as session:
        found = target_health.health(session, row(world, target), None, world.clock.at)
    assert (found.level, "is not a folder" in found.text) == ("danger", True)
    folder.unlink()
    world.clock.pass_by(hours=1)
    worker.once(world.ports)
    assert {"x.com", "y.com"} <= set(names(folder))
    assert [one.state for one in deliveries(world, target)] == ["done", "done"]


def test_a_read_only_place_keeps_what_it_has(world, folder, monkeypatch):
    target = delivered(world, folder)
    publish(world, world.oakfield, "x.com")
    usual = tempfile.mkdtemp

    def read_only(*asked, **how):
        if how.get("dir") == folder.parent:
            raise OSError(30, "Read-only file system")
        return usual(*asked, **how)

    monkeypatch.setattr("tempfile.mkdtemp", read_only)
    publish(world, world.oakfield, "y.com")
    assert "y.com" not in names(folder)
    assert "x.com" in names(folder)
    assert "Read-only file system" in deliveries(world, target)[-1].detail


def test_a_full_disk_in_the_middle_of_a_copy_leaves_the_old_folder_and_no_rubbish(world, folder, monkeypatch):
    target = delivered(world, folder)
    publish(world, world.oakfield, "x.com")

    usual = os.fsync

    def full(handle):
        if str(folder.parent) in os.readlink(f"/proc/self/fd/{handle}"):
            raise OSError(28, "No space left on device")
        usual(handle)

    monkeypatch.setattr(os, "fsync", full)
    publish(world, world.oakfield, "y.com")
    assert "x.com" in names(folder)
    assert "y.com" not in names(folder)
    assert [path.name for path in folder.parent.iterdir()] == ["firewall"]
    assert "No space left" in deliveries(world, target)[-1].detail
    monkeypatch.undo()
    world.clock.pass_by(seconds=30)
    worker.once(world.ports)
    assert "y.com" in names(folder)


def test_files_lost_before_they_are_delivered_are_made_again_and_an_empty_folder_is_never_delivered(world, folder):
    delivered(world, folder)
    publish(world, world.oakfield, "x.com")
    publish(world, world.oakfield, "y.com")
    shutil.rmtree(world.ports.store.folder / "releases")
    releases.go_back(world.ports, world.oakfield.network_manager, number=1, reason="broken")
    worker.once(world.ports)
    assert "x.com" in names(folder)
    assert "y.com" not in names(folder)


def test_where_files_can_not_be_made_again_the_folder_keeps_what_it_has(world, folder):
    target = delivered(world, folder)
    publish(world, world.oakfield, "x.com")
    publish(world, world.oakfield, "y.com")
    shutil.rmtree(world.ports.store.folder / "releases")
    shutil.rmtree(world.ports.store.folder / "snapshots")
    releases.go_back(world.ports, world.oakfield.network_manager, number=1, reason="broken")
    worker.once(world.ports)
    assert "y.com" in names(folder)
    assert deliveries(world, target)[0].state == "failed"


def test_a_damaged_file_is_never_delivered_but_made_again(world, folder):
    delivered(world, folder)
    publish(world, world.oakfield, "x.com")
    publish(world, world.oakfield, "y.com")
    releases_folder = world.ports.store.releases_folder(str(world.oakfield.id))
    [kept] = [one for one in releases_folder.iterdir() if one.name.startswith("1-")]
    [file] = kept.rglob("pupils.txt")
    damaged = bytearray(file.read_bytes())
    damaged[3] ^= 1
    file.write_bytes(bytes(damaged))
    releases.go_back(world.ports, world.oakfield.network_manager, number=1, reason="broken")
    worker.once(world.ports)
    assert folder.joinpath("pupils.txt").read_bytes() != bytes(damaged)
    assert "x.com" in names(folder)


def test_the_folder_of_another_export_is_not_touched(world, folder):
    target = delivered(world, folder)
    folder.mkdir(parents=True)
    (folder / "named.conf").write_text("somebody's own")
    publish(world, world.oakfield, "x.com")
    assert (folder / "named.conf").read_text() == "somebody's own"
    assert "other files" in deliveries(world, target)[0].detail


def program(*lines):
    return (sys.executable, "-c", "\n".join(("import os, pathlib, sys", *lines)))


def with_command(world, *command, **more):
    found = replace(world.ports.folders, reload_commands={"firewall": command}, **more)
    world.ports = replace(world.ports, folders=found)


def test_the_server_is_told_after_the_files_are_in_place(world, folder, tmp_path):
    with_command(
        world, *program(f"pathlib.Path({str(tmp_path / 'seen')!r}).write_text(os.listdir({str(folder)!r})[0])")
    )
    delivered(world, folder)
    publish(world, world.oakfield, "x.com")
    assert (tmp_path / "seen").read_text() in ("manifest.json", "pupils.txt")


def test_a_reload_that_fails_is_told_and_tried_again_with_the_files_in_place(world, folder, tmp_path):
    flag = tmp_path / "flag"
    with_command(
        world,
        *program(
            f"ok = pathlib.Path({str(flag)!r}).exists()", "print('line 7:\\nsyntax\\x1b[31m')", "sys.exit(not ok)"
        ),
    )
    target = delivered(world, folder)
    publish(world, world.oakfield, "x.com")
    assert "x.com" in names(folder)
    [failed] = deliveries(world, target)
    assert failed.state == "failed"
    assert failed.detail.startswith("the files are in place, but the reload command python")
    assert failed.detail.endswith("ended with status 1: line 7: syntax?[31m")
    flag.touch()
    world.clock.pass_by(seconds=30)
    worker.once(world.ports)
    assert [one.state for one in deliveries(world, target)] == ["done"]


@pytest.mark.parametrize(
    ("command", "why"),
    [
        (("/no/such/program",), "can't be run: No such file or directory"),
        ((sys.executable, "-c", "import time; time.sleep(60)"), "did not end within 0.3 seconds"),
    ],
)
def test_a_reload_that_is_not_there_or_hangs_is_a_failure_like_any_other(world, folder, command, why):
    with_command(world, *command, patience=0.3)
    target = delivered(world, folder)
    publish(world, world.oakfield, "x.com")
    assert deliveries(world, target)[0].detail.endswith(why)


def test_no_shell_reads_a_reload_command(world, folder, tmp_path):
    made = tmp_path / "made by a shell"
    with_command(world, *program("sys.exit(0 if sys.argv[1].startswith('$(touch') else 1)"), f"$(touch '{made}')")
    target = delivered(world, folder)
    publish(world, world.oakfield, "x.com")
    assert deliveries(world, target)[0].state == "done"
    assert not made.exists()


def test_nothing_runs_for_a_target_of_another_name(world, folder, tmp_path):
    with_command(world, *program(f"pathlib.Path({str(tmp_path / 'ran')!r}).touch()"))
    add_target(world, world.oakfield, "other", delivery="folder", folder=str(folder))
    publish(world, world.oakfield, "x.com")
    assert not (tmp_path / "ran").exists()


def test_a_slow_worker_can_not_put_an_older_release_over_a_newer_one(world, folder, monkeypatch):
    """It has looked up release 1; until it copies, release 2 is published and another worker brings that."""
    target = delivered(world, folder)
    usual = release_files.ensure
    slow: list[int] = []

    def overtaken(ports, release, target_row):
        if not slow:
            slow.append(release.number)
            block(world, world.oakfield, "y.com")
            worker.once(world.ports)
        return usual(ports, release, target_row)

    monkeypatch.setattr(journey, "ensure", overtaken)
    publish(world, world.oakfield, "x.com")
    worker.once(world.ports)
    assert slow == [1]
    assert live(world, world.oakfield).number == 2
    assert "y.com" in names(folder)
    assert [one.state for one in deliveries(world, target)] == ["done"]
    assert events(world, "delivered") == ["the service delivered release 2 to firewall."]


def test_whoever_holds_the_turn_is_alone(tmp_path):
    with folders_adapter.turn(tmp_path / "locks" / "a"):
        with pytest.raises(Busy), folders_adapter.turn(tmp_path / "locks" / "a"):
            pytest.fail("two at once")
        with folders_adapter.turn(tmp_path / "locks" / "b"):
            pass
    with folders_adapter.turn(tmp_path / "locks" / "a"):
        pass


def test_a_removed_target_is_left_alone_with_what_it_has(world, folder):
    target = delivered(world, folder)
    publish(world, world.oakfield, "x.com")
    block(world, world.oakfield, "y.com")
    targets.remove(world.ports, world.oakfield.network_manager, target=target)
    worker.once(world.ports)
    assert "y.com" not in names(folder)
    assert "x.com" in names(folder)


def test_without_a_folder_set_aside_nothing_is_written_anywhere(world, folder):
    with pytest.raises(Refusal, match="set aside"):
        Folders().check(str(folder))
