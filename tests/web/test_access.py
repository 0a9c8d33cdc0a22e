"""Every address, for every role and for nobody, by every method: open exactly where the view says so."""

import re
from collections.abc import Iterator
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.routing import Rule

from firewall_admin.app import create_app
from firewall_admin.core.people import PERMISSIONS, Permission, Role
from firewall_admin.db.tables import Entry
from firewall_admin.settings import Settings
from firewall_admin.web.access import NOBODY_NEEDED, needs, proven
from firewall_admin.web.addresses import known_page
from tests.world import World

from .member import Member, member, place
from .strangers import fill, values

ANY = {"uuid": str(uuid4()), "int": "987653", "string": "nothing", "path": "nothing/at/all", "default": "nothing"}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """One for all tests here: none of them changes anything."""
    world = World(tmp_path_factory.mktemp("access"))
    world.sign(world.oakfield)
    return world


@pytest.fixture(scope="module")
def app(world: World) -> Flask:
    return create_app(Settings(), world.ports)


@pytest.fixture
def client(app: Flask, world: World) -> Member:
    return member(app, world)


def routes(app: Flask) -> Iterator[tuple[Rule, str, frozenset[Permission]]]:
    """Every rule with each of its methods and what its view needs."""
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"OPTIONS", "HEAD"}):
            yield rule, method, vars(app.view_functions[rule.endpoint])["needs"]


def address(rule: Rule) -> str:
    """An address of a rule that names nothing there is."""
    return re.sub(r"<(?:(\w+)(?:\([^)]*\))?:)?\w+>", lambda found: ANY[found[1] or "default"], rule.rule)


def test_every_view_says_who_may_have_it(app):
    unmarked = [name for name, view in app.view_functions.items() if getattr(view, "needs", None) is None]
    assert unmarked == []


def test_only_these_are_open_to_everyone(app):
    """Whoever adds one, thinks about it here."""
    found = {rule.endpoint for rule, _, needed in routes(app) if needed is NOBODY_NEEDED}
    known = {"assets", "blocked", "health", "feeds", "inspections", "sign_in", "half_sign_in", "invitations"}
    assert {endpoint.partition(".")[0] for endpoint in found} <= known
    assert {e for e in found if e.startswith("sign_in.")} == {"sign_in.page", "sign_in.sign_in", "sign_in.sign_out"}
    halves = {"page", "finish", "recovery", "recover"}
    assert {e for e in found if e.startswith("half_sign_in.")} == {f"half_sign_in.{each}" for each in halves}


@pytest.mark.parametrize("role", Role)
def test_each_role_has_exactly_what_its_permissions_say(app, world, client, role):
    client.sign_in(world.oakfield.people[role])
    wrong = []
    for rule, method, needed in routes(app):
        got = client.open(address(rule), method=method).status_code
        may = needed is NOBODY_NEEDED or bool(needed & PERMISSIONS[role])
        is_open = got != 403 if needed is NOBODY_NEEDED else got not in (401, 403) and got < 500
        if is_open != may:
            wrong.append((method, rule.rule, got, "may" if may else "may not"))
    assert wrong == []


@pytest.mark.parametrize("role", Role)
def test_nothing_is_taken_without_the_token_of_a_form(app, world, client, role):
    client.sign_in(world.oakfield.people[role])
    posts = [
        (rule.rule, client.post(address(rule)).status_code)
        for rule, method, needed in routes(app)
        if method != "GET" and needed & PERMISSIONS[role]
    ]
    assert [taken for taken in posts if taken[1] != 400] == []
    assert posts


def test_nobody_is_asked_to_sign_in_or_turned_away(app, client):
    wrong = []
    for rule, method, needed in routes(app):
        response = client.open(address(rule), method=method)
        if needed is NOBODY_NEEDED:
            right = response.status_code not in (301, 302, 303, 403) and (
                response.status_code != 401 or rule.endpoint.startswith("feeds.")
            )
        elif method == "GET":
            right = response.status_code == 303 and place(response).startswith("/sign-in")
        else:
            right = response.status_code == 401
        if not right:
            wrong.append((method, rule.rule, response.status_code))
    assert wrong == []


