"""The pages of requests, as each role sees them."""

from datetime import timedelta

import pytest

from firewall_admin.core.terms import Terms, from_json
from firewall_admin.journeys import access_requests, assessments, name_history, preparing, rules
from tests.journeys.looking import blocked
from tests.journeys.request_world import SITE, again, assess, assessed, decided, furnished, submitted

from .member import place


@pytest.fixture
def oakfield(world):
    return furnished(world)


def needs(page):
    return [element.text for element in page.with_class("needs__title")]


def links(page):
    return {element["href"] for element in page.all("a")}


def test_home_shows_first_what_waits_for_this_person(client, world, oakfield):
    row = submitted(world, oakfield)
    client.sign_in(oakfield.network_manager)
    assert "To assess (1)" in needs(client.get("/").page)
    client.sign_in(oakfield.headteacher)
    assert not [need for need in needs(client.get("/").page) if need.startswith("To ")]
    assess(world, oakfield, row)
    page = client.get("/").page
    assert needs(page)[0] == "To decide (1)"
    assert "Requests (1)" in page.text
    access_requests.send_back(
        world.ports, oakfield.headteacher, request=row.id, version=again(world, row).version, text="Which class?"
    )
    assert "To decide" not in client.get("/").page.text
    client.sign_in(oakfield.teacher)
    assert needs(client.get("/").page)[0] == "To answer (1)"


def test_what_is_needed_first_stands_on_top(client, world, oakfield):
    today = world.clock().date()
    for name, day in (("late.example", 5), ("soon.example", 1), ("whenever.example", None)):
        rules.add(world.ports, oakfield.network_manager, action="block", domain=name, audience="pupils", reason="r")
        needed = today + timedelta(days=day) if day else None
        submitted(world, oakfield, address=name, needed_by=needed)
    client.sign_in(oakfield.network_manager)
    text = client.get("/requests?which=waiting").page.text
    assert text.index("soon.example") < text.index("late.example") < text.index("whenever.example")


def test_requests_are_found_by_site_by_person_and_by_number(client, world, oakfield):
    row = assessed(world, oakfield)
    decided(world, oakfield.headteacher, row)
    client.sign_in(oakfield.network_manager)
    for word in ("scratch", "Teacher of", "AR-1", "ar1", "D-1"):
        assert "1 request" in client.get(f"/requests?which=all&word={word}").page.text, word
    for word in ("nothing", "AR-2", "D-2", "%25", "D-99999999999999999999"):
        assert "No requests" in client.get(f"/requests?which=all&word={word}").page.text, word
    assert client.get("/requests?which=nonsense&page=99999").status_code == 200


def test_tabs_tell_what_is_open_decided_and_over(client, world, oakfield):
    row = assessed(world, oakfield)
    client.sign_in(oakfield.headteacher)

    def shown(which):
        return "AR-1" in client.get(f"/requests?which={which}").page.text

    assert [which for which in ("waiting", "open", "decided", "ended", "all") if shown(which)] == [
        "waiting",
        "open",
        "all",
    ]
    decided(world, oakfield.headteacher, row)
    assert (shown("open"), shown("decided"), shown("ended")) == (False, True, False)
    world.clock.pass_by(days=15)
    client.sign_in(oakfield.headteacher)
    assert (shown("open"), shown("decided"), shown("ended")) == (False, False, True)


def test_a_teacher_sees_their_own_alone(client, world, oakfield):
    row = submitted(world, oakfield, by=oakfield.safeguarding_lead)
    client.sign_in(oakfield.teacher)
    assert "AR-1" not in client.get("/requests?which=all").page.text
    assert client.get(f"/requests/{row.id}").status_code == 404
    assert client.get("/decisions/1").status_code == 404


def test_the_requester_is_told_honestly_and_can_take_it_back(client, world, oakfield):
    row = submitted(world, oakfield)
    client.sign_in(oakfield.teacher)
    page = client.get(f"/requests/{row.id}").page
    assert "The network manager looks at it first." in page.text
    path = page.link("Take it back")
    assert client.send(path, version=row.version).status_code == 303
    assert again(world, row).state == "withdrawn"
    seen = client.send(path, version=row.version)
    assert seen.status_code == 409
    assert client.get(path).status_code == 403, "there is nothing to take back any more"


