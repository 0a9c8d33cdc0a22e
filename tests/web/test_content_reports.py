"""The pages of content reports: two minutes on a phone, no way in for a picture, and nothing restricted anywhere."""

import csv
import io

import pytest

from firewall_admin.core.people import Role
from firewall_admin.db.tables import ContentReport, Letter, RuleRow
from tests.journeys.looking import every, one, trail
from tests.journeys.reporting import block, places, report, restricted

from .member import place

NEW, RESTRICTED = "/reports/new", "/reports/restricted"
TYPED = {
    "illegal": "no",
    "address": "https://www.dares.example/a?b=c",
    "kind": "content",
    "area": "aggressive",
    "day-day": "23",
    "day-month": "11",
    "day-year": "2026",
    "time": "9:20",
}
SECURED = {"place": "iPad 12, in the office", **{k: TYPED[k] for k in ("day-day", "day-month", "day-year", "time")}}
PICTURE = b"\x89PNG\r\n\x1a\n" + b"\0" * 64


@pytest.fixture
def teacher(client, world):
    client.sign_in(world.oakfield.teacher)
    return client


def as_(client, actor):
    client.sign_in(actor)
    client.forget_token()
    return client


def test_a_report_is_sent_from_one_page_and_told_back_to_whoever_sent_it(teacher, world):
    assert "Report a site" in teacher.get("/").page.text
    page = teacher.get(NEW + "?address=www.dares.example").page
    assert [e["value"] for e in page.all("input") if e.get("name") == "address"] == ["www.dares.example"]
    assert [e["value"] for e in page.all("input") if e.get("name") == "time"] == ["09:30"]
    done = teacher.send(NEW, **TYPED)
    row = one(world, world.oakfield, ContentReport)
    assert (done.status_code, place(done)) == (303, f"/reports/{row.id}")
    assert (row.domain, row.seen_at.minute) == ("www.dares.example", 20)
    seen = teacher.get(f"/reports/{row.id}")
    assert "https://www.dares.example/a?b=c" in seen.page.text
    assert not any("dares" in link.get("href") for link in seen.page.all("a")), "an address is never a link"
    assert "CR-1" in teacher.get("/reports").page.text


def test_what_could_be_illegal_goes_the_other_way_and_nothing_that_was_typed_stays(teacher, world):
    done = teacher.send(NEW, **{**TYPED, "illegal": "yes"})
    assert (done.status_code, place(done)) == (303, RESTRICTED)
    assert every(world, world.oakfield, ContentReport) == []
    page = teacher.get(RESTRICTED).page
    for said in ("Don’t look at it again", "Secure the device", "safeguarding lead", "999", "Internet Watch", "CEOP"):
        assert said in page.text, said
    assert not [e for e in page.all("input", "textarea") if e.get("name") in ("address", "url", "kind", "area")]


def test_a_restricted_record_has_no_address_and_is_on_nobodys_page_but_two(client, world):
    school = world.oakfield
    as_(client, school.teacher).send(RESTRICTED, **SECURED, done="Told Mrs Abbott at once")
    row = one(world, school, ContentReport)
    path = f"/reports/{row.id}"
    assert "iPad 12" not in client.get(path).page.text, "not even to whoever reported it"
    for role in Role:
        as_(client, school.people[role])
        seen, listed = client.get(path), client.get("/reports")
        reads = role in (Role.SAFEGUARDING_LEAD, Role.HEADTEACHER)
        if role is Role.TEACHER or reads:
            assert ("iPad 12" in seen.page.text, "CR-1" in listed.page.text) == (reads, True)
        elif role in (Role.GOVERNOR, Role.ADMINISTRATOR):
            assert (seen.status_code, listed.status_code) == (403, 403)
        else:
            assert (seen.status_code, "CR-1" in listed.page.text) == (404, False)
    as_(client, school.headteacher)
    assert "CR-1" not in client.get("/reports?word=ipad").page.text, "no search finds it"
    assert b"CR-1" not in client.send("/reports/reports.csv").data
    assert all("iPad" not in letter.text for letter in every(world, school, Letter))


@pytest.mark.parametrize("path", [NEW, RESTRICTED, "/reports/incidents/new", "/reports/incidents/harassment"])
def test_no_form_has_a_way_in_for_a_file(teacher, path):
    page = teacher.get(path).page
    assert [e for e in page.all("input") if e.get("type") in ("file", "image")] == []
    assert [e for e in page.all("form") if e.get("enctype")] == []
    assert [e for e in page.all() if "contenteditable" in e.attributes] == []


