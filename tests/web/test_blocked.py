"""The block page: for anybody, on any foreign host, and never with more than a pupil may know."""

import logging

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from firewall_admin.app import create_app
from firewall_admin.core.events import SchoolChanged
from firewall_admin.core.people import system
from firewall_admin.db.tables import AudienceRow
from firewall_admin.journeys import assignments, lists, rules
from firewall_admin.settings import Settings
from tests.web.page import Page, safety

from .member import member

PUPIL, STAFF = "127.10.0.9", "127.20.0.9"
ADDRESS = "https://filter.oakfield.example"


@pytest.fixture
def app(world):
    return create_app(Settings(block_page=True, address=ADDRESS), world.ports)


def block(world, domain="games.example", **more):
    rules.add(
        world.ports,
        world.oakfield.network_manager,
        action="block",
        domain=domain,
        reason="because of Tom in 5B",
        **({"audience": "pupils"} | more),
    )


def only_oakfield(world):
    """The other school's clients are elsewhere: both are on the same loopback networks otherwise."""
    with world.db.change(system(world.elmfield.id)) as change:
        for number, row in enumerate(change.session.query(AudienceRow).filter_by(school_id=world.elmfield.id)):
            row.networks = [f"127.{number + 70}.0.0/16"]
        change.did(SchoolChanged("networks", "moved"))


def foreign(app, host="games.example", path="/", method="GET", client=PUPIL, **more):
    """A request as a sinkhole sends it here. No page checker: it asks for scripts that this page has not."""
    headers = {"Host": host, "Accept": "text/html,*/*;q=0.8", **more.pop("headers", {})}
    client_of = FlaskClient(app, app.response_class, use_cookies=False)
    return client_of.open(path, method=method, headers=headers, environ_overrides={"REMOTE_ADDR": client}, **more)


def test_a_foreign_host_gets_the_page_on_any_path_and_by_any_method(app, world):
    only_oakfield(world)
    block(world)
    for path, method in (("/", "GET"), ("/a/b?c=d", "GET"), ("/sign-in", "POST"), ("/feeds/x", "PUT"), ("/", "DELETE")):
        answer = foreign(app, path=path, method=method)
        assert answer.status_code == 403
        assert "games.example</span> is blocked at this school" in answer.text
        assert "Your school has blocked it." in answer.text
    assert foreign(app, method="HEAD").data == b""


def test_it_is_a_good_page_with_one_style_sheet_that_comes_from_the_same_host(app, world):
    page = Page(foreign(app).text)
    wrong = [fault for fault in page.faults() if not fault.startswith(safety.__name__)]
    assert wrong == []
    assert list(page.all("script", "style", "img")) == []
    (sheet,) = (e["href"] for e in page.all("link"))
    css = foreign(app, path=sheet, headers={"Accept": "text/css"})
    assert (css.status_code, css.mimetype) == (200, "text/css")


def test_it_is_kept_by_nobody_and_binds_nobody(app):
    answer = foreign(app, base_url="https://games.example", headers={"Cookie": "session=x"})
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    for name in ("Strict-Transport-Security", "Set-Cookie", "Location", "Access-Control-Allow-Origin"):
        assert name not in answer.headers
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_staff_have_a_button_with_the_site_filled_in(app, world):
    page = Page(foreign(app, host="www.Games.example:80").text)
    assert page.link("Ask for access") == f"{ADDRESS}/ask?url=www.games.example"
    assert "begins with https://" in page.text
    without = create_app(Settings(block_page=True), world.ports)
    text = foreign(without).text
    assert "bookmark" in text
    assert "<a " not in text


def test_a_picture_or_a_program_gets_a_line_of_text(app):
    answer = foreign(app, headers={"Accept": "image/avif,*/*;q=0.8"})
    assert (answer.status_code, answer.mimetype) == (403, "text/plain")
    assert answer.text == f"games.example is blocked here. Staff can ask for access: {ADDRESS}/ask?url=games.example\n"


@pytest.mark.parametrize("path", ["/", "/healthz", "/sign-in", "/static/x/blocked.css", "/feeds/x", "/ask", "/account"])
def test_the_service_itself_stays_shut_to_foreign_hosts(app, world, path):
    """Somebody who is signed in, too: a name that is pointed at this machine must not reach their session."""
    client = member(app, world)
    client.sign_in(world.oakfield.headteacher)
    assert client.get("/account").status_code == 200
    cookie = client.get_cookie("session")
    assert cookie is not None
    answer = foreign(app, path=path, headers={"Cookie": f"session={cookie.value}"})
    assert answer.status_code == 403
    assert "Headteacher" not in answer.text
    assert "Sign in" not in answer.text


RUBBISH = [
    "", "localhost.", "intranet", "10.0.0.5", "[::1]", "0x7f.1", "games.example:x", "games.example:80:80", "a" * 300,
    "games.example/../", "games.example@evil.example",
    "x\" onload=\"y.example", "<script>.example", "..", "games..example",
]  # fmt: skip


