from datetime import timedelta

import pytest
from sqlalchemy import select

from firewall_admin.core.people import Role
from firewall_admin.core.refusals import Conflict, NotAllowed, NotFound, Refusal
from firewall_admin.db.tables import Person, RoleProposal
from firewall_admin.journeys import delegations, invitations, people, resets, roles, sign_in
from firewall_admin.journeys.actors import of_person
from firewall_admin.journeys.proving import Who
from firewall_admin.journeys.sessions import present

from .entering import inside
from .trail_of import trail

GOOD = "lamp gravel otter"


def invite(world, role="teacher", email="G.Hughes@oakfield.example", name="Gwen Hughes"):
    return people.invite(world.ports, world.oakfield.administrator, name=name, email=email, role=role)


def arrive(world, invited):
    """Set the password by the link, and sign in."""
    invitations.accept(world.ports, token=invited.token, password=GOOD)
    return sign_in.sign_in(world.ports, Who(invited.email, "127.0.0.1", "a test"), password=GOOD).token


def row(world, person):
    with world.db.look() as session:
        return session.get_one(Person, person)


def proposal(world):
    with world.db.look() as session:
        return session.scalars(select(RoleProposal).order_by(RoleProposal.made_at.desc())).first()


def test_somebody_invited_sets_a_password_once_and_is_in(world):
    invited = invite(world)
    opened = invitations.look(world.ports, token=invited.token)
    assert (opened.name, opened.email, opened.school) == (
        "Gwen Hughes",
        "g.hughes@oakfield.example",
        "Oakfield Primary School",
    )
    assert inside(world, arrive(world, invited)).actor.role is Role.TEACHER
    with pytest.raises(NotFound):
        invitations.accept(world.ports, token=invited.token, password="another gravel otter")
    assert trail(world, world.oakfield)[1:] == [
        "Administrator of Oakfield invited Gwen Hughes as teacher.",
        "Gwen Hughes set a password by a link.",
        "Gwen Hughes signed in with a test.",
    ]


def test_a_link_ends_after_seven_days(world):
    invited = invite(world)
    world.clock.pass_by(days=7)
    for use in (invitations.look, lambda ports, token: invitations.accept(ports, token=token, password=GOOD)):
        with pytest.raises(NotFound):
            use(world.ports, token=invited.token)


def test_a_weak_password_uses_no_link_up(world):
    invited = invite(world)
    with pytest.raises(Refusal, match="oakfield"):
        invitations.accept(world.ports, token=invited.token, password="oakfield lamp gravel")
    arrive(world, invited)


def test_a_reset_ends_the_password_the_sessions_and_the_older_link(world):
    invited = invite(world)
    session = arrive(world, invited)
    first = resets.ask(world.ports, world.oakfield.administrator, person=invited.person).token
    second = resets.ask(world.ports, world.oakfield.administrator, person=invited.person).token
    assert present(world.ports, token=session) is None
    with pytest.raises(Refusal):
        sign_in.sign_in(world.ports, Who(invited.email, "127.0.0.1", "a test"), password=GOOD)
    with pytest.raises(NotFound):
        invitations.accept(world.ports, token=first, password=GOOD)
    invitations.accept(world.ports, token=second, password=GOOD)


def test_whoever_left_is_out_at_once_and_may_come_back_only_by_a_new_link(world):
    invited = invite(world)
    session = arrive(world, invited)
    people.end_access(world.ports, world.oakfield.administrator, person=invited.person)
    assert present(world.ports, token=session) is None
    with pytest.raises(Refusal):
        sign_in.sign_in(world.ports, Who(invited.email, "127.0.0.1", "a test"), password=GOOD)
    again = invite(world, "governor")
    assert again.person == invited.person
    assert inside(world, arrive(world, again)).actor.role is Role.GOVERNOR


@pytest.mark.parametrize("role", ["headteacher", "network-manager", "administrator"])
def test_the_last_of_a_role_that_a_school_needs_stays(world, role):
    last = world.oakfield.people[Role(role)]
    second = invite(world, "administrator", "second@oakfield.example")
    arrive(world, second)
    with world.db.look() as session:
        other = of_person(session, second.person, world.clock.at)
    if role == "administrator":
        people.end_access(world.ports, other, person=world.oakfield.administrator.person_id)
        last, other = other, world.oakfield.administrator
    for act in (
        lambda: people.end_access(world.ports, other, person=last.person_id),
        lambda: roles.change_role(world.ports, other, person=last.person_id, role="teacher"),
    ):
        with pytest.raises(Refusal, match=f"only {Role(role).words.lower()}"):
            act()


@pytest.mark.parametrize("role", ["headteacher", "network-manager", "safeguarding-lead", "administrator"])
def test_once_the_policy_is_signed_a_weighty_role_waits_for_the_headteacher(world, role):
    world.sign(world.oakfield)
    invited = invite(world, role)
    assert invited.waits
    session = arrive(world, invited)
    assert inside(world, session).actor.role is Role.TEACHER
    roles.approve(world.ports, world.oakfield.headteacher, proposal=proposal(world).id)
    assert present(world.ports, token=session) is None, "what they were shown was for what they were"
    assert row(world, invited.person).role == role
    assert "Headteacher of Oakfield approved Gwen Hughes as" in trail(world, world.oakfield)[-1]
    with pytest.raises(Conflict):
        roles.approve(world.ports, world.oakfield.headteacher, proposal=proposal(world).id)


