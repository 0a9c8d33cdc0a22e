"""A browser on which somebody signed in before, while wrong passwords come from elsewhere."""

import pytest

from firewall_admin.core import events_people as events
from firewall_admin.core.people import system
from firewall_admin.db.tables import Person

from .member import member
from .test_sign_in import EMAIL, GOOD, client, cookie, enter, kept

__all__ = ["client", "kept"]


def test_a_browser_that_signed_in_before_comes_in_while_others_are_paused(app, world, client):
    enter(client)
    kept = client.get_cookie("device")
    assert kept.http_only
    assert EMAIL not in kept.value
    client.send("/sign-out")
    client.forget_token()
    stranger = member(app, world)
    assert [enter(stranger, "wrong gravel otter").status_code for _ in range(11)] == [400] * 10 + [429]
    assert enter(stranger).status_code == 429
    assert enter(client).status_code == 303


@pytest.mark.parametrize("harm", ["another account", "another key", "a year later"])
def test_what_does_not_prove_a_known_browser_is_none(app, world, client, harm):
    enter(client)
    value = cookie(client, "device")
    for _ in range(10):
        enter(member(app, world), "wrong gravel otter")
    if harm == "another account":
        with world.db.change(system(world.oakfield.id)) as change:
            change.session.get_one(Person, world.oakfield.network_manager.person_id).email = "new@oakfield.example"
            change.did(events.PasswordSet())
        for _ in range(10):
            member(app, world).send("/sign-in", email="new@oakfield.example", password="wrong gravel otter")
    elif harm == "another key":
        value = value[:-2] + ("AA" if not value.endswith("AA") else "BB")
    else:
        world.clock.pass_by(days=365)
        for _ in range(10):
            enter(member(app, world), "wrong gravel otter")
    again = member(app, world)
    again.set_cookie("device", value)
    address = "new@oakfield.example" if harm == "another account" else EMAIL
    assert again.send("/sign-in", email=address, password=GOOD).status_code == 429