def test_a_question_is_asked_answered_and_the_request_goes_on(client, world, oakfield):
    row = assessed(world, oakfield)
    client.sign_in(oakfield.network_manager)
    path = f"/requests/{row.id}/ask-back"
    assert client.send(path, version=row.version, text=" ").status_code == 400
    client.send(path, version=row.version, text="Which class?")
    client.sign_in(oakfield.teacher)
    page = client.get(f"/requests/{row.id}").page
    assert "Which class?" in page.text
    page = client.get(page.link("Answer the question")).page
    assert "Which class?" in page.text
    client.send(f"/requests/{row.id}/answer", version=again(world, row).version, text="5B")
    assert again(world, row).state == "assessed"
    assert "5B" in client.get(f"/requests/{row.id}").page.text


def test_a_comment_is_read_by_who_decides(client, world, oakfield):
    row = assessed(world, oakfield)
    client.sign_in(oakfield.safeguarding_lead)
    client.send(f"/requests/{row.id}/comment", text="Its chat is moderated.")
    client.sign_in(oakfield.headteacher)
    assert "Its chat is moderated." in client.get(f"/requests/{row.id}/decide").page.text


def test_an_assessment_narrows_the_terms_and_says_why(client, world, oakfield):
    row = submitted(world, oakfield)
    client.sign_in(oakfield.network_manager)
    page = client.get(f"/requests/{row.id}/assess").page
    for said in ("Blocked for pupils", "Network manager of Oakfield made a rule", "half-term from now is", "mit.edu"):
        assert said in page.text
    fields = {"names": SITE, "audiences": "pupils", "version": row.version, "text": "for one lesson", "when": ""}
    day = {"until-day": "27", "until-month": "11", "until-year": "2026", "until_time": "15:10"}
    assert client.send(f"/requests/{row.id}/assess", **fields).status_code == 400
    assert client.send(f"/requests/{row.id}/assess", advice="allow", **fields, **day).status_code == 303
    client.sign_in(oakfield.headteacher)
    page = client.get(f"/requests/{row.id}/decide").page
    assert page.heading == f"Allow pupils to reach {SITE} until 15:10 on Friday 27 November 2026?"
    assert "for one lesson" in page.text


def test_an_assessment_refuses_terms_that_nobody_may_grant_at_the_field(client, world, oakfield):
    row = submitted(world, oakfield)
    client.sign_in(oakfield.network_manager)
    fields = {"advice": "allow", "audiences": "pupils", "version": row.version, "text": "why", "when": ""}
    day = {"until-day": "27", "until-month": "11", "until-year": "2026"}
    for names, over, said in (
        ("co.uk", {}, "name one site"),
        ("no name", {}, "no name"),
        (SITE, {"until-year": "2025"}, "That day is over"),
        (SITE, {"until_time": "25:00"}, "Give the time as"),
    ):
        seen = client.send(f"/requests/{row.id}/assess", names=names, **fields, **(day | over))
        assert (seen.status_code, said in seen.page.text) == (400, True), names


def test_a_mistaken_block_is_ended_by_the_decision_itself(client, world, oakfield):
    row = submitted(world, oakfield)
    client.sign_in(oakfield.network_manager)
    path = f"/requests/{row.id}/assess/mistake"
    page = client.get(path).page
    (way,) = [e["value"] for e in page.all("input") if e.get("name") == "way"]
    assert client.send(path, version=row.version, way="rule-nonsense", text="no game").status_code == 400
    assert client.send(path, version=row.version, way=way, text="It is no game").status_code == 303
    client.sign_in(oakfield.headteacher)
    page = client.get(f"/requests/{row.id}/decide").page
    assert page.heading.startswith("Approve this change: end the rule to block scratch.mit.edu for pupils")
    assert "It opens 1 name for pupils. It has no end of its own." in page.text
    answer(client, row)
    assert not blocked(world, oakfield, SITE)
    assert "it was done" in client.get(f"/requests/{row.id}").page.text


def answer(client, row, outcome="approved", reason="worth it", at="decide", **more):
    """Decide on the page as it is shown."""
    page = client.get(f"/requests/{row.id}/{at}").page
    hidden = {e["name"]: e["value"] for e in page.all("input") if e.get("name") in ("version", "sha256")}
    return client.send(f"/requests/{row.id}/decide", outcome=outcome, reason=reason, **(hidden | more))


