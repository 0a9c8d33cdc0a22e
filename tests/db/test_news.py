"""Whoever waits for work hears of a change: in its own process at once, in another by a file, and never by a change
that was not made."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

import pytest

from firewall_admin.core.events import SchoolChanged
from firewall_admin.core.people import system
from firewall_admin.db import news
from firewall_admin.db.change import Database
from firewall_admin.db.news import News
from tests.world import World

LONG = 60.0  # seconds: whoever is not told would wait so long
NEVER = threading.Event()


@contextmanager
def waiting(for_: News) -> Iterator[list[bool]]:
    """Somebody waits for as long as the block lasts; what came of it is in the list afterwards."""
    mark, found = for_.mark(), list[bool]()
    thread = threading.Thread(target=lambda: found.append(for_.wait(mark, LONG, NEVER)))
    thread.start()
    yield found
    thread.join(LONG / 2)
    assert not thread.is_alive(), "it still waits"


def rename(world: World) -> None:
    with world.db.change(system(world.oakfield.id)) as change:
        change.did(SchoolChanged("name", "another"))


def test_who_waits_in_the_same_process_is_told_of_a_change(world: World) -> None:
    with waiting(world.db.news) as found:
        rename(world)
    assert found == [True]


def test_who_waits_in_another_process_is_told_by_the_file_of_their_database(tmp_path: Path) -> None:
    world = World(tmp_path)
    other = Database(str(world.db.engine.url), world.clock)
    with waiting(other.news) as found:
        rename(world)
    assert found == [True]


def test_where_the_database_is_no_file_they_meet_at_another(tmp_path: Path) -> None:
    mine, theirs = News(tmp_path / "news"), News(tmp_path / "news")
    with waiting(theirs) as found:
        mine.tell()
    assert found == [True]


def test_what_was_told_before_the_mark_is_no_news_and_what_was_told_between_is(tmp_path: Path) -> None:
    one = News(tmp_path / "news")
    one.tell()
    mark = one.mark()
    assert not one.wait(mark, 0, NEVER)
    one.tell()
    assert one.wait(mark, LONG, NEVER)


def test_a_change_that_failed_and_bookkeeping_are_no_news(world: World) -> None:
    mark = world.db.news.mark()
    with pytest.raises(ZeroDivisionError), world.db.change(system(world.oakfield.id)):
        raise ZeroDivisionError
    with world.db.note():
        pass
    with world.db.look():
        pass
    assert world.db.news.mark() == mark


def test_a_file_that_can_not_be_written_spoils_no_act(tmp_path: Path) -> None:
    one = News(tmp_path / "no" / "such" / "folder")
    with waiting(one) as found:
        one.tell()
    assert found == [True]


def test_the_file_stays_small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(news, "LARGEST", 10)
    one = News(tmp_path / "news")
    marks = [one.mark()]
    for _ in range(25):
        one.tell()
        marks.append(one.mark())
    assert all(before != after for before, after in pairwise(marks))
    assert (tmp_path / "news").stat().st_size <= 10


def test_who_is_told_to_stop_does_not_wait(tmp_path: Path) -> None:
    stop = threading.Event()
    one = News(tmp_path / "news")
    stop.set()
    assert not one.wait(one.mark(), LONG, stop)