def test_during_set_up_nothing_waits(world):
    assert not invite(world, "headteacher").waits


def test_a_light_role_never_waits(world):
    world.sign(world.oakfield)
    assert not invite(world, "deputy").waits


def test_a_refused_proposal_leaves_a_person_as_they_are(world):
    world.sign(world.oakfield)
    invited = invite(world, "administrator")
    roles.refuse(world.ports, world.oakfield.headteacher, proposal=proposal(world).id, reason="two are enough")
    assert row(world, invited.person).role == "teacher"
    assert trail(world, world.oakfield)[-1].endswith("because two are enough.")


def test_a_newer_proposal_replaces_the_older(world):
    world.sign(world.oakfield)
    invited = invite(world, "administrator")
    first = proposal(world).id
    world.clock.pass_by(minutes=1)
    roles.change_role(world.ports, world.oakfield.administrator, person=invited.person, role="safeguarding-lead")
    with pytest.raises(Conflict, match="withdrawn"):
        roles.approve(world.ports, world.oakfield.headteacher, proposal=first)


def test_nobody_changes_what_they_are_themselves(world):
    admin, head = world.oakfield.administrator, world.oakfield.headteacher
    with pytest.raises(NotAllowed, match="themselves"):
        roles.change_role(world.ports, admin, person=admin.person_id, role="headteacher")
    world.sign(world.oakfield)
    second = invite(world, "headteacher")
    arrive(world, second)
    roles.approve(world.ports, head, proposal=proposal(world).id)
    world.clock.pass_by(minutes=1)
    roles.change_role(world.ports, admin, person=head.person_id, role="network-manager")
    with pytest.raises(NotAllowed, match="themselves"):
        roles.approve(world.ports, head, proposal=proposal(world).id)


def test_taking_a_role_away_needs_no_approval(world):
    world.sign(world.oakfield)
    lead = world.oakfield.safeguarding_lead
    assert roles.change_role(world.ports, world.oakfield.administrator, person=lead.person_id, role="teacher")


def test_a_change_of_role_ends_a_delegation_given_or_held(world):
    head, deputy = world.oakfield.headteacher, world.oakfield.deputy
    since = world.clock.at
    until = since + timedelta(days=3)
    delegations.make(world.ports, head, deputy=deputy.person_id, since=since, until=until, reason="a course")
    roles.change_role(world.ports, world.oakfield.administrator, person=deputy.person_id, role="teacher")
    roles.change_role(world.ports, world.oakfield.administrator, person=deputy.person_id, role="deputy")
    with world.db.look() as session:
        assert of_person(session, deputy.person_id, world.clock.at).standing_in_for is None


def test_a_correction_says_what_changed_and_an_address_is_taken_once(world):
    admin = world.oakfield.administrator
    invited = invite(world)
    people.correct(world.ports, admin, person=invited.person, name="Gwen Price", email="g.price@oakfield.example")
    assert trail(world, world.oakfield)[-1] == (
        "Administrator of Oakfield corrected the name and e-mail address of Gwen Price."
    )
    for email in ("teacher@oakfield.leics.sch.uk", "teacher@elmfield.leics.sch.uk"):
        with pytest.raises(Refusal) as refused:
            people.correct(world.ports, admin, person=invited.person, name="Gwen Price", email=email)
        assert refused.value.field == "email"
        with pytest.raises(Refusal):
            invite(world, email=email)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_only_the_administrator_manages_people(world, role):
    actor, other = world.oakfield.people[role], world.oakfield.teacher.person_id
    for act in (
        lambda: people.invite(world.ports, actor, name="A", email="a@oakfield.example", role="teacher"),
        lambda: people.correct(world.ports, actor, person=other, name="A", email="a@oakfield.example"),
        lambda: resets.ask(world.ports, actor, person=other),
        lambda: people.end_access(world.ports, actor, person=other),
        lambda: roles.change_role(world.ports, actor, person=other, role="governor"),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_people_and_proposals_of_another_school_do_not_exist(world):
    world.sign(world.oakfield)
    invite(world, "administrator")
    stranger, person = world.elmfield.administrator, world.oakfield.teacher.person_id
    for act in (
        lambda: people.correct(world.ports, stranger, person=person, name="A", email="a@oakfield.example"),
        lambda: resets.ask(world.ports, stranger, person=person),
        lambda: people.end_access(world.ports, stranger, person=person),
        lambda: roles.change_role(world.ports, stranger, person=person, role="governor"),
        lambda: roles.approve(world.ports, world.elmfield.headteacher, proposal=proposal(world).id),
        lambda: roles.refuse(world.ports, world.elmfield.headteacher, proposal=proposal(world).id, reason="r"),
    ):
        with pytest.raises(NotFound):
            act()
    assert len(trail(world, world.elmfield)) == 1
