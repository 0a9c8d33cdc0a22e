"""Going back by itself: only where the school chose it, only for what a release has broken, and once."""

import pytest

from firewall_admin.core.refusals import NotAllowed
from firewall_admin.db.tables import School
from firewall_admin.journeys import going_back

from .check_world import ALL_TRIES, checked_target, follow, with_resolver, work
from .release_world import live, publish, told, with_folders


@pytest.fixture
def world(world, tmp_path):
    return with_folders(world, tmp_path)


@pytest.fixture
def resolver(world):
    """Release 1 was seen to be good, and release 2 is published and not loaded yet."""
    found = with_resolver(world)
    checked_target(world)
    publish(world, world.oakfield, "games.example")
    follow(world, found)
    work(world, 5, 15)
    publish(world, world.oakfield, "chat.example")
    return found


def chosen(world):
    going_back.choose(world.ports, world.oakfield.network_manager, goes_back=True)


def hold(world):
    with world.db.look() as session:
        return session.get_one(School, world.oakfield.id).hold


def test_a_release_that_silences_the_resolver_is_taken_back_once(world, resolver):
    chosen(world)
    resolver.broken = "unreachable"
    work(world, *ALL_TRIES)
    assert live(world, world.oakfield).number == 1
    assert "went back to release 1 by itself" in hold(world)
    said = [line for line in told(world, world.oakfield) if "went back from release 2 to release 1 by itself" in line]
    assert len(said) == 1
    work(world, *ALL_TRIES)
    assert live(world, world.oakfield).number == 1, "it stops there, and people decide"
    assert len([line for line in told(world, world.oakfield) if "by itself, as the school has chosen" in line]) == 1


def test_a_release_that_breaks_what_was_right_is_taken_back(world, resolver):
    chosen(world)
    follow(world, resolver)
    resolver.lies["use-application-dns.net"] = ("203.0.113.9",)
    work(world, *ALL_TRIES)
    assert live(world, world.oakfield).number == 1


def test_without_that_choice_nothing_is_taken_back(world, resolver):
    resolver.broken = "unreachable"
    work(world, *ALL_TRIES)
    assert live(world, world.oakfield).number == 2
    assert hold(world) is None


def test_a_target_that_has_its_old_files_is_no_reason(world, resolver):
    chosen(world)
    work(world, *ALL_TRIES)
    assert live(world, world.oakfield).number == 2


def test_there_is_no_going_back_to_what_was_never_seen_to_work(world):
    found = with_resolver(world)
    found.broken = "unreachable"
    checked_target(world)
    chosen(world)
    publish(world, world.oakfield, "games.example")
    publish(world, world.oakfield, "chat.example")
    work(world, *ALL_TRIES)
    assert live(world, world.oakfield).number == 2


def test_who_publishes_chooses_and_nobody_else(world):
    with pytest.raises(NotAllowed):
        going_back.choose(world.ports, world.oakfield.headteacher, goes_back=True)
    chosen(world)
    assert "chose that the service goes back to the last good release by itself" in told(world, world.oakfield)[-1]
    with world.db.look() as session:
        assert going_back.is_chosen(session, world.oakfield.id)
        assert not going_back.is_chosen(session, world.elmfield.id)
