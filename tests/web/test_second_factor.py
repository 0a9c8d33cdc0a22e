"""The pages of one's own second factor: as a person meets them, with what stands in them and what does not."""

import re

import pytest

from firewall_admin.core.people import Role
from firewall_admin.journeys import one_time_codes, second_factor
from firewall_admin.web import poster
from tests.journeys.factor_world import GOOD, App, offered, turned_on, with_password

from .member import place

AT = "/account/second-factor"


@pytest.fixture
def actor(world, client):
    with_password(world, world.oakfield.teacher)
    client.sign_in(world.oakfield.teacher)
    return world.oakfield.teacher


def shown_seed(page):
    (seed,) = page.with_class("seed__key")
    return seed.text.replace(" ", "")


def controls(page, name):
    return next(element for element in page.all("input") if element.get("name") == name)


def begun(client, world):
    """Set-up begun; the page, and the app that has scanned it."""
    assert place(client.send(f"{AT}/begin")) == f"{AT}/set-up"
    page = client.get(f"{AT}/set-up").page
    return page, App(world, shown_seed(page), ())


def test_from_the_account_to_the_recovery_codes(client, world, actor):
    assert "your password alone is enough" in client.get("/account").page.text
    assert "Begin" in client.get(AT).page.text
    page, app = begun(client, world)
    code = controls(page, "code")
    assert (code["inputmode"], code["autocomplete"]) == ("numeric", "one-time-code")
    wrong = client.send(f"{AT}/set-up", code="123 45")
    assert (wrong.status_code, "Enter the six digits" in wrong.page.text) == (400, True)
    assert shown_seed(wrong.page) == app.seed, "it is still the same"
    now = app.shows()
    done = client.send(f"{AT}/set-up", code=f"{now[:3]} {now[3:]}")
    codes = re.findall(r"\b(?:[0-9A-HJKMNP-TV-Z]{4}-){5}[0-9A-HJKMNP-TV-Z]{4}\b", done.text)
    assert (done.status_code, len(set(codes))) == (200, 10)
    account = client.get("/account").page.text
    assert "Recovery codes left" in account
    for path in (AT, "/account", f"{AT}/off", f"{AT}/recovery-codes", "/"):
        text = client.get(path).text
        assert [secret for secret in (app.seed, *codes) if secret in text] == [], path
    assert place(client.get(f"{AT}/set-up")) == AT
    assert place(client.send(f"{AT}/set-up", code=app.shows(1))) == AT
    assert "this was left too long, or is on already" in client.get(AT).page.text


def test_the_code_to_scan_is_drawn_in_the_page_and_fetches_nothing(client, world, actor):
    response = client.get(begun(client, world) and f"{AT}/set-up")
    assert "<svg" in response.text
    seed, email = shown_seed(response.page), "teacher@oakfield.leics.sch.uk"
    says = one_time_codes.address(seed, school="Oakfield Primary School", email=email)
    assert str(poster.code(says)) in response.text, "it says what stands beside it"
    assert "<img" not in response.text
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    assert "unsafe" not in response.headers["Content-Security-Policy"]
    assert response.headers["Cache-Control"] == "no-store"


def test_setting_it_up_asks_for_the_password_where_that_was_long_ago(client, world, actor):
    client.sign_in(actor, proven=False)
    assert place(client.send(f"{AT}/begin")).startswith("/sign-in/confirm")
    offered(world, actor)
    assert place(client.get(f"{AT}/set-up")) == f"/sign-in/confirm?next={AT}/set-up"
    assert place(client.send(f"{AT}/set-up", code="123456")).startswith("/sign-in/confirm")


def test_turning_it_off_takes_the_password_and_a_code(client, world, actor):
    app = turned_on(world, actor)
    client.sign_in(actor)
    page = client.get(f"{AT}/off").page
    assert controls(page, "password")["autocomplete"] == "current-password"
    wrong = client.send(f"{AT}/off", password="wrong gravel otter", code=app.shows())
    assert (wrong.status_code, "The password is not right." in wrong.page.text) == (400, True)
    wrong = client.send(f"{AT}/off", password=GOOD, code=app.shows(7))
    assert (wrong.status_code, "The code is not right." in wrong.page.text) == (400, True)
    assert client.send(f"{AT}/off", password=GOOD, code="").status_code == 400
    assert place(client.send(f"{AT}/off", password=GOOD, code=app.shows())) == "/account"
    assert second_factor.own(world.ports, actor).on_at is None
    assert place(client.get(f"{AT}/off")) == AT


def test_new_recovery_codes_are_shown_once(client, world, actor):
    app = turned_on(world, actor)
    client.sign_in(actor)
    assert "10 that you have now" in client.get(f"{AT}/recovery-codes").page.text
    made = client.send(f"{AT}/recovery-codes", password=GOOD, code=app.codes[0])
    assert made.status_code == 200
    assert "The former ones no longer work" in made.page.text
    assert app.codes[1] not in made.text
    assert len(made.page.with_class("recovery__one")) == 10


def test_everybody_may_have_one(client, world):
    for role in Role:
        client.sign_in(world.oakfield.people[role])
        assert client.get(AT).status_code == 200, role
