"""An administrator whom nobody can help is let in on the machine itself, and everybody learns of it."""

import pytest
from sqlalchemy import select

from firewall_admin.core.events_people import AttemptRefused
from firewall_admin.core.refusals import NotFound, Refusal
from firewall_admin.db.tables import Letter, LostFactor, Person
from firewall_admin.journeys import invitations, proving_codes
from firewall_admin.journeys.letting_in import let_in
from firewall_admin.journeys.sessions import present

from .entering import GOOD, enter, inside
from .factor_world import turned_on, with_password
from .looking import one
from .trail_of import trail


def email_of(world, actor):
    with world.db.look() as session:
        return session.get_one(Person, actor.person_id).email


def test_the_link_sets_a_password_and_what_was_there_has_ended(world):
    school = world.oakfield
    email = with_password(world, school.administrator)
    token = enter(world, email=email)
    inside(world, token)
    turned_on(world, school.administrator)
    made = let_in(world.ports, school.id, email=email.upper())
    with world.db.look() as session:
        assert not proving_codes.is_on(session, school.administrator.person_id)
        assert session.get_one(Person, school.administrator.person_id).password is None
    assert present(world.ports, token=token) is None
    assert invitations.look(world.ports, token=made.token).name == made.name
    invitations.accept(world.ports, token=made.token, password=GOOD)
    inside(world, enter(world, email=email))


def test_it_is_in_the_trail_and_those_who_answer_for_the_school_are_told(world):
    school = world.oakfield
    made = let_in(world.ports, school.id, email=email_of(world, school.administrator))
    assert f"On the machine itself {made.name}, an administrator, was made a new link" in trail(world, school)[-1]
    with world.db.look() as session:
        query = select(Person.role, Letter.text).join(Letter, Letter.person_id == Person.id)
        told = dict(session.execute(query.where(Letter.kind == "let-in")).all())
    assert set(told) == {"administrator", "headteacher", "network-manager"}
    assert not any(made.token in text for text in told.values())


def test_the_last_link_is_the_one_that_works_and_what_was_asked_of_others_has_ended(world):
    school = world.oakfield
    actor = school.administrator
    turned_on(world, actor)
    with world.db.change(school.headteacher) as change:
        asked = {"school_id": school.id, "made_by": school.headteacher.person_id, "made_at": change.now}
        change.session.add(LostFactor(**asked, person_id=actor.person_id, state="waiting"))
        change.session.add(LostFactor(**asked, person_id=school.network_manager.person_id, state="waiting"))
        change.did(AttemptRefused("a test"))
    first, second = (let_in(world.ports, school.id, email=email_of(world, actor)) for _ in range(2))
    with pytest.raises(NotFound):
        invitations.look(world.ports, token=first.token)
    assert invitations.look(world.ports, token=second.token).name == second.name
    assert one(world, school, LostFactor, person_id=actor.person_id).state == "withdrawn"
    assert one(world, school, LostFactor, person_id=school.network_manager.person_id).state == "waiting"


@pytest.mark.parametrize("who", ["headteacher", "teacher"])
def test_anybody_else_is_refused_with_who_can_help_them(world, who):
    school = world.oakfield
    with pytest.raises(Refusal, match=email_of(world, school.administrator)):
        let_in(world.ports, school.id, email=email_of(world, getattr(school, who)))


def test_another_school_s_administrator_and_who_is_nobody_are_unknown(world):
    for email in (email_of(world, world.elmfield.administrator), "nobody@oakfield.example"):
        with pytest.raises(Refusal, match="nobody at Oakfield"):
            let_in(world.ports, world.oakfield.id, email=email)
    with pytest.raises(Refusal):
        let_in(world.ports, world.oakfield.id, email="no address")


def test_one_who_has_left_is_not_let_in(world):
    with world.db.change(world.oakfield.headteacher) as change:
        change.session.get_one(Person, world.oakfield.administrator.person_id).state = "left"
        change.did(AttemptRefused("a test"))
    with pytest.raises(Refusal, match="nobody at Oakfield"):
        let_in(world.ports, world.oakfield.id, email=email_of(world, world.oakfield.administrator))
