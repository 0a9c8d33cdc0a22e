"""The pages of the policy in a real browser: accessible at both widths, and a platform blocked without a script."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext

from firewall_admin.app import create_app
from firewall_admin.db.tables import AudienceRow, ListRow
from firewall_admin.journeys import lists, preparing
from firewall_admin.settings import Settings
from tests.journeys.looking import blocked, one
from tests.journeys.test_policy_transfer import furnish
from tests.world import World

from .conftest import See, Serve, enter, sound

PAGES = (
    "/policy /policy/platforms?q=meta /policy/platforms/tiktok /policy/platforms/meta-all /policy/lists "
    "/policy/lists/new /policy/lists/games-urban/assign /policy/rules /policy/rules/block /policy/timetables "
    "/policy/timetables/new /policy/audiences/new /policy/school /policy/search?name=www.tiktok.com "
    "/policy/search?name=nowhere.test /policy/transfer /policy/transfer/restore /policy/transfer/bring"
).split()


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A world with something of everything; nothing signed."""
    world = World(Path(tmp_path_factory.mktemp("policy")))
    manager = world.oakfield.network_manager
    furnish(world, manager)
    text = "".join(f"n{number:03}.example\n" for number in range(250)) + "http://x.example/page\n"
    lists.add(world.ports, manager, title="Many", role="blocked", text=text.encode())
    preparing.prepare_due(world.ports)
    yield world
    world.db.engine.dispose()


@pytest.fixture(scope="module")
def app(school: World) -> Flask:
    return create_app(Settings(), school.ports)


@pytest.fixture(scope="module")
def at(serve: Serve, app: Flask) -> str:
    return serve(app)


@pytest.fixture
def signed_in(context: BrowserContext, at: str, app: Flask, school: World) -> None:
    """The network manager is."""
    enter(context, at, app, school, school.oakfield.network_manager)


@pytest.mark.usefixtures("signed_in")
@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing_and_nothing_sticks_out(at: str, see: See, path: str) -> None:
    page = see(at + path)
    assert page.locator("h1").is_visible()
    sound(page, path)


@pytest.mark.usefixtures("signed_in")
def test_axe_finds_nothing_on_pages_of_one_thing_and_on_plans(at: str, see: See, school: World) -> None:
    listed = one(school, school.oakfield, ListRow, slug="many").id
    audience = one(school, school.oakfield, AudienceRow, name="guests").id
    for path in (f"lists/{listed}", f"lists/{listed}/text", f"lists/{listed}/remove", f"audiences/{audience}/remove"):
        sound(see(f"{at}/policy/{path}"), f"/policy/{path}")


@pytest.mark.usefixtures("signed_in")
def test_a_form_with_an_error_and_a_plan_are_accessible(at: str, see: See) -> None:
    page = see(f"{at}/policy/rules/block")
    page.get_by_label("Which name?").fill("http://games.example")
    page.get_by_label("Why?").fill("wet play")
    page.get_by_role("button", name="See what it would change").click()
    page.get_by_role("alert").wait_for()
    sound(page, "/policy/rules/wrong")
    page.get_by_label("Which name?").fill("www.games.example.org")
    page.get_by_role("button", name="See what it would change").click()
    page.get_by_role("button", name="Block it").wait_for()
    sound(page, "/policy/rules/plan")


def test_a_platform_is_blocked_with_one_choice_and_no_script(
    browser: Browser, at: str, app: Flask, school: World
) -> None:
    with closing(browser.new_context(java_script_enabled=False)) as context:
        enter(context, at, app, school, school.oakfield.network_manager)
        page = context.new_page()
        page.goto(f"{at}/policy/platforms/omegle")
        page.get_by_label("staff", exact=True).check()
        page.get_by_role("button", name="See what it would change").click()
        page.get_by_role("button", name="Block it").click()
        page.get_by_text("is blocked with the next release").wait_for()
    assert blocked(school, school.oakfield, "www.omegle.com", "staff")
