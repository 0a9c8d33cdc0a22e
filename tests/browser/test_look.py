"""The look holds in a real browser: accessible at both widths, no script needed, nothing refused by our own policy."""

import pytest
from playwright.sync_api import Browser, Page, expect

from firewall_admin.web.surroundings import Person
from tests.web import sample

from .axe import faults
from .conftest import SIZES, See, Serve, picture, sound

ERRORS = (400, 403, 404, 405, 409, 413, 429, 500, 503)


@pytest.fixture(scope="module")
def at(serve: Serve) -> str:
    """Where the sample is served, for a network manager who is signed in."""
    return serve(sample.create(Person("Dan Price", "network manager")))


@pytest.mark.parametrize("path", ["/style", "/style?form", "/style?flash"])
def test_axe_finds_nothing_on_a_page_that_shows_everything(at: str, see: See, path: str) -> None:
    sound(see(at + path), path)


def test_axe_finds_nothing_on_any_error_page(at: str, see: See) -> None:
    for code in ERRORS:
        page = see(f"{at}/fails/{code}")
        assert page.get_by_text(f"Error {code}").is_visible()
        sound(page, f"/fails/{code}")


def test_axe_finds_nothing_on_a_form_with_errors_and_each_leads_to_its_control(at: str, see: See) -> None:
    page = see(at + "/style?form")
    page.get_by_role("button", name="Send request").click()
    page.get_by_role("alert").wait_for()
    assert page.title() == "Error: Ask for a website – Oakfield School"
    sound(page, "/style?errors")
    links = page.locator(".govuk-error-summary__list a")
    assert links.count() >= 5
    for link in links.all():
        target = str(link.get_attribute("href")).removeprefix("#")
        link.click()
        expect(page.locator(f"[id='{target}']")).to_be_focused()


def test_axe_would_find_something(at: str, see: See) -> None:
    page = see(at + "/style")
    page.evaluate("document.querySelector('main').append(document.createElement('input'))")
    page.evaluate("document.querySelector('h1').style.color = '#ccc'")
    assert {fault.partition(":")[0] for fault in faults(page)} == {"label", "color-contrast"}


EDGES = "['.masthead__home', '.places li', 'h1', '.foot__text']"
LEFT = f"{EDGES}.map(each => document.querySelector(each).getBoundingClientRect().x)"


@pytest.mark.parametrize("path", ["/style", "/style?form", "/fails/404"])
def test_no_page_is_wider_than_its_screen_and_all_begins_at_one_edge(at: str, see: See, size: str, path: str) -> None:
    page = see(at + path)
    for width in (320, 390, 640) if size == "phone" else (641, 800, 1019, 1020, 1280, 1341, 1920):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), width
        if size == "desktop":
            assert len({round(x) for x in page.evaluate(LEFT)}) == 1, width


def test_a_form_can_be_sent_without_scripts(browser: Browser, at: str) -> None:
    wide, high = SIZES["phone"]
    context = browser.new_context(java_script_enabled=False, viewport={"width": wide, "height": high})
    try:
        page = context.new_page()
        page.goto(at + "/style?form")
        picture(page, "/style-without-scripts")
        assert page.get_by_role("link", name="Policy").is_visible(), "the navigation is there"
        _fill(page)
        page.get_by_role("button", name="Send request").click()
        assert page.get_by_role("alert").inner_text().split()[:1] == ["Done"]
    finally:
        context.close()


def _fill(page: Page) -> None:
    page.get_by_label("Which website do you need?").fill("kahoot.it")
    page.get_by_label("What will pupils do with it?").fill("Quizzes")
    assert not page.get_by_role("checkbox", name="Year 9").is_visible()
    page.get_by_label("Some year groups").check()
    page.get_by_role("checkbox", name="Year 9").check()
    for part, value in {"Day": "18", "Month": "dec", "Year": "2026"}.items():
        page.get_by_label(part, exact=True).fill(value)
    page.get_by_label("I have looked at the whole site").check()


def test_the_menu_folds_on_a_phone_and_stands_open_at_a_desk(at: str, see: See, size: str) -> None:
    page = see(at + "/style")
    releases = page.get_by_role("link", name="Releases", exact=True)
    if size == "phone":
        expect(releases).not_to_be_visible()
        page.get_by_role("button", name="Menu").click()
        picture(page, "/style-menu")
    expect(releases).to_be_visible()


def test_the_font_is_ours_and_comes_from_here(at: str, see: See) -> None:
    page = see(at + "/style")
    loaded = "document.fonts.ready.then(all => [...all].filter(f => f.status === 'loaded').map(f => f.family))"
    assert set(page.evaluate(loaded)) == {"Inter"}
    assert page.evaluate("getComputedStyle(document.querySelector('h1')).fontFamily").startswith("Inter")


def test_paper_gets_no_buttons_and_no_navigation(at: str, page: Page, size: str) -> None:
    page.goto(at + "/style")
    assert page.get_by_role("button", name="Sign out").is_visible()
    page.emulate_media(media="print")
    picture(page, "/style-print")
    expect(page.get_by_role("button", name="Sign out")).not_to_be_visible()
    expect(page.locator(".places")).not_to_be_visible()
    assert page.locator("h1").evaluate("h => getComputedStyle(h).color") == "rgb(0, 0, 0)"


def test_our_policy_keeps_out_a_script_that_somebody_put_into_a_page(
    at: str, page: Page, complaints: list[str]
) -> None:
    page.goto(at + "/style")
    page.evaluate("document.body.append(Object.assign(document.createElement('script'), {text: 'window.in = 1'}))")
    assert page.evaluate("window.in") is None
    assert "Content Security Policy" in complaints.pop()
