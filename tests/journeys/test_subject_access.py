"""What is kept of somebody is found wherever it stands, without anybody else."""

import json

import pytest

from firewall_admin.core.people import Role
from firewall_admin.core.refusals import NotAllowed, NotFound, Refusal
from firewall_admin.journeys import incidents, subject_access

from .looking import trail
from .reporting import harassment, incident, report, restriction


def tables(found):
    return {one.table for one in found.found}


def test_a_pupil_is_found_in_every_table_by_reference_and_by_name_and_nobody_else_is(world):
    school, lead = world.oakfield, world.oakfield.safeguarding_lead
    report(world, school.teacher, pupil="4F-012", pupil_name="Amelia Jonesby", done="Ben Oakes saw it, too")
    made = incident(world, school.teacher, pupil="4F-012")
    incidents.act(world.ports, school.network_manager, incident=made, text="Spoke to Amelia Jonesby and 5A-1")
    incident(world, school.teacher, pupil="5A-1", pupil_name="Ben Oakes", done="By the tablet of 4F-012")
    restriction(world, lead, incident=made)
    for asked in ("4f-012", " amelia  jonesby "):
        found = subject_access.of_pupil(world.ports, lead, pupil=asked)
        assert tables(found) == {"pupil_name", "content_report", "incident", "report_note", "restriction", "trail"}
        assert sum(one.table == "report_note" and one.mentioned for one in found.found) == 2
        assert sum(one.table == "trail" for one in found.found) >= 3
        text = found.as_json()
        assert "Amelia Jonesby" in text
        for other in ("Ben Oakes", "5A-1", "Teacher of Oakfield", "Network manager of Oakfield", "salt"):
            assert other not in text, other
        assert json.loads(text)["of"] == "4F-012"


def test_what_is_restricted_is_withheld_and_counted(world):
    lead = world.oakfield.safeguarding_lead
    harassment(world, world.oakfield.teacher, pupil="4F-012", evidence="With the lead")
    report(world, world.oakfield.teacher, pupil="4F-012")
    found = subject_access.of_pupil(world.ports, lead, pupil="4F-012")
    assert found.withheld == 1
    assert "incident" not in tables(found)
    assert "With the lead" not in found.as_json()


def test_somebody_who_works_here_is_found_by_row_by_act_and_by_mention(world):
    school, lead = world.oakfield, world.oakfield.safeguarding_lead
    report(world, school.teacher, pupil="4F-012")
    report(world, school.deputy, done="Teacher of Oakfield was there")
    found = subject_access.of_staff(world.ports, lead, person=school.teacher.person_id)
    assert {"person", "content_report", "letter", "trail"} - tables(found) <= {"letter"}
    assert sum(one.table == "content_report" for one in found.found) == 2
    text = found.as_json()
    for other in ("Deputy of Oakfield", "4F-012", "deputy@"):
        assert other not in text


def test_taking_it_out_is_on_record_without_the_pupil(world):
    lead = world.oakfield.safeguarding_lead
    report(world, world.oakfield.teacher, pupil="4F-012")
    subject_access.of_pupil(world.ports, lead, pupil="4F-012")
    said = trail(world, world.oakfield)[-1]
    assert said.startswith("Safeguarding lead of Oakfield took out what is kept of a pupil: ")
    assert "4F" not in said


def test_two_roles_may_and_nothing_is_found_at_another_school(world):
    report(world, world.oakfield.teacher, pupil="4F-012")
    for role, actor in world.oakfield.people.items():
        if role not in (Role.HEADTEACHER, Role.SAFEGUARDING_LEAD):
            with pytest.raises(NotAllowed):
                subject_access.of_pupil(world.ports, actor, pupil="4F-012")
            with pytest.raises(NotAllowed):
                subject_access.of_staff(world.ports, actor, person=world.oakfield.teacher.person_id)
    elsewhere = world.elmfield.headteacher
    with pytest.raises(NotFound):
        subject_access.of_pupil(world.ports, elsewhere, pupil="4F-012")
    with pytest.raises(NotFound):
        subject_access.of_staff(world.ports, elsewhere, person=world.oakfield.teacher.person_id)
    with pytest.raises(Refusal):
        subject_access.of_pupil(world.ports, elsewhere, pupil=" ")
