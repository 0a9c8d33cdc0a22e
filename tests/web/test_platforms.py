"""The pages of platforms, and blocking one with one choice."""

import pytest

from firewall_admin.db.tables import AssignmentRow, RuleRow
from firewall_admin.journeys import timetables
from firewall_admin.web.platforms_page import SHOWN
from tests.journeys.looking import blocked, every, one

from .test_confirming import save


@pytest.fixture
def manager(client, world):
    client.sign_in(world.oakfield.network_manager)
    return client


def test_every_shipped_platform_is_on_the_page_and_has_one_of_its_own(manager, world):
    page = manager.get("/policy/platforms").page
    links = {a.get("href") for a in page.all("a")}
    shown = [each for each in world.ports.shipped.described.values() if each.kind in SHOWN]
    assert len(shown) > 70
    for each in shown:
        assert f"/policy/platforms/{each.slug}" in links
        assert manager.get(f"/policy/platforms/{each.slug}").page.heading == each.name
    for slug in ("protected", "essential", "nothing"):
        assert manager.get(f"/policy/platforms/{slug}").status_code == 404


@pytest.mark.parametrize("query", ["tiktok", "ByteDance", "www.tiktok.com", "ttwstatic"])
def test_a_platform_is_found_by_name_company_or_address(manager, query):
    assert "TikTok" in manager.get("/policy/platforms", query_string={"q": query}).page.text
    assert "Facebook" not in manager.get("/policy/platforms", query_string={"q": query}).page.text


def test_its_facts_stand_beside_the_choice(manager):
    text = manager.get("/policy/platforms/tiktok").page.text
    for said in ("13", "ByteDance", "A block by name stops it", "ibyteimg.com", "pictures in those apps"):
        assert said in text
    assert "Block it only with all that use it" in text


def test_tiktok_is_blocked_for_pupils_with_one_choice(manager, world):
    path = "/policy/platforms/tiktok"
    seen = manager.send(path, to="pupils", at="always", timetable="")
    assert "put the list TikTok in force for pupils, always." in seen.page.text
    assert save(manager, path, seen).status_code == 303
    assert blocked(world, world.oakfield, "www.tiktok.com")
    assert "Blocked for pupils" in manager.get(path).page.text


def test_a_platform_with_help_pages_offers_to_keep_them_open(manager, world):
    path = "/policy/platforms/instagram"
    offered = [e["value"] for e in manager.get(path).page.all("input") if e.get("name") == "keep_open"]
    assert "help.instagram.com" in offered
    seen = manager.send(path, to="pupils", at="always", timetable="", keep_open="help.instagram.com")
    save(manager, path, seen)
    assert blocked(world, world.oakfield, "www.instagram.com")
    assert not blocked(world, world.oakfield, "help.instagram.com")
    assert one(world, world.oakfield, RuleRow).domain == "help.instagram.com"
    made_up = manager.send(path, to="staff", at="always", timetable="", keep_open="games.example")
    assert made_up.status_code == 400


def test_a_platform_is_blocked_outside_lunch(manager, world):
    timetables.add(world.ports, world.oakfield.network_manager, name="lunch", windows=["mon-fri 12:00-13:00"])
    path = "/policy/platforms/facebook"
    seen = manager.send(path, to="staff", at="except", timetable="lunch")
    save(manager, path, seen)
    assert one(world, world.oakfield, AssignmentRow).except_ == "lunch"


@pytest.mark.parametrize(
    "asked",
    [{}, {"to": "guests"}, {"to": "pupils", "at": "when"}, {"to": "pupils", "at": "when", "timetable": "maths"}],
)
def test_what_can_not_be_chosen_is_refused_on_the_form(manager, world, asked):
    seen = manager.send("/policy/platforms/tiktok", **{"at": "always", "timetable": "", **asked})
    assert seen.status_code == 400
    assert every(world, world.oakfield, AssignmentRow) == []


def test_a_safeguarding_lead_blocks_and_a_governor_looks(client, world):
    client.sign_in(world.oakfield.safeguarding_lead)
    path = "/policy/platforms/omegle"
    assert save(client, path, client.send(path, to="pupils", at="always", timetable="")).status_code == 303
    assert blocked(world, world.oakfield, "omegle.com")
    client.sign_in(world.oakfield.governor)
    client.forget_token()
    assert not any(button.text.startswith("See what") for button in client.get(path).page.all("button"))
    assert client.send(path, to="staff", at="always", timetable="").status_code == 403
