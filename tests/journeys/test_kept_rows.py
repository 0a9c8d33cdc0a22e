"""Whatever is kept of people has a rule: requests, checks, reviews, letters, sessions, links, leavers and answers."""

import hashlib
from datetime import timedelta

import pytest
from sqlalchemy import String

from firewall_admin.core.events_people import PasswordChanged
from firewall_admin.core.people import system
from firewall_admin.core.refusals import Conflict, NotAllowed, NotFound, Refusal
from firewall_admin.core.retention import RULES
from firewall_admin.db.tables import (
    AccessRequest,
    Assessment,
    Decision,
    DecisionShown,
    Destruction,
    FilteringCheck,
    InspectionLink,
    Invitation,
    Letter,
    PasswordReset,
    Person,
    Review,
    ReviewAction,
    ReviewSignature,
    Row,
    Undertaking,
)
from firewall_admin.journeys import (
    access_requests,
    destroying,
    expiries,
    legal_holds,
    people,
    resets,
    retention,
)
from firewall_admin.journeys.kept_rows import WHOLE, WORDS, Whole, Words

from .looking import every, one, trail
from .reporting import places, trail_holds
from .request_world import assess, decided, furnished, submitted

NO_WORDS_OF_PEOPLE = {
    "school audience timetable snapshot list assignment subscription list_refresh name_chain": "the policy",
    "rule decision delegation role_proposal trail destruction retention_choice release": "kept for ever, as said",
    "target delivery feed_token push pushed_zone live_check": "machines, and who set them up",
    "guesses": "digests only, pruned by themselves",
    "second_factor recovery_code": "sealed or hashed, of who works here: gone when it is turned off, or they leave",
    "pupil_name subject_access_choice decision_shown assessment remark report_note review_action review_signature": (
        "belongs to a record, and goes or stays with it"
    ),
}
"""Tables without a rule of their own, and why."""


@pytest.fixture
def oakfield(world):
    return furnished(world, None, "scratch.mit.edu", "other.example")


def sweep(world):
    return destroying.destroy_words(world.ports) + destroying.destroy_whole(world.ports)


def test_every_table_has_a_rule_or_a_reason_to_have_none():
    """Whoever adds a table, thinks about it here."""
    kinds: list[Words | Whole] = [*WORDS, *WHOLE]
    ruled = {kind.table.__tablename__ for kind in kinds} | {"content_report", "incident", "restriction"}
    others = {name for names in NO_WORDS_OF_PEOPLE for name in names.split()}
    tables = {t.name for t in Row.metadata.sorted_tables if any(isinstance(c.type, String) for c in t.columns)}
    assert (tables - ruled - others, ruled & others) == (set(), set())
    records = {"content", "restricted", "incident", "safeguarding", "restriction"}
    assert {kind.rule for kind in kinds} | records == set(RULES), "and every rule does something"


def wordy(world, oakfield):
    row = submitted(
        world, oakfield, purpose="For Amelia Jonesby", alternatives="Books of Amelia", curriculum="Amelia’s plan"
    )
    access_requests.comment(world.ports, oakfield.safeguarding_lead, request=row.id, text="Amelia is careful")
    assess(world, oakfield, row)
    decided(world, oakfield.headteacher, row)
    return row


def test_what_people_wrote_in_a_request_goes_six_years_after_its_end_and_the_decision_stays(world, oakfield):
    wordy(world, oakfield)
    assert places(world, "Amelia") == {"access_request", "remark", "decision_shown"}
    shown, decision = one(world, oakfield, DecisionShown), one(world, oakfield, Decision)
    assert hashlib.sha256(shown.text.encode()).hexdigest() == decision.sha256, "what was signed is what was shown"
    world.clock.pass_by(days=15)
    expiries.end_due(world.ports)
    world.clock.pass_by(days=365 * 6)
    assert destroying.destroy_words(world.ports) == 0, "it counts from the end of what was allowed"
    world.clock.pass_by(days=5)
    assert destroying.destroy_words(world.ports) == 1
    assert destroying.destroy_words(world.ports) == 0
    assert places(world, "Amelia") == set()
    assert one(world, oakfield, Assessment).text == ""
    assert every(world, oakfield, DecisionShown) == []
    row = one(world, oakfield, AccessRequest)
    assert (row.number, row.state, row.domain, row.destroyed_at) == (1, "approved", "scratch.mit.edu", world.clock.at)
    kept = one(world, oakfield, Decision)
    assert (kept.reason, kept.sha256, kept.name) == ("worth it", decision.sha256, oakfield.headteacher.name)
    assert (one(world, oakfield, Destruction).record, one(world, oakfield, Destruction).rule) == ("AR-1", "request")
    assert trail(world, oakfield)[-1] == "the service destroyed the details of AR-1 after their time."
    assert trail_holds(world, oakfield.id)


