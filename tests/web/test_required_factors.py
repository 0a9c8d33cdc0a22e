"""Who must have a second factor: the setting, who is led to set it up, and what the page of people says."""

import pytest

from firewall_admin.core.people import Role
from firewall_admin.journeys import required_factors
from firewall_admin.web.access import NOBODY_NEEDED
from tests.journeys.factor_world import App, turned_on, with_password

from .member import place
from .test_access import address, routes
from .test_second_factor import AT, shown_seed

OPEN = {"second_factor.page", "second_factor.begin", "second_factor.set_up", "second_factor.turn_on"}
OPEN |= {"sign_in.confirm", "sign_in.prove"}


@pytest.fixture
def asked(world):
    required_factors.demand(world.ports, world.oakfield.headteacher, who="everyone")


def test_whoever_owes_one_can_go_nowhere_but_to_set_it_up(app, client, world, asked):
    client.sign_in(world.oakfield.network_manager)
    wrong = []
    for rule, method, needed in routes(app):
        if needed is NOBODY_NEEDED:
            continue
        response = client.open(address(rule), method=method, data={"csrf_token": "none"})
        led = response.status_code == 303 and place(response) == AT
        taken = response.status_code == 400 and method == "POST"  # a form without its token gets no further than that
        if not (led or taken or rule.endpoint in OPEN):
            wrong.append((method, rule.rule, response.status_code))
    assert wrong == []
    for path in ("/", "/policy", "/trail", "/account", "/account/password"):
        assert place(client.get(path)) == AT
    for path in ("/account/password", "/account/sign-out-everywhere", "/policy/rules/block"):
        assert place(client.send(path)) == AT


def test_the_way_is_open_and_everything_is_once_it_is_done(client, world, asked):
    email = with_password(world, world.oakfield.teacher)
    client.send("/sign-in", email=email, password="lamp gravel otter")
    client.forget_token()
    page = client.get(AT).page
    assert "Your school asks for one" in page.text
    assert "Our rules" not in page.text, "no place in the navigation is open"
    assert "Sign out" in page.text
    client.send(f"{AT}/begin")
    app = App(world, shown_seed(client.get(f"{AT}/set-up").page), ())
    assert client.send(f"{AT}/set-up", code=app.shows()).status_code == 200
    assert client.get("/").status_code == 200
    assert "Our rules" in client.get("/").page.text


def test_whoever_owes_one_can_sign_out(client, world, asked):
    client.sign_in(world.oakfield.teacher)
    client.get(AT)
    assert place(client.send("/sign-out")) == "/sign-in"


def test_the_password_is_asked_again_and_leads_back(client, world, asked):
    with_password(world, world.oakfield.teacher)
    client.sign_in(world.oakfield.teacher, proven=False)
    assert place(client.send(f"{AT}/begin")) == f"/sign-in/confirm?next={AT}"
    assert place(client.send("/sign-in/confirm", password="lamp gravel otter", next=AT)) == AT
    assert place(client.send(f"{AT}/begin")) == f"{AT}/set-up"


def test_the_administrator_asks_more_and_is_offered_nothing_less(client, world):
    turned_on(world, world.oakfield.administrator)
    client.sign_in(world.oakfield.administrator)
    page = client.get("/people/second-factor").page
    assert "Without one now" in page.text
    assert place(client.send("/people/second-factor", who="deciders")) == "/people"
    values = [e["value"] for e in client.get("/people/second-factor").page.all("input") if e.get("name") == "who"]
    assert values == ["deciders", "everyone"]
    assert client.send("/people/second-factor", who="nobody").status_code == 400
    assert client.send("/people/second-factor", who="deciders").status_code == 400, "that is so already"


def test_the_headteacher_asks_less(client, world, asked):
    turned_on(world, world.oakfield.headteacher)
    client.sign_in(world.oakfield.headteacher)
    assert place(client.send("/people/second-factor", who="nobody")) == "/people"
    client.sign_in(world.oakfield.teacher)
    assert client.get("/").status_code == 200


def test_the_page_of_people_shows_who_has_one_and_who_must(client, world):
    turned_on(world, world.oakfield.administrator)
    required_factors.demand(world.ports, world.oakfield.administrator, who="deciders")
    client.sign_in(world.oakfield.administrator)
    rows = {" ".join(row.text.split()) for row in client.get("/people").page.all("tr") if "of Oakfield" in row.text}
    says = {role: next(row for row in rows if row.startswith(f"{role.words} of Oakfield")) for role in Role}
    assert " On " in says[Role.ADMINISTRATOR]
    assert "Must set it up" in says[Role.HEADTEACHER]
    assert " None " in says[Role.TEACHER]
    for role in (Role.TEACHER, Role.GOVERNOR, Role.NETWORK_MANAGER):
        client.sign_in(world.oakfield.people[role])
        assert client.get("/people").status_code in (303, 403)
