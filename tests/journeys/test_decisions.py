"""From asking to the headteacher's word, and what comes of it."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from firewall_admin.core.people import DELEGATED, Actor, system
from firewall_admin.core.policy import decide
from firewall_admin.core.refusals import Conflict, NotAllowed, NotFound, Refusal
from firewall_admin.core.terms import Terms
from firewall_admin.db.tables import AccessRequest, Decision, RuleRow
from firewall_admin.journeys import access_requests, asking, assessments, decisions, policy, preparing, rules
from firewall_admin.journeys.asking import Asked
from firewall_admin.journeys.dossiers import dossier
from firewall_admin.journeys.standing import standing


@pytest.fixture
def oakfield(world):
    rules.add(
        world.ports,
        world.oakfield.network_manager,
        action="block",
        domain="scratch.mit.edu",
        audience="pupils",
        reason="games",
    )
    world.sign(world.oakfield)
    preparing.prepare_due(world.ports)
    return world.oakfield


def form(world, **changes):
    until = world.clock() + timedelta(days=14)
    asked = {
        "address": "https://scratch.mit.edu/projects",
        "audiences": ("pupils",),
        "until": until,
        "purpose": "Year 5 coding",
        "previewed": True,
    }
    return Asked(**(asked | changes))


def submitted(world, school, **changes):
    asking.ask(world.ports, school.teacher, form(world, **changes))
    with world.db.look() as session:
        return session.scalars(select(AccessRequest).order_by(AccessRequest.number.desc())).first()


def assessed(world, school, **changes):
    row = submitted(world, school, **changes)
    assessments.assess(
        world.ports, school.network_manager, request=row.id, version=row.version, advice="allow", text="harmless"
    )
    return again(world, row)


def again(world, row):
    with world.db.look() as session:
        return session.get(AccessRequest, row.id)


def decided(world, actor, row, outcome="approved", terms=None):
    seen = dossier(world.ports, actor, row.id, terms)
    return decisions.decide(
        world.ports,
        actor,
        request=row.id,
        version=seen.version,
        outcome=outcome,
        reason="worth it",
        sha256=seen.sha256,
        terms=terms,
    )


def blocked(world, school, name="scratch.mit.edu", audience="pupils"):
    with world.db.look() as session:
        now = policy.current(world.ports, session, school.id)
    return decide(now.policy(audience, world.clock()), name).blocked


def test_a_request_becomes_a_rule_that_names_its_decision_and_ends_by_itself(world, oakfield):
    row = assessed(world, oakfield)
    assert decided(world, oakfield.headteacher, row) == "D-1"
    assert not blocked(world, oakfield)
    with world.db.look() as session:
        allow = session.scalars(select(RuleRow).where(RuleRow.decision == "D-1")).one()
        assert (allow.action, allow.domain, allow.reason) == ("allow", "scratch.mit.edu", "worth it")
    world.clock.pass_by(days=13, hours=23)
    assert not blocked(world, oakfield)
    world.clock.pass_by(hours=1)
    assert blocked(world, oakfield)


def test_what_is_published_shows_how_the_request_stands(world, oakfield):
    row = assessed(world, oakfield)
    decided(world, oakfield.headteacher, row)
    with world.db.look() as session:
        assert standing(world.ports, session, again(world, row)).words == "Being put in force"
    preparing.prepare_due(world.ports)
    with world.db.look() as session:
        found = standing(world.ports, session, again(world, row))
    assert (found.in_force, found.works, found.words) == (True, False, "Published")
    world.clock.pass_by(days=15)
    with world.db.look() as session:
        assert standing(world.ports, session, again(world, row)).words == "Ended"


def test_nobody_decides_their_own_and_who_assessed_does_not_decide(world, oakfield):
    asking.ask(world.ports, oakfield.headteacher, form(world))
    with world.db.look() as session:
        row = session.scalars(select(AccessRequest)).one()
    assessments.assess(
        world.ports, oakfield.network_manager, request=row.id, version=1, advice="allow", text="harmless"
    )
    with pytest.raises(NotAllowed, match="yourself"):
        decided(world, oakfield.headteacher, again(world, row))
    manager = oakfield.network_manager
    both = Actor(manager.school_id, manager.name, manager.role, manager.person_id, manager.permissions | DELEGATED, "X")
    with pytest.raises(NotAllowed, match="assessed"):
        decided(world, both, again(world, row))
    assert blocked(world, oakfield)


def test_the_network_manager_may_not_decide_nor_assess_what_they_asked(world, oakfield):
    asking.ask(world.ports, oakfield.network_manager, form(world))
    with world.db.look() as session:
        row = session.scalars(select(AccessRequest)).one()
    with pytest.raises(NotAllowed, match="yourself"):
        assessments.assess(
            world.ports, oakfield.network_manager, request=row.id, version=1, advice="allow", text="harmless"
        )
    with pytest.raises(NotAllowed):
        decided(world, oakfield.network_manager, row)
    seen = dossier(world.ports, oakfield.headteacher, row.id)
    assert seen.advice is None  # nobody else could have given any
    assert "decide" in seen.steps
    decided(world, oakfield.headteacher, row)


def test_a_teachers_request_waits_for_its_assessment_but_not_for_ever(world, oakfield):
    row = submitted(world, oakfield)
    with pytest.raises(NotAllowed, match="not assessed"):
        decided(world, oakfield.headteacher, row)
    world.clock.pass_by(days=2)
    decided(world, oakfield.headteacher, row)


def test_editing_after_the_assessment_voids_it(world, oakfield):
    row = assessed(world, oakfield)
    asking.change(
        world.ports, oakfield.teacher, request=row.id, version=row.version, asked=form(world, purpose="Another lesson")
    )
    assert again(world, row).state == "submitted"
    with pytest.raises(NotAllowed, match="not assessed"):
        decided(world, oakfield.headteacher, again(world, row))


def test_a_decision_on_what_was_not_shown_is_refused(world, oakfield):
    row = assessed(world, oakfield)
    seen = dossier(world.ports, oakfield.headteacher, row.id)
    access_requests.comment(world.ports, oakfield.safeguarding_lead, request=row.id, text="Ask the class first.")
    with pytest.raises(Conflict):
        decisions.decide(
            world.ports,
            oakfield.headteacher,
            request=row.id,
            version=seen.version,
            outcome="approved",
            reason="worth it",
            sha256=seen.sha256,
        )
    with pytest.raises(Conflict):
        decisions.decide(
            world.ports,
            oakfield.headteacher,
            request=row.id,
            version=again(world, row).version,
            outcome="approved",
            reason="worth it",
            sha256="0" * 64,
        )
    assert blocked(world, oakfield)


def test_a_decision_is_never_edited_and_a_new_one_takes_its_place(world, oakfield):
    row = assessed(world, oakfield)
    decided(world, oakfield.headteacher, row)
    for statement in ("UPDATE decision SET outcome = 'refused'", "DELETE FROM decision"):
        with pytest.raises(DBAPIError, match="only grows"), world.db.change(system(oakfield.id)) as change:
            change.session.execute(text(statement))
    assert decided(world, oakfield.headteacher, again(world, row), "refused") == "D-2"
    assert blocked(world, oakfield)
    with world.db.look() as session:
        first, second = session.scalars(select(Decision).order_by(Decision.number)).all()
        assert (first.outcome, second.outcome, second.supersedes) == ("approved", "refused", first.id)


def test_the_headteacher_may_allow_less_than_was_asked(world, oakfield):
    row = assessed(world, oakfield)
    less = Terms(names=("scratch.mit.edu",), audiences=("pupils",), until=world.clock() + timedelta(days=1))
    decided(world, oakfield.headteacher, row, terms=less)
    world.clock.pass_by(days=1)
    assert blocked(world, oakfield)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"until": None}, "Nothing is opened for ever"),
        ({"address": "co.uk"}, "name one site"),
        ({"address": "bbc.co.uk"}, "not blocked"),
        ({"address": "mask.icloud.com"}, "locked"),
        ({"previewed": False}, "Look at the site"),
        ({"purpose": " "}, "what it is for"),
        ({"audiences": ()}, "Choose who"),
        ({"audiences": ("year-9",)}, "no audience"),
    ],
)
def test_what_nobody_can_grant_is_refused_at_once(world, oakfield, changes, words):
    with pytest.raises(Refusal, match=words):
        asking.ask(world.ports, oakfield.teacher, form(world, **changes))


def test_the_same_is_not_asked_twice(world, oakfield):
    submitted(world, oakfield)
    with pytest.raises(Refusal, match="AR-1"):
        asking.ask(world.ports, oakfield.teacher, form(world))


def test_another_teacher_and_another_school_do_not_see_it(world, oakfield):
    row = submitted(world, oakfield)
    for stranger in (oakfield.governor, world.elmfield.headteacher, world.elmfield.network_manager):
        with pytest.raises(NotFound):
            dossier(world.ports, stranger, row.id)


def test_a_refused_request_can_be_appealed_once(world, oakfield):
    row = assessed(world, oakfield)
    decided(world, oakfield.headteacher, row, "refused")
    asking.ask(world.ports, oakfield.teacher, form(world), follows=row.id, why_again="appeal")
    with pytest.raises(NotAllowed, match="appealed"):
        asking.ask(world.ports, oakfield.teacher, form(world), follows=row.id, why_again="appeal")


def test_what_was_allowed_can_be_ended_at_once_and_the_block_is_there_again(world, oakfield):
    row = assessed(world, oakfield)
    decided(world, oakfield.headteacher, row)
    decisions.end(world.ports, oakfield.network_manager, request=row.id, reason="the class is over")
    assert blocked(world, oakfield)
    with world.db.look() as session:
        assert standing(world.ports, session, again(world, row)).words == "Ended early"
