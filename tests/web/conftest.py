"""The sample of everything the look is made of, and somebody who visits it."""

import pytest
from flask import Flask

from firewall_admin.web.surroundings import Person

from . import sample
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
