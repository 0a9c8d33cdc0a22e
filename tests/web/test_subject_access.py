"""The page by which somebody gets what is kept of them."""

import json

from tests.journeys.looking import trail
from tests.journeys.reporting import report

from .test_content_reports import as_

PAGE = "/reports/subject-access"


def test_a_pupils_records_are_taken_out_as_a_file_and_that_is_on_record(client, world):
    report(world, world.oakfield.teacher, pupil="4F-012")
    as_(client, world.oakfield.safeguarding_lead)
    assert client.get(PAGE).status_code == 200
    sent = client.send(PAGE, pupil="4f-012", staff="")
    assert (sent.status_code, sent.headers["Content-Disposition"]) == (
        200,
        'attachment; filename="subject-access.json"',
    )
    assert json.loads(sent.data)["of"] == "4F-012"
    assert "took out what is kept of a pupil" in trail(world, world.oakfield)[-1]


def test_a_member_of_staff_is_chosen_and_nobody_else_can_be(client, world):
    as_(client, world.oakfield.headteacher)
    teacher = world.oakfield.teacher
    assert json.loads(client.send(PAGE, pupil="", staff=str(teacher.person_id)).data)["of"] == teacher.name
    for typed, status in (
        ({"pupil": "9Z-1", "staff": ""}, 404),
        ({"pupil": "", "staff": ""}, 400),
        ({"pupil": "4F-012", "staff": str(teacher.person_id)}, 400),
        ({"pupil": "", "staff": str(world.elmfield.teacher.person_id)}, 400),
    ):
        assert client.send(PAGE, **typed).status_code == status, typed
    assert as_(client, world.oakfield.network_manager).get(PAGE).status_code == 403
