"""Requests when the world around them moves on, and when what is sent is odd: every page answers, and says why."""

import pytest

from firewall_admin.core.people import Role
from firewall_admin.db.tables import AccessRequest, AudienceRow, Remark, TimetableRow
from firewall_admin.journeys import access_requests, assignments, audiences, people, policy, rules, timetables
from tests.journeys.looking import every
from tests.journeys.request_world import SITE, again, assess, assessed, decided, furnished, submitted

from .test_requests import answer

LONG = "https://scratch.mit.edu/" + "a" * 2000


@pytest.fixture
def oakfield(world):
    return furnished(world)


def pages_of(client, world, row):
    """Every page of a request, by everybody who may have it: none breaks."""
    for role in (Role.TEACHER, Role.NETWORK_MANAGER, Role.HEADTEACHER, Role.SAFEGUARDING_LEAD):
        client.sign_in(world.oakfield.people[role])
        seen = client.get(f"/requests/{row.id}")
        assert seen.status_code == 200
        for link in {each["href"] for each in seen.page.all("a") if str(row.id) in each["href"]}:
            assert client.get(link).status_code in (200, 303, 400), link
        assert client.get("/requests?which=all").status_code == 200


def test_an_audience_that_is_gone_leaves_its_requests_readable_and_is_named_where_it_is_decided(
    client, world, oakfield
):
    manager, wanted = oakfield.network_manager, audiences.Wanted("year-5", ("127.50.0.0/16",))
    policy.edit(world.ports, manager, audiences.adding(world.ports, manager, wanted), decision="the headteacher’s")
    rules.add(
        world.ports, oakfield.network_manager, action="block", domain="five.example", audience="year-5", reason="games"
    )
    open_, live = (
        assessed(world, oakfield, address=site, audiences=("year-5",)) for site in ("five.example", "www.five.example")
    )
    decided(world, oakfield.headteacher, live)
    (gone,) = every(world, oakfield, AudienceRow, name="year-5")
    act = audiences.removing(world.ports, manager, audience=gone.id)
    policy.edit(world.ports, manager, act, decision="the headteacher’s")
    for row in (open_, live):
        pages_of(client, world, row)
    assert "There is no audience 'year-5' any more" in client.get(f"/requests/{open_.id}").page.text
    client.sign_in(oakfield.headteacher)
    seen = answer(client, open_)
    assert seen.status_code in (400, 409)
    assert "There is no audience" in seen.page.text


def test_a_timetable_that_is_gone_leaves_its_requests_readable(client, world, oakfield):
    manager = oakfield.network_manager
    timetables.add(world.ports, manager, name="lunch", windows=["mon-fri 12:00-13:00"])
    assignments.assign(world.ports, manager, slug="tiktok", to=["pupils"])
    row = assessed(world, oakfield, address="tiktok.com", when="lunch")
    (gone,) = every(world, oakfield, TimetableRow, name="lunch")
    policy.edit(world.ports, manager, timetables.removing(world.ports, manager, timetable=gone.id))
    pages_of(client, world, row)
    client.sign_in(oakfield.headteacher)
    seen = answer(client, row)
    assert seen.status_code in (400, 409)
    assert "There is no timetable" in seen.page.text


def test_what_waits_for_somebody_who_has_left_can_be_taken_back_by_who_assesses(client, world, oakfield):
    row = submitted(world, oakfield)
    access_requests.send_back(world.ports, oakfield.network_manager, request=row.id, version=row.version, text="Who?")
    client.sign_in(oakfield.network_manager)
    assert client.get(f"/requests/{row.id}/withdraw").status_code == 403
    people.end_access(world.ports, oakfield.administrator, person=oakfield.teacher.person_id)
    page = client.get(f"/requests/{row.id}").page
    assert "has left the school" in page.text
    version = again(world, row).version
    client.sign_in(oakfield.headteacher)
    assert client.send(f"/requests/{row.id}/withdraw", version=version).status_code == 403
    client.sign_in(oakfield.network_manager)
    assert client.get(page.link("Take it back")).status_code == 200
    assert client.send(f"/requests/{row.id}/withdraw", version=version).status_code == 303
    assert again(world, row).state == "withdrawn"


def test_a_comment_that_is_sent_twice_is_one(client, world, oakfield):
    row = submitted(world, oakfield)
    client.sign_in(oakfield.safeguarding_lead)
    for text in ("It has a chat.", "It has a chat.", "It has a chat. And games.", "It has a chat."):
        assert client.send(f"/requests/{row.id}/comment", text=text).status_code == 303
    texts = [remark.text for remark in every(world, oakfield, Remark)]
    assert texts == ["It has a chat.", "It has a chat. And games.", "It has a chat."]


