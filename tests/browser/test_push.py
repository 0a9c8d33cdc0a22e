"""The pages of pushing and of rings: axe finds nothing, and long configuration scrolls inside the page."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from firewall_admin.app import create_app
from firewall_admin.journeys import primaries, resolvers
from firewall_admin.settings import Settings
from tests.journeys.release_world import add_target, publish
from tests.world import World

from .conftest import Serve, enter, sound

PATHS = ("", "/push", "/push/configuration", "/push/configuration?server=knot", "/push/configuration?resolver=bind")


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    yield world
    world.db.engine.dispose()


@pytest.fixture
def tab(browser: Browser, serve: Serve, world: World) -> Iterator[Page]:
    """The network manager's."""
    app = create_app(Settings(), world.ports)
    at = serve(app)
    with closing(browser.new_context(base_url=at, locale="en-GB")) as context:
        context.set_default_timeout(30_000)
        enter(context, at, app, world, world.oakfield.network_manager)
        yield context.new_page()


def test_a_long_list_of_resolvers_fits_every_page_that_names_them(tab: Page, world: World) -> None:
    target = add_target(world, world.oakfield, "Resolvers", "rpz", audiences=("pupils", "staff"), delivery="push")
    wanted = primaries.Wanted(
        "2001:db8:aaaa:bbbb:cccc:dddd:eeee:53", secret="Y2FuYXJ5LWNhbmFyeS1jYW5hcnktY2FuYXJ5LWNhbmE="
    )
    primaries.name(world.ports, world.oakfield.network_manager, target=target, wanted=wanted)
    publish(world, world.oakfield, "bad.example")
    for number in range(resolvers.MOST):
        asked = {"address": f"2001:db8:aaaa:bbbb:cccc:dddd:eeee:{number + 1:x}", "port": "5353", "audience": "pupils"}
        resolvers.add(world.ports, world.oakfield.network_manager, target=target, **asked)
    for path in PATHS:
        assert tab.goto(f"/targets/{target}{path}")
        sound(tab, f"push-long{path}")


def test_every_page_of_pushing_is_sound_at_both_widths(tab: Page, world: World) -> None:
    target = add_target(world, world.oakfield, "Resolvers", "rpz", audiences=("pupils", "staff"), delivery="push")
    wanted = primaries.Wanted("10.1.0.53", secret="Y2FuYXJ5LWNhbmFyeS1jYW5hcnktY2FuYXJ5LWNhbmE=")
    primaries.name(world.ports, world.oakfield.network_manager, target=target, wanted=wanted)
    for path in (*PATHS, "/ring"):
        answer = tab.goto(f"/targets/{target}{path}")
        assert answer is not None
        assert answer.status == 200
        sound(tab, f"push{path}")
