"""Letters are written with what they tell of, once, to those who are there."""

import pytest
from sqlalchemy import select, update

from firewall_admin.core import events
from firewall_admin.core.letters import Draft
from firewall_admin.core.people import Permission, Role
from firewall_admin.core.refusals import Refusal
from firewall_admin.db.tables import Letter, Person
from firewall_admin.journeys import delegations, letters

DRAFT = Draft("asked", "AR-1: please assess", "Please assess it.", "/requests/1")


def write(world, school, draft=DRAFT, key="AR-1:asked:1", roles=(Role.NETWORK_MANAGER,), fails=False):
    """A change that writes a letter to these roles; gives how many were written."""
    with world.db.change(school.teacher) as change:
        ids = [school.people[role].person_id for role in roles]
        to = change.session.scalars(select(Person).where(Person.id.in_(ids))).all()
        written = letters.write(change, to, draft, key=key)
        change.did(events.SchoolChanged("name", "same"))
        if fails:
            raise Refusal("no")
        return written


def rows(world, school):
    with world.db.look() as session:
        return session.scalars(select(Letter).where(Letter.school_id == school.id).order_by(Letter.id)).all()


def test_a_letter_waits_from_the_moment_of_its_change(world):
    write(world, world.oakfield)
    (letter,) = rows(world, world.oakfield)
    assert (letter.state, letter.tries, letter.written_at, letter.send_after) == (
        "due",
        0,
        world.clock.at,
        world.clock.at,
    )
    assert letter.person_id == world.oakfield.network_manager.person_id
    assert rows(world, world.elmfield) == []


def test_a_letter_and_what_it_tells_of_are_there_together_or_not_at_all(world):
    with pytest.raises(Refusal):
        write(world, world.oakfield, fails=True)
    assert rows(world, world.oakfield) == []


def test_the_same_is_never_written_twice_to_one_person(world):
    both = (Role.NETWORK_MANAGER, Role.HEADTEACHER)
    assert write(world, world.oakfield) == 1
    assert write(world, world.oakfield, roles=both) == 1, "the headteacher has not had it"
    assert write(world, world.oakfield, roles=both) == 0
    assert write(world, world.oakfield, key="AR-1:asked:2") == 1
    assert write(world, world.elmfield) == 1, "another school's key is another key"


def test_whoever_has_left_and_people_of_another_school_get_none(world):
    with world.db.change(world.oakfield.administrator) as change:
        change.session.get_one(Person, world.oakfield.governor.person_id).state = "left"
        change.did(events.SchoolChanged("name", "same"))
    assert write(world, world.oakfield, roles=(Role.GOVERNOR,)) == 0
    with world.db.change(world.oakfield.teacher) as change:
        stranger = change.session.get_one(Person, world.elmfield.teacher.person_id)
        assert letters.write(change, [stranger], DRAFT, key="k") == 0


def test_what_has_become_pointless_is_withdrawn_unless_it_was_sent(world):
    for key in ("AR-1:asked:1", "AR-1:assessed:2", "AR-12:asked:1"):
        write(world, world.oakfield, key=key)
    with world.db.note() as session:
        session.execute(update(Letter).where(Letter.key == "AR-1:asked:1").values(state="sent"))
    write(world, world.elmfield, key="AR-1:asked:1")
    with world.db.change(world.oakfield.teacher) as change:
        letters.withdraw(change, "AR-1:")
        change.did(events.SchoolChanged("name", "same"))
    assert {row.key: row.state for row in rows(world, world.oakfield)} == {
        "AR-1:asked:1": "sent",
        "AR-1:assessed:2": "withdrawn",
        "AR-12:asked:1": "due",
    }
    assert rows(world, world.elmfield)[0].state == "due"


def test_a_withdrawn_letter_may_be_written_anew(world):
    write(world, world.oakfield)
    with world.db.change(world.oakfield.teacher) as change:
        letters.withdraw(change, "AR-1:")
        change.did(events.SchoolChanged("name", "same"))
    world.clock.pass_by(hours=1)
    assert write(world, world.oakfield, Draft("asked", "anew", "Again.", "/x")) == 1
    (letter,) = rows(world, world.oakfield)
    assert (letter.state, letter.subject, letter.written_at) == ("due", "anew", world.clock.at)


@pytest.mark.parametrize("wild", ["AR-_", "AR-%"])
def test_a_prefix_is_no_pattern(world, wild):
    write(world, world.oakfield)
    with world.db.change(world.oakfield.teacher) as change:
        letters.withdraw(change, wild)
        change.did(events.SchoolChanged("name", "same"))
    assert rows(world, world.oakfield)[0].state == "due"


def test_a_letter_is_kept_as_one_subject_and_tame_lines(world):
    write(world, world.oakfield, Draft("asked", "AR-1\r\nBcc: x@y.example", "one\r\ntwo\x1b[0m", "/"))
    (letter,) = rows(world, world.oakfield)
    assert (letter.subject, letter.text) == ("AR-1 Bcc: x@y.example", "one\ntwo[0m\n")


def who(world, permission):
    with world.db.look() as session:
        return [person.role for person in letters.people_who(session, world.oakfield.id, permission)]


def test_those_who_may_are_found_by_role_and_by_delegation_while_it_runs(world):
    assert who(world, Permission.ASSESS) == ["network-manager"]
    assert who(world, Permission.DECIDE) == ["headteacher"]
    now = world.clock.at
    delegations.make(
        world.ports,
        world.oakfield.headteacher,
        deputy=world.oakfield.deputy.person_id,
        since=now,
        until=now.replace(day=25),
        reason="away",
    )
    assert who(world, Permission.DECIDE) == ["deputy", "headteacher"]
    assert who(world, Permission.ASSESS) == ["network-manager"]
    world.clock.pass_by(days=3)
    assert who(world, Permission.DECIDE) == ["headteacher"]


@pytest.mark.parametrize("state", ["invited", "left"])
def test_those_who_are_not_active_may_nothing(world, state):
    with world.db.change(world.oakfield.administrator) as change:
        change.session.get_one(Person, world.oakfield.network_manager.person_id).state = state
        change.did(events.SchoolChanged("name", "same"))
    assert who(world, Permission.ASSESS) == []
