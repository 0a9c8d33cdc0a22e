"""Reports of content: two ways that never meet, one step to block, review after, and no request to any address."""

from datetime import timedelta

import pytest

from firewall_admin import worker
from firewall_admin.core.content_reports import STEPS
from firewall_admin.core.people import Permission, Role
from firewall_admin.core.refusals import Conflict, NotAllowed, NotFound, OpensNames, Refusal
from firewall_admin.core.stepping import Whose
from firewall_admin.db.tables import ContentReport, Letter, Person, ReportNote, RuleRow
from firewall_admin.journeys import content_reports as journey
from firewall_admin.journeys import releases, rules, touched
from firewall_admin.journeys import report_records as records

from .looking import blocked, every, one, trail
from .reporting import block, places, report, restricted

DO = {
    "withdraw": lambda w, a, r: journey.withdraw(w.ports, a, report=r),
    "block": block,
    "leave open": lambda w, a, r: journey.leave_open(w.ports, a, report=r, reason="It is the BBC"),
    "review": lambda w, a, r: journey.review(w.ports, a, report=r),
    "send back": lambda w, a, r: journey.send_back(w.ports, a, report=r, remark="And its mirror?"),
    "restrict": lambda w, a, r: journey.restrict(w.ports, a, report=r),
    "hand over": lambda w, a, r: journey.hand_over(w.ports, a, report=r, body="iwf", outside="IWF 77"),
    "close": lambda w, a, r: journey.close(w.ports, a, report=r),
}


def letters(world, school, role):
    found = every(world, school, Letter, person_id=school.people[role].person_id)
    return [(row.subject, row.text) for row in found if row.state != "withdrawn" and row.kind != "digest"]


def row(world):
    return one(world, world.oakfield, ContentReport)


def in_state(world, state):
    """A report in a state, by the steps that lead there."""
    school = world.oakfield
    if state == "restricted":
        return restricted(world, school.deputy)
    made = report(world, school.teacher)
    if state in ("blocked", "closed"):
        block(world, school.network_manager, made)
    if state == "left-open":
        DO["leave open"](world, school.network_manager, made)
    if state == "withdrawn":
        DO["withdraw"](world, school.teacher, made)
    if state == "closed":
        DO["review"](world, school.headteacher, made)
        DO["review"](world, school.safeguarding_lead, made)
    assert row(world).state == state
    return made


def test_the_table_of_steps_is_this():
    told = [
        f"{s.name}: {'|'.join(sorted(s.opens_from))} -> {'|'.join(sorted(s.leads_to))} "
        f"[{'|'.join(sorted(s.permissions))}] {s.whose}"
        for s in STEPS.values()
    ]
    assert told == [
        "withdraw: new -> withdrawn [report content and incidents] one's own",
        "block: left-open|new -> blocked [block a name at once] anyone's",
        "leave open: new -> left-open [act on reports] anyone's",
        f"review: blocked|left-open -> blocked|closed|left-open [read safeguarding notes] {Whose.HANDLED_BY_ANOTHER}",
        f"send back: blocked|left-open -> new [read safeguarding notes] {Whose.HANDLED_BY_ANOTHER}",
        "restrict: blocked|left-open|new -> restricted [act on reports|read safeguarding notes] anyone's",
        "hand over: restricted -> restricted [read safeguarding notes] anyone's",
        "close: restricted -> closed [read safeguarding notes] anyone's",
    ]


@pytest.mark.parametrize("state", ["new", "blocked", "left-open", "withdrawn", "restricted", "closed"])
def test_every_role_takes_exactly_the_steps_that_are_open_to_it(world, state):
    made = in_state(world, state)
    if state == "restricted":
        DO["hand over"](world, world.oakfield.safeguarding_lead, made)
    for step in STEPS.values():
        for role, actor in world.oakfield.people.items():
            with world.db.look() as session:
                offered = step.name in journey.steps(session, actor, session.get_one(ContentReport, made))
            own = role is Role.TEACHER if state != "restricted" else role is Role.DEPUTY
            held = any(map(actor.may, step.permissions))
            handler = state in ("blocked", "left-open") and role is Role.NETWORK_MANAGER
            right = (
                held
                and state in step.opens_from
                and (step.name != "withdraw" or own)
                and not (step.name in ("review", "send back") and handler)
            )
            assert offered == right, (step.name, role)
            if not right:
                with pytest.raises((NotAllowed, NotFound, Conflict)):
                    DO[step.name](world, actor, made)
                assert row(world).state == state