def test_a_request_that_is_open_or_in_force_keeps_its_words(world, oakfield):
    submitted(world, oakfield, purpose="Still waiting")
    allowed = submitted(world, oakfield, purpose="Still allowed", address="other.example")
    assess(world, oakfield, allowed)
    decided(world, oakfield.headteacher, allowed)
    world.clock.pass_by(days=10_000)  # and the worker that ends what is over has not run
    assert destroying.destroy_words(world.ports) == 0
    expiries.end_due(world.ports)
    world.clock.pass_by(days=1)
    assert destroying.destroy_words(world.ports) == 1, "it ended when its time was over, not when that was entered"
    assert one(world, oakfield, AccessRequest, destroyed_at=None).purpose == "Still waiting"


def test_a_request_on_legal_hold_keeps_its_words_until_the_hold_is_lifted(world, oakfield):
    row = submitted(world, oakfield, purpose="For Amelia Jonesby")
    access_requests.withdraw(world.ports, oakfield.teacher, request=row.id, version=row.version)
    lead = oakfield.safeguarding_lead
    with pytest.raises(NotAllowed):
        legal_holds.hold_request(world.ports, oakfield.network_manager, row.id, reason="x")
    with pytest.raises(NotFound):
        legal_holds.hold_request(world.ports, world.elmfield.headteacher, row.id, reason="x")
    with pytest.raises(Refusal):
        legal_holds.hold_request(world.ports, lead, row.id, reason=" ")
    legal_holds.hold_request(world.ports, lead, row.id, reason="A claim of 2026")
    with pytest.raises(Conflict):
        legal_holds.hold_request(world.ports, lead, row.id, reason="again")
    world.clock.pass_by(days=4000)
    assert destroying.destroy_words(world.ports) == 0
    legal_holds.lift_request(world.ports, oakfield.headteacher, row.id)
    assert destroying.destroy_words(world.ports) == 1
    for late in (lambda: legal_holds.lift_request(world.ports, lead, row.id),):
        with pytest.raises(Conflict):
            late()
    with pytest.raises(Conflict):
        legal_holds.hold_request(world.ports, lead, row.id, reason="too late")


def add(world, school, *rows):
    with world.db.change(system(school.id)) as change:
        for row in rows:
            row.school_id = school.id
            change.session.add(row)
            change.session.flush()
        change.did(PasswordChanged())


def test_a_check_keeps_day_device_and_result_but_not_who_made_it(world, oakfield):
    at = world.clock.at
    add(
        world,
        oakfield,
        FilteringCheck(
            kind="hand", device="iPad 12", site="Main", group="pupils", due=at.date(), state="recorded", result="part",
            planned_by="Ann Abbott", planned_at=at, done_on=at.date(), done_by="Ann Abbott", recorded_at=at,
            tested="What Amelia saw", action="Told Ann Abbott", reference="Abbott 3",
        ),
        FilteringCheck(
            kind="hand", device="iPad 13", site="Main", group="pupils", due=at.date(), planned_by="Ann Abbott",
            planned_at=at,
        ),
    )  # fmt: skip
    world.clock.pass_by(days=366 * 6)
    assert destroying.destroy_words(world.ports) == 1
    made, planned = every(world, oakfield, FilteringCheck)
    assert (made.device, made.result, made.done_by, made.tested, made.action) == ("iPad 12", "part", "", "", "")
    assert planned.planned_by == "Ann Abbott", "what is still to be done has not ended"
    assert one(world, oakfield, Destruction).record == "the check of 2026-11-23"


def test_a_signed_review_keeps_figures_and_signatures_but_not_what_was_written(world, oakfield):
    at, head = world.clock.at, oakfield.headteacher
    signed = Review(
        number=1, cause="Amelia’s phone", opened_by="Ann", opened_at=at, answers={"risk": {"text": "Amelia"}},
        facts={"evidence": [1]}, sha256="ab", finished_at=at, signed_at=at,
    )  # fmt: skip
    add(world, oakfield, signed)
    add(
        world,
        oakfield,
        ReviewSignature(review_id=signed.id, person_id=head.person_id, name=head.name, role="h", sha256="ab", at=at),
        ReviewAction(review_id=signed.id, text="Ask Amelia", owner="Ann", due=at.date(), made_by="Ann", made_at=at),
        Review(number=2, cause="c", opened_by="Ann", opened_at=at, answers={"risk": {"text": "Not signed"}}),
        Undertaking(kind="k", text="Amelia", owner="Ann", review_on=at.date(), made_by="A", made_at=at, replaced_at=at),
        Undertaking(kind="k", text="It stands", owner="Ann", review_on=at.date(), made_by="A", made_at=at),
    )
    world.clock.pass_by(days=366 * 6)
    assert sweep(world) == 2
    assert places(world, "Amelia") == set()
    first, second = every(world, oakfield, Review)
    assert (first.facts, first.sha256, first.answers) == ({"evidence": [1]}, "ab", {})
    assert second.answers == {"risk": {"text": "Not signed"}}
    assert one(world, oakfield, ReviewSignature).name == head.name
    assert one(world, oakfield, Undertaking).text == "It stands"
    assert trail_holds(world, oakfield.id)


