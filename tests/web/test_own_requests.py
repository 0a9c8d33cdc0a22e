"""One's own requests: on home, on a page of their own, and changed by the pages of asking."""

import pytest

from firewall_admin.db.tables import AccessRequest
from tests.journeys.looking import one
from tests.journeys.request_world import SITE, again, assessed, decided, furnished, submitted

from .member import place
from .test_asking import WHO, WHY, answers


@pytest.fixture
def teacher(client, world):
    furnished(world)
    client.sign_in(world.oakfield.teacher)
    return client


def test_ones_own_request_is_changed_by_the_same_pages(teacher, world):
    row = submitted(world, world.oakfield, who="Year 5")
    check = teacher.get(f"/ask/mine/{row.id}/change").page
    assert "Year 5" in check.text
    changed = answers(check) | {"purpose": "Year 6 coding"}
    assert place(teacher.send("/ask/send", **changed)) == f"/ask/sent/{row.id}"
    assert again(world, row).purpose == "Year 6 coding"
    assert teacher.send("/ask/send", **changed).status_code == 409, "it has another version by now"


def test_nobody_changes_or_reads_what_somebody_else_asked(client, world):
    school = furnished(world)
    row = submitted(world, school)
    for stranger in (school.deputy, school.network_manager, world.elmfield.teacher):
        client.sign_in(stranger)
        assert client.get(f"/ask/mine/{row.id}/change").status_code == 404
        assert client.get(f"/ask/sent/{row.id}").status_code == 404
        forged = WHO | WHY | {"changes": str(row.id), "version": "1"}
        assert client.send("/ask/send", **forged).status_code in (400, 403, 404, 409)
    assert again(world, row).version == 1


def test_home_begins_with_the_field_and_tells_how_ones_own_requests_stand(teacher, world):
    submitted(world, world.oakfield)
    page = teacher.get("/").page
    assert page.ids["url"].get("name") == "url"
    assert [e.text for e in page.with_class("needs__title")] == [f"{SITE} for pupils"]
    assert "With the network manager" in page.text
    mine = teacher.get("/ask/mine").page
    assert "The network manager looks at it first" in mine.text
    assert f"/ask/mine/{one(world, world.oakfield, AccessRequest).id}/change" in [a.get("href") for a in mine.all("a")]


def test_a_refused_request_and_one_that_works_are_told_apart(teacher, world):
    school = world.oakfield
    decided(world, school.headteacher, assessed(world, school), "refused")
    page = teacher.get("/ask/mine").page
    assert "refused it: worth it" in page.text
    assert "Appeal" in page.text


def test_nothing_asked_yet_is_said(teacher):
    assert "You have not asked for anything yet" in teacher.get("/ask/mine").page.text


def test_who_asked_often_enough_is_told_how_long_it_takes(teacher, world):
    school = world.oakfield
    for _ in range(5):
        decided(world, school.headteacher, assessed(world, school), "refused")
    row = submitted(world, school)
    assert "usually decided on the same day" in teacher.get(f"/ask/sent/{row.id}").page.text