def test_a_report_is_told_to_the_manager_blocked_in_one_step_live_and_reviewed_by_both(world):
    school = world.oakfield
    world.sign(school)
    made = report(world, school.teacher)
    assert [subject for subject, _ in letters(world, school, Role.NETWORK_MANAGER)] == ["CR-1: a site was reported"]
    block(world, school.network_manager, made)
    worker.once(world.ports)
    with world.db.look() as session:
        live = releases.published(session, school.id)
    assert live is not None
    assert blocked(world, school, "www.dares.example")
    assert one(world, school, RuleRow).reason == "to protect pupils"
    assert letters(world, school, Role.TEACHER)[0][1].startswith("Thank you. What you reported has been blocked.")
    for role in (Role.HEADTEACHER, Role.SAFEGUARDING_LEAD):
        assert [subject for subject, _ in letters(world, school, role)] == ["CR-1: to review"]
        assert row(world).state == "blocked"
        journey.review(world.ports, school.people[role], report=made)
    assert (row(world).state, row(world).closed_at) == ("closed", world.clock.at)
    assert trail(world, school)[-3:] == [
        "Headteacher of Oakfield reviewed what was done about CR-1.",
        "Safeguarding lead of Oakfield reviewed what was done about CR-1.",
        "Safeguarding lead of Oakfield closed CR-1.",
    ]


def test_no_letter_and_no_entry_says_what_was_reported(world):
    school = world.oakfield
    made = report(world, school.teacher, address="https://www.dares.example/secret-page", done="Closed the lid")
    DO["leave open"](world, school.network_manager, made)
    DO["send back"](world, school.headteacher, made)
    for word in ("dares", "secret-page", "Closed the lid", "It is the BBC", "mirror?"):
        assert places(world, word) <= {"content_report", "report_note"}, word


def test_a_block_is_refused_where_the_policy_moved_on_and_opens_nothing(world):
    made = report(world, world.oakfield.teacher)
    world.sign(world.oakfield)
    rules.add(world.ports, world.oakfield.network_manager, action="block", domain="x.example", reason="r")
    try:
        block(world, world.oakfield.network_manager, made)
    except OpensNames:  # pragma: no cover
        pytest.fail("a block opens nothing")
    assert blocked(world, world.oakfield, "x.example")


def test_the_plan_says_what_else_a_block_touches_and_for_whom_it_would_not_work(world):
    manager = world.oakfield.network_manager
    rules.add(
        world.ports, manager, action="allow", domain="www.facebook.com", audience="staff", reason="the school's page"
    )
    made = report(world, world.oakfield.teacher, address="www.facebook.com")
    act = journey.blocking(manager, report=made, domain="facebook.com")
    said = touched.touched(world.ports, manager, domain="www.facebook.com", audience=None, act=act)
    assert said[0].startswith("Even so, www.facebook.com is open for staff: a rule allows www.facebook.com")
    assert any("is part of 'Facebook'" in one for one in said)
    assert row(world).state == "new", "and nothing of it stays"
    assert touched.choices("www.dares.co.uk") == ("www.dares.co.uk", "dares.co.uk")
    assert touched.choices(None) == ()


def test_the_manager_may_be_overruled_and_a_block_stays_meanwhile(world):
    school = world.oakfield
    made = report(world, school.teacher)
    DO["leave open"](world, school.network_manager, made)
    block(world, school.safeguarding_lead, made)
    with pytest.raises(NotAllowed, match="yourself"):
        DO["review"](world, school.safeguarding_lead, made)
    DO["send back"](world, school.headteacher, made)
    assert (row(world).state, blocked(world, school, "dares.example")) == ("new", True)


def test_a_school_without_a_safeguarding_lead_closes_with_the_headteachers_word(world):
    school = world.oakfield
    made = report(world, school.teacher)
    block(world, school.network_manager, made)
    with world.db.change(school.headteacher) as change:
        from firewall_admin.core.events_people import PersonLeft

        change.session.get_one(Person, school.safeguarding_lead.person_id).state = "left"
        change.did(PersonLeft("x", "y", "z"))
    DO["review"](world, school.headteacher, made)
    assert row(world).state == "closed"


def test_what_may_be_illegal_is_apart_from_the_start_and_reaches_only_two(world):
    school = world.oakfield
    made = restricted(world, school.teacher, pupil="4F-012", done="Locked the device")
    assert [subject for subject, _ in letters(world, school, Role.SAFEGUARDING_LEAD)] == ["CR-1: read today"]
    assert [subject for subject, _ in letters(world, school, Role.HEADTEACHER)] == ["CR-1: read today"]
    assert letters(world, school, Role.NETWORK_MANAGER) == []
    with world.db.look() as session:
        for role, actor in school.people.items():
            found = session.get_one(ContentReport, made)
            assert records.reads(actor, found) == (role in (Role.SAFEGUARDING_LEAD, Role.HEADTEACHER))
            if role not in (Role.SAFEGUARDING_LEAD, Role.HEADTEACHER, Role.TEACHER):
                with pytest.raises(NotFound):
                    records.find(session, actor, ContentReport, made)


