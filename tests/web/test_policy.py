"""The overview, audiences, timetables, the school, and the box that searches everything."""

import pytest

from firewall_admin.db.tables import AudienceRow, School, TimetableRow
from firewall_admin.journeys import assignments, lists, timetables
from firewall_admin.journeys.assignments import Times
from tests.journeys.looking import now, one

from .member import place
from .test_confirming import save

GUESTS = {"networks": "127.30.0.0/16\n", "answer": "sinkhole", "sinkhole": "10.0.0.2 2001:db8::2", "youtube": "strict"}


@pytest.fixture
def manager(client, world):
    client.sign_in(world.oakfield.network_manager)
    return client


def test_the_overview_says_what_is_in_force_for_whom(manager, world):
    actor = world.oakfield.network_manager
    timetables.add(world.ports, actor, name="lunch", windows=["mon-fri 12:00-13:00"])
    lists.add(world.ports, actor, title="Statutory", role="locked", text=b"bad.example\n")
    assignments.assign(world.ports, actor, slug="tiktok", to=["pupils"])
    assignments.assign(world.ports, actor, slug="facebook", to=["pupils"], times=Times(when="lunch"))
    text = manager.get("/policy").page.text
    for said in ("Pupils", "Staff", "127.10.0.0/16", "TikTok", "Only during 'lunch'", "Not now", "lunch (closed now)"):
        assert said in text
    assert "Statutory (locked, 1 name)" in text
    assert "23 Nov 2026, midday" in text, "the next change by itself"
    assert "Elmfield" not in text


def test_an_audience_is_added_changed_and_removed(manager, world):
    seen = manager.send("/policy/audiences/new", name="guests", **GUESTS, anti_bypass="y")
    save(manager, "/policy/audiences/new", seen)
    row = one(world, world.oakfield, AudienceRow, name="guests")
    assert (row.sinkhole, row.anti_bypass, row.essential) == (["10.0.0.2", "2001:db8::2"], True, False)
    path = f"/policy/audiences/{row.id}"
    boxes = {e.get("name"): "checked" in e.attributes for e in manager.get(path).page.all("input")}
    assert (boxes["anti_bypass"], boxes["essential"]) == (True, False)
    save(manager, path, manager.send(path, **GUESTS, anti_bypass="y", essential="y", safe_search="y"))
    row = one(world, world.oakfield, AudienceRow, name="guests")
    assert (row.safe_search, row.essential) == (True, True)
    save(manager, f"{path}/remove", manager.get(f"{path}/remove"))
    assert [audience.name for audience in now(world, world.oakfield).audiences] == ["pupils", "staff"]


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"networks": "127.10.0.0/16"}, "networks"),
        ({"networks": "here"}, "networks"),
        ({"sinkhole": ""}, "sinkhole"),
        ({"name": "pupils"}, "name"),
        ({"name": "Year 7"}, "name"),
        ({"answer": "teapot"}, "answer"),
    ],
)
def test_an_audience_that_contradicts_another_is_refused_at_its_field(manager, asked, field):
    seen = manager.send("/policy/audiences/new", **{"name": "guests", **GUESTS, **asked})
    assert seen.status_code == 400
    assert any(a.get("href") == f"#{field}" for a in seen.page.all("a"))


def test_a_timetable_is_added_changed_and_removed(manager, world):
    new = "/policy/timetables/new"
    save(manager, new, manager.send(new, name="lunch", windows="Mon-Fri 12:00-13:00\r\n\r\n", terms=""))
    row = one(world, world.oakfield, TimetableRow)
    assert row.windows == ["mon-fri 12:00-13:00"]
    path = f"/policy/timetables/{row.id}"
    save(manager, path, manager.send(path, windows="mon-fri 12:00-13:00", terms="2026-11-02/2026-12-18"))
    assert "2026-11-02 to 2026-12-18" in manager.get("/policy/timetables").page.text
    wrong = manager.send(path, windows="noon", terms="")
    assert (wrong.status_code, "is no window" in wrong.page.text) == (400, True)
    assert save(manager, f"{path}/remove", manager.get(f"{path}/remove")).status_code == 303
    assert "No timetable yet" in manager.get("/policy/timetables").page.text


def test_the_school_is_changed(manager, world):
    path = "/policy/school"
    asked = {"name": "Oakfield Academy", "timezone": "Europe/London", "domains": "oakfield.example"}
    save(manager, path, manager.send(path, **asked))
    assert now(world, world.oakfield).school == "Oakfield Academy"
    wrong = manager.send(path, **{**asked, "timezone": "Europe/Leicester"})
    assert (wrong.status_code, "There is no time zone" in wrong.page.text) == (400, True)


def test_the_box_finds_a_name_in_lists_with_what_covers_it(manager, world):
    actor = world.oakfield.network_manager
    lists.add(world.ports, actor, title="Video", role="blocked", text=b"tiktok.com\nm.tiktok.com\n")
    page = manager.get("/policy/search?name=M.TikTok.com").page
    assert "m.tiktok.com, then tiktok.com" in page.text
    assert any(a.get("href") == "/policy/platforms/tiktok" for a in page.all("a"))
    assert "Nothing names it" in manager.get("/policy/search?name=nowhere.test").page.text
    assert "Video" in manager.get("/policy/search?name=vid").page.text
    for odd in ("%3Cscript%3E", "a b", "1.2.3.4", "x" * 500):
        assert manager.get(f"/policy/search?name={odd}").status_code == 400


@pytest.mark.parametrize("path", ["", "/timetables", "/search", "/transfer", "/rules", "/lists", "/platforms"])
def test_a_teacher_does_not_see_the_policy_and_a_governor_does(client, world, path):
    client.sign_in(world.oakfield.teacher)
    assert client.get(f"/policy{path}").status_code == 403
    client.sign_in(world.oakfield.governor)
    assert client.get(f"/policy{path}").status_code == 200


def test_another_schools_things_are_not_there(client, world):
    audience = one(world, world.oakfield, AudienceRow, name="pupils")
    timetables.add(world.ports, world.oakfield.network_manager, name="lunch", windows=["mon-fri 12:00-13:00"])
    timetable = one(world, world.oakfield, TimetableRow)
    client.sign_in(world.elmfield.network_manager)
    for path in (f"audiences/{audience.id}", f"timetables/{timetable.id}"):
        assert client.get(f"/policy/{path}").status_code == 404
        assert client.get(f"/policy/{path}/remove").status_code == 404


def test_the_yearly_signature_is_asked_for_read_as_a_whole_and_decided(client, world):
    oakfield = world.oakfield
    assignments.assign(world.ports, oakfield.network_manager, slug="facebook", to=["pupils"])
    world.sign(oakfield)
    world.clock.pass_by(days=365)
    client.sign_in(oakfield.network_manager)
    assert "Ask for it to be signed again" in client.get("/policy").page.text
    assert client.send("/policy/sign-again", purpose=" ").status_code == 400
    asked = client.send("/policy/sign-again", purpose="The yearly signature")
    client.sign_in(oakfield.headteacher)
    page = client.get(f"{place(asked)}/decide").page
    assert page.heading == "Sign the policy as it stands?"
    assert "Facebook (social network): blocked at all times" in page.text
    fields = {e["name"]: e.get("value") for e in page.all("input") if e.get("name") in ("version", "sha256")}
    done = client.send(f"{place(asked)}/decide", **fields, outcome="approved", reason="Read and agreed")
    assert done.status_code == 303
    with world.db.look() as session:
        assert session.get(School, oakfield.id).signed_at == world.clock()