@pytest.mark.parametrize("path", [NEW, RESTRICTED, "/reports/incidents/new", "/reports/incidents/harassment"])
def test_a_file_is_refused_before_it_is_read(teacher, world, path, monkeypatch):
    monkeypatch.setattr("werkzeug.formparser.default_stream_factory", lambda *_, **__: pytest.fail("it was read"))
    token = teacher.token()
    for fields in (
        {"picture": (io.BytesIO(PICTURE), "a.png")},
        {"done": (io.BytesIO(PICTURE), "a.png"), **TYPED},
    ):
        sent = teacher.post(path, data={**fields, "csrf_token": token}, content_type="multipart/form-data")
        assert (sent.status_code, "no picture, file or code" in sent.page.text) == (400, True)
    for kind in ("image/png", "application/json", "application/octet-stream", "text/plain"):
        assert teacher.post(path, data=PICTURE, content_type=kind).status_code == 400
    assert every(world, world.oakfield, ContentReport) == []


@pytest.mark.parametrize(
    "typed",
    ["data:image/png;base64,iVBORw0KGgo=", "iVBORw0KGgo" * 200, '<img src="blob:x">', "\n".join(["QUJD" * 19] * 40)],
)
def test_a_picture_as_text_is_refused_in_every_field_that_takes_words(teacher, world, typed):
    for path, whole in ((NEW, TYPED), (RESTRICTED, SECURED)):
        for field in ("done", "place", *(["address"] if path == NEW else [])):
            if field == "address" and "\n" not in typed and not typed.startswith(("data", "<")):
                continue  # an address may be long; 2,000 characters are its end
            sent = teacher.send(path, **{**whole, field: typed})
            assert (sent.status_code, field) == (400, field)
    assert every(world, world.oakfield, ContentReport) == []


def test_a_request_as_large_as_a_picture_is_turned_away(teacher):
    sent = teacher.send(NEW, **TYPED, anything="x" * 70_000)
    assert sent.status_code == 413


def test_a_refusal_stands_at_its_field_and_keeps_what_was_typed(teacher):
    sent = teacher.send(NEW, **{**TYPED, "pupil": "Amelia Jones"})
    assert (sent.status_code, sent.page.title.startswith("Error: ")) == (400, True)
    assert "That looks like a name" in sent.page.text
    assert [e["value"] for e in sent.page.all("input") if e.get("name") == "address"] == [TYPED["address"]]
    later = teacher.send(NEW, **{**TYPED, "time": "23:59"})
    assert (later.status_code, "not in the future" in later.page.text) == (400, True)
    assert teacher.send(NEW, **{**TYPED, "time": "quarter past"}).status_code == 400


def test_the_manager_blocks_in_one_step_from_the_plan_with_what_else_it_touches(client, world):
    school = world.oakfield
    world.sign(school)
    made = report(world, school.teacher, address="https://www.facebook.com/x")
    as_(client, school.network_manager)
    assert "Report CR-1" in client.get("/").page.text
    path = f"/reports/{made}/block"
    assert path in {link.get("href") for link in client.get(f"/reports/{made}").page.all("a")}
    plan = client.get(path)
    assert plan.page.heading == "Block facebook.com?"
    assert "facebook.com is part of 'Facebook'" in plan.page.text
    form = next(f for f in plan.page.all("form") if f.get("action") == path)
    fields = {e["name"]: e.get("value") for e in form.all("input") if e.get("type") == "hidden"}
    done = client.send(path, **{k: v for k, v in fields.items() if k != "csrf_token"})
    assert (done.status_code, place(done)) == (303, f"/reports/{made}")
    assert one(world, school, RuleRow).domain == "facebook.com"
    assert "It is blocked" in client.get(f"/reports/{made}").page.text
    assert client.get(path).status_code == 409, "not twice"


def test_another_name_and_audience_can_be_chosen_and_an_app_has_to_be_named(client, world):
    made = report(world, world.oakfield.teacher, address="The dares app")
    as_(client, world.oakfield.network_manager)
    path = f"/reports/{made}/block"
    assert "No name of a site was reported" in client.get(path).page.text
    plan = client.send(path, domain="api.dares.example", audience="pupils")
    assert plan.page.heading == "Block api.dares.example?"
    again = client.send(path, domain="api.dares.example", audience="pupils", again="y")
    assert [e["value"] for e in again.page.all("input") if e.get("name") == "domain"] == ["api.dares.example"]
    assert client.send(path, domain="co.uk", audience="").status_code == 400


