"""Whoever sends what they may not send is refused, and that is on record."""

from tests.journeys.looking import trail
from tests.journeys.request_world import assessed, furnished


def tried(world, school):
    return [line for line in trail(world, school) if "tried what they may not do" in line]


def test_who_may_not_decide_and_sends_it_all_the_same_is_on_record_once_an_hour(client, world):
    oakfield = furnished(world)
    row = assessed(world, oakfield)
    client.sign_in(oakfield.network_manager)
    for _ in range(3):
        assert client.send(f"/requests/{row.id}/decide", outcome="approved", reason="mine").status_code == 403
    (line,) = tried(world, oakfield)
    assert line.startswith(oakfield.network_manager.name)
    assert "decisions" in line
    world.clock.pass_by(minutes=61)
    client.sign_in(oakfield.network_manager)
    client.send(f"/requests/{row.id}/decide", outcome="approved", reason="mine")
    assert len(tried(world, oakfield)) == 2


def test_who_follows_a_link_to_a_closed_door_has_done_nothing(client, world):
    client.sign_in(world.oakfield.teacher)
    assert client.get("/policy").status_code == 403
    assert tried(world, world.oakfield) == []
