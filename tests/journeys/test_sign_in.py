from dataclasses import replace

import pytest

from firewall_admin.adapters.passwords import Passwords
from firewall_admin.core import events_people as events
from firewall_admin.core.people import system
from firewall_admin.core.refusals import Busy, Refusal
from firewall_admin.db.tables import Person, Row
from firewall_admin.journeys.invitations import digest

from .entering import GOOD, enter, guess, inside, with_password
from .trail_of import trail


@pytest.fixture
def world(world):
    return with_password(world)


def test_the_right_password_opens_a_session_and_the_trail_says_with_what(world):
    token = enter(world, email="  Network-Manager@Oakfield.leics.sch.uk ")
    found = inside(world, token)
    assert found.actor == world.oakfield.network_manager
    assert (found.school, found.zone.key, found.proven) == ("Oakfield Primary School", "Europe/London", True)
    assert trail(world, world.oakfield)[-1] == "Network manager of Oakfield signed in with Firefox on Linux."


@pytest.mark.usefixtures("proper_hashes")
def test_nothing_but_the_digest_of_a_token_and_of_a_password_is_kept(world):
    token = enter(world)
    with world.db.look() as session:
        kept = str([session.execute(table.select()).all() for table in Row.metadata.sorted_tables])
    assert digest(token) in kept
    assert token not in kept
    assert GOOD not in kept
    assert "$argon2id$v=19$m=19456,t=2,p=1$" in kept


def test_an_unknown_address_and_one_without_a_password_get_the_same_words_after_the_same_work(world):
    worked = []

    class Counting(Passwords):
        def match(self, kept, password):
            worked.append(kept is None)
            return super().match(kept, password)

    world.ports = replace(world.ports, passwords=Counting())
    guess(world, 1)
    guess(world, 1, email="nobody@oakfield.example")
    guess(world, 1, email="teacher@oakfield.leics.sch.uk")
    guess(world, 1, email="no address at all\ud800")
    guess(world, 1, email="\x00")
    assert worked == [False, True, True, True, True]


def test_a_password_of_thousands_of_characters_is_wrong_and_costs_no_more(world):
    with pytest.raises(Refusal, match="not right"):
        enter(world, GOOD + "x" * 100_000)
    with pytest.raises(Refusal, match="not right"):
        enter(world, "\ud800" * 12)


def test_a_flood_is_turned_away_instead_of_taking_every_core():
    flooded = Passwords(at_once=1, patience=0)
    kept = flooded.keep(GOOD)
    flooded.match(kept, GOOD)
    with flooded._turn(), pytest.raises(Busy):
        flooded.match(kept, GOOD)
    assert flooded.match(kept, GOOD)


@pytest.mark.usefixtures("proper_hashes")
def test_a_hash_of_other_costs_is_renewed_at_sign_in(world):
    from argon2 import PasswordHasher

    old = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1).hash(GOOD)
    with world.db.change(system(world.oakfield.id)) as change:
        change.session.get_one(Person, world.oakfield.network_manager.person_id).password = old
        change.did(events.PasswordSet())
    enter(world)
    with world.db.look() as session:
        kept = session.get_one(Person, world.oakfield.network_manager.person_id).password
    assert "m=19456,t=2,p=1" in kept
    enter(world)
