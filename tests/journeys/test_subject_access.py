"""What is kept of somebody, all of it and of nobody else; chosen, approved by the headteacher, and given on record."""

import hashlib
import json

import pytest

from firewall_admin.core.people import Role
from firewall_admin.core.refusals import Conflict, NotAllowed, NotFound, Refusal
from firewall_admin.core.subject_access import CHOICES
from firewall_admin.db.tables import SubjectAccess, SubjectAccessChoice
from firewall_admin.journeys import destroying, incidents, pupil_names, subject_access

from .looking import every, one, trail
from .reporting import harassment, incident, places, report, restriction, trail_holds

ASKED = "The mother, in person, with her passport"


def begun(world, actor, **about):
    today = world.clock.at.date()
    return subject_access.begin(world.ports, actor, asked_by=ASKED, asked_on=today, **about)


def case(world, actor, **about):
    return subject_access.case(world.ports, actor, begun(world, actor, **about))


def tables(found):
    return {one.found.table for one in found.items}


def text(found):
    return json.dumps([one.found.columns for one in found.items], ensure_ascii=False)


def settled(world, actor, made, word="third"):
    """Choose for everything that waits."""
    waiting = [item.found.item for item in subject_access.case(world.ports, actor, made).items if item.choice is None]
    subject_access.choose(world.ports, actor, subject_access=made, chosen=dict.fromkeys(waiting, word))
    return len(subject_access.case(world.ports, actor, made).given)


def approved(world, made):
    head = world.oakfield.headteacher
    subject_access.approve(world.ports, head, subject_access=made, given=settled(world, head, made))


def test_a_pupil_is_found_in_every_table_by_reference_and_by_name_and_nobody_else_is(world):
    school, lead = world.oakfield, world.oakfield.safeguarding_lead
    report(world, school.teacher, pupil="4F-012", pupil_name="Amelia Jonesby", done="Ben Oakes saw it, too")
    made = incident(world, school.teacher, pupil="4F-012")
    incidents.act(world.ports, school.network_manager, incident=made, text="Spoke to Amelia Jonesby and 5A-1")
    incident(world, school.teacher, pupil="5A-1", pupil_name="Ben Oakes", done="By the tablet of 4F-012")
    restriction(world, lead, incident=made)
    for asked in ("4f-012", " amelia  jonesby "):
        found = case(world, lead, pupil=asked)
        assert tables(found) == {"pupil_name", "content_report", "incident", "report_note", "restriction", "trail"}
        assert sum(one.found.table == "report_note" and one.found.mentioned for one in found.items) == 2
        assert sum(one.found.table == "trail" for one in found.items) >= 3
        assert "Amelia Jonesby" in text(found)
        for other in ("Ben Oakes", "5A-1", "Teacher of Oakfield", "Network manager of Oakfield", "salt"):
            assert other not in text(found), other
        assert found.whom == "4F-012"


def test_somebody_who_works_here_is_found_by_row_by_act_and_by_mention(world):
    school, lead = world.oakfield, world.oakfield.safeguarding_lead
    report(world, school.teacher, pupil="4F-012")
    report(world, school.deputy, done="Teacher of Oakfield was there")
    found = case(world, lead, person=school.teacher.person_id)
    assert {"person", "content_report", "trail"} <= tables(found)
    assert sum(one.found.table == "content_report" for one in found.items) == 2
    for other in ("Deputy of Oakfield", "4F-012", "deputy@"):
        assert other not in text(found)


def test_what_belongs_to_them_is_given_and_what_mentions_them_or_is_restricted_waits_for_a_word(world):
    school, lead = world.oakfield, world.oakfield.safeguarding_lead
    report(world, school.teacher, pupil="4F-012")
    incident(world, school.teacher, pupil="5A-1", done="By the tablet of 4F-012")
    harassment(world, school.teacher, pupil="4F-012", evidence="With the lead")
    found = case(world, lead, pupil="4F-012")
    waits = {item.found.table: (item.found.mentioned, item.found.restricted) for item in found.items if not item.choice}
    assert waits == {"incident": (False, True), "report_note": (True, False)}
    assert {item.choice for item in found.items} == {"theirs", None}


def test_nothing_is_given_before_each_record_is_chosen_and_the_headteacher_has_approved(world):
    school, lead, head = world.oakfield, world.oakfield.safeguarding_lead, world.oakfield.headteacher
    report(world, school.teacher, pupil="4F-012", place="Room 4")
    harassment(world, school.teacher, pupil="4F-012", evidence="With the lead")
    made = begun(world, lead, pupil="4F-012")
    with pytest.raises(Refusal, match="1 of the records still wait"):
        subject_access.approve(world.ports, head, subject_access=made, given=0)
    for act in (
        lambda: subject_access.take(world.ports, head, subject_access=made),
        lambda: subject_access.give(world.ports, lead, subject_access=made, given_to="x"),
    ):
        with pytest.raises(Conflict):
            act()
    given = settled(world, lead, made, "harm")
    with pytest.raises(NotAllowed, match="headteacher"):
        subject_access.approve(world.ports, lead, subject_access=made, given=given)
    with pytest.raises(Conflict, match="Other records were found"):
        subject_access.approve(world.ports, head, subject_access=made, given=given + 1)
    subject_access.approve(world.ports, head, subject_access=made, given=given)
    file = subject_access.take(world.ports, lead, subject_access=made)
    told = json.loads(file)
    assert (told["of"], told["left out"], len(told["records"])) == ("4F-012", 1, given)
    assert "Room 4" in file
    assert "With the lead" not in file
    assert one(world, school, SubjectAccess).sha256 == hashlib.sha256(file.encode()).hexdigest()