def test_the_spreadsheet_is_safe_has_no_pupil_and_nothing_restricted_and_is_on_record(client, world):
    school = world.oakfield
    report(world, school.teacher, address="=cmd|calc", place="@sum", done="-2+3", pupil="4F-012")
    restricted(world, school.teacher)
    as_(client, school.network_manager)
    text = client.send("/reports/reports.csv").data.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert len(rows) == 2
    assert [cell for cell in rows[1] if cell[:1] in "=+-@\t\r" and cell] == []
    assert "4F-012" not in text
    assert trail(world, school)[-1] == "Network manager of Oakfield took out 1 report(s) and incident(s) as a file."
    assert as_(client, school.teacher).send("/reports/reports.csv").status_code == 403


def test_the_log_is_found_in_by_word_state_kind_and_area(client, world):
    school = world.oakfield
    for number in range(52):
        report(world, school.teacher, address=f"n{number}.example")
    blocked = report(world, school.teacher, address="odd.example", kind="contact", area="sexual", place="Library")
    block(world, school.network_manager, blocked, "odd.example")
    as_(client, school.network_manager)
    assert "53 reports" in client.get("/reports").page.text
    assert "n1.example" in client.get("/reports?page=2").page.text
    for query in ("word=library", "state=blocked", "kind=contact", "area=sexual", "word=odd&state=blocked"):
        text = client.get(f"/reports?{query}").page.text
        assert ("1 report" in text, "odd.example" in text) == (True, True), query
    for odd in ("page=0", "page=99", "state=%00", "kind=x", "word=%25", "page=99999999"):
        assert client.get(f"/reports?{odd}").status_code == 200
    as_(client, school.deputy)
    assert "No reports" in client.get("/reports").page.text, "whoever only reports sees their own"


def test_review_send_back_restrict_hand_over_and_close_each_have_a_page(client, world):
    school = world.oakfield
    made = report(world, school.teacher)
    as_(client, school.network_manager)
    refused = client.send(f"/reports/{made}/leave-open", reason=" ")
    assert (refused.status_code, "Say why it stays open" in refused.page.text) == (400, True)
    assert client.send(f"/reports/{made}/leave-open", reason="A site for lessons").status_code == 303
    assert "A site for lessons" in as_(client, school.teacher).get(f"/reports/{made}").page.text
    as_(client, school.headteacher)
    assert "Look at what was done about it" in client.get("/").page.text
    assert client.send(f"/reports/{made}/review", remark="").status_code == 303
    assert client.send(f"/reports/{made}/send-back", remark="And the app?").status_code == 303
    as_(client, school.network_manager)
    done = client.send(f"/reports/{made}/restrict")
    assert (done.status_code, place(done)) == (303, "/reports")
    assert client.get(f"/reports/{made}").status_code == 404
    assert places(world, "dares") == set()
    as_(client, school.safeguarding_lead)
    assert "A restricted record" in client.get("/").page.text
    assert client.send(f"/reports/{made}/close").status_code == 400
    assert client.send(f"/reports/{made}/hand-over", body="iwf", outside="7", text="").status_code == 303
    assert client.send(f"/reports/{made}/close").status_code == 303
    assert "Internet Watch Foundation (reference 7)" in client.get(f"/reports/{made}").page.text


def test_a_pupils_name_is_on_no_page_until_it_is_asked_for(client, world):
    school = world.oakfield
    made = report(world, school.teacher, pupil="4F-012", pupil_name="Amelia Jonesby")
    for role in (Role.TEACHER, Role.NETWORK_MANAGER, Role.HEADTEACHER):
        page = as_(client, school.people[role]).get(f"/reports/{made}").page
        assert ("Amelia" in page.text, "4F-012" in page.text) == (False, True)
    assert "Amelia Jonesby" in client.send(f"/reports/{made}/name").page.text
    assert as_(client, school.network_manager).send(f"/reports/{made}/name").status_code == 403


def test_a_hold_is_put_and_lifted(client, world):
    made = report(world, world.oakfield.teacher)
    as_(client, world.oakfield.safeguarding_lead)
    assert client.send(f"/reports/{made}/hold", reason="A claim").status_code == 303
    assert "On legal hold: A claim" in client.get(f"/reports/{made}").page.text
    assert "CR-1" in client.get("/reports/retention").page.text
    assert client.send(f"/reports/{made}/hold").status_code == 303
    assert "On legal hold" not in client.get(f"/reports/{made}").page.text
