"""Whoever proposed a weighty role may have seen the link to that account: with the approval it opens nothing more."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from firewall_admin.core.refusals import NotFound, Refusal
from firewall_admin.db.tables import Letter, Person, RoleProposal
from firewall_admin.journeys import invitations, outbox, people, resets, roles, sessions, sign_in
from firewall_admin.journeys.proving import Who

from .looking import trail
from .test_outbox import Scripted

GOOD = "a long walk by the river"
THEIRS = "seven green bottles again"
EMAIL = "gwen@oakfield.example"
WEIGHTY = ["headteacher", "network-manager", "safeguarding-lead", "administrator"]


@pytest.fixture(autouse=True)
def _in_use(world):
    world.sign(world.oakfield)


def invited(world, role, ports=None):
    return people.invite(ports or world.ports, world.oakfield.administrator, name="Gwen Hughes", email=EMAIL, role=role)


def approved(world, ports=None):
    with world.db.look() as session:
        proposal = session.scalars(select(RoleProposal.id).where(RoleProposal.state == "waiting")).one()
    return roles.approve(ports or world.ports, world.oakfield.headteacher, proposal=proposal)


def enters(world, password):
    who = Who(EMAIL, "127.0.0.1", "a test")
    return sign_in.sign_in(world.ports, who, password=password).token


def row(world):
    with world.db.look() as session:
        return session.scalars(select(Person).where(Person.email == EMAIL)).one()


@pytest.mark.parametrize("role", WEIGHTY)
def test_the_link_that_the_administrator_saw_ends_and_the_headteacher_gets_another(world, role):
    seen = invited(world, role).token
    made = approved(world)
    assert made is not None
    assert made.state == "shown"
    for act in (
        lambda: invitations.look(world.ports, token=seen),
        lambda: invitations.accept(world.ports, token=seen, password=GOOD),
    ):
        with pytest.raises(NotFound):
            act()
    invitations.accept(world.ports, token=made.token, password=THEIRS)
    assert enters(world, THEIRS)
    assert row(world).role == role


def test_a_password_that_was_set_by_that_link_before_the_approval_ends_too(world):
    """The administrator uses the link at once, and waits for the role."""
    seen = invited(world, "network-manager").token
    invitations.accept(world.ports, token=seen, password=GOOD)
    session = enters(world, GOOD)
    made = approved(world)
    assert made is not None
    assert made.state == "shown"
    assert sessions.present(world.ports, token=session) is None
    with pytest.raises(Refusal):
        enters(world, GOOD)
    invitations.accept(world.ports, token=made.token, password=THEIRS)
    assert enters(world, THEIRS)


def test_a_link_that_the_administrator_made_while_the_role_waited_ends(world):
    invitations.accept(world.ports, token=invited(world, "safeguarding-lead").token, password=THEIRS)
    asked = resets.ask(world.ports, world.oakfield.administrator, person=row(world).id)
    assert asked.state == "shown", "to a teacher, as yet"
    approved(world)
    with pytest.raises(NotFound):
        invitations.accept(world.ports, token=asked.token, password=GOOD)
    again = resets.ask(world.ports, world.oakfield.administrator, person=row(world).id)
    assert again.state == "waits", "and from now on it takes two"


def test_by_mail_the_new_link_goes_to_the_person_and_to_nobody_else(world):
    ports = replace(world.ports, send=Scripted())
    invited(world, "network-manager", ports)
    outbox.send_due(ports)
    first = ports.send.taken[-1].text.partition("/invitations/")[2].split()[0]
    made = approved(world, ports)
    assert made is not None
    assert (made.state, made.token) == ("mailed", "")
    outbox.send_due(ports)
    mail = next(each for each in ports.send.taken[1:] if "/invitations/" in each.text)
    assert mail.address == EMAIL
    second = mail.text.partition("/invitations/")[2].split()[0]
    with pytest.raises(NotFound):
        invitations.look(world.ports, token=first)
    invitations.accept(world.ports, token=second, password=THEIRS)


def test_somebody_whose_link_nobody_else_saw_keeps_their_password(world):
    ports = replace(world.ports, send=Scripted())
    invited(world, "teacher", ports)
    outbox.send_due(ports)
    token = ports.send.taken[-1].text.partition("/invitations/")[2].split()[0]
    invitations.accept(ports, token=token, password=THEIRS)
    roles.change_role(ports, world.oakfield.administrator, person=row(world).id, role="network-manager")
    assert approved(world, ports) is None
    assert enters(world, THEIRS)


def test_they_are_told_who_made_the_link_and_it_is_on_record(world):
    invited(world, "network-manager")
    made = approved(world)
    assert made is not None
    said = trail(world, world.oakfield)
    assert "Headteacher of Oakfield approved Gwen Hughes as" in said[-1]
    invitations.accept(world.ports, token=made.token, password=THEIRS)
    with world.db.look() as session:
        letter = session.scalars(select(Letter).where(Letter.key.startswith("password-set:"))).one()
    assert "Headteacher of Oakfield" in letter.text
    assert "Administrator of Oakfield" in letter.text
