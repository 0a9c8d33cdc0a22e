"""Taking away a second factor that was lost weighs what a new link to set a password weighs."""

import pytest
from sqlalchemy import select

from firewall_admin.core.people import Role
from firewall_admin.core.refusals import Conflict, NotAllowed, NotFound, Refusal
from firewall_admin.db.tables import Letter, LostFactor
from firewall_admin.journeys import destroying, lost_factors, second_factor, sessions, sign_in
from firewall_admin.journeys.proving import Who

from .factor_world import GOOD, finish, half, turned_on, with_password
from .looking import every, trail
from .test_resets import CONFIRMERS, LIGHT, WEIGHTY


@pytest.fixture(autouse=True)
def _in_use(world):
    world.sign(world.oakfield)


def ask(world, role):
    return lost_factors.ask(world.ports, world.oakfield.administrator, person=world.oakfield.people[role].person_id)


def confirm(world, asked, by):
    lost_factors.confirm(world.ports, world.oakfield.people[by], lost_factor=asked.lost_factor)


def is_on(world, role):
    return second_factor.own(world.ports, world.oakfield.people[role]).on_at is not None


def told(world, role):
    """The kinds of the letters that somebody got."""
    with world.db.look() as session:
        person = world.oakfield.people[role].person_id
        return session.scalars(select(Letter.kind).where(Letter.person_id == person).order_by(Letter.id)).all()


@pytest.mark.parametrize("role", LIGHT)
def test_for_whoever_decides_nothing_the_administrators_word_is_enough_and_both_are_told(world, role):
    actor = world.oakfield.people[role]
    email = with_password(world, actor)
    app = turned_on(world, actor)
    inside, waiting = finish(world, half(world, email), app.shows()).token, half(world, email)
    assert ask(world, role).state == "done"
    assert not is_on(world, role)
    assert sessions.present(world.ports, token=inside) is None
    with pytest.raises(NotFound):
        finish(world, waiting, app.shows(1))
    assert not sign_in.sign_in(world.ports, Who(email, "127.0.0.1", "Firefox"), password=GOOD).owes_code
    assert told(world, role)[-1] == "lost-factor-taken"
    assert told(world, Role.HEADTEACHER) == ["lost-factor-told"]
    taken = f"took away the second factor of {actor.name}; every session of theirs ended."
    assert any(taken in line for line in trail(world, world.oakfield))


@pytest.mark.parametrize("role", WEIGHTY)
def test_for_those_who_decide_and_manage_exactly_the_right_people_confirm(world, role):
    turned_on(world, world.oakfield.people[role])
    asked = ask(world, role)
    assert asked.state == "waits"
    for other in set(Role) - CONFIRMERS[role]:
        with pytest.raises(NotAllowed):
            confirm(world, asked, other)
        assert is_on(world, role)
    confirmer = min(CONFIRMERS[role])
    confirm(world, asked, confirmer)
    assert not is_on(world, role)
    with pytest.raises(Conflict):
        confirm(world, asked, confirmer)
    admin = world.oakfield.administrator.name
    names = {each: world.oakfield.people[each].name for each in Role}
    assert trail(world, world.oakfield)[-2:] == [
        f"{names[confirmer]} confirmed that {names[role]} has lost their second factor, as {admin} said.",
        f"{names[confirmer]} took away the second factor of {names[role]}; every session of theirs ended.",
    ]
    assert told(world, role)[-2:] == ["lost-factor-asked", "lost-factor-taken"]
    assert role is Role.HEADTEACHER or told(world, Role.HEADTEACHER)[-1] == "lost-factor-told"


def test_a_mail_server_is_no_shorter_way(world):
    """A link by mail reaches its person alone; nothing here does."""
    turned_on(world, world.oakfield.deputy)
    world.ports = world.ports.__class__(**{**vars(world.ports), "send": lambda *_: None})
    assert ask(world, Role.DEPUTY).state == "waits"


def test_whoever_it_is_about_stops_it_and_it_may_be_asked_again(world):
    turned_on(world, world.oakfield.headteacher)
    asked = ask(world, Role.HEADTEACHER)
    with pytest.raises(Conflict, match="already"):
        ask(world, Role.HEADTEACHER)
    with pytest.raises(NotAllowed):
        lost_factors.end(world.ports, world.oakfield.teacher, lost_factor=asked.lost_factor)
    lost_factors.end(world.ports, world.oakfield.headteacher, lost_factor=asked.lost_factor)
    with pytest.raises(Conflict):
        confirm(world, asked, Role.SAFEGUARDING_LEAD)
    assert is_on(world, Role.HEADTEACHER)
    assert "took back or refused" in trail(world, world.oakfield)[-1]
    assert ask(world, Role.HEADTEACHER).state == "waits"


def test_the_question_ends_after_seven_days(world):
    turned_on(world, world.oakfield.headteacher)
    asked = ask(world, Role.HEADTEACHER)
    world.clock.pass_by(days=7)
    with pytest.raises(Conflict):
        confirm(world, asked, Role.SAFEGUARDING_LEAD)


def test_only_who_may_ask_asks_and_never_for_oneself_for_who_has_none_or_elsewhere(world):
    for role in set(Role) - {Role.ADMINISTRATOR}:
        with pytest.raises(NotAllowed):
            lost_factors.ask(world.ports, world.oakfield.people[role], person=world.oakfield.teacher.person_id)
    turned_on(world, world.oakfield.administrator)
    with pytest.raises(Refusal, match="your own"):
        ask(world, Role.ADMINISTRATOR)
    with pytest.raises(Refusal, match="no second factor"):
        ask(world, Role.TEACHER)
    turned_on(world, world.elmfield.teacher)
    with pytest.raises(NotFound):
        lost_factors.ask(world.ports, world.oakfield.administrator, person=world.elmfield.teacher.person_id)
    turned_on(world, world.elmfield.headteacher)
    admin = world.elmfield.administrator
    theirs = lost_factors.ask(world.ports, admin, person=world.elmfield.headteacher.person_id)
    with pytest.raises(NotFound):
        confirm(world, theirs, Role.SAFEGUARDING_LEAD)


def test_one_that_was_turned_off_meanwhile_can_not_be_taken(world):
    head = world.oakfield.headteacher
    email = with_password(world, head)
    app = turned_on(world, head)
    asked = ask(world, Role.HEADTEACHER)
    token = finish(world, half(world, email), app.shows()).token
    second_factor.turn_off(world.ports, head, token=token, address="127.0.0.1", password=GOOD, code=app.shows(1))
    with pytest.raises(Conflict, match="no second factor any more"):
        confirm(world, asked, Role.SAFEGUARDING_LEAD)


def test_who_took_it_away_is_kept_a_year_and_half_sign_ins_a_month_at_most(world):
    email = with_password(world, world.oakfield.teacher)
    turned_on(world, world.oakfield.teacher)
    half(world, email)
    ask(world, Role.TEACHER)
    turned_on(world, world.oakfield.teacher)
    half(world, email)
    world.clock.pass_by(days=33)
    assert destroying.destroy_whole(world.ports) == 1
    assert len(every(world, world.oakfield, LostFactor)) == 1
    world.clock.pass_by(days=340)
    destroying.destroy_whole(world.ports)
    assert every(world, world.oakfield, LostFactor) == []
