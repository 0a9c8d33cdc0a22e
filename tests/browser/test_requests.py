"""A request on its way in three browsers: a teacher, the network manager at a desk, the headteacher on a phone."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect

from firewall_admin.app import create_app
from firewall_admin.journeys import preparing, rules
from firewall_admin.settings import Settings
from tests.journeys.looking import blocked
from tests.journeys.request_world import assess, decided, furnished, standing_in, submitted
from tests.world import World

from .conftest import SIZES, Serve, enter, sound

GAMES = ("scratch.mit.edu", "code.example", "chat.example")


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    world = World(Path(tmp_path_factory.mktemp("requests")))
    furnished(world, world.oakfield, *GAMES)
    yield world
    world.db.engine.dispose()


@pytest.fixture(scope="module")
def app(school: World) -> Flask:
    return create_app(Settings(), school.ports)


@pytest.fixture(scope="module")
def at(serve: Serve, app: Flask) -> str:
    return serve(app)


@pytest.fixture
def people(browser: Browser, at: str, app: Flask, school: World) -> Iterator[dict[str, Page]]:
    """Everybody's tab, each signed in, in a browser of their own."""
    sizes = {"teacher": "phone", "network_manager": "desktop", "headteacher": "phone"}
    contexts = {name: _context(browser, at, app, school, name, size) for name, size in sizes.items()}
    yield {name: context.new_page() for name, context in contexts.items()}
    for context in contexts.values():
        context.close()


def _context(browser: Browser, at: str, app: Flask, school: World, name: str, size: str) -> BrowserContext:
    wide, high = SIZES[size]
    context = browser.new_context(viewport={"width": wide, "height": high}, locale="en-GB")
    context.set_default_timeout(30_000)
    enter(context, at, app, school, getattr(school.oakfield, name))
    return context


def go(page: Page, at: str, words: str) -> None:
    """From home, by the navigation or what waits, to the request with these words."""
    page.goto(f"{at}/")
    page.locator(".needs__title").first.click()
    page.get_by_role("link", name=words).click()


def test_three_people_take_a_request_from_asking_to_the_lesson_and_back(
    people: dict[str, Page], at: str, school: World
) -> None:
    oakfield = school.oakfield
    row = submitted(school, oakfield, address="https://code.example/lesson/5")
    manager, head, teacher = people["network_manager"], people["headteacher"], people["teacher"]
    manager.goto(f"{at}/")
    sound(manager, "home-to-assess")
    go(manager, at, "code.example")
    manager.get_by_role("button", name="Assess", exact=True).click()
    sound(manager, "assess")
    manager.get_by_role("button", name="Send the advice").click()
    sound(manager, "assess-wrong")
    manager.get_by_label("Allow, on these terms").check()
    manager.get_by_label("Why?").fill("Harmless, and needed on Thursday.")
    manager.get_by_role("button", name="Send the advice").click()
    manager.get_by_text("Your advice is with the headteacher.").wait_for()
    go(head, at, "code.example")
    sound(head, "request-assessed")
    head.get_by_role("button", name="Decide", exact=True).click()
    expect(head.get_by_role("heading", level=1)).to_contain_text("Allow pupils to reach code.example until")
    sound(head, "decide")
    head.get_by_label("Allow with changes").check()
    head.get_by_label("Why?").fill("For the lesson itself.")
    head.get_by_role("button", name="Decide").click()
    sound(head, "terms")
    head.get_by_role("button", name="See the new question").click()
    sound(head, "last-look")
    head.get_by_role("button", name="Allow it like this").click()
    head.get_by_text("D-1: allowed").wait_for()
    assert not blocked(school, oakfield, "code.example")
    teacher.goto(f"{at}/requests/{row.id}")
    expect(teacher.locator(".standing")).to_contain_text("Being put in force")
    preparing.prepare_due(school.ports)
    teacher.reload()
    expect(teacher.locator(".standing")).to_contain_text("Nobody checks whether it works")
    sound(teacher, "request-allowed")
    manager.goto(f"{at}/requests/{row.id}")
    manager.get_by_role("link", name="End it early").click()
    sound(manager, "end")
    manager.get_by_label("Why does it end?").fill("The lesson is over.")
    manager.get_by_role("button", name="End it now").click()
    manager.get_by_text("It has ended.").wait_for()
    assert blocked(school, oakfield, "code.example")
    teacher.reload()
    expect(teacher.locator(".standing")).to_contain_text("Ended early")
    sound(teacher, "request-ended")