def test_what_is_another_schools_does_not_exist(app, world):
    known = fill(world, world.elmfield)
    people = {role: member(app, world) for role in Role}
    for role, client in people.items():
        client.sign_in(world.oakfield.people[role])
    before = _told(world)
    wrong = []
    for rule, method, needed in routes(app):
        if needed is NOBODY_NEEDED or not rule.arguments:
            continue
        with app.test_request_context():
            url = rule.build({**dict.fromkeys(rule.arguments, "tiktok"), **values(rule, known)})
        for role, client in people.items():
            if needed & PERMISSIONS[role] and url:
                path = url[1]
                response = client.get(path) if method == "GET" else client.send(path)
                if response.status_code != 404 and values(rule, known):
                    wrong.append((method, rule.rule, role.value, response.status_code))
    assert wrong == []
    assert _told(world) == before, "and nothing happened to it"


def _told(world: World) -> int:
    with world.db.look() as session:
        return session.scalar(select(func.count()).where(Entry.school_id == world.elmfield.id)) or 0


def test_a_view_without_a_word_on_access_is_shut(world, client):
    app = create_app(Settings(), world.ports)
    app.add_url_rule("/forgotten", "forgotten", lambda: "secret")
    for role in Role:
        client = member(app, world)
        client.sign_in(world.oakfield.people[role])
        assert client.get("/forgotten").status_code == 403
    assert member(app, world).get("/forgotten").status_code == 303


def test_needing_nothing_has_to_be_said_as_public():
    with pytest.raises(TypeError):
        needs()


def test_a_weighty_act_asks_for_the_password_and_comes_back(world):
    app = create_app(Settings(), world.ports)

    @app.get("/matters/<int:release>")
    @needs(Permission.EVERYONE)
    def shown(release: int) -> dict[str, int]:
        return {"release": release}

    @app.post("/matters/<int:release>/go-back")
    @needs(Permission.EVERYONE)
    @proven
    def go_back(release: int) -> dict[str, int]:
        return {"back to": release}

    @app.get("/weighty")
    @needs(Permission.EVERYONE)
    @proven
    def weighty() -> dict[str, str]:
        return {}

    client = member(app, world)
    client.sign_in(world.oakfield.teacher, proven=False)
    assert place(client.get("/weighty?x=1")) == "/sign-in/confirm?next=" + "/weighty?x%3D1"
    assert place(client.send("/matters/3/go-back")) == "/sign-in/confirm?next=/matters/3"
    client.sign_in(world.oakfield.teacher)
    assert client.send("/matters/3/go-back").json == {"back to": 3}
    world.clock.pass_by(minutes=10)
    assert client.send("/matters/3/go-back").status_code == 303
    world.clock.pass_by(minutes=-10)


def test_a_feed_or_file_has_no_session_and_sets_no_cookie(client):
    for path in ("/healthz", "/feeds/nothing"):
        assert "Set-Cookie" not in client.get(path).headers


ELSEWHERE = [
    "https://evil.example/",
    "//evil.example/account",
    "///evil.example/account",
    "/\\evil.example/account",
    "\\\\evil.example",
    "/\t/evil.example/account",
    "/account\r\nSet-Cookie: x",
    "javascript:alert(1)",
    "account",
    "",
    "/nothing-here",
    "/%2Fevil.example/account",
    "//account",
    "/account/../account",
    "/sign-in",
    "/healthz",
    "/sign-out",
    "/account/sign-out-everywhere",
    "/аccount",
    "/account?" + "x" * 2000,
    "http:/account",
    "/account@evil.example",
]


@pytest.mark.parametrize("target", ELSEWHERE)
def test_nobody_is_sent_on_to_what_is_no_page_of_ours(app, target):
    with app.test_request_context():
        assert known_page(target) is None


@pytest.mark.parametrize("target", ["/account", "/account?next=//evil.example", "/people/import"])
def test_a_known_page_is_gone_on_to(app, target):
    with app.test_request_context():
        assert known_page(target) == target
