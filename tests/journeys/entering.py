"""A network manager with a password, and how a test signs them in."""

from typing import Any

import pytest

from firewall_admin.core import events_people as events
from firewall_admin.core.people import system
from firewall_admin.core.refusals import Refusal
from firewall_admin.db.tables import Person
from firewall_admin.journeys import sign_in
from firewall_admin.journeys.proving import WRONG, Who
from firewall_admin.journeys.sessions import Present, present
from tests.world import World

GOOD = "lamp gravel otter"
EMAIL = "network-manager@oakfield.leics.sch.uk"


def with_password(world: World) -> World:
    """The same world, in which the network manager of Oakfield has a password."""
    with world.db.change(system(world.oakfield.id)) as change:
        manager = change.session.get_one(Person, world.oakfield.network_manager.person_id)
        manager.password = world.ports.passwords.keep(GOOD)
        change.did(events.PasswordSet())
    return world


def enter(world: World, password: str = GOOD, email: str = EMAIL, address: str = "127.0.0.1", **more: Any) -> str:
    """Sign in; the token of the session."""
    return sign_in.sign_in(world.ports, Who(email, address, "Firefox on Linux"), password=password, **more).token


def guess(world: World, times: int, **whom: str) -> None:
    """Try a wrong password so often."""
    for _ in range(times):
        with pytest.raises(Refusal) as refused:
            enter(world, "wrong gravel otter", **whom)
        assert refused.value.message == WRONG


def inside(world: World, token: str) -> Present:
    """Who is in by a session, which must be open."""
    who = present(world.ports, token=token)
    assert who is not None
    return who