def test_a_restricted_record_is_given_where_the_headteacher_says_so(world):
    lead = world.oakfield.safeguarding_lead
    harassment(world, world.oakfield.teacher, pupil="4F-012", evidence="With the lead")
    made = begun(world, lead, pupil="4F-012")
    given = settled(world, lead, made, "reasonable")
    subject_access.approve(world.ports, world.oakfield.headteacher, subject_access=made, given=given)
    assert "With the lead" in subject_access.take(world.ports, lead, subject_access=made)


def test_who_gave_what_to_whom_and_when_stays_on_record_and_nobody_changes_it_after(world):
    school, lead, head = world.oakfield, world.oakfield.safeguarding_lead, world.oakfield.headteacher
    report(world, school.teacher, pupil="4F-012")
    made = begun(world, lead, pupil="4F-012")
    approved(world, made)
    world.clock.pass_by(days=2)
    subject_access.give(world.ports, lead, subject_access=made, given_to="To the mother, by hand")
    row = one(world, school, SubjectAccess)
    assert (row.given_to, row.given_by, row.given_at) == ("To the mother, by hand", lead.person_id, world.clock.at)
    assert (row.approved_by, row.made_by) == (head.person_id, lead.person_id)
    assert row.due.isoformat() == "2026-12-23"
    said = trail(world, school)
    assert any("approved what is given for SA-1" in each for each in said)
    assert said[-1].startswith("Safeguarding lead of Oakfield gave what was approved for SA-1: ")
    assert not [each for each in said if "4F" in each or "mother" in each]
    for act in (subject_access.reopen, subject_access.end):
        with pytest.raises(Conflict):
            act(world.ports, head, subject_access=made)
    with pytest.raises(Conflict):
        subject_access.choose(world.ports, lead, subject_access=made, chosen={})


def test_before_it_is_given_it_can_be_chosen_anew_or_ended(world):
    school, lead = world.oakfield, world.oakfield.safeguarding_lead
    report(world, school.teacher, pupil="4F-012")
    made = begun(world, lead, pupil="4F-012")
    approved(world, made)
    subject_access.reopen(world.ports, lead, subject_access=made)
    assert one(world, school, SubjectAccess).file == ""
    subject_access.end(world.ports, lead, subject_access=made)
    with pytest.raises(Conflict):
        subject_access.choose(world.ports, lead, subject_access=made, chosen={})


def test_a_choice_is_one_of_the_laws_and_on_a_record_that_was_found(world):
    school, lead = world.oakfield, world.oakfield.safeguarding_lead
    report(world, school.teacher, pupil="4F-012")
    made = begun(world, lead, pupil="4F-012")
    item = subject_access.case(world.ports, lead, made).items[0].found.item
    for wrong in ({item: "nothing"}, {"person:1": "theirs"}):
        with pytest.raises(Refusal):
            subject_access.choose(world.ports, lead, subject_access=made, chosen=wrong)
    for word in CHOICES:
        subject_access.choose(world.ports, lead, subject_access=made, chosen={item: word})
    assert one(world, school, SubjectAccessChoice).why == "crime"


def test_what_was_given_is_destroyed_a_year_later_and_when_the_pupil_is_erased(world):
    school, lead = world.oakfield, world.oakfield.safeguarding_lead
    report(world, school.teacher, pupil="4F-012", pupil_name="Amelia Jonesby")
    first, second = begun(world, lead, pupil="4F-012"), begun(world, lead, person=school.teacher.person_id)
    for made in (first, second):
        approved(world, made)
        subject_access.give(world.ports, lead, subject_access=made, given_to="By hand")
    assert places(world, "Amelia") == {"subject_access"}
    pupil_names.erase(world.ports, lead, pupil="4F-012", texts=True)
    assert (places(world, "Amelia"), places(world, "4F-012")) == (set(), set())
    assert subject_access.case(world.ports, lead, first).whom == ""
    world.clock.pass_by(days=366)
    destroying.destroy_words(world.ports)
    assert {(row.file, row.asked_by, row.given_to) for row in every(world, school, SubjectAccess)} == {("", "", "")}
    assert trail_holds(world, school.id)


def test_two_roles_may_and_nothing_is_found_at_another_school(world):
    report(world, world.oakfield.teacher, pupil="4F-012")
    made = begun(world, world.oakfield.safeguarding_lead, pupil="4F-012")
    acts = (subject_access.reopen, subject_access.end, subject_access.take)
    for role, actor in world.oakfield.people.items():
        if role not in (Role.HEADTEACHER, Role.SAFEGUARDING_LEAD):
            with pytest.raises(NotAllowed):
                begun(world, actor, pupil="4F-012")
            with pytest.raises(NotAllowed):
                subject_access.case(world.ports, actor, made)
            for act in acts:
                with pytest.raises(NotAllowed):
                    act(world.ports, actor, subject_access=made)
    elsewhere = world.elmfield.headteacher
    for about in ({"pupil": "4F-012"}, {"person": world.oakfield.teacher.person_id}):
        with pytest.raises(NotFound):
            begun(world, elsewhere, **about)
    with pytest.raises(NotFound):
        subject_access.case(world.ports, elsewhere, made)
    with pytest.raises(Refusal):
        begun(world, elsewhere, pupil=" ")
    with pytest.raises(Refusal):
        subject_access.begin(world.ports, elsewhere, asked_by=" ", asked_on=world.clock.at.date(), pupil="x")