@pytest.mark.parametrize("typed", ["see https://x", "it was dares.co.uk", "dares [dot] com", "10.2.3.4"])
def test_no_address_is_taken_on_that_way(world, typed):
    for field in ("place", "done"):
        with pytest.raises(Refusal, match="address") as refused:
            restricted(world, world.oakfield.teacher, **{field: typed})
        assert refused.value.field == field
    assert every(world, world.oakfield, ContentReport) == []


def test_a_report_that_turns_out_to_be_illegal_loses_its_address_and_its_way(world):
    school = world.oakfield
    made = report(world, school.teacher, done="I saw it twice on dares.example")
    DO["leave open"](world, school.network_manager, made)
    DO["restrict"](world, school.network_manager, made)
    assert places(world, "dares") == set()
    assert places(world, "It is the BBC") == set()
    assert (row(world).domain, row(world).illegal) == (None, True)
    assert [s for s, _ in letters(world, school, Role.SAFEGUARDING_LEAD)] == ["CR-1: read today"], "the review is off"
    for step in ("leave open", "review", "send back", "withdraw", "block"):
        for actor in school.people.values():
            with pytest.raises((NotAllowed, NotFound, Conflict)):
                DO[step](world, actor, made)


def test_a_restricted_record_is_closed_only_after_it_was_handed_over(world):
    lead = world.oakfield.safeguarding_lead
    made = restricted(world, world.oakfield.teacher)
    with pytest.raises(Refusal, match="whom it was reported to"):
        DO["close"](world, lead, made)
    with pytest.raises(Refusal, match="address"):
        journey.hand_over(world.ports, lead, report=made, body="iwf", text="I told them https://x.example")
    with pytest.raises(Refusal, match="Choose"):
        journey.hand_over(world.ports, lead, report=made, body="nobody")
    DO["hand over"](world, lead, made)
    DO["close"](world, lead, made)
    note = [one for one in every(world, world.oakfield, ReportNote) if one.step == "hand over"]
    assert [(one.result, one.outside) for one in note] == [("iwf", "IWF 77")]
    assert row(world).state == "closed"


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"address": " "}, "address"),
        ({"address": "data:image/png;base64,AAAA"}, "address"),
        ({"address": "x" * 2001}, "address"),
        ({"kind": "bad"}, "kind"),
        ({"area": ""}, "area"),
        ({"pupil": "Amelia Jones"}, "pupil"),
        ({"pupil_name": "Amelia Jones"}, "pupil"),
        ({"done": "<img src=x>"}, "done"),
        ({"done": "QUJD" * 512}, "done"),
        ({"done": "\n".join(["QUJD" * 19] * 4)}, "done"),
        ({"done": "word " * 500}, "done"),
        ({"place": "data:text/html,<b>"}, "place"),
    ],
)
def test_what_can_not_be_taken_is_refused_at_its_field_and_nothing_stays(world, asked, field):
    with pytest.raises(Refusal) as refused:
        report(world, world.oakfield.teacher, **asked)
    assert refused.value.field == field
    assert every(world, world.oakfield, ContentReport) == []
    assert len(trail(world, world.oakfield)) == 1


def test_a_time_to_come_or_a_year_ago_is_refused(world):
    for away in (timedelta(minutes=1), timedelta(days=-400)):
        seen = journey.Seen("x.example", world.clock.at + away, "content", "sexual")
        with pytest.raises(Refusal) as refused:
            journey.report(world.ports, world.oakfield.teacher, seen)
        assert refused.value.field == "seen_at"


def test_who_may_not_report_does_not_and_another_schools_report_does_not_exist(world):
    for role in (Role.GOVERNOR, Role.ADMINISTRATOR):
        assert not world.oakfield.people[role].may(Permission.REPORT)
        with pytest.raises(NotAllowed):
            report(world, world.oakfield.people[role])
        with pytest.raises(NotAllowed):
            restricted(world, world.oakfield.people[role])
    made = report(world, world.oakfield.teacher)
    for step, take in DO.items():
        with pytest.raises(NotFound):
            take(world, world.elmfield.headteacher, made)
        assert step in STEPS
    assert every(world, world.elmfield, ContentReport) == []
    assert every(world, world.elmfield, Letter) == []
