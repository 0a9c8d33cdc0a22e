"""What was erased or destroyed is in none of the service's files: database, its log, store, releases, whatever."""

import pytest
from sqlalchemy import select

from firewall_admin import worker
from firewall_admin.db.tables import PupilName
from firewall_admin.journeys import (
    access_requests,
    content_reports,
    destroying,
    incidents,
    pupil_names,
    rules,
    subject_access,
)
from tests.world import World

from .looking import one, trail
from .reporting import harassment, incident, report, trail_holds
from .request_world import furnished, submitted

NAME, REFERENCE = "Amelia Jonesby", "4F-012"


@pytest.fixture
def world(tmp_path):
    """On SQLite only: there the service has its data in files of its own."""
    return World(tmp_path)


def files_with(folder, *words):
    """Every file below a folder that holds one of these, as bytes, in UTF-8 or UTF-16, whatever its letters' case."""
    found = set()
    for path in (path for path in folder.rglob("*") if path.is_file()):
        data = path.read_bytes().lower()
        for word in words:
            for coding in ("utf-8", "utf-16-le"):
                if word.lower().encode(coding) in data:
                    found.add((path.relative_to(folder).as_posix(), word))
    return found


def lived_in(world):
    """A year of a pupil in every kind of text there is."""
    school = furnished(world)
    teacher, lead = school.teacher, school.safeguarding_lead
    report(world, teacher, pupil=REFERENCE, pupil_name=NAME, done=f"{NAME} told me")
    made = incident(world, teacher, pupil=REFERENCE, done=f"{NAME} said so")
    incidents.act(world.ports, school.network_manager, incident=made, text=f"Spoke to {NAME}")
    harassment(world, teacher, pupil="5A-1", evidence=f"On the phone of {NAME} ({REFERENCE})")
    row = submitted(world, school, purpose=f"For {NAME}", alternatives=f"{REFERENCE} has books")
    access_requests.comment(world.ports, lead, request=row.id, text=f"{NAME} is careful")
    case = subject_access.begin(
        world.ports, lead, asked_by=f"The mother of {NAME}", asked_on=world.clock.at.date(), pupil=REFERENCE
    )
    waiting = [item.found.item for item in subject_access.case(world.ports, lead, case).items if not item.choice]
    subject_access.choose(world.ports, lead, subject_access=case, chosen=dict.fromkeys(waiting, "theirs"))
    given = len(subject_access.case(world.ports, lead, case).given)
    subject_access.approve(world.ports, school.headteacher, subject_access=case, given=given)
    worker.once(world.ports)
    return school


def test_an_erased_pupil_is_in_no_file_and_the_trail_still_verifies(world, tmp_path):
    school = lived_in(world)
    salt = one(world, school, PupilName, reference=REFERENCE).salt
    before = files_with(tmp_path, NAME, REFERENCE, salt)
    assert {word for _, word in before} == {NAME, REFERENCE, salt}, "the search finds what is there"
    erased = pupil_names.erase(world.ports, school.safeguarding_lead, pupil=REFERENCE, texts=True)
    assert (erased.records, erased.stays) == (2, ())
    assert erased.elsewhere > 2, "bullying of another pupil, a request, a comment"
    assert files_with(tmp_path, NAME, REFERENCE, salt) == set()
    assert trail_holds(world, school.id)
    assert one(world, school, PupilName).reference == "5A-1"


def test_without_the_words_about_them_reference_and_name_are_gone_all_the_same(world, tmp_path):
    school = lived_in(world)
    pupil_names.erase(world.ports, school.headteacher, pupil=REFERENCE, texts=False)
    assert files_with(tmp_path, NAME, REFERENCE) == set()
    assert files_with(tmp_path, "Spoke to"), "the rest of the words stays"


def test_whoever_reads_meanwhile_keeps_it_no_longer_than_until_the_log_is_emptied_again(world, tmp_path):
    school = lived_in(world)
    with world.db.look() as session:
        assert session.scalars(select(PupilName)).all()
        pupil_names.erase(world.ports, school.headteacher, pupil=REFERENCE, texts=True)
    world.db.forget()
    assert files_with(tmp_path, NAME, REFERENCE) == set()


def test_where_words_that_nobody_can_change_name_them_it_is_said(world):
    school = lived_in(world)
    made = report(world, school.teacher)
    content_reports.leave_open(world.ports, school.network_manager, report=made, reason="Asked by Amelia Jonesby")
    rules.add(world.ports, school.network_manager, action="block", domain="x.example", reason="Amelia Jonesby saw it")
    erased = pupil_names.erase(world.ports, school.headteacher, pupil=REFERENCE, texts=True)
    assert erased.stays == ("the reason of a rule", "the trail")
    assert "Amelia" in "".join(trail(world, school)), "the trail can’t be rewritten"


def test_what_had_its_time_is_in_no_file_either(world, tmp_path):
    school = furnished(world)
    made = report(world, school.teacher, pupil=REFERENCE, pupil_name=NAME, done=f"{NAME} told me")
    content_reports.withdraw(world.ports, school.teacher, report=made)
    row = submitted(world, school, purpose=f"For {NAME}")
    access_requests.withdraw(world.ports, school.teacher, request=row.id, version=row.version)
    assert files_with(tmp_path, NAME)
    world.clock.pass_by(days=366 * 7)
    assert destroying.destroy_due(world.ports) + destroying.destroy_words(world.ports) == 2
    assert files_with(tmp_path, NAME, REFERENCE) == set()
    assert trail_holds(world, school.id)
