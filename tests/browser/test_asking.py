"""A teacher asks for a blocked site in a real browser: from the block page to the reference, with axe on every page."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from firewall_admin.app import create_app
from firewall_admin.journeys import assignments
from firewall_admin.settings import Settings
from tests.journeys.request_world import furnished
from tests.web.member import member
from tests.world import World

from .axe import faults
from .conftest import SIZES, Serve, picture

pytestmark = pytest.mark.xdist_group("browser")


@pytest.fixture
def school(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    furnished(world)
    assignments.assign(world.ports, world.oakfield.network_manager, slug="youtube", to=["pupils"])
    yield world
    world.db.engine.dispose()


@pytest.fixture
def at(serve: Serve, school: World) -> str:
    return serve(create_app(Settings(), school.ports))


def sign_in(context: BrowserContext, at: str, world: World) -> None:
    client = member(create_app(Settings(), world.ports), world)
    client.sign_in(world.oakfield.teacher)
    cookie = client.get_cookie("session")
    assert cookie is not None
    context.add_cookies([{"name": "session", "value": cookie.value, "domain": urlsplit(at).hostname, "path": "/"}])


def sound(page: Page, size: str, name: str) -> None:
    """The page is accessible, and no wider than the window."""
    picture(page, size, name)
    assert faults(page) == [], name
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), name


def test_from_the_block_page_to_the_reference(
    context: BrowserContext, page: Page, at: str, school: World, size: str
) -> None:
    sign_in(context, at, school)
    page.goto(f"{at}/blocked?url=http://scratch.mit.edu/")
    sound(page, size, "blocked")
    page.get_by_role("link", name="Ask for access").click()
    sound(page, size, "ask/known")
    page.get_by_role("button", name="Ask for access").click()
    page.get_by_label("One day or one lesson").check()
    assert page.get_by_label("From what time?").is_visible()
    page.get_by_label("The end of this week").check()
    assert not page.get_by_label("From what time?").is_visible()
    sound(page, size, "ask/who")
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("alert").wait_for()
    sound(page, size, "ask/why-wrong")
    page.get_by_label("What is it for?").fill("Year 5 coding")
    page.get_by_label("I have looked at the site").check()
    page.get_by_role("button", name="Continue").click()
    sound(page, size, "ask/check")
    page.get_by_role("button", name="Change what it is for").click()
    assert page.get_by_label("What is it for?").input_value() == "Year 5 coding"
    page.get_by_label("What is it for?").fill("Year 6 coding")
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Send request").click()
    page.get_by_text("AR-1").first.wait_for()
    sound(page, size, "ask/sent")
    page.get_by_role("link", name="everything you have asked for").click()
    assert page.get_by_text("scratch.mit.edu for pupils").is_visible()
    sound(page, size, "ask/mine")


def test_going_back_finds_what_was_typed_and_sending_again_asks_no_second_time(
    context: BrowserContext, page: Page, at: str, school: World, size: str
) -> None:
    sign_in(context, at, school)
    page.goto(f"{at}/ask/why?url=scratch.mit.edu&audiences=pupils&ending=week")
    page.get_by_label("What is it for?").fill("Year 5 coding")
    page.get_by_label("I have looked at the site").check()
    page.get_by_role("button", name="Continue").click()
    page.go_back()
    assert page.get_by_label("What is it for?").input_value() == "Year 5 coding"
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Send request").click()
    page.get_by_text("Request sent").first.wait_for()
    page.go_back()
    page.get_by_role("button", name="Send request").click()
    page.get_by_text("AR-1").first.wait_for()
    assert "AR-2" not in page.content()


@pytest.mark.parametrize(
    "path", ["/", "/ask", "/ask?url=www.youtube.com", "/ask?url=bbc.co.uk", "/poster", "/bookmark"]
)
def test_axe_finds_nothing_on_the_pages_around_it(
    context: BrowserContext, page: Page, at: str, school: World, size: str, path: str
) -> None:
    sign_in(context, at, school)
    page.goto(at + path)
    sound(page, size, f"around{path}")


def test_it_can_be_asked_without_a_script(browser: Browser, at: str, school: World) -> None:
    wide, high = SIZES["phone"]
    with closing(browser.new_context(java_script_enabled=False, viewport={"width": wide, "height": high})) as context:
        sign_in(context, at, school)
        page = context.new_page()
        page.goto(f"{at}/")
        page.get_by_label("The site’s address").fill("https://scratch.mit.edu/projects")
        page.get_by_role("button", name="Ask for it").click()
        page.get_by_role("button", name="Ask for access").click()
        page.get_by_role("button", name="Continue").click()
        page.get_by_label("What is it for?").fill("Year 5 coding")
        page.get_by_label("I have looked at the site").check()
        page.get_by_role("button", name="Continue").click()
        page.get_by_role("button", name="Send request").click()
        assert page.get_by_text("AR-1").first.is_visible()
