"""Letters go out at least once, never by two workers, and mail that is down keeps nothing waiting."""

import logging
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from firewall_admin.adapters.mail import Failure, Post, Server
from firewall_admin.core import events
from firewall_admin.core.letters import Draft
from firewall_admin.core.people import Role
from firewall_admin.db.tables import Letter, Person
from firewall_admin.journeys import letters, outbox
from tests.mail_server import ACCEPT_AND_DROP, DROP_AT_DATA, MailServer, mail_server

DOWN = Failure("the mail server can't be reached: nobody is there", server=True)


class Scripted(Post):
    """A way out that answers as it is told; afterwards it takes every letter."""

    def __init__(self, *answers):
        super().__init__(Server("smtp", "127.0.0.1", 1), "filter@oakfield.example", "https://filter.oakfield.example")
        vars(self).update(answers=list(answers), taken=[])

    def __getattr__(self, name) -> Any:
        """`answers` and `taken`, which a frozen way out doesn't declare."""
        raise AttributeError(name)

    def __call__(self, mail):
        answer = self.answers.pop(0) if self.answers else None
        if answer is None:
            self.taken.append(mail)
        return answer


def with_mail(world, *answers) -> Any:
    return replace(world.ports, send=Scripted(*answers))


def write(world, key="k", after=None, digest=False, school=None):
    school = school or world.oakfield
    with world.db.change(school.teacher) as change:
        to = change.session.get_one(Person, school.network_manager.person_id)
        draft = Draft("asked", f"AR-1: {key}", "Please.", "/requests/1", "ICS", digest, after)
        letters.write(change, [to], draft, key=key)
        change.did(events.SchoolChanged("name", "same"))


def states(world):
    with world.db.look() as session:
        return {row.key: row for row in session.scalars(select(Letter))}


def trouble(world):
    with world.db.look() as session:
        return outbox.trouble(session, world.oakfield.id, world.clock.at)


def test_a_letter_goes_out_once_with_a_link_and_a_message_id_of_its_own(world):
    write(world)
    ports = with_mail(world)
    assert outbox.send_due(ports) == 1
    assert outbox.send_due(ports) == 0
    (mail,) = ports.send.taken
    row = states(world)["k"]
    assert (row.state, row.sent_at, row.tries) == ("sent", world.clock.at, 1)
    assert mail.id == str(row.id)
    assert mail.address == "network-manager@oakfield.leics.sch.uk"
    assert mail.text == ("Please.\n\nhttps://filter.oakfield.example/requests/1\n\n-- \nOakfield Primary School\n")
    assert mail.calendar == "ICS"


def test_without_a_mail_server_letters_wait(world):
    write(world)
    assert outbox.send_due(world.ports) == 0
    assert states(world)["k"].state == "due"
    world.clock.pass_by(days=3)
    assert trouble(world) is None, "nobody meant to send any"


def test_what_waited_for_a_mail_server_too_long_helps_nobody(world):
    write(world)
    world.clock.pass_by(days=5)
    write(world, "new")
    ports = with_mail(world)
    assert outbox.send_due(ports) == 1
    assert [mail.subject for mail in ports.send.taken] == ["AR-1: new"]
    assert states(world)["k"].state == "given-up"


def test_a_letter_is_not_sent_before_its_time_nor_one_for_the_digest(world):
    write(world, "later", after=world.clock.at + timedelta(hours=2))
    write(world, "digest", digest=True)
    ports = with_mail(world)
    assert outbox.send_due(ports) == 0
    world.clock.pass_by(hours=2)
    assert outbox.send_due(ports) == 1
    assert states(world)["digest"].state == "due"


def test_what_is_refused_for_now_is_tried_again_later_and_later(world):
    write(world)
    ports = with_mail(world, *[Failure("450 later")] * 6)
    waits = []
    for _ in range(6):
        assert outbox.send_due(ports) == 0
        row = states(world)["k"]
        waits.append((row.next_try - world.clock.at).total_seconds())
        world.clock.at = row.next_try - timedelta(seconds=1)
        assert outbox.send_due(ports) == 0, "not a moment earlier"
        world.clock.at = row.next_try
    assert waits == [60, 300, 900, 1800, 3600, 3600]
    assert outbox.send_due(ports) == 1
    assert states(world)["k"].tries == 7


def test_what_is_refused_for_good_is_given_up_with_the_reason(world):
    write(world, "a")
    write(world, "b")
    ports = with_mail(world, Failure("550 … unknown", gone=True))
    assert outbox.send_due(ports) == 1
    found = states(world)
    assert (found["a"].state, found["a"].detail) == ("given-up", "550 … unknown")
    assert found["b"].state == "sent"


def test_where_the_server_is_down_it_is_asked_once_and_all_letters_wait(world):
    for key in "abc":
        write(world, key)
    ports = with_mail(world, DOWN, DOWN)
    assert outbox.send_due(ports) == 0
    assert outbox.send_due(ports) == 0
    assert len(ports.send.answers) == 1, "asked once"
    assert {row.tries for row in states(world).values()} == {0, 1}
    world.clock.pass_by(seconds=60)
    outbox.send_due(ports)
    world.clock.pass_by(minutes=5)
    assert outbox.send_due(ports) == 3


