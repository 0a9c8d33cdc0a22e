"""The way from a blocked site to a request, as a teacher goes it: every page is looked at on the way."""

from datetime import date
from urllib.parse import urlencode

import pytest

from firewall_admin.core.terms import from_json
from firewall_admin.db.tables import AccessRequest
from firewall_admin.journeys import assignments, rules, timetables
from tests.journeys.looking import every
from tests.journeys.request_world import SITE, assessed, decided, furnished, submitted

from .member import place

WHO = {"url": f"https://{SITE}/projects", "audiences": "pupils", "ending": "half-term"}
WHY = {"purpose": "Year 5 coding", "previewed": "y"}


@pytest.fixture
def teacher(client, world):
    furnished(world)
    client.sign_in(world.oakfield.teacher)
    return client


def address(page, **values):
    return f"/ask{page}?{urlencode(values, doseq=True)}"


def rows(world):
    return every(world, world.oakfield, AccessRequest)


def answers(page):
    """What a page of answers carries to the next."""
    return {e["name"]: e["value"] for e in page.all("input") if e.get("type") == "hidden" and e["name"] != "csrf_token"}


def test_the_whole_way_takes_three_short_pages_and_makes_one_request(teacher, world):
    site = teacher.get(address("", url=f"https://{SITE}/projects?x=1")).page
    assert site.heading == f"Ask for {SITE}"
    assert "Pupils: blocked" in site.text
    assert "not the whole of mit.edu" in site.text
    who = teacher.get(address("/who", url=f"https://{SITE}/projects")).page
    assert [e["value"] for e in who.all("input") if e.get("name") == "audiences" and "checked" in e.attributes] == [
        "pupils"
    ]
    why = teacher.get(address("/why", **WHO)).page
    assert "purpose" in why.ids
    check = teacher.send("/ask/check", **WHO, **WHY).page
    assert check.heading == "Check your answers"
    assert "Year 5 coding" in check.text
    sent = teacher.send("/ask/send", **answers(check))
    (row,) = rows(world)
    assert place(sent) == f"/ask/sent/{row.id}"
    page = teacher.get(place(sent)).page
    assert "AR-1" in page.text
    assert "The network manager looks at" in page.text
    assert "There is no figure yet" in page.text
    assert (row.domain, row.address, row.previewed) == (SITE, f"https://{SITE}/projects", True)
    terms = from_json(row.terms)
    assert terms.until is not None
    assert terms.until.date() == date(2026, 12, 19), "no half-terms are known: the last Friday before Christmas"


def test_signing_in_comes_back_with_the_address(client):
    assert place(client.get("/ask?url=https://x.example/a%20b")) == (
        "/sign-in?next=/ask?url%3Dhttps://x.example/a%2520b"
    )


def test_all_that_can_be_said_reaches_the_request(teacher, world):
    timetables.add(world.ports, world.oakfield.network_manager, name="lessons", windows=["mon-fri 09:00-15:30"])
    more = {
        "who": "Year 5, 28 pupils",
        "curriculum": "KS2 computing",
        "alternatives": "code.org",
        "device": "the laptops",
        "sensitive": "y",
        "needed_by-day": "27",
        "needed_by-month": "11",
        "needed_by-year": "2026",
        "ending": "day",
        "day-day": "27",
        "day-month": "nov",
        "day-year": "2026",
        "day_from": "09:30",
        "day_to": "10.30",
        "when": "lessons",
    }
    check = teacher.send("/ask/check", **(WHO | WHY | more)).page
    assert "27 November 2026 at 9:30am" in check.text
    teacher.send("/ask/send", **answers(check))
    (row,) = rows(world)
    terms = from_json(row.terms)
    assert terms.since is not None
    assert terms.until is not None
    assert (terms.since.hour, terms.until.hour, terms.when) == (9, 10, "lessons")
    assert (row.who, row.curriculum, row.alternatives, row.device) == (
        "Year 5, 28 pupils", "KS2 computing", "code.org", "the laptops"
    )  # fmt: skip
    assert (row.sensitive, row.needed_by) == (True, date(2026, 11, 27))


def test_sent_twice_it_is_one_request_and_shows_the_same_page(teacher, world):
    first, second = (teacher.send("/ask/send", **WHO, **WHY) for _ in range(2))
    assert place(first) == place(second)
    assert len(rows(world)) == 1