def test_a_refusal_is_appealed_against_and_the_list_tells_it_all(
    people: dict[str, Page], at: str, school: World
) -> None:
    oakfield = school.oakfield
    row = assess(school, oakfield, submitted(school, oakfield, address="chat.example"), "refuse")
    head, teacher = people["headteacher"], people["teacher"]
    head.goto(f"{at}/requests/{row.id}/decide")
    head.get_by_label("Refuse", exact=True).check()
    head.get_by_role("button", name="Decide").click()
    head.get_by_role("alert").wait_for()
    sound(head, "decide-wrong")
    head.get_by_label("Why?").fill("There is a safer site.")
    head.get_by_role("button", name="Decide").click()
    head.get_by_text("refused. Whoever asked is told.").wait_for()
    teacher.goto(f"{at}/requests/{row.id}")
    sound(teacher, "request-refused")
    teacher.get_by_role("button", name="Appeal", exact=True).click()
    sound(teacher, "appeal")
    teacher.get_by_label("What was overlooked?").fill("Its chat is off for schools.")
    teacher.get_by_role("button", name="Appeal").click()
    teacher.get_by_text("is on its way").wait_for()
    sound(teacher, "request-appeal")
    head.goto(f"{at}/requests?which=all")
    sound(head, "requests")


def test_a_decision_takes_no_script(browser: Browser, at: str, app: Flask, school: World) -> None:
    oakfield = school.oakfield
    row = assess(school, oakfield, submitted(school, oakfield))
    with closing(browser.new_context(java_script_enabled=False)) as context:
        enter(context, at, app, school, oakfield.headteacher)
        page = context.new_page()
        page.goto(f"{at}/requests/{row.id}/decide")
        page.get_by_label("Allow", exact=True).check()
        page.get_by_label("Why?").fill("Worth it.")
        page.get_by_role("button", name="Decide").click()
        page.get_by_text("allowed. Whoever asked is told.").wait_for()
    assert not blocked(school, oakfield, "scratch.mit.edu")


def test_who_comes_second_is_shown_who_was_faster(people: dict[str, Page], at: str, school: World) -> None:
    oakfield, head = school.oakfield, people["headteacher"]
    rules.add(
        school.ports, oakfield.network_manager, action="block", domain="twice.example", audience="pupils", reason="r"
    )
    row = assess(school, oakfield, submitted(school, oakfield, address="twice.example"))
    head.goto(f"{at}/requests/{row.id}/decide")
    decided(school, standing_in(oakfield), row, "refused")
    head.get_by_label("Allow", exact=True).check()
    head.get_by_label("Why?").fill("Worth it.")
    head.get_by_role("button", name="Decide").click()
    head.get_by_role("heading", name="Somebody else has decided").wait_for()
    sound(head, "too-late")


def test_going_back_after_a_decision_shows_that_it_is_decided(people: dict[str, Page], at: str, school: World) -> None:
    oakfield, head = school.oakfield, people["headteacher"]
    rules.add(
        school.ports, oakfield.network_manager, action="block", domain="back.example", audience="pupils", reason="r"
    )
    row = assess(school, oakfield, submitted(school, oakfield, address="back.example"))
    head.goto(f"{at}/requests/{row.id}")
    head.get_by_role("button", name="Decide", exact=True).click()
    head.get_by_label("Refuse", exact=True).check()
    head.get_by_label("Why?").fill("There is a safer site.")
    head.get_by_role("button", name="Decide").click()
    head.get_by_text("refused. Whoever asked is told.").wait_for()
    head.go_back()
    expect(head.locator(".standing")).to_contain_text("refused it: There is a safer site.")
    assert head.get_by_label("Refuse", exact=True).count() == 0
