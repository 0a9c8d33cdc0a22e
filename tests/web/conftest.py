"""The sample of everything the look is made of, and a world with somebody who visits it."""

from collections.abc import Iterator

import pytest
from flask import Flask

from firewall_admin.app import create_app
from firewall_admin.settings import Settings
from firewall_admin.web.feed_guesses import Guesses
from firewall_admin.web.surroundings import Person
from tests.world import World

from . import sample
from .compiled_templates import CompiledTemplates
from .member import Member, member
from .page import Visitor, visit

MANAGER = Person("Dan <b>Price</b>", "network manager")


@pytest.fixture(scope="package", autouse=True)
def _compiled_once() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Flask, "jinja_options", {**Flask.jinja_options, "bytecode_cache": CompiledTemplates()})
        yield


@pytest.fixture
def sample_app() -> Flask:
    """One of one's own, to be changed; a network manager is signed in."""
    return sample.create(MANAGER)


@pytest.fixture(scope="package")
def visitor() -> Visitor:
    """A network manager, signed in. One for all tests that only look: an application takes a while to make."""
    return visit(sample.create(MANAGER))


@pytest.fixture(scope="package")
def _made() -> list[Flask]:
    return []


@pytest.fixture
def app(world: World, _made: list[Flask]) -> Iterator[Flask]:
    """The whole application on that world. One is made a process, and goes from test to test: making it takes longer
    than most of them. Who adds to an application makes one."""
    if not _made:
        _made.append(create_app(Settings(), world.ports))
    [app] = _made
    config = dict(app.config)
    app.extensions.update(ports=world.ports, feed_guesses=Guesses())
    yield app
    app.config.clear()
    app.config.update(config)


@pytest.fixture
def client(app: Flask, world: World) -> Member:
    """A browser: `client.sign_in(world.oakfield.teacher)`, `client.get(path).page`, `client.send(path, field=…)`."""
    return member(app, world)
