"""The pages by which somebody gets what is kept of them."""

import json

import pytest

from firewall_admin.db.tables import SubjectAccess
from tests.journeys.looking import one, trail
from tests.journeys.reporting import harassment, report

from .test_content_reports import as_

PAGE = "/reports/subject-access"
ASKED = {
    "asked_by": "The mother, with her passport",
    "asked_on-day": "20",
    "asked_on-month": "11",
    "asked_on-year": "2026",
}


def begun(client, **about):
    sent = client.send(PAGE, **{"pupil": "", "staff": "", **ASKED, **about})
    assert sent.status_code == 303, sent.page.text
    return sent.headers["Location"]


def test_a_pupils_records_are_chosen_approved_taken_out_and_given(client, world):
    report(world, world.oakfield.teacher, pupil="4F-012")
    harassment(world, world.oakfield.teacher, pupil="4F-012", evidence="With the lead")
    as_(client, world.oakfield.safeguarding_lead)
    at = begun(client, pupil="4f-012")
    page = client.get(at).page
    assert "1 of" in page.text
    assert "Restricted" in page.text
    items = [e["value"] for e in page.all("input") if e.get("name") == "item"]
    assert client.send(at, item=items[0], choice="harm").status_code == 303
    assert "The headteacher approves it" in client.get(at).page.text
    assert client.send(f"{at}/approve", given="1").status_code == 403
    as_(client, world.oakfield.headteacher)
    (given,) = [e["value"] for e in client.get(f"{at}/approve").page.all("input") if e.get("name") == "given"]
    assert client.send(f"{at}/approve", given="999").status_code == 409
    assert client.send(f"{at}/approve", given=given).status_code == 303
    sent = client.send(f"{at}/file.json")
    assert (sent.status_code, sent.headers["Content-Disposition"]) == (
        200,
        'attachment; filename="subject-access.json"',
    )
    assert json.loads(sent.data)["of"] == "4F-012"
    assert client.send(f"{at}/give", given_to=" ").status_code == 400
    assert client.send(f"{at}/give", given_to="To the mother, by hand").status_code == 303
    text = client.get(at).page.text
    assert ("To the mother, by hand" in text, "Choose again" in text) == (True, False)
    assert one(world, world.oakfield, SubjectAccess).given_at == world.clock.at
    assert "SA-1" in client.get(PAGE).page.text
    assert "gave what was approved for SA-1" in trail(world, world.oakfield)[-1]


def test_a_member_of_staff_is_chosen_and_nobody_else_can_be(client, world):
    as_(client, world.oakfield.headteacher)
    teacher = world.oakfield.teacher
    at = begun(client, staff=str(teacher.person_id))
    assert teacher.name in client.get(at).page.text
    for typed, status in (
        ({"pupil": "9Z-1"}, 404),
        ({}, 400),
        ({"pupil": "4F-012", "staff": str(teacher.person_id)}, 400),
        ({"staff": str(world.elmfield.teacher.person_id)}, 400),
        ({"staff": str(teacher.person_id), "asked_by": " "}, 400),
        ({"staff": str(teacher.person_id), "asked_on-day": "30"}, 400),
    ):
        sent = client.send(PAGE, **{"pupil": "", "staff": "", **ASKED, **typed})
        assert sent.status_code == status, typed


@pytest.mark.parametrize("role", ["network_manager", "teacher", "governor", "administrator", "deputy"])
def test_nobody_else_sees_any_of_it(client, world, role):
    report(world, world.oakfield.teacher, pupil="4F-012")
    as_(client, world.oakfield.safeguarding_lead)
    at = begun(client, pupil="4f-012")
    as_(client, getattr(world.oakfield, role))
    for path in (PAGE, at, f"{at}/approve", f"{at}/give"):
        assert client.get(path).status_code == 403


def test_it_ends_without_giving_or_is_opened_again(client, world):
    report(world, world.oakfield.teacher, pupil="4F-012")
    as_(client, world.oakfield.headteacher)
    at = begun(client, pupil="4f-012")
    (given,) = [e["value"] for e in client.get(f"{at}/approve").page.all("input") if e.get("name") == "given"]
    client.send(f"{at}/approve", given=given)
    assert client.send(f"{at}/reopen").status_code == 303
    assert client.send(f"{at}/end").status_code == 303
    assert "Ended" in client.get(at).page.text
    assert client.send(f"{at}/file.json").status_code == 409
