"""The second page of signing in, and all the pages that half a sign-in does not open."""

import pytest

from firewall_admin.core.people import Role
from firewall_admin.journeys import sessions
from firewall_admin.web.access import NOBODY_NEEDED
from tests.journeys.factor_world import GOOD, turned_on, with_password

from .member import member, place
from .test_access import address, routes
from .test_sign_in import cookie, token


@pytest.fixture
def email(world):
    return with_password(world, world.oakfield.headteacher)


@pytest.fixture
def app_of_head(world, email):
    return turned_on(world, world.oakfield.headteacher)


def enter(client, email, password=GOOD, **more):
    response = client.send("/sign-in", email=email, password=password, **more)
    client.forget_token()
    return response


def send(client, path, **fields):
    response = client.send(path, **fields)
    client.forget_token()
    return response


def test_the_code_comes_after_the_password_and_leads_to_where_somebody_was_going(client, world, email, app_of_head):
    first = enter(client, email, next="/account?x=1")
    assert place(first) == "/sign-in/code?next=/account?x%3D1"
    page = client.get(place(first)).page
    code = next(e for e in page.all("input") if e.get("name") == "code")
    assert (code["inputmode"], code["autocomplete"]) == ("numeric", "one-time-code")
    assert email in page.text
    carried = next(e["value"] for e in page.all("input") if e.get("name") == "next")
    now = app_of_head.shows()
    assert place(send(client, "/sign-in/code", code=f" {now[:3]} {now[3:]}", next=carried)) == "/account?x=1"
    assert "Headteacher of Oakfield" in client.get("/account").page.text


def test_nobody_is_sent_on_to_what_is_no_page_of_ours(client, email, app_of_head):
    for evil in ("https://evil.example/", "//evil.example", "/\\evil.example"):
        assert place(enter(client, email, next=evil)) == "/sign-in/code"
    assert send(client, "/sign-in/code", code=app_of_head.shows(), next="//evil.example").headers["Location"] == "/"


def test_half_a_sign_in_opens_no_page(app, client, world, email, app_of_head):
    enter(client, email)
    wrong, walked = [], 0
    for rule, method, needed in routes(app):
        if needed is NOBODY_NEEDED:
            continue
        walked += 1
        response = client.open(address(rule), method=method)
        right = response.status_code == 401
        if method == "GET":
            right = response.status_code == 303 and place(response).startswith("/sign-in?")
        if not right:
            wrong.append((method, rule.rule, response.status_code))
    assert wrong == []
    assert walked > 200


def test_half_a_sign_in_is_no_session_wherever_it_is_put(client, world, email, app_of_head):
    enter(client, email)
    with client.session_transaction() as session:
        half = session["half"]
        assert "_user_id" not in session
        session["_user_id"] = half
    assert sessions.present(world.ports, token=half) is None
    assert client.get("/account").status_code == 303
    client.sign_in(world.oakfield.teacher)
    with client.session_transaction() as session:
        session["half"] = session.pop("_user_id")
    assert client.get("/sign-in/code").status_code == 400, "nor is a session half of one"


def test_a_wrong_code_is_said_at_its_field_and_a_used_one_is_told_apart(client, world, email, app_of_head):
    enter(client, email)
    wrong = send(client, "/sign-in/code", code=app_of_head.shows(9))
    assert (wrong.status_code, "The code is not right." in wrong.page.text) == (400, True)
    code = app_of_head.shows()
    assert send(client, "/sign-in/code", code=code).status_code == 303
    send(client, "/sign-out")
    enter(client, email)
    replayed = send(client, "/sign-in/code", code=code)
    assert (replayed.status_code, "used already" in replayed.page.text) == (400, True)


def test_after_ten_wrong_codes_it_says_how_long_to_wait(client, email, app_of_head):
    enter(client, email)
    for _ in range(10):
        send(client, "/sign-in/code", code=app_of_head.shows(9))
    response = send(client, "/sign-in/code", code=app_of_head.shows())
    assert (response.status_code, "in 5 minutes" in response.page.text) == (429, True)


def test_a_recovery_code_opens_too_and_says_how_many_are_left(client, email, app_of_head):
    enter(client, email)
    assert "recovery code" in client.get("/sign-in/recovery-code").page.text
    for used, left in enumerate((9, 8, 7, 6, 5, 4, 3, 2, 1)):
        assert send(client, "/sign-in/recovery-code", code=app_of_head.codes[used]).status_code == 303
        said = client.get("/account").page.text
        assert f"You have {left} left." in said
        assert ("Make new ones on the page" in said) == (left < 3)
        send(client, "/sign-out")
        enter(client, email)
    assert send(client, "/sign-in/recovery-code", code=app_of_head.codes[0]).status_code == 400
    send(client, "/sign-in/recovery-code", code=app_of_head.codes[9])
    assert "your last recovery code" in client.get("/account").page.text


def test_without_half_a_sign_in_the_page_says_to_sign_in_again(client, world, email, app_of_head):
    for path in ("/sign-in/code", "/sign-in/recovery-code"):
        for response in (client.get(path), send(client, path, code="123456")):
            assert (response.status_code, response.page.heading) == (400, "Sign in again")
    enter(client, email)
    world.clock.pass_by(minutes=10)
    assert client.get("/sign-in/code").page.heading == "Sign in again"
    assert send(client, "/sign-in/code", code=app_of_head.shows()).page.heading == "Sign in again"


def test_a_wrong_password_tells_nobody_who_has_a_second_factor(client, world, email, app_of_head):
    other = with_password(world, world.oakfield.teacher)
    said = [enter(client, each, "wrong gravel otter").page.text.replace(each, "…") for each in (email, other)]
    assert said[0] == said[1]


def test_the_browser_is_remembered_only_once_the_code_was_right(app, client, world, email, app_of_head):
    enter(client, email)
    assert client.get_cookie("device") is None
    send(client, "/sign-in/code", code=app_of_head.shows())
    assert client.get_cookie("device") is not None
    send(client, "/sign-out")
    stranger = member(app, world)
    enter(stranger, email)
    for _ in range(10):
        send(stranger, "/sign-in/code", code=app_of_head.shows(9))
    assert send(stranger, "/sign-in/code", code=app_of_head.shows(1)).status_code == 429
    enter(client, email)
    assert send(client, "/sign-in/code", code=app_of_head.shows(1)).status_code == 303


def test_the_token_is_another_after_each_step_and_what_was_planted_is_gone(client, world, email, app_of_head):
    client.sign_in(world.elmfield.teacher)
    former = token(client)
    client.forget_token()
    with client.session_transaction() as session:
        session["planted"] = "before"
    enter(client, email)
    assert sessions.present(world.ports, token=former) is None, "whoever was in on this browser is out"
    before = cookie(client)
    with client.session_transaction() as session:
        assert "planted" not in session
        half = session["half"]
    send(client, "/sign-in/code", code=app_of_head.shows())
    assert token(client) not in (None, half, former)
    with client.session_transaction() as session:
        assert "half" not in session
    client.set_cookie("session", before)
    assert client.get("/account").status_code == 303, "the cookie from in between is worth nothing"


def test_signing_out_ends_half_a_sign_in_in_this_browser(client, email, app_of_head):
    enter(client, email)
    send(client, "/sign-out")
    assert client.get("/sign-in/code").status_code == 400


def test_who_has_none_signs_in_as_before(client, world):
    email = with_password(world, world.oakfield.people[Role.TEACHER])
    assert place(enter(client, email)) == "/"
