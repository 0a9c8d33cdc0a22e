"""What the filter does, read and acknowledged; and the guidance on each platform."""

import pytest

from firewall_admin.core.refusals import Conflict
from firewall_admin.db.tables import Acknowledgement
from firewall_admin.journeys import assignments, statements
from tests.journeys.looking import every, trail

from .member import place


@pytest.fixture
def oakfield(world):
    assignments.assign(world.ports, world.oakfield.network_manager, slug="facebook", to=["pupils"])
    return world.oakfield


def version(world, actor):
    return statements.read(world.ports, actor).version


def test_staff_read_the_rules_and_say_so_once(client, world, oakfield):
    client.sign_in(oakfield.teacher)
    seen = client.get("/statement")
    assert "Facebook. Blocked at all times." in seen.page.text
    for _ in range(2):
        done = client.send("/statement/acknowledge", version=version(world, oakfield.teacher), page="/statement")
        assert (done.status_code, place(done)) == (303, "/statement")
    assert "You read this version" in client.get("/statement").page.text
    (row,) = every(world, oakfield, Acknowledgement)
    assert row.text.startswith("For pupils\n- Facebook (social network): blocked at all times")
    assert "has read what the filter does" in trail(world, oakfield)[-1]


def test_what_has_changed_has_to_be_read_again(client, world, oakfield):
    before = version(world, oakfield.teacher)
    statements.acknowledge(world.ports, oakfield.teacher, version=before)
    assignments.assign(world.ports, oakfield.network_manager, slug="tiktok", to=["pupils"])
    with pytest.raises(Conflict):
        statements.acknowledge(world.ports, oakfield.teacher, version=before)
    assert statements.acknowledged_at(world.ports, oakfield.teacher) is None
    client.sign_in(oakfield.headteacher)
    seen = client.get("/statement/readers")
    assert "0 of 7 people have read the present version" in seen.page.text


def test_parents_have_a_page_without_names_of_people_or_what_is_open_for_a_time(client, oakfield):
    client.sign_in(oakfield.teacher)
    seen = client.get("/statement/parents")
    assert "How Oakfield Primary School filters the internet" in seen.page.text
    assert "headteacher" not in seen.page.text


def test_guidance_names_every_platform_with_age_and_pages(client, oakfield):
    client.sign_in(oakfield.teacher)
    for path in ("/guidance", "/guidance/parents"):
        seen = client.get(path)
        assert "Childline" in seen.page.text
        assert "TikTok" in seen.page.text


def test_guidance_shows_the_platform_that_somebody_asks_for_and_is_honest_where_it_knows_no_page(client, oakfield):
    client.sign_in(oakfield.teacher)
    page = client.get("/guidance?platform=tiktok").page
    assert "TikTok" in [caption.text for caption in page.all("caption")]
    assert any(link["href"].startswith("https://www.tiktok.com/legal/report") for link in page.all("a"))
    for path in ("/guidance", "/guidance/parents"):
        text = client.get(path).page.text
        assert "report in the app" in text
        assert ("it is there no more" in text) == (path == "/guidance"), "parents read of what there is"
        assert "impersonation" in text
    assert client.get("/guidance?platform=nothing").status_code == 200
