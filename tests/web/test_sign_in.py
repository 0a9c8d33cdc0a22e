"""Signing in by the form, the cookie it gives, and the pages of one's own account."""

import re

import pytest

from firewall_admin.adapters.passwords import Passwords
from firewall_admin.app import create_app
from firewall_admin.core import events_people as events
from firewall_admin.core.people import system
from firewall_admin.db.tables import Person
from firewall_admin.journeys import people, staff_import
from firewall_admin.journeys.sessions import present
from firewall_admin.settings import Settings
from firewall_admin.web.devices import words
from tests.journeys.trail_of import trail

from .member import member, place

GOOD = "lamp gravel otter"
EMAIL = "network-manager@oakfield.leics.sch.uk"


@pytest.fixture(scope="module")
def kept():
    return Passwords().keep(GOOD)


@pytest.fixture
def client(app, world, kept):
    """The network manager has a password; nobody is signed in."""
    with world.db.change(system(world.oakfield.id)) as change:
        change.session.get_one(Person, world.oakfield.network_manager.person_id).password = kept
        change.did(events.PasswordSet())
    return member(app, world)


def enter(client, password=GOOD, **more):
    response = client.send("/sign-in", email=EMAIL, password=password, **more)
    client.forget_token()
    return response


def cookie(client, name="session"):
    return client.get_cookie(name).value


def token(client):
    with client.session_transaction() as session:
        return session.get("_user_id")


def test_the_right_password_leads_home_and_the_page_says_who_is_in(client):
    assert (enter(client).status_code, client.get("/account").status_code) == (303, 200)
    page = client.get("/account").page
    assert "Network manager of Oakfield" in page.text
    assert "Oakfield Primary School" in page.title
    assert "a browser (this one)" in page.text


def test_a_wrong_one_is_said_above_the_form_whoever_it_was(client):
    said = []
    for email in (EMAIL, "nobody@oakfield.example", "teacher@oakfield.leics.sch.uk"):
        response = client.send("/sign-in", email=email, password="wrong gravel otter")
        said.append((response.status_code, response.text.replace(email, "…")))
        assert "The e-mail address or the password is not right." in response.page.text
        assert "wrong gravel otter" not in response.text
    codes, texts = zip(*said, strict=True)
    assert set(codes) == {400}
    assert len({re.sub(r'(csrf_token" value|nonce)="[^"]+"', "", text) for text in texts}) == 1


def test_after_ten_guesses_it_says_how_long_to_wait(client):
    for _ in range(10):
        client.send("/sign-in", email=EMAIL, password="wrong gravel otter")
    response = enter(client)
    assert (response.status_code, "in 5 minutes" in response.page.text) == (429, True)


def test_it_goes_on_to_where_somebody_was_going_and_nowhere_else(client):
    first = client.get("/account/password?x=1")
    assert place(first) == "/sign-in?next=/account/password?x%3D1"
    form = client.get(place(first)).page
    carried = next(e["value"] for e in form.all("input") if e.get("name") == "next")
    assert place(enter(client, next=carried)) == "/account/password?x=1"
    for evil in ("https://evil.example/", "//evil.example", "/\\evil.example", "/nothing-here"):
        again = member(client.application, client.world)
        assert enter(again, next=evil).headers["Location"] == "/"
    assert place(client.get("/sign-in?next=//evil.example")) == "/"


def test_the_cookie_can_not_be_read_by_scripts_or_sent_by_other_sites(client):
    response = enter(client)
    for each in response.headers.getlist("Set-Cookie"):
        assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(each.split("; "))
    assert "Expires=Mon, 2" not in client.get("/account").headers.get("Set-Cookie", ""), "it isn't prolonged"


def test_over_https_the_cookie_is_bound_to_this_host(world, kept):
    with world.db.change(system(world.oakfield.id)) as change:
        change.session.get_one(Person, world.oakfield.network_manager.person_id).password = kept
        change.did(events.PasswordSet())
    client = member(create_app(Settings(https=True), world.ports), world)
    page = client.get("/sign-in", base_url="https://localhost").page
    fields = {"email": EMAIL, "password": GOOD, "csrf_token": page.token}
    response = client.post("/sign-in", data=fields, base_url="https://localhost")
    cookies = response.headers.getlist("Set-Cookie")
    assert {each.partition("=")[0] for each in cookies} == {"__Host-session", "__Host-device"}
    for each in cookies:
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(each.split("; "))
        assert "Domain" not in each


def test_a_cookie_from_before_signing_in_is_worth_nothing_afterwards(client):
    client.get("/sign-in")
    before = cookie(client)
    enter(client)
    assert cookie(client) != before
    client.set_cookie("session", before)
    assert client.get("/account").status_code == 303


def test_nothing_that_stood_in_the_cookie_before_is_there_afterwards(client):
    with client.session_transaction() as session:
        session["planted"] = "by somebody who had this computer before"
    for act in (lambda: enter(client), lambda: client.send("/sign-out")):
        form = client.token()
        act()
        client.forget_token()
        with client.session_transaction() as session:
            assert "planted" not in session
            session["planted"] = "again"
        assert client.post("/sign-out", data={"csrf_token": form}).status_code == 400, "forms from before are stale"


def test_signing_in_again_ends_the_session_before_whoever_it_was(client, world):
    client.sign_in(world.elmfield.teacher)
    first = token(client)
    assert client.post("/sign-in").status_code == 400
    enter(client)
    assert present(world.ports, token=first) is None
    assert trail(world, world.elmfield)[-1] == "Teacher of Elmfield signed out of 1 session(s)."