@pytest.mark.parametrize("host", RUBBISH)
def test_what_is_no_name_of_a_site_is_refused_as_ever(app, host):
    answer = foreign(app, host=host)
    assert answer.status_code == 400 or (host in ("", "localhost.") and answer.status_code in (302, 303, 400))
    assert "<script>." not in answer.text
    assert "onload" not in answer.text


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(codec="latin-1", exclude_characters="\r\n"), max_size=70))
def test_no_host_whatever_reaches_the_service(app, host):
    answer = foreign(app, host=f"{host}.example", path="/healthz")
    assert answer.status_code in (400, 403)
    assert "<script" not in answer.text.replace('<script src="/static/', "").replace(
        '<script type="module" src="/static/', ""
    )


@pytest.mark.parametrize("name", ["X-Forwarded-Host", "X-Forwarded-For", "X-Forwarded-Server", "X-Host", "Forwarded"])
def test_nobody_but_a_trusted_proxy_says_who_or_where_they_are(app, world, name):
    only_oakfield(world)
    block(world)
    answer = foreign(app, client="198.51.100.9", headers={name: PUPIL if name.endswith("For") else "localhost"})
    assert answer.status_code == 403
    assert "network for" not in answer.text


def test_a_trusted_proxy_tells_the_host_and_the_client(world):
    only_oakfield(world)
    block(world)
    app = create_app(Settings(block_page=True, trusted_proxies=1), world.ports)
    headers = {"X-Forwarded-Host": "games.example", "X-Forwarded-For": PUPIL}
    answer = foreign(app, host="localhost", client="127.0.0.1", headers=headers)
    assert answer.status_code == 403
    assert "network for pupils" in answer.text


def test_without_the_setting_a_foreign_host_is_refused(world):
    assert foreign(create_app(Settings(), world.ports)).status_code == 400


def test_our_own_hosts_are_served_as_ever(app):
    assert foreign(app, host="localhost", path="/healthz").status_code == 200
    assert foreign(app, host="127.0.0.1:8000", path="/").status_code == 303


def test_nothing_is_told_of_people_reasons_or_other_audiences(app, world):
    only_oakfield(world)
    block(world)
    lists.add(world.ports, world.oakfield.network_manager, title="Games", role="blocked", text=b"other.example\n")
    assignments.assign(world.ports, world.oakfield.network_manager, slug="games", to=["pupils"])
    for host in ("games.example", "other.example"):
        text = foreign(app, host=host).text
        for secret in ("Tom", "5B", "Network manager", "staff@", "127.", "decision", "rule"):
            assert secret not in text
    assert "on the list “Games”" in text
    assert "not blocked here now" in foreign(app, client=STAFF).text


def test_a_stranger_is_told_no_verdict(app, world):
    only_oakfield(world)
    block(world)
    blocked, other = (foreign(app, host=h, client="198.51.100.1").text for h in ("games.example", "fine.example"))
    assert blocked.replace("games.example", "") == other.replace("fine.example", "")


def test_two_schools_with_the_same_network_are_not_confused(app, world):
    block(world)
    text = foreign(app).text
    assert "Oakfield" not in text
    assert "Elmfield" not in text


def test_it_is_there_when_the_database_is_away(app, world, caplog, monkeypatch):
    def broken():
        raise OSError("no disk")

    monkeypatch.setattr(type(world.db), "look", lambda self: broken())
    with caplog.at_level(logging.WARNING):
        answer = foreign(app)
        own = app.test_client().get("/blocked?url=games.example")
    assert (answer.status_code, own.status_code) == (403, 200)
    assert "games.example" in answer.text
    assert "0800 1111" in own.text
    assert "without what the database knows" in caplog.text


def test_help_is_always_there_and_comes_first_where_it_was_looked_for(app):
    for host, first in (("games.example", False), ("childline.org.uk", True), ("self-harm.example", True)):
        text = foreign(app, host=host).text
        assert "0800 1111" in text
        assert (text.index("0800 1111") < text.index("If you are a pupil")) == first


def test_the_page_at_our_own_address_needs_no_account_and_leaves_no_cookie(client, world):
    answer = client.get("/blocked?url=https://games.example/a?secret=1", environ_overrides={"REMOTE_ADDR": PUPIL})
    assert answer.status_code == 200
    assert answer.page.link("Ask for access") == "/ask?url=https://games.example/a"
    assert "secret" not in answer.text
    assert "Set-Cookie" not in answer.headers
    assert client.get("/blocked").page.heading.startswith("Some sites are blocked")
    assert client.get("/blocked?url=<script>alert(1)</script>").status_code == 200


def test_what_is_locked_has_no_way_round(app, world):
    only_oakfield(world)
    page = Page(foreign(app, host="mask.icloud.com").text)
    assert "go round the school’s filter" in page.text
    assert "Nobody at the school can open this one" in page.text


def test_an_edit_is_seen_at_once(app, world):
    only_oakfield(world)
    assert "not blocked here now" in foreign(app).text
    block(world)
    assert "is blocked at this school" in foreign(app).text
