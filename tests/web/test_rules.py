"""The pages of rules."""

from datetime import UTC, datetime

import pytest

from firewall_admin.db.tables import RuleRow
from firewall_admin.journeys import rules, timetables
from tests.journeys.looking import one

from .test_confirming import save

BLOCK = "/policy/rules/block"


@pytest.fixture
def manager(client, world):
    client.sign_in(world.oakfield.network_manager)
    return client


def add(world, domain, **more):
    rules.add(
        world.ports, world.oakfield.network_manager, **{"action": "block", "domain": domain, "reason": "r", **more}
    )


def test_two_fields_are_enough_to_block(manager, world):
    save(manager, BLOCK, manager.send(BLOCK, domain="games.example", reason="wet play"))
    row = one(world, world.oakfield, RuleRow)
    assert (row.action, row.domain, row.audience_id, row.until, row.when) == (
        "block",
        "games.example",
        None,
        None,
        None,
    )


def test_the_last_day_counts_as_a_whole_on_the_schools_clock(manager, world):
    day = {"until-day": "1", "until-month": "June", "until-year": "2027"}
    seen = manager.send(BLOCK, domain="games.example", reason="r", audience="pupils", **day)
    save(manager, BLOCK, seen)
    assert one(world, world.oakfield, RuleRow).until == datetime(2027, 6, 1, 23, tzinfo=UTC), "summer time"


def test_a_day_that_is_over_or_none_is_refused(manager):
    for day in ({"until-day": "31", "until-month": "2", "until-year": "2027"}, {"until-day": "1"}):
        seen = manager.send(BLOCK, domain="games.example", reason="r", **day)
        assert (seen.status_code, "The last day" in seen.page.text) == (400, True)
    last = {"until-day": "31", "until-month": "12", "until-year": "9999"}
    assert manager.send(BLOCK, domain="games.example", reason="r", **last).status_code == 400


def test_the_page_says_who_and_why_and_until_when(manager, world):
    add(world, "games.example", reason="wet play", audience="pupils", until=datetime(2026, 11, 25, 9, tzinfo=UTC))
    text = manager.get("/policy/rules").page.text
    for said in ("games.example", "wet play", "pupils", "Network manager of Oakfield", "25 Nov 2026", "Ends soon"):
        assert said in text


def test_rules_are_filtered_and_paged(manager, world):
    for number in range(101):
        add(world, f"n{number:03}.example", audience="staff" if number % 2 else None)
    add(world, "other.test", action="allow", audience="pupils", reason="Fractions")
    get = manager.get
    assert "102 rules" in get("/policy/rules").page.text
    assert "n000.example" not in get("/policy/rules").page.text
    assert "n000.example" in get("/policy/rules?page=2").page.text
    assert "1 rule" in get("/policy/rules?word=fractions").page.text
    assert "1 rule" in get("/policy/rules?action=allow").page.text
    assert "52 rules" in get("/policy/rules?audience=pupils").page.text
    assert "No rules" in get("/policy/rules?ended=y").page.text
    for odd in ("page=0", "page=99", "page=x", "page=9999999999", "action=%00", "audience=%3Cb%3E", "word=%25"):
        assert get(f"/policy/rules?{odd}").status_code == 200


def test_a_rule_is_ended_with_its_plan_and_stays_on_record(manager, world):
    add(world, "games.example")
    path = f"/policy/rules/{one(world, world.oakfield, RuleRow).id}/end"
    assert save(manager, path, manager.get(path)).status_code == 303
    assert "No rules" in manager.get("/policy/rules").page.text
    assert "games.example" in manager.get("/policy/rules?ended=y").page.text
    again = manager.get(path)
    assert (again.status_code, "ended already" in again.page.text) == (400, True)


def test_once_signed_ending_a_block_has_no_button(manager, world):
    add(world, "games.example")
    world.sign(world.oakfield)
    path = f"/policy/rules/{one(world, world.oakfield, RuleRow).id}/end"
    seen = manager.get(path)
    assert "This takes the headteacher’s decision" in seen.page.text
    assert not any(button.text == "End rule" for button in seen.page.all("button"))
    assert manager.send(path, revision="1").status_code == 409


def test_another_schools_rule_is_not_there_and_a_lead_may_only_block(client, world):
    add(world, "games.example")
    path = f"/policy/rules/{one(world, world.oakfield, RuleRow).id}/end"
    client.sign_in(world.elmfield.network_manager)
    assert client.get(path).status_code == 404
    assert "games.example" not in client.get("/policy/rules").page.text
    client.sign_in(world.oakfield.safeguarding_lead)
    client.forget_token()
    assert client.get(path).status_code == 403
    assert client.get("/policy/rules/allow").status_code == 403
    assert client.get(BLOCK).status_code == 200


def test_a_rule_at_its_times_is_said_to_rest_outside_them(manager, world):
    timetables.add(world.ports, world.oakfield.network_manager, name="lunch", windows=["mon-fri 12:00-13:00"])
    add(world, "games.example", when="lunch")
    assert "Not at this time" in manager.get("/policy/rules").page.text
    world.clock.pass_by(hours=3)
    manager.sign_in(world.oakfield.network_manager)
    assert "In force" in manager.get("/policy/rules").page.text