def test_a_stolen_cookie_is_worth_nothing_once_its_owner_has_signed_out(client):
    enter(client)
    stolen = cookie(client)
    assert place(client.send("/sign-out")) == "/sign-in"
    assert "You have signed out." in client.get("/sign-in").page.text
    client.set_cookie("session", stolen)
    assert client.get("/account").status_code == 303


def test_a_cookie_that_is_not_ours_or_not_whole_is_nobody(client):
    for value in ("x", "eyJfdXNlcl9pZCI6ImEifQ.ZZ.ZZ", ""):
        client.set_cookie("session", value)
        assert client.get("/account").status_code == 303


def test_signing_out_after_the_session_idled_away_is_no_error(client, world):
    enter(client)
    form = client.token()
    world.clock.pass_by(minutes=31)
    assert client.get("/account").status_code == 303
    assert client.post("/sign-out", data={"csrf_token": form}).status_code == 303


def test_signing_out_everywhere_ends_the_other_browser_too(app, client, world):
    other = member(app, world)
    enter(client)
    enter(other)
    assert client.get("/account").page.text.count("Last seen") == 2
    client.send("/account/sign-out-everywhere")
    assert other.get("/account").status_code == 303


def test_one_other_session_is_ended_by_its_button(app, client, world):
    other = member(app, world)
    enter(other)
    enter(client)
    page = client.get("/account").page
    action = next(f["action"] for f in page.all("form") if "/sessions/" in (f.get("action") or ""))
    assert place(client.send(action)) == "/account"
    assert other.get("/account").status_code == 303
    assert client.get("/account").status_code == 200


def test_the_password_is_changed_with_the_present_one(client):
    enter(client)
    new = "candle gravel otter"
    response = client.send("/account/password", current="wrong", new=new, again=new)
    assert (response.status_code, "The password is not right." in response.page.text) == (400, True)
    response = client.send("/account/password", current=GOOD, new=new, again="else")
    assert "are not the same" in response.page.text
    response = client.send("/account/password", current=GOOD, new="oakfield" * 3, again="oakfield" * 3)
    assert "Leave out 'oakfield'" in response.page.text
    assert client.send("/account/password", current=GOOD, new=new, again=new).status_code == 303
    client.send("/sign-out")
    client.forget_token()
    assert enter(client).status_code == 400
    assert enter(client, new).status_code == 303


def test_the_password_once_more_leads_back_to_the_act(client, world):
    client.sign_in(world.oakfield.network_manager, proven=False)
    wrong = client.send("/sign-in/confirm", password="wrong gravel otter", next="/account")
    assert (wrong.status_code, "The password is not right." in wrong.page.text) == (400, True)
    assert place(client.send("/sign-in/confirm", password=GOOD, next="/account")) == "/account"
    who = present(world.ports, token=token(client))
    assert who is not None
    assert who.proven


def test_whoever_leaves_or_changes_role_is_out_with_the_next_click(client, world):
    client.sign_in(world.oakfield.teacher)
    assert client.get("/account").status_code == 200
    people.end_access(world.ports, world.oakfield.administrator, person=world.oakfield.teacher.person_id)
    assert client.get("/account").status_code == 303


def test_an_address_is_believed_from_as_many_proxies_as_are_set_and_no_more(world, kept):
    for proxies, spoofed in ((0, True), (1, False)):
        client = member(create_app(Settings(trusted_proxies=proxies), world.ports), world)
        last = 0
        for n in range(11):
            fields = {"email": f"a{n}-{proxies}@oakfield.example", "password": "x", "csrf_token": client.token()}
            sent = {"X-Forwarded-For": f"192.0.2.{n + 1}"}
            last = client.post("/sign-in", data=fields, headers=sent).status_code
        assert last == (429 if spoofed else 400)


def test_a_link_shows_when_opened_and_works_when_sent(client, world):
    invited = people.invite(
        world.ports,
        world.oakfield.administrator,
        name="Gwen <b>Hughes</b>",
        email="g.hughes@oakfield.example",
        role="teacher",
    )
    path = f"/invitations/{invited.token}"
    for _ in range(3):
        assert "Gwen <b>Hughes</b>" in client.get(path).page.text
    response = client.send(path, password="short", again="short")
    assert (response.status_code, "12 characters" in response.page.text) == (400, True)
    assert place(client.send(path, password=GOOD, again=GOOD)) == "/sign-in"
    client.forget_token()
    assert client.get(path).status_code == 404
    assert client.send(path, password=GOOD, again=GOOD).status_code == 404
    assert client.send("/sign-in", email="g.hughes@oakfield.example", password=GOOD).status_code == 303


def test_a_link_that_was_never_made_is_told_like_one_that_has_ended(client):
    response = client.get("/invitations/nothing")
    assert (response.status_code, "Ask your school's administrator" in response.page.text) == (404, True)


def test_the_look_of_a_page_does_not_tell_a_visitor_of_which_school(client):
    assert "Oakfield" not in client.get("/sign-in").text


@pytest.mark.parametrize(
    ("user_agent", "known"),
    [
        ("Mozilla/5.0 (X11; CrOS x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36",
         "Chrome on a Chromebook"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36 Edg/140.0",
         "Edge on Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Mobile Safari/604.1",
         "Safari on an iPhone"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on a Mac"),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/140.0 Mobile Safari/537.36", "Chrome on Android"),
        ("<script>curl", "a browser"),
        ("", "a browser"),
    ],
)  # fmt: skip
def test_a_browser_is_told_in_words_and_nothing_of_what_it_sent(user_agent, known):
    assert words(user_agent) == known


def test_sizes_of_an_import_fit_into_a_form(app):
    assert (app.config["MAX_FORM_MEMORY_SIZE"] or 500_000) > staff_import.LARGEST * 1.5
