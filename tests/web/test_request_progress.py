"""How long a decision took, on the page of its request."""

import pytest

from firewall_admin import worker
from tests.journeys.check_world import checked_target, follow, with_resolver, work
from tests.journeys.release_world import with_folders
from tests.journeys.request_world import assessed, decided, furnished


@pytest.fixture
def world(world, tmp_path):
    return with_folders(world, tmp_path)


def test_the_page_says_how_long_each_step_took_and_nothing_before_a_decision(client, world):
    fake = with_resolver(world)
    checked_target(world, "resolver")
    row = assessed(world, furnished(world))
    worker.once(world.ports)
    follow(world, fake)
    client.sign_in(world.oakfield.teacher)
    assert "How long it took" not in client.get(f"/requests/{row.id}").page.text
    decided(world, world.oakfield.headteacher, row)
    world.clock.pass_by(seconds=3)
    worker.once(world.ports)
    follow(world, fake)
    work(world, 5)
    client.sign_in(world.oakfield.teacher)
    text = " ".join(client.get(f"/requests/{row.id}").page.text.split())
    assert "It works now" in text
    assert "How long it took" in text
    for words in ("Decided", "Published", "3 seconds later", "Seen to work at resolver", "8 seconds later"):
        assert words in text.partition("How long it took")[2], words