def test_what_somebody_else_asked_already_is_said_with_its_number(teacher, world):
    submitted(world, world.oakfield, by=world.oakfield.deputy)
    page = teacher.get(address("", url=SITE)).page
    assert "AR-1: Deputy of Oakfield has asked for it already, for pupils" in page.text
    assert [a for a in page.all("a") if "/requests/" in a.get("href")] == [], "it is not theirs to read"
    answer = teacher.send("/ask/send", **WHO, **WHY)
    assert answer.status_code == 400
    assert "AR-1" in answer.page.text
    assert len(rows(world)) == 1


def test_what_is_not_blocked_is_said_kindly_with_what_may_be_wrong(teacher):
    page = teacher.get(address("", url="bbc.co.uk")).page
    assert "It is not blocked for anyone" in page.text
    assert "try another device" in page.text
    assert "/ask/who" not in str([form.get("action") for form in page.all("form")])
    assert "not blocked for anyone" in teacher.get(address("/who", url="bbc.co.uk")).page.text


def test_what_is_locked_is_said_and_can_not_be_asked_for(teacher, world):
    page = teacher.get(address("", url="mask.icloud.com")).page
    assert "Nobody at the school can open it" in page.text
    whole = WHO | WHY | {"url": "mask.icloud.com"}
    assert "Nobody at the school" in teacher.send("/ask/send", **whole).page.text
    assert rows(world) == []


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("co.uk", "name one site"),
        ("com", "is no address of a site"),
        ("10.0.0.1", "is no address of a site"),
        ("javascript:alert(1)", "is no address of a site"),
    ],
)
def test_what_is_no_site_is_refused_at_the_field(teacher, typed, words):
    response = teacher.get(address("", url=typed))
    assert response.status_code == 400
    assert words in response.page.text


def test_what_is_allowed_for_others_is_said_with_its_decision(teacher, world):
    school = world.oakfield
    decided(world, school.headteacher, assessed(world, school))
    page = teacher.get(address("", url=f"www.{SITE}")).page
    assert "Allowed already for pupils by decision D-1, until 7 December 2026" in page.text
    assert "(as a part of scratch.mit.edu)" in page.text


def test_the_same_can_be_asked_for_somebody_else_with_one_link(teacher, world):
    school = world.oakfield
    rules.add(world.ports, school.network_manager, action="block", domain=SITE, audience="staff", reason="games")
    decided(world, school.headteacher, assessed(world, school))
    who = teacher.get(teacher.get(address("", url=SITE)).page.link("ask for the same for staff")).page
    assert (who.ids["until-day"]["value"], who.ids["until-month"]["value"]) == ("7", "12")
    assert [e["value"] for e in who.all("input") if e.get("name") == "audiences"] == ["staff"]


def test_a_look_alike_and_the_names_a_service_needs_are_shown(teacher, world):
    assignments.assign(world.ports, world.oakfield.network_manager, slug="youtube", to=["pupils"])
    page = teacher.get(address("", url="www.youtube.com")).page
    assert "other names of the same service that are blocked" in page.text
    assert "Ask for YouTube as a whole" in page.text
    why = teacher.get(address("/why", **(WHO | {"url": "youtube.com"}))).page
    offered = [e for e in why.all("input") if e.get("name") == "also"]
    assert offered
    assert not any("checked" in e.attributes for e in offered)
    whole = teacher.get(address("", platform="youtube")).page
    assert whole.heading == "Ask for YouTube"
    form = {key: value for key, value in (WHO | WHY).items() if key != "url"} | {"platform": "youtube"}
    teacher.send("/ask/send", **form)
    assert rows(world)[0].kind == "platform"


