"""The sample of everything the look is made of, and a world with somebody who visits it."""

import pytest
from flask import Flask

from firewall_admin.app import create_app
from firewall_admin.settings import Settings
from firewall_admin.web.surroundings import Person
from tests.world import World

from . import sample
from .member import Member, member
from .page import Visitor, visit

MANAGER = Person("Dan <b>Price</b>", "network manager")


@pytest.fixture
def sample_app() -> Flask:
    """One of one's own, to be changed; a network manager is signed in."""
    return sample.create(MANAGER)


@pytest.fixture(scope="package")
def visitor() -> Visitor:
    """A network manager, signed in. One for all tests that only look: an application takes a while to make."""
    return visit(sample.create(MANAGER))


@pytest.fixture
def app(world: World) -> Flask:
    """The whole application on that world."""
    return create_app(Settings(), world.ports)


@pytest.fixture
def client(app: Flask, world: World) -> Member:
    """A browser: `client.sign_in(world.oakfield.teacher)`, `client.get(path).page`, `client.send(path, field=…)`."""
    return member(app, world)