def test_links_go_a_year_after_they_ended_with_who_asked_for_them(world, oakfield):
    at = world.clock.at
    resets.ask(world.ports, oakfield.administrator, person=oakfield.teacher.person_id)
    link = InspectionLink(token="t", purpose="Ofsted", made_by="A", made_at=at, expires_at=at + timedelta(days=9))
    add(world, oakfield, link)
    world.clock.pass_by(days=366)
    destroying.destroy_whole(world.ports)
    assert len(every(world, oakfield, InspectionLink)) == 1, "a year after its end, not its beginning"
    world.clock.pass_by(days=15)
    destroying.destroy_whole(world.ports)
    for kind in (PasswordReset, Invitation, InspectionLink):
        assert every(world, oakfield, kind) == [], kind


def test_an_e_mail_address_goes_a_year_after_somebody_left_and_the_name_stays(world, oakfield):
    gone = oakfield.governor
    people.end_access(world.ports, oakfield.administrator, person=gone.person_id)
    world.clock.pass_by(days=364)
    sweep(world)
    assert one(world, oakfield, Person, id=gone.person_id).email == "governor@oakfield.leics.sch.uk"
    world.clock.pass_by(days=2)
    assert destroying.destroy_words(world.ports) == 1
    assert destroying.destroy_words(world.ports) == 0
    row = one(world, oakfield, Person, id=gone.person_id)
    assert (row.name, row.email) == (gone.name, f"{row.id}@left.invalid")
    assert places(world, "governor@oakfield") == set()
    back = people.invite(
        world.ports, oakfield.administrator, name="G", email="governor@oakfield.leics.sch.uk", role="governor"
    )
    assert back.person != row.id


def test_somebody_who_came_back_is_no_leaver(world, oakfield):
    gone = oakfield.governor
    people.end_access(world.ports, oakfield.administrator, person=gone.person_id)
    people.invite(
        world.ports, oakfield.administrator, name="G", email="governor@oakfield.leics.sch.uk", role="governor"
    )
    assert one(world, oakfield, Person, id=gone.person_id).left_at is None
    world.clock.pass_by(days=400)
    assert destroying.destroy_words(world.ports) == 0


def test_a_whole_kind_is_held_and_given_free_again(world, oakfield):
    submitted(world, oakfield)
    assert every(world, oakfield, Letter)
    head = oakfield.headteacher
    retention.hold(world.ports, head, rule="letter", reason="The police asked who was told what")
    assert "put all of ‘Letters’ on legal hold" in trail(world, oakfield)[-1]
    with pytest.raises(Conflict):
        retention.hold(world.ports, head, rule="letter", reason="again")
    with pytest.raises(NotAllowed):
        retention.hold(world.ports, oakfield.network_manager, rule="letter", reason="x")
    with pytest.raises(NotFound):
        retention.hold(world.ports, head, rule="nothing", reason="x")
    world.clock.pass_by(days=800)
    destroying.destroy_whole(world.ports)
    assert every(world, oakfield, Letter)
    retention.choose(world.ports, head, rule="letter", months=2, reason="Shorter is enough")
    destroying.destroy_whole(world.ports)
    assert every(world, oakfield, Letter), "another time lifts no hold"
    retention.lift(world.ports, head, rule="letter")
    destroying.destroy_whole(world.ports)
    assert every(world, oakfield, Letter) == []
    assert "Letters: 2 months after they were written" in [d.why for d in every(world, oakfield, Destruction)]
    with pytest.raises(Conflict):
        retention.lift(world.ports, head, rule="letter")


def test_a_schools_own_time_is_its_own_only(world, oakfield):
    retention.choose(world.ports, oakfield.headteacher, rule="letter", months=1, reason="Ours")
    for school in (oakfield, world.elmfield):
        person = school.teacher.person_id
        at = world.clock.at
        add(
            world,
            school,
            Letter(person_id=person, key="k", kind="k", subject="s", text="t", written_at=at, send_after=at),
        )
    world.clock.pass_by(days=33)
    assert destroying.destroy_whole(world.ports) == 1
    assert (every(world, oakfield, Letter), len(every(world, world.elmfield, Letter))) == ([], 1)


def test_no_rule_can_be_chosen_shorter_or_longer_than_it_bears(world, oakfield):
    for rule in RULES.values():
        for wrong in (rule.least - 1, rule.most + 1):
            with pytest.raises(Refusal):
                retention.choose(world.ports, oakfield.headteacher, rule=rule.name, months=wrong, reason="r")
        retention.choose(world.ports, oakfield.headteacher, rule=rule.name, months=rule.least, reason="r")
    assert destroying.destroy_words(world.ports) == 0
