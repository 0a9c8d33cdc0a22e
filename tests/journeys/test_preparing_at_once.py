"""Whoever is faster: two workers, a hold, an edit or a kill in the middle of a release being made."""

import threading

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from firewall_admin import worker
from firewall_admin.core import events_releases
from firewall_admin.core.people import system
from firewall_admin.db.tables import Release
from firewall_admin.journeys import preparing, release_files, releases

from .release_world import (
    add_target,
    block,
    live,
    live_policy,
    publish,
    states,
    told,
    with_folders,
)


@pytest.fixture
def world(world, tmp_path):
    return with_folders(world, tmp_path)


def test_a_hold_laid_while_a_release_is_made_stops_it(world, monkeypatch):
    publish(world, world.oakfield, "x.com")
    usual = release_files.write_all

    def slow(*asked):
        usual(*asked)
        releases.hold(world.ports, world.oakfield.network_manager, reason="stop")

    monkeypatch.setattr(preparing, "write_all", slow)
    block(world, world.oakfield, "tiktok.com")
    worker.once(world.ports)
    assert states(world, world.oakfield) == [(1, "published")]


def test_an_edit_made_while_a_release_is_prepared_overtakes_it(world, monkeypatch):
    block(world, world.oakfield, "x.com")
    usual = release_files.write_all

    def slow(*asked):
        monkeypatch.setattr(preparing, "write_all", usual)
        block(world, world.oakfield, "tiktok.com")
        usual(*asked)

    monkeypatch.setattr(preparing, "write_all", slow)
    worker.once(world.ports)
    assert {rule.domain for rule in live_policy(world, world.oakfield).rules} == {"x.com", "tiktok.com"}
    assert states(world, world.oakfield) == [(1, "published")]


def test_a_slow_worker_can_not_put_older_files_into_a_newer_release(world, monkeypatch):
    """Both make number 1; the slow one has the older edit and writes its files last."""
    target = add_target(world, world.oakfield)
    block(world, world.oakfield, "x.com")
    usual = release_files.write_all

    def overtaken(*asked):
        monkeypatch.setattr(preparing, "write_all", usual)
        block(world, world.oakfield, "tiktok.com")
        worker.once(world.ports)
        usual(*asked)

    monkeypatch.setattr(preparing, "write_all", overtaken)
    worker.once(world.ports)
    folder = world.ports.store.releases_folder(str(world.oakfield.id))
    [kept] = folder.iterdir()
    assert "tiktok.com" in (kept / str(target) / "pupils.txt").read_text()


def test_two_workers_at_once_never_make_a_release_twice(world):
    add_target(world, world.oakfield, delivery="folder", folder=str(world.ports.folders.roots[0] / "a"))
    for number in range(4):
        block(world, world.oakfield, f"n{number}.example")
        workers = [threading.Thread(target=worker.once, args=(world.ports,)) for _ in range(4)]
        for one in workers:
            one.start()
        for one in workers:
            one.join()
        worker.once(world.ports)
    assert states(world, world.oakfield) == [(1, "replaced"), (2, "replaced"), (3, "replaced"), (4, "published")]
    lines = told(world, world.oakfield)
    for number in range(1, 5):
        assert sum(f"published release {number} " in line for line in lines) == 1
        assert sum(f"delivered release {number} to" in line for line in lines) <= 1
    assert sum("delivered release 4 to" in line for line in lines) == 1


def test_the_database_itself_refuses_a_second_published_release(world):
    publish(world, world.oakfield, "x.com")
    with world.db.look() as session:
        first = session.scalars(select(Release).where(Release.school_id == world.oakfield.id)).one()
    parts = {key: value for key, value in vars(first).items() if key not in ("_sa_instance_state", "id", "number")}

    def mistake():
        with world.db.change(system(world.oakfield.id)) as change:
            change.session.add(Release(**parts, number=2))
            change.did(events_releases.ReleasePublished(2, "a mistake", 0, 0))

    with pytest.raises(IntegrityError):
        mistake()


def test_only_the_last_twenty_releases_keep_their_files_and_the_one_in_force(world):
    add_target(world, world.oakfield)
    for number in range(release_files.LAST + 3):
        publish(world, world.oakfield, f"n{number}.example")
    folder = world.ports.store.releases_folder(str(world.oakfield.id))
    assert sorted(int(one.name.partition("-")[0]) for one in folder.iterdir()) == list(range(4, 24))
    assert len(states(world, world.oakfield)) == 23
    releases.go_back(world.ports, world.oakfield.network_manager, number=2, reason="broken lesson")
    worker.tidy(world.ports)
    first = live(world, world.oakfield)
    with world.db.look() as session:
        [target] = releases.targets_of(session, world.oakfield.id)
    _, files = release_files.ensure(world.ports, first, target)
    worker.tidy(world.ports)
    assert [one.path for one in files] == ["pupils.txt"]
    assert release_files.folder_of(world.ports, first, target).is_dir()


def test_what_a_killed_worker_left_is_removed_once_a_newer_release_stands(world, monkeypatch):
    add_target(world, world.oakfield)
    usual = releases.school_of

    def killed(change):
        raise SystemExit

    monkeypatch.setattr(preparing, "school_of", killed)
    with pytest.raises(SystemExit):
        worker.once(world.ports)
    folder = world.ports.store.releases_folder(str(world.oakfield.id))
    [left] = folder.iterdir()
    assert not worker.tidy(world.ports), "it may be another worker's, at work"
    monkeypatch.setattr(preparing, "school_of", usual)
    worker.once(world.ports)
    assert left not in set(folder.iterdir())
    assert len(list(folder.iterdir())) == 1
