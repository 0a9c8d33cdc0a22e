"""Setting up a second factor and signing in with it, in a real browser: on a phone, with axe on every page, and once
without a script."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pyotp
import pytest
from flask import Flask
from playwright.sync_api import Browser, Page
from sqlalchemy import select

from firewall_admin.db.tables import LostFactor
from firewall_admin.journeys import required_factors
from tests.journeys.factor_world import GOOD, App, turned_on, with_password
from tests.world import World

from .conftest import SIZES, enter, sound


@pytest.fixture
def school(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    world.sign(world.oakfield)
    yield world
    world.db.engine.dispose()


def give_password(page: Page, at: str, email: str) -> None:
    page.goto(f"{at}/sign-in")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password", exact=True).fill(GOOD)
    page.get_by_role("button", name="Sign in").click()


def scanned(page: Page, world: World) -> App:
    """The phone, after the code to scan was drawn and the same was typed."""
    assert page.locator("svg.poster__code").is_visible()
    seed = page.locator(".seed__key").inner_text().replace(" ", "")
    return App(world, seed, ())


def test_from_being_asked_for_one_to_signing_in_with_it(page: Page, at: str, school: World) -> None:
    email = with_password(school, school.oakfield.teacher)
    required_factors.demand(school.ports, school.oakfield.headteacher, who="everyone")
    give_password(page, at, email)
    page.get_by_role("heading", name="Set up a second factor").wait_for()
    sound(page, "factor/owed")
    page.get_by_role("button", name="Begin").click()
    page.locator(".seed__key").wait_for()
    sound(page, "factor/set-up")
    phone = scanned(page, school)
    page.get_by_label("Code that the app shows now").fill("000 00")
    page.get_by_role("button", name="Turn it on").click()
    page.get_by_role("alert").wait_for()
    sound(page, "factor/set-up-wrong")
    assert scanned(page, school).seed == phone.seed
    code = phone.shows()
    page.get_by_label("Code that the app shows now").fill(f"{code[:3]} {code[3:]}")
    page.get_by_role("button", name="Turn it on").click()
    page.get_by_role("heading", name="Your second factor is on").wait_for()
    sound(page, "factor/codes")
    kept = page.locator(".recovery code").all_inner_texts()
    assert len(set(kept)) == 10
    page.get_by_role("button", name="I have kept them").click()
    page.wait_for_url(f"{at}/")
    page.goto(f"{at}/account")
    page.get_by_text("Recovery codes left").wait_for()
    sound(page, "factor/account")
    page.goto(f"{at}/account/second-factor")
    sound(page, "factor/on")
    for path in ("off", "recovery-codes"):
        page.goto(f"{at}/account/second-factor/{path}")
        sound(page, f"factor/{path}")
    page.get_by_role("button", name="Sign out").click()
    page.get_by_text("You have signed out").wait_for()
    give_password(page, at, email)
    page.get_by_role("heading", name="Enter the code from your app").wait_for()
    sound(page, "factor/code")
    page.get_by_role("link", name="use a recovery code").click()
    page.get_by_label("Recovery code").fill(kept[2].lower())
    sound(page, "factor/recovery")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_text("You have 9 left").wait_for()
    sound(page, "factor/recovered")


def test_axe_finds_nothing_where_others_look_after_second_factors(
    page: Page, at: str, app: Flask, school: World
) -> None:
    turned_on(school, school.oakfield.administrator)
    turned_on(school, school.oakfield.headteacher)
    turned_on(school, school.oakfield.teacher)
    required_factors.demand(school.ports, school.oakfield.administrator, who="deciders")
    enter(page.context, at, app, school, school.oakfield.administrator)
    for path in ("/people", "/people/second-factor", f"/people/{school.oakfield.teacher.person_id}"):
        page.goto(at + path)
        sound(page, f"factor{path}")
    for role in ("teacher", "headteacher"):
        person = getattr(school.oakfield, role)
        page.goto(f"{at}/people/{person.person_id}/second-factor")
        sound(page, f"factor/lost-{role}")
    page.get_by_role("button", name="Ask for it").click()
    page.get_by_text("A second person has to confirm this").wait_for()
    sound(page, "factor/lost")
    with school.db.look() as session:
        asked = session.scalars(select(LostFactor.id)).one()
    turned_on(school, school.oakfield.safeguarding_lead)
    enter(page.context, at, app, school, school.oakfield.safeguarding_lead)
    page.goto(f"{at}/people/lost-factors/{asked}")
    sound(page, "factor/lost-to-confirm")
    page.goto(f"{at}/sign-in/code")
    sound(page, "factor/ended")


def test_it_works_without_a_script(browser: Browser, at: str, school: World) -> None:
    email = with_password(school, school.oakfield.headteacher)
    phone = turned_on(school, school.oakfield.headteacher)
    wide, high = SIZES["phone"]
    with closing(browser.new_context(java_script_enabled=False, viewport={"width": wide, "height": high})) as context:
        page = context.new_page()
        give_password(page, at, email)
        field = page.get_by_label("Code", exact=True)
        assert (field.get_attribute("inputmode"), field.get_attribute("autocomplete")) == ("numeric", "one-time-code")
        field.fill(pyotp.TOTP(phone.seed).at(school.clock.at))
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(f"{at}/")
        assert page.get_by_text("Headteacher of Oakfield").first.is_visible()