def test_what_a_decision_made_leads_to_it_and_shows_whether_it_is_in_force(client, world, oakfield):
    row = assessed(world, oakfield)
    client.sign_in(oakfield.headteacher)
    assert place(answer(client, row)).startswith(f"/requests/{row.id}")
    preparing.prepare_due(world.ports)
    for path in ("/policy/rules", f"/explain?address={SITE}"):
        assert "/decisions/1" in links(client.get(path).page), path
    assert place(client.get("/decisions/1")) == f"/requests/{row.id}"
    assert client.get("/decisions/2").status_code == 404
    page = client.get(f"/requests/{row.id}").page
    assert "It is in force now." in page.text
    assert page.ids["D-1"].text.startswith("D-1: Headteacher of Oakfield allowed it")
    world.clock.pass_by(days=15)
    client.sign_in(oakfield.headteacher)
    page = client.get(f"/requests/{row.id}").page
    assert "It is in force now." not in page.text
    assert "Ended" in page.ids["D-1"].text


def test_its_end_goes_into_a_calendar(client, world, oakfield):
    row = assessed(world, oakfield)
    client.sign_in(oakfield.teacher)
    assert client.get(f"/requests/{row.id}/end.ics").status_code == 404
    decided(world, oakfield.headteacher, row)
    seen = client.get(f"/requests/{row.id}/end.ics")
    assert (seen.mimetype, "DTSTART:20261207T093000Z" in seen.text) == ("text/calendar", True)


def test_a_network_manager_ends_it_early(client, world, oakfield):
    row = assessed(world, oakfield)
    decided(world, oakfield.headteacher, row)
    client.sign_in(oakfield.network_manager)
    path = client.get(f"/requests/{row.id}").page.link("End it early")
    assert client.send(path, text="").status_code == 400
    assert client.send(path, text="The lesson is over").status_code == 303
    assert blocked(world, oakfield, SITE)
    page = client.get(f"/requests/{row.id}").page
    assert "Ended early" in page.text
    assert path not in links(page)
    assert client.send(path, text="again").status_code == 409


def test_a_renewal_brings_the_old_terms_and_stands_beside_the_old_decision(client, world, oakfield):
    row = assessed(world, oakfield)
    decided(world, oakfield.headteacher, row)
    client.sign_in(oakfield.teacher)
    page = client.get(client.get(f"/requests/{row.id}").page.link("Ask for it again")).page
    assert next(e for e in page.all("textarea") if e.get("name") == "names").text == SITE
    day = {"until-day": "18", "until-month": "12", "until-year": "2026"}
    fields = {"names": SITE, "audiences": "pupils", "purpose": "The unit goes on", "when": ""}
    seen = client.send(f"/requests/{row.id}/renew", **fields, **day)
    page = client.get(place(seen)).page
    assert "AR-2" in page.title
    assert "D-1 (on AR-1): Headteacher of Oakfield allowed it" in page.text
    assert f"/requests/{row.id}" in links(page)
    assert "AR-2" in client.get(f"/requests/{row.id}").page.text
    assert from_json(again(world, row).terms).until == world.clock() + timedelta(days=14), "the old one is as it was"


def test_history_tells_of_the_whole_site_and_not_of_this_request(world, oakfield):
    row = assessed(world, oakfield)
    decided(world, oakfield.headteacher, row, "refused")
    found = name_history.history(world.ports, oakfield.network_manager, Terms(names=("www.mit.edu",)))
    assert [one.reference for one in found if one.request] == ["AR-1"]
    assert "refused it (D-1): worth it" in found[0].text
    apart = name_history.history(world.ports, oakfield.network_manager, Terms(names=(SITE,)), row.id)
    assert not [one for one in apart if one.request]
    assert name_history.history(world.ports, world.elmfield.network_manager, Terms(names=(SITE,))) == ()


def test_a_second_assessment_of_an_old_page_is_refused_and_nothing_is_lost(client, world, oakfield):
    row = submitted(world, oakfield)
    client.sign_in(oakfield.network_manager)
    assessments.assess(world.ports, oakfield.network_manager, request=row.id, version=1, advice="refuse", text="first")
    day = {"until-day": "27", "until-month": "11", "until-year": "2026"}
    fields = {"names": SITE, "audiences": "pupils", "advice": "allow", "text": "a long text of mine", "when": ""}
    seen = client.send(f"/requests/{row.id}/assess", version=1, **fields, **day)
    assert (seen.status_code, "a long text of mine" in seen.page.text) == (409, True)
