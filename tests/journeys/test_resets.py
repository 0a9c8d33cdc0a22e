"""A new link for an account that carries weight takes two people."""

import pytest
from sqlalchemy import select

from firewall_admin.core.events_people import PasswordChanged
from firewall_admin.core.people import Role
from firewall_admin.core.refusals import Conflict, NotAllowed, NotFound, Refusal
from firewall_admin.db.tables import Invitation, Letter, PasswordReset, Person
from firewall_admin.journeys import invitations, people, resets, sign_in
from firewall_admin.journeys.actors import of_person
from firewall_admin.journeys.proving import Who

from .entering import inside
from .trail_of import trail

GOOD = "lamp gravel otter"
WEIGHTY = [Role.HEADTEACHER, Role.NETWORK_MANAGER, Role.SAFEGUARDING_LEAD, Role.DEPUTY]
LIGHT = [Role.TEACHER, Role.GOVERNOR]
CONFIRMERS = {
    Role.HEADTEACHER: {Role.SAFEGUARDING_LEAD, Role.NETWORK_MANAGER},
    Role.NETWORK_MANAGER: {Role.HEADTEACHER},
    Role.SAFEGUARDING_LEAD: {Role.HEADTEACHER},
    Role.DEPUTY: {Role.HEADTEACHER},
}


@pytest.fixture(autouse=True)
def _in_use(world):
    world.sign(world.oakfield)


def person_of(world, role):
    return world.oakfield.people[role].person_id


def ask(world, role, ports=None):
    return resets.ask(ports or world.ports, world.oakfield.administrator, person=person_of(world, role))


def confirm(world, asked, by, ports=None):
    return resets.confirm(ports or world.ports, world.oakfield.people[by], password_reset=asked.reset)


def make(world, asked):
    return resets.make(world.ports, world.oakfield.administrator, password_reset=asked.reset)


def open_links(world, role):
    with world.db.look() as session:
        query = select(Invitation).where(Invitation.person_id == person_of(world, role), Invitation.used_at.is_(None))
        return session.scalars(query).all()


def enter(world, role, ports=None, email=None):
    """Somebody signs in with a password that they have had all along."""
    actor = world.oakfield.people[role]
    world.clock.pass_by(seconds=1)
    with world.db.change(actor) as change:
        person = change.session.get_one(Person, actor.person_id)
        person.password = world.ports.passwords.keep(GOOD)
        change.did(PasswordChanged())
        email = email or person.email
    return sign_in.sign_in(ports or world.ports, Who(email, "127.0.0.1", "a test"), password=GOOD).token


@pytest.mark.parametrize("role", WEIGHTY)
def test_the_administrator_alone_gets_no_link_for_an_account_that_carries_weight(world, role):
    session = enter(world, role)
    asked = ask(world, role)
    assert (asked.state, asked.token) == ("waits", "")
    with pytest.raises(Conflict):
        make(world, asked)
    with pytest.raises(NotAllowed):
        confirm(world, asked, Role.ADMINISTRATOR)
    assert open_links(world, role) == []
    assert inside(world, session).actor.role is role, "and nothing of theirs has ended"


@pytest.mark.parametrize("role", LIGHT)
def test_for_the_others_the_administrators_word_is_enough(world, role):
    made = ask(world, role)
    assert made.state == "shown"
    assert invitations.look(world.ports, token=made.token).name == world.oakfield.people[role].name


@pytest.mark.parametrize("role", WEIGHTY)
def test_exactly_the_right_people_may_confirm(world, role):
    asked = ask(world, role)
    right = CONFIRMERS[role]
    for other in set(Role) - right:
        with pytest.raises(NotAllowed):
            confirm(world, asked, other)
    for other in right:
        confirm(world, asked, other)
        break
    with pytest.raises(Conflict):
        confirm(world, asked, other)


def test_a_second_administrator_confirms_and_neither_could_alone(world):
    with world.db.change(world.oakfield.headteacher) as change:
        second = change.session.get_one(Person, person_of(world, Role.GOVERNOR))
        second.role = Role.ADMINISTRATOR
        change.did(PasswordChanged())
    with world.db.look() as session:
        other = of_person(session, second.id, world.clock.at)
    asked = ask(world, Role.NETWORK_MANAGER)
    assert asked.reset
    resets.confirm(world.ports, other, password_reset=asked.reset)
    with pytest.raises(NotAllowed, match="Only whoever asked"):
        resets.make(world.ports, other, password_reset=asked.reset)
    assert make(world, asked).state == "shown"
    asked = resets.ask(world.ports, other, person=person_of(world, Role.ADMINISTRATOR))
    assert asked.reset
    with pytest.raises(NotAllowed):
        resets.confirm(world.ports, world.oakfield.administrator, password_reset=asked.reset)


