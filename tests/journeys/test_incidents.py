"""Incidents: a way round the filter ends with a retest; harassment goes to the safeguarding lead alone."""

from datetime import timedelta

import pytest

from firewall_admin.core.incidents import STEPS
from firewall_admin.core.people import Role
from firewall_admin.core.refusals import Conflict, NotAllowed, NotFound, Refusal
from firewall_admin.db.tables import Incident, Letter, ReportNote, RuleRow
from firewall_admin.journeys import incidents as journey
from firewall_admin.journeys import planned

from .looking import blocked, every, one, trail
from .reporting import harassment, incident, places


def block(world, actor, made):
    act = journey.blocking(actor, incident=made, domain="free-vpn.example", audience="pupils")
    planned.save(world.ports, actor, act, planned.planned(world.ports, actor, act).revision)


DO = {
    "withdraw": lambda w, a, i: journey.withdraw(w.ports, a, incident=i),
    "block": block,
    "act": lambda w, a, i: journey.act(w.ports, a, incident=i, text="Took the app off"),
    "retest": lambda w, a, i: journey.retest(w.ports, a, incident=i, works=False, text="On iPad 12"),
    "pass on": lambda w, a, i: journey.pass_on(w.ports, a, incident=i),
    "hand over": lambda w, a, i: journey.hand_over(w.ports, a, incident=i, body="system", outside="S-9"),
    "close": lambda w, a, i: journey.close(w.ports, a, incident=i),
}


def row(world):
    return one(world, world.oakfield, Incident)


def letters(world, role):
    found = every(world, world.oakfield, Letter, person_id=world.oakfield.people[role].person_id)
    return [letter.subject for letter in found if letter.state != "withdrawn"]


def in_state(world, state):
    made = incident(world, world.oakfield.teacher)
    before = {"acted": ["act"], "closed": ["act", "retest"], "passed": ["pass on"]}.get(state, [])
    for step in before:
        DO[step](world, world.oakfield.network_manager, made)
    if state == "withdrawn":
        DO["withdraw"](world, world.oakfield.teacher, made)
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
        "block: acted|new -> acted [block a name at once] anyone's",
        "act: acted|new -> acted [act on reports] anyone's",
        "retest: acted -> acted|closed [act on reports] anyone's",
        "pass on: acted|new -> passed [act on reports|read safeguarding notes] anyone's",
        "hand over: passed -> passed [read safeguarding notes] anyone's",
        "close: passed -> closed [read safeguarding notes] anyone's",
    ]


@pytest.mark.parametrize("state", ["new", "acted", "passed", "withdrawn", "closed"])
def test_every_role_takes_exactly_the_steps_that_are_open_to_it(world, state):
    made = in_state(world, state)
    for step in STEPS.values():
        for role, actor in world.oakfield.people.items():
            with world.db.look() as session:
                offered = step.name in journey.steps(actor, session.get_one(Incident, made))
            own = step.name != "withdraw" or role is Role.TEACHER
            right = any(map(actor.may, step.permissions)) and state in step.opens_from and own
            assert offered == right, (step.name, role)
            if not right:
                with pytest.raises((NotAllowed, NotFound, Conflict)):
                    DO[step.name](world, actor, made)
                assert row(world).state == state


def test_what_was_seen_is_blocked_in_one_step_and_closed_once_it_works_no_more(world):
    school = world.oakfield
    world.sign(school)
    made = incident(world, school.teacher, pupil="4f-012", done="Took the tablet")
    assert letters(world, Role.NETWORK_MANAGER) == ["IN-1: an attempt to get round the filter"]
    block(world, school.network_manager, made)
    assert blocked(world, school, "free-vpn.example")
    assert not blocked(world, school, "free-vpn.example", "staff")
    assert one(world, school, RuleRow).reason == "to protect pupils"
    journey.retest(world.ports, school.network_manager, incident=made, works=True, text="By another app")
    assert row(world).state == "acted"
    DO["retest"](world, school.network_manager, made)
    assert row(world).state == "closed"
    assert [note.step for note in every(world, school, ReportNote)] == ["report", "block", "retest", "retest"]
    assert trail(world, school)[-2:] == [
        "Network manager of Oakfield tried the way round of IN-1 again: works no more.",
        "Network manager of Oakfield closed IN-1.",
    ]


@pytest.mark.parametrize("made_by", [harassment, lambda w, a: incident(w, a, at_risk=True)])
def test_harassment_and_risk_reach_the_safeguarding_lead_and_the_headteacher_only(world, made_by):
    school = world.oakfield
    made = made_by(world, school.teacher)
    assert row(world).state == "passed"
    assert letters(world, Role.SAFEGUARDING_LEAD) == letters(world, Role.HEADTEACHER) == ["IN-1: read today"]
    assert letters(world, Role.NETWORK_MANAGER) == []
    for step in ("act", "retest", "block", "pass on", "hand over", "close"):
        with pytest.raises(NotFound):
            DO[step](world, school.network_manager, made)
    with pytest.raises(Refusal, match="which record"):
        DO["close"](world, school.safeguarding_lead, made)
    DO["hand over"](world, school.safeguarding_lead, made)
    DO["close"](world, school.safeguarding_lead, made)
    assert row(world).state == "closed"


def test_what_is_passed_on_is_read_by_the_manager_no_more(world):
    made = in_state(world, "new")
    DO["pass on"](world, world.oakfield.network_manager, made)
    assert letters(world, Role.NETWORK_MANAGER) == []
    with pytest.raises(NotFound):
        DO["act"](world, world.oakfield.network_manager, made)


def test_harassment_holds_when_it_was_and_where_the_evidence_is_never_the_evidence(world):
    school = world.oakfield
    when = world.clock.at - timedelta(minutes=5)
    harassment(world, school.teacher, evidence="In the office safe, sealed by Mrs Abbott")
    assert (row(world).happened_at, row(world).evidence) == (when, "In the office safe, sealed by Mrs Abbott")
    with pytest.raises(Refusal) as refused:
        harassment(world, school.teacher, evidence="data:image/png;base64,QUJD")
    assert refused.value.field == "evidence"
    with pytest.raises(Refusal, match="where the evidence is kept"):
        harassment(world, school.teacher, evidence=" ")


def test_no_pupil_and_no_free_text_is_in_the_trail_or_a_letter(world):
    school = world.oakfield
    made = incident(
        world, school.teacher, pupil="4f-012", pupil_name="Amelia Jonesby", place="Room 40", done="Sat outside"
    )
    DO["act"](world, school.network_manager, made)
    assert places(world, "Amelia Jonesby") == set(), "sealed"
    assert places(world, "4F-012") == {"pupil_name"}
    for words in ("Room 40", "Sat outside", "Took the app off", "free-vpn"):
        assert places(world, words) <= {"incident", "report_note"}


@pytest.mark.parametrize(("asked", "field"), [({"method": "magic"}, "method"), ({"found": ""}, "found")])
def test_what_is_not_on_the_lists_is_refused(world, asked, field):
    with pytest.raises(Refusal) as refused:
        incident(world, world.oakfield.teacher, **asked)
    assert refused.value.field == field


def test_another_school_sees_nothing_of_it(world):
    made = incident(world, world.oakfield.teacher)
    for take in DO.values():
        with pytest.raises(NotFound):
            take(world, world.elmfield.safeguarding_lead, made)
    assert every(world, world.elmfield, Incident) == []
    assert every(world, world.elmfield, Letter) == []
