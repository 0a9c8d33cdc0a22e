"""The school's morning: reminders on school days 2 and 5, ends that are announced, and one digest. The clock of the
world begins on Monday, 23 November 2026, at 09:30."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, update

from firewall_admin.core import events
from firewall_admin.core.letters import Draft
from firewall_admin.core.people import Role
from firewall_admin.core.terms import Kind, Terms
from firewall_admin.db.tables import AccessRequest, Decision, Letter, Person, RuleRow, School
from firewall_admin.journeys import delegations, letters, reminders
from tests.journeys.trail_of import trail

MANAGER, HEAD, DEPUTY, TEACHER = Role.NETWORK_MANAGER, Role.HEADTEACHER, Role.DEPUTY, Role.TEACHER


def ask(world, state="submitted", by=TEACHER, school=None, number=1, **more):
    school = school or world.oakfield
    with world.db.change(school.teacher) as change:
        row = AccessRequest(
            school_id=school.id,
            number=number,
            kind=Kind.SITE,
            state=state,
            asked_by=school.people[by].person_id,
            asked_at=change.now,
            changed_at=change.now,
            domain="bbc.co.uk",
            terms=Terms(names=("bbc.co.uk",), audiences=("pupils",)).to_json(),
            purpose="Tom in Year 6 needs it",
            **more,
        )
        change.session.add(row)
        change.did(events.SchoolChanged("name", "same"))
    return row.id


def allow(world, until, made_at=None, number=7):
    """A decision that allows until an instant."""
    request = ask(world, "approved")
    with world.db.change(world.oakfield.headteacher) as change:
        head = change.actor
        change.session.add(
            Decision(
                school_id=head.school_id,
                number=number,
                request_id=request,
                outcome="approved",
                reason="r",
                made_by=head.person_id,
                name=head.name,
                role="headteacher",
                made_at=made_at or change.now - timedelta(days=30),
                sha256="0" * 64,
            )
        )
        for name in ("bbc.co.uk", "bbci.co.uk"):
            rule = RuleRow(school_id=head.school_id, action="allow", domain=name, until=until, decision=f"D-{number}")
            rule.made_by, rule.made_at = head.name, change.now
            change.session.add(rule)
        change.did(events.SchoolChanged("name", "same"))


def morning(world, day=None, hour=7, minute=30):
    """Move the clock to a morning (UTC) and begin it; gives the letters written then, as (role, kind)."""
    if day:
        world.clock.at = datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)
    reminders.remind_due(world.ports)
    return written(world, world.clock.at)


def written(world, since):
    with world.db.look() as session:
        query = select(Person.role, Letter.kind).join(Person, Person.id == Letter.person_id)
        query = query.where(Letter.written_at == since)
        return sorted(tuple(row) for row in session.execute(query))


def text(world, kind):
    with world.db.look() as session:
        return session.scalars(select(Letter).where(Letter.kind == kind).order_by(Letter.id.desc())).first()


def half_terms(world, *terms):
    with world.db.change(world.oakfield.network_manager) as change:
        change.session.get_one(School, world.oakfield.id).terms = list(terms)
        change.did(events.SchoolChanged("name", "same"))


NOV = {n: date(2026, 11, n) for n in range(1, 31)}


def test_a_request_is_remembered_on_the_second_and_fifth_school_day(world):
    ask(world)
    found = {day: morning(world, NOV[day]) for day in (24, 25, 26, 27, 28, 29, 30)}
    assert found[24] == [(MANAGER, "digest")]
    assert found[25] == [(MANAGER, "reminder")], "and no digest of the same"
    assert found[26] == found[27] == [(MANAGER, "digest")]
    assert found[28] == found[29] == [], "Saturday and Sunday"
    assert found[30] == [(HEAD, "nobody-stands-in"), (MANAGER, "reminder")]
    assert "the service reminded 2 people of AR-1, which has waited 5 school days." in trail(world, world.oakfield)
    assert morning(world, date(2026, 12, 1)) == [(MANAGER, "digest")], "it is not said a third time"


def test_a_holiday_counts_for_nothing(world):
    half_terms(world, "2026-11-02/2026-11-24", "2026-11-30/2026-12-18")
    ask(world)
    assert [morning(world, NOV[day]) for day in (25, 26, 27)] == [[], [], []]
    assert morning(world, NOV[30]) == [(MANAGER, "reminder")]


def test_what_is_assessed_waits_for_the_headteacher(world):
    ask(world, "assessed")
    assert morning(world, NOV[25]) == [(HEAD, "reminder")]
    assert morning(world, NOV[30]) == [(HEAD, "nobody-stands-in")]


def test_on_the_fifth_day_whoever_stands_in_is_told_too(world):
    ask(world)
    head, deputy = world.oakfield.headteacher, world.oakfield.deputy.person_id
    until = world.clock.at + timedelta(days=20)
    delegations.make(world.ports, head, deputy=deputy, since=world.clock.at, until=until, reason="away")
    assert morning(world, NOV[25]) == [(MANAGER, "reminder")]
    assert morning(world, NOV[30]) == [(DEPUTY, "reminder"), (HEAD, "reminder"), (MANAGER, "reminder")]


def test_the_headteacher_reads_how_to_let_a_deputy_decide(world):
    ask(world, "assessed")
    morning(world, NOV[30])
    assert "“Who decides when you are away”" in text(world, "nobody-stands-in").text


def test_a_network_managers_own_request_waits_for_the_headteacher(world):
    ask(world, by=MANAGER)
    assert morning(world, NOV[25]) == [(HEAD, "reminder")]


def test_a_morning_that_was_missed_is_made_up_for_with_the_latest_reminder_only(world):
    ask(world)
    assert morning(world, date(2026, 12, 3)) == [(HEAD, "nobody-stands-in"), (MANAGER, "reminder")]
    assert "5 school days" in text(world, "reminder").text
    assert morning(world, date(2026, 12, 4)) == [(MANAGER, "digest")]


def test_a_step_begins_the_counting_anew(world):
    request = ask(world)
    morning(world, NOV[24])
    with world.db.change(world.oakfield.network_manager) as change:
        row = change.session.get_one(AccessRequest, request)
        row.state, row.changed_at, row.version = "assessed", change.now, 2
        change.did(events.SchoolChanged("name", "same"))
    assert morning(world, NOV[25]) == [(HEAD, "digest")]
    assert morning(world, NOV[26]) == [(HEAD, "reminder")]


@pytest.mark.parametrize("state", ["approved", "refused", "withdrawn"])
def test_what_is_over_waits_for_nobody(world, state):
    ask(world, state)
    assert [morning(world, NOV[day]) for day in (24, 25, 30)] == [[], [], []]


def test_a_question_waits_for_whoever_asked(world):
    ask(world, "returned")
    assert morning(world, NOV[24]) == [(TEACHER, "digest")]
    assert "AR-1 waits for your answer: bbc[.]co[.]uk" in text(world, "digest").text


def test_a_morning_begins_at_half_past_seven_on_the_schools_clock(world):
    ask(world)
    with world.db.note() as session:
        session.execute(update(School).where(School.id == world.oakfield.id).values(reminded_on=NOV[23]))
    assert morning(world, NOV[24], 7, 29) == []
    assert morning(world, NOV[24], 7, 30) == [(MANAGER, "digest")]
    world.clock.at = datetime(2027, 6, 1, 6, 29, tzinfo=UTC)
    assert morning(world) == [], "summer time: 07:29"
    world.clock.pass_by(minutes=1)
    assert morning(world), "and 07:30"


def test_a_morning_is_told_once_however_often_it_is_begun(world):
    ask(world)
    morning(world, NOV[24])
    for _ in range(3):
        world.clock.pass_by(hours=1)
        assert morning(world) == []
    with world.db.note() as session:  # a worker that was killed before it wrote down that it was done
        session.execute(update(School).values(reminded_on=None))
    told = len(trail(world, world.oakfield))
    world.clock.pass_by(hours=1)
    assert morning(world) == []
    assert len(trail(world, world.oakfield)) == told


def test_a_school_without_anything_gets_no_letter_and_no_entry(world):
    before = len(trail(world, world.oakfield))
    assert morning(world, NOV[24]) == []
    assert len(trail(world, world.oakfield)) == before
    with world.db.look() as session:
        assert session.get_one(School, world.oakfield.id).reminded_on == NOV[24]


def test_an_end_is_announced_five_school_days_and_one_before(world):
    allow(world, datetime(2026, 12, 5, tzinfo=UTC))  # holds to the end of Friday, 4 December
    found = {day: morning(world, day) for day in (NOV[26], NOV[27], NOV[30], date(2026, 12, 3), date(2026, 12, 4))}
    both = [(MANAGER, "ends-soon"), (TEACHER, "ends-soon")]
    assert found == {
        NOV[26]: [],
        NOV[27]: both,
        NOV[30]: [(TEACHER, "digest")],
        date(2026, 12, 3): both,
        date(2026, 12, 4): [(TEACHER, "digest")],
    }
    letter = text(world, "ends-soon")
    assert letter.subject == "AR-1: ends soon: bbc[.]co[.]uk"
    assert "ends in 1 school day: the end of Friday 4 December 2026" in letter.text
    assert "AR-1 ends today" in text(world, "digest").text


def test_no_end_is_announced_that_was_decided_later_or_has_been_taken_back(world):
    allow(world, datetime(2026, 12, 5, tzinfo=UTC), made_at=datetime(2026, 11, 27, 16, tzinfo=UTC))
    assert (TEACHER, "ends-soon") not in morning(world, NOV[30])
    assert morning(world, date(2026, 12, 3)) == [(MANAGER, "ends-soon"), (TEACHER, "ends-soon")]
    allow_two = datetime(2026, 12, 12, tzinfo=UTC)
    with world.db.change(world.oakfield.network_manager) as change:
        change.session.execute(update(RuleRow).values(until=allow_two, ended_at=change.now))
        change.did(events.SchoolChanged("name", "same"))
    assert morning(world, date(2026, 12, 11)) == []


def test_letters_for_the_digest_are_carried_by_it_once(world):
    with world.db.change(world.oakfield.headteacher) as change:
        teacher = change.session.get_one(Person, world.oakfield.teacher.person_id)
        for n in (1, 2):
            letters.write(change, [teacher], Draft("news", f"News {n}", "t", "/", digest=True), key=f"news:{n}")
        change.did(events.SchoolChanged("name", "same"))
    assert morning(world, NOV[24]) == [(TEACHER, "digest")]
    body = text(world, "digest").text
    assert "* News 1\n* News 2" in body
    assert {text(world, "news").state} == {"sent"}
    assert morning(world, NOV[25]) == []


def test_no_letter_names_a_sensitive_matter_or_repeats_the_purpose(world):
    ask(world, sensitive=True)
    morning(world, NOV[24])
    morning(world, NOV[25])
    for kind in ("digest", "reminder"):
        letter = text(world, kind)
        assert "bbc" not in letter.subject + letter.text
        assert "Tom" not in letter.subject + letter.text
        assert "a sensitive matter" in letter.subject + letter.text


def test_one_schools_requests_are_nothing_to_another(world):
    ask(world, school=world.elmfield)
    assert morning(world, NOV[25]) == [(MANAGER, "reminder")]
    with world.db.look() as session:
        assert set(session.scalars(select(Letter.school_id))) == {world.elmfield.id}


def test_one_schools_trouble_keeps_no_other_from_its_letters(world, monkeypatch):
    ask(world)
    ask(world, school=world.elmfield)
    sound = reminders.morning

    def fails(change, today):
        if change.actor.school_id == world.oakfield.id:
            raise RuntimeError("a bug")
        return sound(change, today)

    monkeypatch.setattr(reminders, "morning", fails)
    assert morning(world, NOV[24]) == [(MANAGER, "digest")]
    monkeypatch.setattr(reminders, "morning", sound)
    world.clock.pass_by(minutes=1)
    assert morning(world) == [(MANAGER, "digest")], "it comes as soon as it can"
