"""The way of every edit: its form, its plan with the same fields, and saving what was planned."""

import pytest

from firewall_admin.db.tables import AccessRequest, RuleRow
from firewall_admin.journeys import rules
from tests.journeys.looking import blocked, every, trail

from .member import place

BLOCK = "/policy/rules/block"


@pytest.fixture
def manager(client, world):
    client.sign_in(world.oakfield.network_manager)
    return client


def hidden(page):
    """What the form of the plan would send, its own buttons left out."""
    form = next(form for form in page.all("form") if form.get("action").startswith("/policy"))
    return {e["name"]: e.get("value") for e in form.all("input") if e.get("type") == "hidden"}


def save(client, path, seen, **more):
    fields = {name: value for name, value in hidden(seen.page).items() if name != "csrf_token"}
    return client.send(path, **{**fields, **more})


def test_a_form_shows_its_plan_and_saves_nothing_until_that_is_sent(manager, world):
    seen = manager.send(BLOCK, domain="Games.Example", reason="wet play")
    assert (seen.status_code, seen.page.heading) == (200, "Block Games.Example?")
    assert "added a rule: block games.example for everyone, because wet play." in seen.page.text
    assert every(world, world.oakfield, RuleRow) == []
    done = save(manager, BLOCK, seen)
    assert (done.status_code, place(done)) == (303, "/policy/rules")
    assert blocked(world, world.oakfield, "www.games.example")
    assert "The rule was added" in manager.get("/policy/rules").page.text


def test_where_the_policy_moved_on_the_new_plan_is_shown_and_nothing_is_saved(manager, world):
    seen = manager.send(BLOCK, domain="games.example", reason="r")
    rules.add(world.ports, world.oakfield.network_manager, action="block", domain="www.games.example", reason="r")
    again = save(manager, BLOCK, seen)
    assert again.status_code == 409
    assert "has changed since this plan was made" in again.page.text
    assert [row.domain for row in every(world, world.oakfield, RuleRow)] == ["www.games.example"]
    assert save(manager, BLOCK, again).status_code == 303
    assert blocked(world, world.oakfield, "games.example")


def test_what_opens_a_name_has_the_words_and_no_button_and_can_not_be_sent_all_the_same(manager, world):
    rules.add(world.ports, world.oakfield.network_manager, action="block", domain="games.example", reason="r")
    world.sign(world.oakfield)
    told = trail(world, world.oakfield)
    seen = manager.send("/policy/rules/allow", domain="www.games.example", reason="lesson")
    assert "This takes the headteacher’s decision" in seen.page.text
    assert "www.games.example for pupils" in seen.page.text
    assert not any(button.text == "Allow it" for button in seen.page.all("button"))
    forced = save(manager, "/policy/rules/allow", seen)
    assert forced.status_code == 409
    assert "This takes the headteacher’s decision" in forced.page.text
    assert trail(world, world.oakfield) == told


def test_a_refusal_stands_at_its_field_and_keeps_what_was_typed(manager):
    seen = manager.send(BLOCK, domain="http://games.example", reason="wet play")
    assert seen.status_code == 400
    assert seen.page.title.startswith("Error: ")
    assert "Can’t" in seen.text or "can&#39;t stand in a name" in seen.text
    assert next(e for e in seen.page.all("input") if e.get("name") == "reason")["value"] == "wet play"
    (link,) = [a for a in seen.page.all("a") if a.get("href") == "#domain"]
    assert link.text


def test_somebody_may_go_back_and_change_something(manager):
    seen = manager.send(BLOCK, domain="games.example", reason="wet play")
    again = save(manager, BLOCK, seen, again="y")
    assert (again.status_code, again.page.heading) == (200, "Block a name")
    assert next(e for e in again.page.all("input") if e.get("name") == "domain")["value"] == "games.example"


def test_a_field_made_up_on_the_way_is_checked_again(manager, world):
    seen = manager.send(BLOCK, domain="games.example", reason="r")
    assert save(manager, BLOCK, seen, domain="co.uk").status_code == 400
    assert save(manager, BLOCK, seen, audience="elsewhere").status_code == 400
    assert save(manager, BLOCK, seen, revision="not a number").page.heading == "Block games.example?"
    assert every(world, world.oakfield, RuleRow) == []


def test_text_of_people_is_never_markup(manager):
    seen = manager.send(BLOCK, domain="games.example", reason='<script>alert(1)</script>"&')
    assert "<script>alert" not in seen.text
    assert hidden(seen.page)["reason"] == '<script>alert(1)</script>"&'


def test_what_opens_a_name_can_be_asked_of_the_headteacher_with_its_plan(manager, world):
    rules.add(world.ports, world.oakfield.network_manager, action="block", domain="games.example", reason="r")
    world.sign(world.oakfield)
    (rule,) = every(world, world.oakfield, RuleRow)
    page = f"/policy/rules/{rule.id}/end"
    seen = manager.get(page)
    assert any(button.text == "Ask the headteacher" for button in seen.page.all("button"))
    unsaid = save(manager, page, seen, wish="y", purpose=" ")
    assert unsaid.status_code == 400
    assert "Say why" in unsaid.page.text
    asked = save(manager, page, seen, wish="y", purpose="It was a mistake")
    (row,) = every(world, world.oakfield, AccessRequest)
    assert (asked.status_code, place(asked)) == (303, f"/requests/{row.id}")
    assert (row.purpose, row.kind) == ("It was a mistake", "end-rule")
    assert blocked(world, world.oakfield, "games.example")
