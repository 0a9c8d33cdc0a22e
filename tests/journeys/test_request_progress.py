"""How long a decision took: each step from rows, in the order of time, none that has not happened."""

from datetime import timedelta

import pytest

from firewall_admin import worker
from firewall_admin.db.tables import AccessRequest
from firewall_admin.journeys.request_progress import Happened, progress

from .check_world import checked_target, follow, with_resolver, work
from .release_world import add_target, with_folders
from .request_world import assessed, decided, furnished


@pytest.fixture
def world(world, tmp_path):
    return with_folders(world, tmp_path)


def steps(world, row):
    with world.db.look() as session:
        return progress(session, session.get_one(AccessRequest, row.id))


def test_each_step_stands_with_the_time_since_the_decision(world, tmp_path):
    fake = with_resolver(world)
    checked_target(world, "asked")
    place = str(tmp_path / "delivered" / "hall")
    add_target(world, world.oakfield, "hall", "unbound", delivery="folder", folder=place)
    row = assessed(world, furnished(world))
    worker.once(world.ports)
    follow(world, fake)
    assert steps(world, row) == ()
    began = world.clock.at
    decided(world, world.oakfield.headteacher, row)
    assert [one.words for one in steps(world, row)] == ["Decided"]
    world.clock.pass_by(seconds=2)
    worker.once(world.ports)
    assert [one.words for one in steps(world, row)] == ["Decided", "Published", "Put into the folder of hall"]
    follow(world, fake)
    work(world, 5, 15)
    found = steps(world, row)
    assert [one.words for one in found][-1] == "Seen to work at asked"
    assert [(one.at - began).total_seconds() for one in found][:3] == [0, 2, 2]
    assert [one.duration for one in found] == ["", "2 seconds", "2 seconds", "7 seconds"]


def test_a_refusal_took_nothing(world):
    row = assessed(world, furnished(world))
    decided(world, world.oakfield.headteacher, row, "refused")
    worker.once(world.ports)
    assert steps(world, row) == ()


def test_what_begins_later_is_counted_from_its_beginning(world):
    since = world.clock.at + timedelta(days=2)
    row = assessed(world, furnished(world), since=since, until=since + timedelta(days=5))
    decided(world, world.oakfield.headteacher, row)
    worker.once(world.ports)
    assert [one.words for one in steps(world, row)] == ["Decided"], "the release of that day does not open it yet"
    world.clock.at = since
    worker.once(world.ports)
    found = steps(world, row)
    assert [(one.words, one.at) for one in found][1:] == [("Published", since)]
    assert [one.after for one in found] == [timedelta(0), timedelta(0)]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, ""),
        (0.01, "0.1 seconds"),
        (0.2, "0.2 seconds"),
        (0.91, "1 second"),
        (1.41, "1.5 seconds"),
        (2, "2 seconds"),
        (9.95, "10 seconds"),
        (10.1, "11 seconds"),
        (119, "119 seconds"),
        (121, "3 minutes"),
        (7300, "3 hours"),
    ],
)
def test_a_duration_is_never_told_shorter_than_it_was(world, seconds, words):
    assert Happened("Seen", world.clock.at, timedelta(seconds=seconds)).duration == words
