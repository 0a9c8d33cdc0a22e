"""The headteacher's page."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from firewall_admin.core.events_people import PasswordSet
from firewall_admin.db.tables import Decision, Person
from firewall_admin.journeys import access_requests, delegations
from firewall_admin.web import proving
from tests.journeys.entering import GOOD
from tests.journeys.looking import blocked
from tests.journeys.request_world import SITE, again, assess, assessed, decided, furnished, standing_in, submitted

from .member import place
from .test_requests import answer

DAY = {"until-day": "27", "until-month": "11", "until-year": "2026", "until_time": "15:10"}


@pytest.fixture
def oakfield(world):
    return furnished(world)


@pytest.fixture
def head(client, oakfield):
    client.sign_in(oakfield.headteacher)
    return client


def hidden(page):
    return {e["name"]: e["value"] for e in page.all("input") if e.get("type") == "hidden"}


def the_decision(world):
    with world.db.look() as session:
        return session.scalars(select(Decision)).one()


def test_the_question_is_the_heading_with_its_effect_and_the_answers_under_it(head, world, oakfield):
    row = assessed(world, oakfield)
    page = head.get(f"/requests/{row.id}/decide").page
    assert page.heading == f"Allow pupils to reach {SITE} until 09:30 on Monday 7 December 2026?"
    order = ["It opens scratch.mit.edu and everything under it", "Your decision", "Why?", "What was asked"]
    places = [page.text.index(part) for part in order]
    assert places == sorted(places)


@pytest.mark.parametrize("outcome", ["approved", "refused"])
def test_allowing_and_refusing_take_a_reason(head, world, oakfield, outcome):
    row = assessed(world, oakfield)
    seen = answer(head, row, outcome, reason=" ")
    assert (seen.status_code, "Say why" in seen.page.text) == (400, True)
    page = head.get(f"/requests/{row.id}/decide").page
    assert answer(head, row, outcome).status_code == 303
    sent = {k: v for k, v in hidden(page).items() if k != "csrf_token"}
    twice = head.send(f"/requests/{row.id}/decide", **sent, outcome=outcome, reason="again")
    assert (twice.status_code, twice.page.heading) == (409, "You have decided AR-1 already")
    made = the_decision(world)
    assert (made.outcome, made.reason, made.made_by) == (outcome, "worth it", oakfield.headteacher.person_id)
    assert blocked(world, oakfield, SITE) == (outcome == "refused")


def test_what_was_shown_is_what_is_signed(head, world, oakfield):
    row = assessed(world, oakfield)
    page = head.get(f"/requests/{row.id}/decide").page
    sent = {**hidden(page), "outcome": "approved", "reason": "worth it"}
    access_requests.comment(world.ports, oakfield.safeguarding_lead, request=row.id, text="It has a chat.")
    seen = head.send(f"/requests/{row.id}/decide", **{k: v for k, v in sent.items() if k != "csrf_token"})
    assert seen.status_code == 409
    for said in ("It has a chat.", "worth it", "look at it again"):
        assert said in seen.page.text
    assert blocked(world, oakfield, SITE)
    sent = {**sent, **hidden(seen.page)}
    assert head.send(f"/requests/{row.id}/decide", **{k: v for k, v in sent.items() if k != "csrf_token"}).location
    assert the_decision(world).sha256 == sent["sha256"]


def test_allowing_with_changes_asks_the_new_question_before_it_is_final(head, world, oakfield):
    row = assessed(world, oakfield)
    page = answer(head, row, "changes", reason="only the lesson").page
    assert "only the lesson" in page.text
    fields = {"names": SITE, "audiences": "pupils", "when": "", "reason": "only the lesson", **DAY}
    path = f"/requests/{row.id}/decide/changed"
    page = head.send(path, **fields).page
    assert page.heading == f"Allow pupils to reach {SITE} until 15:10 on Friday 27 November 2026?"
    assert blocked(world, oakfield, SITE), "nothing is final yet"
    sent = {k: v for k, v in hidden(page).items() if k != "csrf_token"}
    assert head.send(path, **sent, reason="only the lesson", again="y").page.heading.endswith("Allow with changes")
    assert head.send(path, **sent, reason="only the lesson", final="y").status_code == 303
    assert the_decision(world).terms["until"] == "2026-11-27T15:10:00+00:00"
    assert the_decision(world).sha256 == sent["sha256"]
    world.clock.pass_by(days=4, hours=5, minutes=40)
    assert blocked(world, oakfield, SITE)


def test_changed_terms_that_nobody_may_grant_are_refused_at_the_field(head, world, oakfield):
    row = assessed(world, oakfield)
    fields = {"names": "co.uk", "audiences": "pupils", "when": "", "reason": "r", **DAY}
    seen = head.send(f"/requests/{row.id}/decide/changed", **fields)
    assert (seen.status_code, "name one site" in seen.page.text) == (400, True)


def test_a_question_first_sends_it_back(head, world, oakfield):
    row = assessed(world, oakfield)
    assert answer(head, row, "ask", reason="For how many pupils?").status_code == 303
    assert again(world, row).state == "returned"


def test_what_nobody_assessed_says_so_plainly(head, world, oakfield):
    row = submitted(world, oakfield, by=oakfield.network_manager)
    page = head.get(f"/requests/{row.id}/decide").page
    assert "Nobody else has assessed this." in page.text
    assert "it is with the headteacher at once" in head.get(f"/requests/{row.id}").page.text
    other = submitted(world, oakfield, audiences=("pupils", "staff"))
    assert head.get(f"/requests/{other.id}/decide").status_code == 403, "the network manager comes first"
    world.clock.pass_by(days=3)
    head.sign_in(oakfield.headteacher)
    assert "Nobody has assessed this." in head.get(f"/requests/{other.id}/decide").page.text


def test_a_deputys_page_says_for_whom_and_the_record_too(client, world, oakfield):
    row = assessed(world, oakfield)
    client.sign_in(oakfield.deputy)
    assert client.get(f"/requests/{row.id}/decide").status_code == 403
    now = world.clock()
    delegations.make(
        world.ports,
        oakfield.headteacher,
        deputy=oakfield.deputy.person_id,
        since=now,
        until=now + timedelta(days=2),
        reason="a course",
    )
    page = client.get(f"/requests/{row.id}/decide").page
    assert "You decide for Headteacher of Oakfield." in page.text
    assert answer(client, row).status_code == 303
    assert the_decision(world).standing_in_for == "Headteacher of Oakfield"
    assert "Deputy of Oakfield, for Headteacher of Oakfield" in client.get(f"/requests/{row.id}").page.text


def test_who_comes_second_sees_who_decided(head, world, oakfield):
    row = assessed(world, oakfield)
    page = head.get(f"/requests/{row.id}/decide").page
    decided(world, standing_in(oakfield), again(world, row), "refused")
    sent = {k: v for k, v in hidden(page).items() if k != "csrf_token"}
    seen = head.send(f"/requests/{row.id}/decide", **sent, outcome="approved", reason="I think so")
    assert seen.status_code == 409
    for said in ("Deputy of Oakfield", "D-1", "I think so", "decide it anew"):
        assert said in seen.page.text
    assert blocked(world, oakfield, SITE)


def test_a_new_decision_takes_the_place_of_the_old_one_which_stands_beside_it(head, world, oakfield):
    row = assessed(world, oakfield)
    decided(world, oakfield.headteacher, row)
    page = head.get(head.get(f"/requests/{row.id}").page.link("Decide anew")).page
    assert "This is decided already (D-1" in page.text
    assert answer(head, row, "refused", reason="Pupils chatted", at="decide/anew").status_code == 303
    assert blocked(world, oakfield, SITE)
    page = head.get(f"/requests/{row.id}").page
    assert page.text.index("D-2") < page.text.index("D-1")
    assert "another took its place" in page.text


def test_whoever_goes_back_to_the_question_is_shown_that_it_is_decided(head, world, oakfield):
    row = assessed(world, oakfield)
    asked = head.get(f"/requests/{row.id}/decide")
    assert asked.headers["Cache-Control"] == "no-store"
    answer(head, row)
    back = head.get(f"/requests/{row.id}/decide")
    assert (back.status_code, place(back).partition("#")[0]) == (303, f"/requests/{row.id}")
    assert head.get(f"/requests/{row.id}/decide/anew").page.heading.startswith("Allow pupils to reach")


def test_what_is_not_decided_is_not_decided_anew(head, world, oakfield):
    row = assessed(world, oakfield)
    assert head.get(f"/requests/{row.id}/decide/anew").status_code == 403


def test_nobody_gets_the_page_for_their_own_or_for_what_they_assessed(client, world, oakfield):
    row = submitted(world, oakfield, by=oakfield.headteacher)
    assess(world, oakfield, row)
    client.sign_in(oakfield.headteacher)
    seen = client.get(f"/requests/{row.id}/decide")
    assert (seen.status_code, "somebody else has to do it" in seen.page.text) == (403, True)
    assert "Decide" not in [e.text for e in client.get(f"/requests/{row.id}").page.all("a")]


def test_a_form_sent_after_ten_minutes_asks_for_the_password_and_loses_nothing(client, world, oakfield):
    row = assessed(world, oakfield)
    with world.db.change(oakfield.administrator) as change:
        head = change.session.get_one(Person, oakfield.headteacher.person_id)
        head.password = world.ports.passwords.keep(GOOD)
        change.did(PasswordSet())
    client.sign_in(oakfield.headteacher)
    page = client.get(f"/requests/{row.id}/decide").page
    world.clock.pass_by(minutes=11)
    assert client.get(f"/requests/{row.id}/decide").status_code == 303
    sent = {k: v for k, v in hidden(page).items() if k != "csrf_token"}
    seen = client.send(f"/requests/{row.id}/decide", **sent, outcome="approved", reason="a long reason")
    assert blocked(world, oakfield, SITE)
    kept = {k: v for k, v in hidden(seen.page).items() if k != "csrf_token"}
    assert kept == {**sent, "outcome": "approved", "reason": "a long reason"}
    seen = client.send(f"/requests/{row.id}/decide", **kept, **{proving.PASSWORD: "wrong"})
    assert (seen.status_code, blocked(world, oakfield, SITE)) == (400, True)
    seen = client.send(f"/requests/{row.id}/decide", **kept, **{proving.PASSWORD: GOOD})
    assert place(seen) == f"/requests/{row.id}"
    assert the_decision(world).reason == "a long reason"
