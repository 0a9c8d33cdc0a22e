"""What governors ask: evidence, what a school says of itself, reviews that are signed, links for inspectors."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from firewall_admin.core.people import Actor
from firewall_admin.core.refusals import Conflict, NotAllowed, NotFound, Refusal
from firewall_admin.core.reviews import SECTIONS
from firewall_admin.db.tables import AudienceRow, InspectionLink, ReviewAction
from firewall_admin.journeys import (
    assignments,
    audiences,
    evidence,
    filtering_checks,
    inspections,
    reviews,
    statements,
    undertakings,
)
from tests.journeys.looking import every, trail


@pytest.fixture
def oakfield(world):
    assignments.assign(world.ports, world.oakfield.network_manager, slug="facebook", to=["pupils"])
    world.sign(world.oakfield)
    return world.oakfield


def answers(world, school):
    return {one.obligation.number: one.answer for one in evidence.pack(world.ports, school.governor)[1]}


def in_days(world, days):
    return (world.clock() + timedelta(days=days)).date()


def written(world, school):
    review = reviews.begin(world.ports, school.safeguarding_lead, cause="")
    for section in SECTIONS:
        reviews.write(world.ports, school.headteacher, review=review, section=section.name, text="As it should be.")
    reviews.finish(world.ports, school.headteacher, review=review)
    return review


def signed(world, school, review, *roles):
    sha256 = reviews.state(world.ports, school.governor, review).review.sha256 or ""
    for role in roles or ("headteacher", "safeguarding_lead", "network_manager", "governor"):
        reviews.sign(world.ports, getattr(school, role), review=review, sha256=sha256)


def test_the_pack_says_what_is_shown_and_what_is_missing(world, oakfield):
    found = answers(world, oakfield)
    assert found["O12"].state == "met"
    assert found["O12"].shown == ("Audiences: pupils and staff.",)
    assert (found["O17"].state, found["O17"].missing) == ("gap", ("Off for pupils.",))
    assert found["O1"].missing == ("No review has been signed yet.",)
    assert "Not answered: What says that our provider" in found["O11"].missing[0]


def test_a_gap_is_closed_by_what_people_do(world, oakfield):
    manager, ports = oakfield.network_manager, world.ports
    (pupils, _) = every(world, oakfield, AudienceRow)
    wanted = audiences.Wanted("pupils", tuple(pupils.networks), safe_search=True)
    audiences.change(ports, manager, audience=pupils.id, wanted=wanted)
    assert answers(world, oakfield)["O17"].state == "met"
    statements.acknowledge(ports, oakfield.teacher, version=statements.read(ports, oakfield.teacher).version)
    assert answers(world, oakfield)["O23"].state == "attention"
    review = written(world, oakfield)
    signed(world, oakfield, review)
    assert answers(world, oakfield)["O1"].state == "met"
    world.clock.pass_by(days=366)
    assert "more than a year old" in answers(world, oakfield)["O1"].missing[0]


def test_a_change_of_network_asks_for_a_review(world, oakfield):
    signed(world, oakfield, written(world, oakfield))
    world.clock.pass_by(minutes=1)
    audiences.add(world.ports, oakfield.network_manager, audiences.Wanted("guests", ()))
    found = answers(world, oakfield)["O6"]
    assert found.state == "attention"
    assert "added the audience guests" in found.shown[0]


def test_an_answer_of_the_school_has_an_owner_and_grows_old(world, oakfield):
    given = {"kind": "provider", "text": "NetProvider, IWF member", "owner": "Business manager"}
    undertakings.answer(world.ports, oakfield.network_manager, **given, review_on=in_days(world, 300))
    assert answers(world, oakfield)["O11"].state == "not-ours"
    world.clock.pass_by(days=301)
    assert answers(world, oakfield)["O11"].state == "attention"
    undertakings.answer(world.ports, oakfield.network_manager, **given, review_on=in_days(world, 300))
    assert undertakings.one(world.ports, oakfield.governor, "provider").before == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"text": " "}, "text"), ({"owner": ""}, "owner"), ({"days": 0}, "review_on"), ({"days": 400}, "review_on")],
)
def test_an_answer_without_text_owner_or_day_is_refused(world, oakfield, changes, field):
    given = {"text": "x", "owner": "y", "days": 300} | changes
    review_on = in_days(world, given.pop("days"))
    with pytest.raises(Refusal) as refused:
        undertakings.answer(world.ports, oakfield.headteacher, kind="provider", review_on=review_on, **given)
    assert refused.value.field == field


def test_a_review_is_written_finished_and_signed_by_four(world, oakfield):
    review = written(world, oakfield)
    signed(world, oakfield, review, "headteacher", "safeguarding_lead", "network_manager")
    assert reviews.state(world.ports, oakfield.governor, review).review.signed_at is None
    signed(world, oakfield, review, "governor")
    found = reviews.state(world.ports, oakfield.governor, review)
    assert found.review.signed_at == world.clock()
    assert found.unsigned == ()
    assert len(found.review.facts["evidence"]) == 29
    assert "signed review 1 as governor" in trail(world, oakfield)[-1]


def test_an_unwritten_section_an_unfinished_review_and_a_second_one_are_refused(world, oakfield):
    review = reviews.begin(world.ports, oakfield.headteacher, cause="new tablets")
    with pytest.raises(Refusal, match="Not written yet"):
        reviews.finish(world.ports, oakfield.headteacher, review=review)
    with pytest.raises(Conflict):
        reviews.sign(world.ports, oakfield.headteacher, review=review, sha256="")
    with pytest.raises(Conflict, match="has not been signed"):
        reviews.begin(world.ports, oakfield.headteacher, cause="another")


def test_opened_again_the_signatures_are_void(world, oakfield):
    review = written(world, oakfield)
    signed(world, oakfield, review, "headteacher")
    sha256 = reviews.state(world.ports, oakfield.governor, review).review.sha256 or ""
    reviews.reopen(world.ports, oakfield.headteacher, review=review, reason="one thing was left out")
    assert reviews.state(world.ports, oakfield.governor, review).signatures == ()
    reviews.write(world.ports, oakfield.headteacher, review=review, section="risks", text="And new tablets.")
    reviews.finish(world.ports, oakfield.headteacher, review=review)
    with pytest.raises(Conflict, match="changed since"):
        reviews.sign(world.ports, oakfield.headteacher, review=review, sha256=sha256)


def test_only_those_who_sign_sign_and_each_once(world, oakfield):
    review = written(world, oakfield)
    with pytest.raises(NotAllowed):
        signed(world, oakfield, review, "teacher")
    signed(world, oakfield, review, "headteacher")
    with pytest.raises(Conflict, match="already"):
        signed(world, oakfield, review, "headteacher")


def test_an_action_is_tracked_to_its_end(world, oakfield):
    review = written(world, oakfield)
    given = {"text": "Cover the tablets", "owner": "Technician", "due": in_days(world, 10)}
    reviews.add_action(world.ports, oakfield.headteacher, review=review, **given)
    signed(world, oakfield, review)
    world.clock.pass_by(days=11)
    assert "Still to do after reviews: 1, 1 of them late." in answers(world, oakfield)["O1"].shown
    (action,) = every(world, oakfield, ReviewAction)
    reviews.close_action(world.ports, oakfield.network_manager, action=action.id, outcome="All covered")
    assert answers(world, oakfield)["O1"].state == "met"
    with pytest.raises(Conflict):
        reviews.close_action(world.ports, oakfield.network_manager, action=action.id, outcome="again")


def test_an_inspector_reads_twelve_answers_until_the_link_ends(world, oakfield):
    token = inspections.make(world.ports, oakfield.headteacher, purpose="Ofsted", days=2)
    found = inspections.read(world.ports, token)
    assert (found.school, len(found.answers)) == (oakfield.name, 12)
    assert token not in str(vars(every(world, oakfield, InspectionLink)[0]))
    world.clock.pass_by(days=2)
    with pytest.raises(NotFound):
        inspections.read(world.ports, token)


def test_a_link_that_is_ended_or_guessed_opens_nothing(world, oakfield):
    token = inspections.make(world.ports, oakfield.governor, purpose="Ofsted", days=2)
    with world.db.look() as session:
        link = session.scalars(select(InspectionLink.id)).one()
    with pytest.raises(NotFound):
        inspections.end(world.ports, world.elmfield.headteacher, link=link)
    inspections.end(world.ports, oakfield.headteacher, link=link)
    for guess in (token, token[:-1], ""):
        with pytest.raises(NotFound):
            inspections.read(world.ports, guess)


def test_another_school_and_a_teacher_read_none_of_it(world, oakfield):
    review = written(world, oakfield)
    with pytest.raises(NotFound):
        reviews.state(world.ports, world.elmfield.headteacher, review)
    with pytest.raises(NotAllowed):
        evidence.pack(world.ports, oakfield.teacher)
    nobody = Actor(oakfield.id, "nobody")
    with pytest.raises(NotAllowed):
        inspections.make(world.ports, nobody, purpose="x", days=1)


def test_a_failed_test_from_outside_is_a_gap(world, oakfield):
    ports, today = world.ports, world.clock().date()
    planned = filtering_checks.Plan(kind="outside", device="iPad", site="Hall", group="pupils", due=today)
    for result, state in (("bad", "gap"), ("good", "met")):
        world.clock.pass_by(minutes=1)
        outcome = filtering_checks.Outcome(today, "Dan", "testfiltering.com", result, "told the provider")
        filtering_checks.record(ports, oakfield.network_manager, check=None, wanted=planned, outcome=outcome)
        assert answers(world, oakfield)["O10"].state == state


def test_who_has_signed_does_not_sign_again_as_somebody_else(world, oakfield):
    review = written(world, oakfield)
    signed(world, oakfield, review, "headteacher")
    head = oakfield.headteacher
    as_governor = Actor(oakfield.id, head.name, oakfield.governor.role, head.person_id, oakfield.governor.permissions)
    sha256 = reviews.state(world.ports, oakfield.governor, review).review.sha256 or ""
    with pytest.raises(Conflict, match="signed this already"):
        reviews.sign(world.ports, as_governor, review=review, sha256=sha256)
