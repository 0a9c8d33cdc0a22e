"""A teacher asks for a blocked site in a real browser: from the block page to the reference, with axe on every page."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect

from firewall_admin.journeys import assignments
from tests.journeys.request_world import furnished
from tests.world import World

from .conftest import SIZES, enter, sound


@pytest.fixture
def school(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    furnished(world)
    assignments.assign(world.ports, world.oakfield.network_manager, slug="youtube", to=["pupils"])
    yield world
    world.db.engine.dispose()


@pytest.fixture
def teacher(context: BrowserContext, page: Page, at: str, app: Flask, school: World) -> Page:
    """The tab of a teacher who is signed in, on a phone."""
    enter(context, at, app, school, school.oakfield.teacher)
    return page


def test_from_the_block_page_to_the_reference(teacher: Page, at: str) -> None:
    page = teacher
    page.goto(f"{at}/blocked?url=http://scratch.mit.edu/")
    sound(page, "blocked")
    page.get_by_role("link", name="Ask for access").click()
    sound(page, "ask/known")
    page.get_by_role("button", name="Ask for access").click()
    page.get_by_label("One day or one lesson").check()
    expect(page.get_by_label("From what time?")).to_be_visible()
    page.get_by_label("The end of this week").check()
    expect(page.get_by_label("From what time?")).not_to_be_visible()
    sound(page, "ask/who")
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("alert").wait_for()
    sound(page, "ask/why-wrong")
    page.get_by_label("What is it for?").fill("Year 5 coding")
    page.get_by_label("I have looked at the site").check()
    page.get_by_role("button", name="Continue").click()
    sound(page, "ask/check")
    page.get_by_role("button", name="Change what it is for").click()
    expect(page.get_by_label("What is it for?")).to_have_value("Year 5 coding")
    page.get_by_label("What is it for?").fill("Year 6 coding")
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Send request").click()
    page.get_by_text("AR-1").first.wait_for()
    sound(page, "ask/sent")
    page.get_by_role("link", name="everything you have asked for").click()
    page.get_by_text("scratch.mit.edu for pupils").wait_for()
    sound(page, "ask/mine")


def test_going_back_finds_what_was_typed_and_sending_again_asks_no_second_time(teacher: Page, at: str) -> None:
    page = teacher
    page.goto(f"{at}/ask/why?url=scratch.mit.edu&audiences=pupils&ending=week")
    page.get_by_label("What is it for?").fill("Year 5 coding")
    page.get_by_label("I have looked at the site").check()
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Send request").wait_for()
    page.go_back()
    expect(page.get_by_label("What is it for?")).to_have_value("Year 5 coding")
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Send request").click()
    page.get_by_text("Request sent").first.wait_for()
    page.go_back()
    page.get_by_role("button", name="Send request").click()
    page.get_by_text("AR-1").first.wait_for()
    page.wait_for_load_state()
    assert "AR-2" not in page.content()


def test_axe_finds_nothing_on_the_pages_around_it(teacher: Page, at: str) -> None:
    for path in ("/", "/ask", "/ask?url=www.youtube.com", "/ask?url=bbc.co.uk", "/poster", "/bookmark"):
        teacher.goto(at + path)
        sound(teacher, f"around{path}")


def test_it_can_be_asked_without_a_script(browser: Browser, at: str, app: Flask, school: World) -> None:
    wide, high = SIZES["phone"]
    with closing(browser.new_context(java_script_enabled=False, viewport={"width": wide, "height": high})) as context:
        enter(context, at, app, school, school.oakfield.teacher)
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
        page.get_by_text("AR-1").first.wait_for()
