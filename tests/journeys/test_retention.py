"""What is destroyed when, what stays, what a hold keeps; and that the trail still verifies when a pupil is erased."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from firewall_admin import worker
from firewall_admin.core.pupils import commitment
from firewall_admin.core.refusals import Conflict, NotAllowed, NotFound, Refusal
from firewall_admin.core.retention import ends
from firewall_admin.db.tables import ContentReport, Destruction, Entry, Incident, Letter, PupilName, ReportNote, SignIn
from firewall_admin.journeys import content_reports, destroying, incidents, pupil_names, restrictions, retention
from firewall_admin.journeys import report_records as records

from .looking import every, one, trail
from .reporting import block, harassment, incident, places, report, restricted, restriction, trail_holds


def closed_report(world, **more):
    school = world.oakfield
    made = report(world, school.teacher, **more)
    block(world, school.network_manager, made)
    for who in (school.headteacher, school.safeguarding_lead):
        content_reports.review(world.ports, who, report=made, remark="Right so")
    return made


def test_months_are_counted_on_the_calendar():
    assert ends(datetime(2026, 1, 31, 9, tzinfo=UTC), 1) == datetime(2026, 2, 28, 9, tzinfo=UTC)
    assert ends(datetime(2026, 11, 23, tzinfo=UTC), 14) == datetime(2028, 1, 23, tzinfo=UTC)


def test_details_go_after_their_time_and_a_stub_stays(world):
    closed_report(world, pupil="4f-012", pupil_name="Amelia Jonesby", done="Closed the lid")
    world.clock.pass_by(days=729)
    assert destroying.destroy_due(world.ports) == 0
    world.clock.pass_by(days=3)
    assert destroying.destroy_due(world.ports) == 1
    assert destroying.destroy_due(world.ports) == 0, "once is enough"
    row = one(world, world.oakfield, ContentReport)
    assert (row.number, row.state, row.kind, row.destroyed_at) == (1, "closed", "content", world.clock.at)
    assert (row.address, row.domain, row.place, row.done, row.pupil_id) == ("", None, "", "", None)
    for words in ("www.dares", "Closed the lid", "Right so", "4F-012"):
        assert places(world, words) == set()
    assert every(world, world.oakfield, PupilName) == [], "nobody needs the reference any more"
    assert trail(world, world.oakfield)[-1] == "the service destroyed the details of CR-1 after their time."
    assert trail_holds(world, world.oakfield.id)


def test_every_destruction_is_on_a_log_that_only_grows_and_names_no_pupil(world):
    closed_report(world, pupil="4f-012")
    world.clock.pass_by(days=800)
    destroying.destroy_due(world.ports)
    row = one(world, world.oakfield, Destruction)
    assert (row.record, row.rule, row.by) == ("CR-1", "content", "the service")
    assert row.why == "Reports of content: 24 months after the end"
    engine = world.db.engine.execution_options(writes=True)
    for statement in ("DELETE FROM destruction", "UPDATE destruction SET why = 'x'"):
        with pytest.raises(DatabaseError, match="only grows"), engine.begin() as connection:
            connection.execute(text(statement))


def test_what_is_open_or_on_hold_stays(world):
    lead = world.oakfield.safeguarding_lead
    held = closed_report(world)
    report(world, world.oakfield.teacher)
    records.hold(world.ports, lead, ContentReport, held, reason="A claim")
    world.clock.pass_by(days=4000)
    assert destroying.destroy_due(world.ports) == 0
    records.lift(world.ports, lead, ContentReport, held)
    assert destroying.destroy_due(world.ports) == 1
    with pytest.raises(Conflict):
        records.hold(world.ports, lead, ContentReport, held, reason="Too late")
    with pytest.raises(NotAllowed):
        records.hold(world.ports, world.oakfield.network_manager, ContentReport, held, reason="x")
    with pytest.raises(NotFound):
        records.hold(world.ports, world.elmfield.headteacher, ContentReport, held, reason="x")


def test_a_school_chooses_its_own_time_and_what_is_closed_goes_by_it(world):
    head = world.oakfield.headteacher
    closed_report(world)
    retention.choose(world.ports, head, rule="content", months=3, reason="Our policy of 2026")
    world.clock.pass_by(days=91)
    assert destroying.destroy_due(world.ports) == 0
    world.clock.pass_by(days=2)
    assert destroying.destroy_due(world.ports) == 1
    assert (
        "to keep 'Reports of content' for 3 months instead of 24, because Our policy"
        in trail(world, world.oakfield)[-2]
    )
    for months, reason in ((0, "r"), (301, "r"), (3, " ")):
        with pytest.raises(Refusal):
            retention.choose(world.ports, head, rule="content", months=months, reason=reason)
    with pytest.raises(NotAllowed):
        retention.choose(world.ports, world.oakfield.network_manager, rule="content", months=3, reason="r")


def test_incidents_and_restrictions_and_restricted_records_have_their_time_too(world):
    school, lead = world.oakfield, world.oakfield.safeguarding_lead
    technical = incident(world, school.teacher, pupil="4f-012")
    incidents.act(world.ports, school.network_manager, incident=technical, text="Took the app off")
    incidents.retest(world.ports, school.network_manager, incident=technical, works=False, text="On iPad 12")
    passed, illegal = harassment(world, school.teacher), restricted(world, school.teacher)
    incidents.hand_over(world.ports, lead, incident=passed, body="system", outside="S-9")
    incidents.close(world.ports, lead, incident=passed)
    content_reports.hand_over(world.ports, lead, report=illegal, body="iwf", outside="IWF 7")
    content_reports.close(world.ports, lead, report=illegal)
    restriction(world, lead)
    world.clock.pass_by(days=366)
    assert destroying.destroy_due(world.ports) == 3
    world.clock.pass_by(days=20)
    assert destroying.destroy_due(world.ports) == 1
    rules = {row.record: row.rule for row in every(world, school, Destruction)}
    assert rules == {"IN-1": "incident", "IN-2": "safeguarding", "CR-1": "restricted", "RS-1": "restriction"}
    assert {row.outside for row in every(world, school, ReportNote)} == {""}
    assert {row.result for row in every(world, school, ReportNote, step="hand over")} == {"system", "iwf"}, "the stub"


def test_one_schools_time_is_not_anothers(world):
    closed_report(world)
    retention.choose(world.ports, world.elmfield.headteacher, rule="content", months=1, reason="r")
    world.clock.pass_by(days=100)
    assert destroying.destroy_due(world.ports) == 0


def test_old_sessions_and_letters_go_a_days_worth_at_a_time(world):
    school = world.oakfield
    closed_report(world)
    with world.db.change(school.teacher) as change:
        from firewall_admin.core.events_people import SignedIn

        for token in "ab":
            change.session.add(
                SignIn(
                    school_id=school.id,
                    person_id=school.teacher.person_id,
                    token=token,
                    started_at=change.now,
                    seen_at=change.now,
                    proven_at=change.now,
                )
            )
        change.did(SignedIn("a test"))
    world.clock.pass_by(days=30, hours=1)
    assert destroying.destroy_whole(world.ports) == 0
    world.clock.pass_by(days=1)
    assert destroying.destroy_whole(world.ports) == 2
    assert trail(world, school)[-1] == "the service destroyed 2 × session after their time."
    world.clock.pass_by(days=340)
    assert every(world, school, Letter) != []
    destroying.destroy_whole(world.ports)
    assert every(world, school, Letter) == []


def test_the_worker_does_it_by_itself(world):
    assert destroying.destroy_due in worker.DUE
    assert {destroying.destroy_words, destroying.destroy_whole} <= set(worker.TIDYING)


def test_an_erased_pupil_is_in_no_table_and_the_trail_still_verifies(world):
    school, lead = world.oakfield, world.oakfield.safeguarding_lead
    report(world, school.teacher, pupil="4f-012", pupil_name="Amelia Jonesby")
    incident(world, school.teacher, pupil="4F-012", done="Amelia Jonesby said so")
    other = incident(world, school.teacher, pupil="5A-1")
    pupil = one(world, school, PupilName, reference="4F-012")
    promise = commitment(pupil.salt, "4F-012")
    with world.db.look() as session:
        fields = [e.fields for e in session.scalars(select(Entry).where(Entry.school_id == school.id))]
    assert sum(field.get("pupil") == promise for field in fields) == 2, "the trail committed itself"
    with pytest.raises(NotAllowed):
        pupil_names.erase(world.ports, school.network_manager, pupil="4F-012", texts=True)
    assert pupil_names.erase(world.ports, lead, pupil="4f-012", texts=True).records == 2
    for words in ("Amelia", "4F-012", pupil.salt):
        assert places(world, words) == set(), words
    assert trail_holds(world, school.id)
    assert trail(world, school)[-1] == "Safeguarding lead of Oakfield erased a pupil from 2 record(s)."
    with world.db.look() as session:
        assert session.get_one(Incident, other).pupil_id is not None
    with pytest.raises(NotFound):
        pupil_names.erase(world.ports, lead, pupil="4F-012", texts=True)


def test_a_pupil_is_not_erased_while_a_record_is_held_or_a_restriction_lasts(world):
    lead = world.oakfield.safeguarding_lead
    made = restriction(world, lead)
    with pytest.raises(Conflict, match="End RS-1 first"):
        pupil_names.erase(world.ports, lead, pupil="4F-012", texts=False)
    restrictions.end(world.ports, lead, restriction=made, reason="Over")
    about = report(world, world.oakfield.teacher, pupil="4F-012")
    records.hold(world.ports, lead, ContentReport, about, reason="The police asked")
    with pytest.raises(Conflict, match="legal hold"):
        pupil_names.erase(world.ports, lead, pupil="4F-012", texts=False)
    assert one(world, world.oakfield, PupilName).reference == "4F-012"


def test_a_name_is_read_by_two_roles_and_the_reading_is_on_record(world):
    school = world.oakfield
    made = report(world, school.teacher, pupil="4F-012", pupil_name="Amelia Jonesby")
    assert pupil_names.read(world.ports, school.headteacher, ContentReport, made) == "Amelia Jonesby"
    assert trail(world, school)[-1] == "Headteacher of Oakfield read the pupil’s name of CR-1."
    for actor in (school.network_manager, school.teacher, world.elmfield.headteacher):
        with pytest.raises((NotAllowed, NotFound)):
            pupil_names.read(world.ports, actor, ContentReport, made)


def test_a_sealed_name_that_is_moved_to_another_pupil_does_not_open_there(world):
    school = world.oakfield
    report(world, school.teacher, pupil="4F-012", pupil_name="Amelia Jonesby")
    made = report(world, school.teacher, pupil="5A-1", pupil_name="Ben Oakes")
    first = one(world, school, PupilName, reference="4F-012").name
    engine = world.db.engine.execution_options(writes=True)
    with engine.begin() as connection:
        connection.execute(text("UPDATE pupil_name SET name = :name WHERE reference = '5A-1'"), {"name": first})
    with pytest.raises(NotFound):
        pupil_names.read(world.ports, school.headteacher, ContentReport, made)
