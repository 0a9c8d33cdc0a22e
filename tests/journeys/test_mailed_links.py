"""With a mail server a link goes to the person's own address, and nobody else ever sees it."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from firewall_admin.adapters.mail import Failure
from firewall_admin.core.events_people import PasswordChanged
from firewall_admin.core.people import Role
from firewall_admin.db.tables import Letter
from firewall_admin.journeys import invitations, outbox, people

from .test_outbox import Scripted
from .test_resets import GOOD, ask, confirm, enter, open_links, person_of
from .trail_of import trail


@pytest.fixture(autouse=True)
def _in_use(world):
    world.sign(world.oakfield)


def mailing(world, *answers):
    return replace(world.ports, send=Scripted(*answers))


def test_by_mail_a_link_goes_to_the_persons_own_address_and_to_nobody_else(world):
    ports = mailing(world)
    enter(world, Role.HEADTEACHER)
    made = ask(world, Role.HEADTEACHER, ports)
    assert (made.state, made.token) == ("mailed", "")
    assert outbox.send_due(ports) == 1
    (mail,) = ports.send.taken
    assert mail.address == "headteacher@oakfield.leics.sch.uk"
    link = next(line for line in mail.text.splitlines() if "/invitations/" in line)
    assert link.startswith("https://filter.oakfield.example/invitations/")
    invitations.accept(world.ports, token=link.rpartition("/")[2], password=GOOD)


def test_the_secret_of_a_letter_is_sealed_until_it_is_sent_and_gone_afterwards(world):
    ports = mailing(world)
    made = ask(world, Role.TEACHER, ports)
    assert made.state == "mailed"
    kept = letter(world)
    assert kept.secret.startswith("1.")
    assert "/invitations/" not in str(vars(kept))
    outbox.send_due(ports)
    assert letter(world).secret is None
    token = ports.send.taken[0].text.partition("/invitations/")[2].split()[0]
    assert token not in str(trail(world, world.oakfield))
    assert token not in str(vars(letter(world)))


@pytest.mark.parametrize("how", ["refused for good", "too old", "replaced", "somebody left"])
def test_the_secret_of_a_letter_that_is_never_sent_is_gone_too(world, how):
    ports = mailing(world, *([Failure("550", gone=True)] if how == "refused for good" else []))
    ask(world, Role.TEACHER, ports)
    first = letter(world)
    if how == "too old":
        world.clock.pass_by(days=5)
    elif how == "replaced":
        ask(world, Role.TEACHER, ports)
    elif how == "somebody left":
        people.end_access(ports, world.oakfield.administrator, person=person_of(world, Role.TEACHER))
    outbox.send_due(ports)
    with world.db.look() as session:
        assert session.get_one(Letter, first.id).secret is None


def letter(world):
    with world.db.look() as session:
        return session.scalars(select(Letter).where(Letter.kind.in_(("new-link", "invitation")))).one()


def test_a_sealed_link_that_was_moved_to_another_letter_does_not_open(world):
    ports = mailing(world)
    ask(world, Role.TEACHER, ports)
    ask(world, Role.GOVERNOR, ports)
    with world.db.change(world.oakfield.administrator) as change:
        first, second = change.session.scalars(select(Letter).order_by(Letter.id)).all()
        second.secret = first.secret
        change.did(PasswordChanged())
    assert outbox.send_due(ports) == 1
    assert ["governor" in mail.address for mail in ports.send.taken] == [False]


def test_an_address_that_somebody_else_wrote_down_is_not_trusted_with_the_link(world):
    """Otherwise the administrator writes down an address of their own first."""
    ports = mailing(world)
    enter(world, Role.HEADTEACHER)
    world.clock.pass_by(hours=1)
    head = person_of(world, Role.HEADTEACHER)
    people.correct(
        ports, world.oakfield.administrator, person=head, name="Headteacher of Oakfield", email="mine@evil.example"
    )
    asked = ask(world, Role.HEADTEACHER, ports)
    assert asked.state == "waits"
    assert confirm(world, asked, Role.SAFEGUARDING_LEAD, ports).state == "mailed"


def test_an_address_is_trusted_again_once_they_have_signed_in_with_it(world):
    ports = mailing(world)
    head = person_of(world, Role.HEADTEACHER)
    people.correct(ports, world.oakfield.administrator, person=head, name="H", email="new@oakfield.example")
    world.clock.pass_by(hours=1)
    enter(world, Role.HEADTEACHER, email="new@oakfield.example")
    assert ask(world, Role.HEADTEACHER, ports).state == "mailed"


def test_a_link_that_waits_to_be_mailed_does_not_follow_to_a_new_address(world):
    ports = mailing(world)
    ask(world, Role.TEACHER, ports)
    teacher = person_of(world, Role.TEACHER)
    people.correct(ports, world.oakfield.administrator, person=teacher, name="T", email="mine@evil.example")
    assert outbox.send_due(ports) == 0
    assert ports.send.taken == []
    assert open_links(world, Role.TEACHER) == []


def test_an_invitation_is_mailed_and_nobody_else_sees_it(world):
    ports = mailing(world)
    invited = people.invite(
        ports, world.oakfield.administrator, name="Gwen Hughes", email="g@oakfield.example", role="teacher"
    )
    assert (invited.mailed, invited.token) == (True, "")
    assert outbox.send_due(ports) == 1
    token = ports.send.taken[0].text.partition("/invitations/")[2].split()[0]
    assert invitations.look(world.ports, token=token).name == "Gwen Hughes"
    invitations.accept(world.ports, token=token, password=GOOD)
    with world.db.look() as session:
        assert session.scalars(select(Letter.kind)).all() == ["invitation"], "and nobody is warned of their own"