def test_home_is_told_after_an_hour_and_no_longer_than_it_lasts(world):
    write(world)
    ports = with_mail(world, *[DOWN] * 20)
    for _ in range(11):
        outbox.send_due(ports)
        world.clock.pass_by(minutes=5)
        assert trouble(world) is None
    world.clock.pass_by(minutes=5)
    found = trouble(world)
    assert found is not None
    assert (found.letters, found.detail) == (1, DOWN.reason)
    ports.send.answers.clear()
    world.clock.pass_by(hours=1)
    outbox.send_due(ports)
    assert trouble(world) is None


def test_after_five_days_a_letter_is_given_up(world):
    write(world)
    ports = with_mail(world, DOWN)
    outbox.send_due(ports)
    world.clock.pass_by(days=5)
    assert outbox.send_due(ports) == 0
    row = states(world)["k"]
    assert (row.state, row.detail) == ("given-up", DOWN.reason)


def test_a_second_worker_leaves_a_letter_that_is_being_sent(world):
    write(world)
    second = with_mail(world)
    first = with_mail(world)
    vars(first.send)["answers"] = Meanwhile(lambda: outbox.send_due(second))
    assert outbox.send_due(first) == 1
    assert second.send.taken == []


class Meanwhile(list):
    """While a letter is with the server, something else happens."""

    def __init__(self, act):
        super().__init__([None])
        self.act = act

    def pop(self, *index):
        self.act()
        return super().pop(*index)


def test_a_worker_that_died_while_sending_is_followed_when_its_lease_is_over(world):
    write(world)
    ports = with_mail(world)
    vars(ports.send)["answers"] = Meanwhile(die)
    with pytest.raises(KeyboardInterrupt):
        outbox.send_due(ports)
    after = with_mail(world)
    world.clock.pass_by(minutes=9)
    assert outbox.send_due(after) == 0
    world.clock.pass_by(minutes=1)
    assert outbox.send_due(after) == 1


def die():
    raise KeyboardInterrupt


def test_a_letter_withdrawn_while_it_was_sent_was_sent(world):
    write(world)
    ports = with_mail(world)

    def withdraw():
        with world.db.change(world.oakfield.teacher) as change:
            letters.withdraw(change, "k")
            change.did(events.SchoolChanged("name", "same"))

    vars(ports.send)["answers"] = Meanwhile(withdraw)
    outbox.send_due(ports)
    assert states(world)["k"].state == "sent"


def test_whoever_left_meanwhile_gets_nothing(world):
    write(world)
    with world.db.change(world.oakfield.administrator) as change:
        change.session.get_one(Person, world.oakfield.network_manager.person_id).state = "left"
        change.did(events.SchoolChanged("name", "same"))
    ports = with_mail(world)
    assert outbox.send_due(ports) == 0
    assert (ports.send.taken, states(world)["k"].state) == ([], "withdrawn")


def test_the_log_has_no_address_and_no_name(world, caplog):
    caplog.set_level(logging.INFO)
    write(world, "a")
    write(world, "b")
    outbox.send_due(with_mail(world, Failure("450 later")))
    assert len([record for record in caplog.records if record.name.endswith("outbox")]) == 2
    for word in ("@", "oakfield", "Network manager", "AR-1"):
        assert word not in caplog.text


@pytest.mark.parametrize("fate", [DROP_AT_DATA, ACCEPT_AND_DROP, "RCPT 450 later", "DATA 451 later", "MAIL 421 busy"])
def test_through_a_real_server_nothing_is_lost_and_at_most_one_is_sent_twice(world, fate):
    for key in "abc":
        write(world, key)
    write(world, "other", school=world.elmfield)
    with mail_server("accept", fate) as server:
        ports = replace(world.ports, send=real(server))
        for _ in range(4):
            outbox.send_due(ports)
            world.clock.pass_by(hours=1)
    assert {row.state for row in states(world).values()} == {"sent"}
    ids = [message["Message-ID"] for message in server.received]
    assert len(set(ids)) == 4
    assert len(ids) <= 5


def real(server: MailServer) -> Post:
    return Post(Server("smtp", "127.0.0.1", server.port), "f@oakfield.example", "https://f.oakfield.example")


def test_each_role_gets_mail_at_its_own_address(world):
    with world.db.change(world.oakfield.teacher) as change:
        ids = [actor.person_id for actor in world.oakfield.people.values()]
        people = change.session.scalars(select(Person).where(Person.id.in_(ids))).all()
        letters.write(change, people, Draft("asked", "s", "t", "/"), key="all")
        change.did(events.SchoolChanged("name", "same"))
    with mail_server() as server:
        assert outbox.send_due(replace(world.ports, send=real(server))) == len(Role)
    assert sorted(to for _, to in server.envelopes) == sorted([f"{role}@oakfield.leics.sch.uk"] for role in Role)