def test_once_confirmed_whoever_asked_makes_the_link_once_and_all_is_told(world):
    session = enter(world, Role.HEADTEACHER)
    asked = ask(world, Role.HEADTEACHER)
    confirm(world, asked, Role.SAFEGUARDING_LEAD)
    assert inside(world, session).actor.role is Role.HEADTEACHER
    made = make(world, asked)
    with pytest.raises(Conflict):
        make(world, asked)
    invitations.accept(world.ports, token=made.token, password="another gravel otter")
    told = trail(world, world.oakfield)[-4:]
    admin, dsl, head = (f"{who} of Oakfield" for who in ("Administrator", "Safeguarding lead", "Headteacher"))
    asking = f"{admin} asked for a new link to set a password for {head}; a second person has to confirm it."
    making = f"{admin} made {head} a new link to set a password; the old password and every session of theirs ended."
    assert told == [
        asking,
        f"{dsl} confirmed that {head} needs a new link to set a password, as {admin} asked.",
        making,
        f"{head} set a password by a link.",
    ]
    assert made.token not in str(told)
    with world.db.look() as looking:
        query = select(Letter).where(Letter.person_id == person_of(world, Role.HEADTEACHER)).order_by(Letter.id)
        asked_for, done = looking.scalars(query).all()
    assert asked_for.kind == "link-asked"
    assert "Administrator of Oakfield made, and Safeguarding lead of Oakfield confirmed" in done.text


def test_whoever_it_is_about_stops_it(world):
    asked = ask(world, Role.HEADTEACHER)
    with pytest.raises(NotAllowed):
        resets.end(world.ports, world.oakfield.teacher, password_reset=asked.reset)
    resets.end(world.ports, world.oakfield.headteacher, password_reset=asked.reset)
    with pytest.raises(Conflict):
        confirm(world, asked, Role.SAFEGUARDING_LEAD)
    assert ask(world, Role.HEADTEACHER).state == "waits", "it may be asked again"


def test_it_is_asked_once_at_a_time_and_ends_after_seven_days(world):
    asked = ask(world, Role.HEADTEACHER)
    with pytest.raises(Conflict, match="already"):
        ask(world, Role.HEADTEACHER)
    world.clock.pass_by(days=7)
    with pytest.raises(Conflict):
        confirm(world, asked, Role.SAFEGUARDING_LEAD)
    asked = ask(world, Role.HEADTEACHER)
    confirm(world, asked, Role.SAFEGUARDING_LEAD)
    world.clock.pass_by(days=7)
    with pytest.raises(Conflict):
        make(world, asked)


def test_another_schools_question_does_not_exist(world):
    asked = ask(world, Role.HEADTEACHER)
    for act in (resets.confirm, resets.make, resets.end):
        with pytest.raises(NotFound):
            act(world.ports, world.elmfield.headteacher, password_reset=asked.reset)
    with pytest.raises(NotFound):
        resets.ask(world.ports, world.elmfield.administrator, person=person_of(world, Role.TEACHER))


def test_nobody_makes_a_link_for_themselves_or_for_who_has_left(world):
    with pytest.raises(Refusal):
        ask(world, Role.ADMINISTRATOR)
    people.end_access(world.ports, world.oakfield.administrator, person=person_of(world, Role.TEACHER))
    with pytest.raises(Refusal):
        ask(world, Role.TEACHER)


def test_while_a_school_is_set_up_somebody_who_has_never_been_there_gets_a_link_at_once(world):
    admin = world.elmfield.administrator
    invited = people.invite(world.ports, admin, name="Bea Lee", email="b.lee@elm.example", role="headteacher")
    assert resets.ask(world.ports, admin, person=invited.person).state == "shown"
    manager = world.elmfield.network_manager.person_id
    assert resets.ask(world.ports, admin, person=manager).state == "waits", "who is there has something to lose"


def test_a_link_made_is_remembered_with_its_use(world):
    made = ask(world, Role.TEACHER)
    invitations.accept(world.ports, token=made.token, password=GOOD)
    with world.db.look() as session:
        row = session.scalars(select(PasswordReset)).one()
    assert (row.state, row.used_at, row.made_by) == ("done", world.clock.at, world.oakfield.administrator.person_id)
