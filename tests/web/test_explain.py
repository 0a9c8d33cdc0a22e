import pytest

from firewall_admin import worker
from firewall_admin.journeys import rules


@pytest.fixture
def teacher(client, world):
    client.sign_in(world.oakfield.teacher)
    return client


def block(world, domain="x.com"):
    rules.add(
        world.ports, world.oakfield.network_manager, action="block", domain=domain, audience="pupils", reason="a game"
    )


def test_a_pasted_address_is_answered_for_every_audience(teacher, world):
    block(world)
    page = teacher.get("/explain?address=https://www.x.com/a?b").page
    assert page.heading == "www.x.com"
    assert [e.text for e in page.with_class("verdict__heading")] == ["Blocked for pupils", "Open for staff"]
    assert "www.x.com is blocked for pupils: a rule blocks x.com (a game)" in page.text
    assert "Only the host of that address counts" in page.text
    assert "tell the network manager" in page.text


def test_the_difference_between_policy_and_release_is_said(client, world):
    client.sign_in(world.oakfield.network_manager)
    worker.once(world.ports)
    block(world)
    page = client.get("/explain?address=x.com").page
    assert "not yet what the policy says" in page.text or "Nothing is published yet" in page.text
    assert "Network manager of Oakfield made the rule to block x.com" in page.text


def test_what_is_no_address_is_refused_at_the_field(teacher):
    response = teacher.get("/explain?address=com")
    assert response.status_code == 400
    assert response.page.title.startswith("Error: ")
    assert teacher.get("/explain").status_code == 200


def test_what_is_typed_is_shown_as_text(teacher):
    assert "<script>" not in teacher.get("/explain?address=<script>alert(1)</script>").text.split("<main")[1]