def test_other_names_are_asked_for_only_where_they_are_ticked(teacher, world):
    assignments.assign(world.ports, world.oakfield.network_manager, slug="youtube", to=["pupils"])
    also = ["youtu.be", "stranger.example"]
    teacher.send("/ask/send", **(WHO | WHY | {"url": "youtube.com", "also": also}))
    assert from_json(rows(world)[0].terms).names == ("youtube.com", "youtu.be")


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"audiences": []}, "Choose who needs it"),
        ({"audiences": "year-9"}, "Choose who needs it"),
        ({"ending": "other"}, "Give the last day"),
        ({"ending": "never"}, "Not a valid choice"),
        ({"ending": "other", "until-day": "20", "until-month": "11", "until-year": "2026"}, "over already"),
        ({"ending": "day"}, "Give the day"),
        ({"ending": "day", "day-day": "1", "day-month": "12", "day-year": "2026", "day_from": "noon"}, "Give the time"),
        ({"ending": "other", "until-day": "1", "until-month": "1", "until-year": "9999"}, "nearer"),
        ({"when": "nights"}, "Not a valid choice"),
        ({"purpose": " "}, "Say what it is for"),
        ({"previewed": ""}, "Look at the site"),
        ({"purpose": "x" * 4001}, "4,000 characters"),
    ],
)
def test_what_is_missing_is_said_on_the_page_that_asks_for_it(teacher, world, changed, words):
    response = teacher.send("/ask/check", **(WHO | WHY | changed))
    assert response.status_code == 400
    assert words in response.page.text
    assert rows(world) == []


def test_longer_than_a_half_term_takes_a_second_reason(teacher, world):
    form = WHO | WHY | {"ending": "year"}
    response = teacher.send("/ask/check", **form)
    assert response.status_code == 400
    assert "Why for so long?" in response.page.text
    assert "Why for so long?" not in teacher.get(address("/why", **WHO)).page.text
    check = teacher.send("/ask/check", **form, long_reason="All year round").page
    assert "All year round" in check.text


def test_a_change_of_the_clocks_is_said_beside_the_answers(teacher):
    night = {"ending": "day", "day-day": "28", "day-month": "3", "day-year": "2027", "day_from": "01:30"}
    check = teacher.send("/ask/check", **(WHO | WHY | night), long_reason="far").page
    assert "the clocks go forward" in check.text


def test_going_back_to_a_step_keeps_every_other_answer(teacher):
    check = teacher.send("/ask/check", **WHO, **WHY, who="Year 5").page
    carried = answers(check)
    who = teacher.send("/ask/change", part="who", **carried).page
    assert answers(who)["purpose"] == "Year 5 coding"
    why = teacher.send("/ask/change", part="why", **carried).page
    assert answers(why)["ending"] == "half-term"
    assert why.ids["who"]["value"] == "Year 5"
    site = teacher.send("/ask/change", part="site", **carried).page
    assert site.ids["url"]["value"] == f"https://{SITE}/projects"


def test_the_browser_may_keep_the_pages_of_the_form_for_going_back(teacher):
    assert teacher.get("/ask").headers["Cache-Control"] == "private, no-cache"


def test_a_governor_asks_for_nothing(client, world):
    client.sign_in(world.oakfield.governor)
    assert client.get("/ask").status_code == 403
    assert "Paste its address" not in client.get("/").page.text


def test_what_is_typed_is_shown_as_text(teacher):
    evil = '"><script>alert(1)</script>'
    response = teacher.send("/ask/check", **(WHO | WHY | {"purpose": evil, "who": evil}))
    assert "<script>alert" not in response.text


def test_a_site_that_is_blocked_at_other_hours_can_be_asked_for_now(teacher, world):
    manager = world.oakfield.network_manager
    timetables.add(world.ports, manager, name="afternoon", windows=["mon-fri 15:30-18:00"])
    times = assignments.Times(when="afternoon")
    assignments.assign(world.ports, manager, slug="tiktok", to=["pupils"], times=times)
    page = teacher.get(address("", url="tiktok.com")).page
    assert "Ask for access" in page.text
    assert place(teacher.send("/ask/send", **(WHO | WHY | {"url": "tiktok.com"}))).startswith("/ask/sent/")


def test_an_earlier_refusal_is_told_on_the_way_with_its_reason_and_how_to_go_on(client, world):
    school = furnished(world)
    row = assessed(world, school)
    decided(world, school.headteacher, row, "refused")
    client.sign_in(school.teacher)
    page = client.get(address("", url="www.scratch.mit.edu")).page
    for said in (SITE, "was refused for pupils on 23 November 2026", "worth it"):
        assert said in page.text
    assert page.link("appeal") == f"/requests/{row.id}/appeal"
    assert "Ask all the same" in [button.text for button in page.all("button")]
    assert "Say what is different now" in client.get(address("/why", **WHO)).page.text
    client.sign_in(school.network_manager)
    page = client.get(address("", url=SITE)).page
    assert page.link("Read that request") == f"/requests/{row.id}"
    assert school.teacher.name not in page.text
