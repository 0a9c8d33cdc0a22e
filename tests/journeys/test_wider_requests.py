"""What opens names by changing the policy itself goes the same way as a site: asked, assessed or not, decided, done."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from firewall_admin.core import events
from firewall_admin.core.refusals import Conflict, NotAllowed, Refusal
from firewall_admin.core.terms import Kind
from firewall_admin.db.tables import AccessRequest, AssignmentRow, AudienceRow, ListRow, RuleRow, School, TimetableRow
from firewall_admin.journeys import asking, assignments, decisions, lists, rules, timetables, wider_requests
from firewall_admin.journeys.audiences import wanted_of
from firewall_admin.journeys.dossiers import dossier
from tests.journeys.looking import blocked, every, trail


@pytest.fixture
def oakfield(world):
    manager, ports = world.oakfield.network_manager, world.ports
    rules.add(ports, manager, action="block", domain="games.example", audience="pupils", reason="wet play")
    timetables.add(ports, manager, name="lunch", windows=["mon-fri 12:00-13:00"])
    assignments.assign(ports, manager, slug="facebook", to=["pupils"], times=assignments.Times(except_="lunch"))
    lists.add(ports, manager, title="Ours", role="blocked", text=b"one.example\ntwo.example\n")
    assignments.assign(ports, manager, slug="ours", to=["pupils"])
    world.sign(world.oakfield)
    return world.oakfield


def asked(world, school, kind, **change):
    number = wider_requests.ask(
        world.ports, school.network_manager, kind=kind, change=change, purpose="it was a mistake"
    )
    return next(row for row in every(world, school, AccessRequest) if row.number == number)


def decided(world, school, row, outcome="approved"):
    seen = dossier(world.ports, school.headteacher, row.id)
    arguments: dict[str, Any] = {"version": seen.version, "outcome": outcome, "reason": "yes", "sha256": seen.sha256}
    return decisions.decide(world.ports, school.headteacher, request=row.id, **arguments)


def one(world, school, table):
    return every(world, school, table)[0]


def test_a_block_is_removed_by_a_decision(world, oakfield):
    row = asked(world, oakfield, Kind.END_RULE, rule=str(one(world, oakfield, RuleRow).id))
    assert blocked(world, oakfield, "games.example")
    decided(world, oakfield, row)
    assert not blocked(world, oakfield, "games.example")
    assert "decided (D-1) on the request AR-1: approved" in trail(world, oakfield)[-1]


def test_a_refused_change_changes_nothing(world, oakfield):
    row = asked(world, oakfield, Kind.END_RULE, rule=str(one(world, oakfield, RuleRow).id))
    decided(world, oakfield, row, "refused")
    assert blocked(world, oakfield, "games.example")


def test_a_list_is_taken_off_an_audience_by_a_decision(world, oakfield):
    (facebook,) = [row for row in every(world, oakfield, AssignmentRow) if row.slug == "facebook"]
    row = asked(world, oakfield, Kind.END_LIST, assignment=str(facebook.id))
    decided(world, oakfield, row)
    assert not blocked(world, oakfield, "facebook.com")


def test_a_wider_timetable_is_a_decision_and_the_plan_is_shown_in_place_of_a_name(world, oakfield):
    lunch = one(world, oakfield, TimetableRow)
    change = {"timetable": str(lunch.id), "windows": ["mon-fri 09:00-15:00"], "terms": []}
    row = asked(world, oakfield, Kind.TIMETABLE, **change)
    seen = dossier(world.ports, oakfield.headteacher, row.id)
    assert seen.plan
    assert "facebook.com" in [change.domain for change in seen.plan.changes["pupils"]]
    assert "change the timetable lunch" in seen.question
    decided(world, oakfield, row)
    assert not blocked(world, oakfield, "facebook.com")  # it is half past nine


def test_an_audience_is_filtered_less_by_a_decision(world, oakfield):
    pupils = one(world, oakfield, AudienceRow)
    wanted = {**vars(wanted_of(pupils)), "anti_bypass": False, "networks": list(pupils.networks)}
    decided(world, oakfield, asked(world, oakfield, Kind.AUDIENCE, audience=str(pupils.id), wanted=wanted))
    assert not one(world, oakfield, AudienceRow).anti_bypass


def test_a_name_is_taken_out_of_the_schools_own_list_by_a_decision(world, oakfield):
    (ours,) = every(world, oakfield, ListRow)
    decided(world, oakfield, asked(world, oakfield, Kind.LIST_NAMES, listed=str(ours.id), names=["one.example"]))
    assert not blocked(world, oakfield, "one.example")
    assert blocked(world, oakfield, "two.example")


def test_the_policy_is_signed_again_after_a_year(world, oakfield):
    world.clock.pass_by(days=366)
    row = asked(world, oakfield, Kind.POLICY)
    with pytest.raises(Refusal, match="already"):
        asked(world, oakfield, Kind.POLICY)
    decided(world, oakfield, row)
    with world.db.look() as session:
        assert session.get(School, oakfield.id).signed_at == world.clock()


def test_where_the_policy_moved_on_the_plan_that_was_read_is_not_decided(world, oakfield):
    row = asked(world, oakfield, Kind.END_RULE, rule=str(one(world, oakfield, RuleRow).id))
    seen = dossier(world.ports, oakfield.headteacher, row.id)
    manager = oakfield.network_manager
    rules.add(world.ports, manager, action="block", domain="www.games.example", audience="pupils", reason="r")
    rules.add(world.ports, manager, action="block", domain="games.example", reason="everyone")
    with pytest.raises(Conflict):
        decisions.decide(
            world.ports,
            oakfield.headteacher,
            request=row.id,
            version=seen.version,
            outcome="approved",
            reason="yes",
            sha256=seen.sha256,
        )


def test_what_can_not_be_done_any_more_is_said_and_not_decided(world, oakfield):
    rule = one(world, oakfield, RuleRow)
    row = asked(world, oakfield, Kind.END_RULE, rule=str(rule.id))
    with world.db.change(oakfield.network_manager) as change:
        found = change.session.get(RuleRow, rule.id)
        found.ended_at = change.now
        change.did(events.RuleEnded("block", "games.example", "pupils", str(rule.id)))
    problem = dossier(world.ports, oakfield.headteacher, row.id).problem
    assert problem == "This rule has ended already."
    with pytest.raises(Refusal, match="ended already"):
        decided(world, oakfield, row)


def test_a_teacher_may_not_ask_for_a_change_of_the_policy(world, oakfield):
    with pytest.raises(NotAllowed):
        wider_requests.ask(world.ports, oakfield.teacher, kind=Kind.POLICY, change={}, purpose="why not")


def test_a_whole_platform_is_opened_for_a_class_until_a_day(world, oakfield):
    asking.ask(
        world.ports,
        oakfield.teacher,
        asking.Asked(
            "", ("pupils",), world.clock() + timedelta(days=7), "media studies", previewed=True, platform="facebook"
        ),
    )
    (row,) = every(world, oakfield, AccessRequest)
    world.clock.pass_by(days=2)
    decided(world, oakfield, row)
    assert not blocked(world, oakfield, "www.facebook.com")
    world.clock.pass_by(days=5)
    assert blocked(world, oakfield, "www.facebook.com")
    with world.db.look() as session:
        assert len(session.scalars(select(RuleRow).where(RuleRow.decision == "D-1")).all()) > 1