@pytest.mark.parametrize("number", [0, 2**31, 2**63, 10**40])
def test_a_number_that_nothing_can_have_is_no_page(client, world, oakfield, number):
    client.sign_in(oakfield.network_manager)
    for path in (f"/decisions/{number}", f"/releases/{number}", f"/trail/{number}", f"/releases/{number}/bundle.zip"):
        assert client.get(path).status_code == 404


@pytest.mark.parametrize("version", ["", "-1", "9" * 5000, "٣", "²", "1e3", "\x00", "0x1"])
def test_a_version_that_is_none_changes_nothing(client, world, oakfield, version):
    row = assessed(world, oakfield)
    client.sign_in(oakfield.teacher)
    assert client.send(f"/requests/{row.id}/withdraw", version=version).status_code in (400, 409)
    client.sign_in(oakfield.headteacher)
    sent = {"version": version, "sha256": "x", "outcome": "approved", "reason": "r"}
    assert client.send(f"/requests/{row.id}/decide", **sent).status_code in (400, 409)
    assert again(world, row).state == "assessed"


@pytest.mark.parametrize(
    "address",
    [
        LONG,
        "scratch.mit.edu.",
        "SCRATCH.MIT.EDU:8443",
        "https://user:secret@scratch.mit.edu:443/a?b#c",
        " \tscratch.mit.edu\n",
        "http:\\\\scratch.mit.edu\\x",
    ],
)
def test_one_site_in_many_spellings_is_that_site(client, world, oakfield, address):
    client.sign_in(oakfield.teacher)
    assert client.get("/ask", query_string={"url": address}).page.heading == f"Ask for {SITE}"


NO_SITES = """10.1.2.3 http://[2001:db8::1]/ http://2130706433/ 0x7f.1 localhost .. a..b.example -a.example co.uk
*.mit.edu javascript:alert(1) data:text/html,x file:///etc/passwd
http://.example ٣.example/ 🦦 <script> \u202egnp.example \x00
'; --
"""


@pytest.mark.parametrize("address", [*NO_SITES.split(), "mit edu", "x" * 300, f"https://{'a' * 70}.example", LONG * 3])
def test_what_is_no_site_is_said_to_be_none(client, world, oakfield, address):
    client.sign_in(oakfield.teacher)
    seen = client.get("/ask", query_string={"url": address})
    assert seen.status_code in (200, 400)
    assert every(world, oakfield, AccessRequest) == []


def test_names_of_other_scripts_are_asked_for_in_their_one_spelling(client, world, oakfield):
    rules.add(
        world.ports, oakfield.network_manager, action="block", domain="bücher.example", audience="pupils", reason="x"
    )
    client.sign_in(oakfield.teacher)
    seen = client.get("/ask", query_string={"url": "https://BÜCHER.example/ä"}).page
    assert "xn--bcher-kva.example" in seen.text


@pytest.mark.parametrize(
    "text", ["🦦" * 3900, "שלום עולם", "a\r\nb", "<b>x</b>{{ 7*7 }}", "=HYPERLINK(1)", "'\"--", "\u200b"]
)
def test_whatever_is_written_is_kept_and_shown_as_it_is(client, world, oakfield, text):
    row = assess(world, oakfield, submitted(world, oakfield, purpose=f"Lesson {text}"))
    pages_of(client, world, row)
    client.sign_in(oakfield.headteacher)
    seen = answer(client, row, reason=text)
    assert seen.status_code == (303 if text.strip("\u200b") else 400)
    for path in ("/register", f"/requests/{row.id}", "/trail"):
        assert client.get(path).status_code == 200


@pytest.mark.parametrize(
    "day",
    [
        ("31", "2", "2027"),
        ("1", "1", "9999"),
        ("1", "1", "0001"),
        ("٣", "1", "2027"),
        ("1", "1", "9" * 5000),
        ("0", "0", "0000"),
    ],
)
def test_a_day_that_there_is_not_is_said_at_its_field(client, world, oakfield, day):
    client.sign_in(oakfield.teacher)
    parts = dict(zip(("until-day", "until-month", "until-year"), day, strict=True))
    sent = {"url": SITE, "audiences": "pupils", "ending": "other", "purpose": "p", "previewed": "y", **parts}
    seen = client.send("/ask/check", **sent)
    assert seen.status_code == 400
    needed = dict(zip(("needed_by-day", "needed_by-month", "needed_by-year"), day, strict=True))
    sent = {"url": SITE, "audiences": "pupils", "ending": "week", "purpose": "p", "previewed": "y", **needed}
    assert client.send("/ask/send", **sent).status_code in (303, 400)
    assert client.get("/requests?which=all").status_code == 200
