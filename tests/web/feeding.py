"""A device that fetches a feed: what tests of feeds and of their tokens begin with."""

import base64

import pytest
from flask.testing import FlaskClient

from tests.journeys.release_world import feed, publish, with_folders

__all__ = ["LONG", "basic", "bearer", "client", "fed", "world"]
LONG = [f"{letter * 60}.{letter * 60}.example" for letter in "abcdefgh"]  # enough to be worth packing


@pytest.fixture
def world(world, tmp_path):
    return with_folders(world, tmp_path)


@pytest.fixture
def client(app):
    """A device: it reads what it gets to the end."""

    class Device(FlaskClient):
        def open(self, *asked, **how):
            return super().open(*asked, **how, buffered=True)

    return Device(app)


@pytest.fixture
def fed(world):
    """A target's token, with a release published two seconds ago."""
    target, token = feed(world, world.oakfield)
    publish(world, world.oakfield, *(f"n{n}.example" for n in range(20)), *LONG)
    world.clock.pass_by(seconds=2)
    return target, token


def bearer(token, **more):
    return {"Authorization": f"Bearer {token}"} | {name.replace("_", "-"): value for name, value in more.items()}


def basic(name, password):
    return {"Authorization": "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()}
