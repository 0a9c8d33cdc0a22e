import pytest
from sqlalchemy import select

from firewall_admin.core import events_people as events
from firewall_admin.core.people import Role, system
from firewall_admin.core.refusals import NotFound, Refusal, TooManyAttempts
from firewall_admin.db.tables import Person, SignIn
from firewall_admin.journeys import own_account, sign_in
from firewall_admin.journeys.sessions import own, present

from .entering import GOOD, enter, guess, inside, with_password
from .trail_of import trail


@pytest.fixture
def world(world):
    return with_password(world)


def test_a_session_idles_away_after_thirty_minutes(world):
    token = enter(world)
    world.clock.pass_by(minutes=29)
    assert present(world.ports, token=token)
    world.clock.pass_by(minutes=29)
    assert present(world.ports, token=token)
    world.clock.pass_by(minutes=30)
    assert present(world.ports, token=token) is None


def test_a_session_ends_after_ten_hours_however_busy(world):
    token = enter(world)
    for _ in range(24):
        world.clock.pass_by(minutes=25)
        seen = present(world.ports, token=token)
    assert seen is None


def test_looking_around_writes_at_most_once_a_minute_and_nothing_into_the_trail(world):
    token = enter(world)
    before = len(trail(world, world.oakfield))
    world.clock.pass_by(seconds=59)
    present(world.ports, token=token)
    with world.db.look() as session:
        assert session.scalars(select(SignIn.seen_at)).one() < world.clock.at
    world.clock.pass_by(seconds=1)
    present(world.ports, token=token)
    with world.db.look() as session:
        assert session.scalars(select(SignIn.seen_at)).one() == world.clock.at
    assert len(trail(world, world.oakfield)) == before


def test_signing_in_again_ends_the_session_before(world):
    first = enter(world)
    second = enter(world, replaces=first)
    assert first != second
    assert present(world.ports, token=first) is None
    assert present(world.ports, token=second)


def test_signing_out_ends_one_and_everywhere_ends_all(world):
    tokens = [enter(world) for _ in range(3)]
    sign_in.sign_out(world.ports, world.oakfield.network_manager, token=tokens[0])
    assert [bool(present(world.ports, token=t)) for t in tokens] == [False, True, True]
    sign_in.sign_out_everywhere(world.ports, world.oakfield.network_manager)
    assert not any(present(world.ports, token=t) for t in tokens)
    assert trail(world, world.oakfield)[-1] == "Network manager of Oakfield signed out of 2 session(s)."


def test_people_see_their_own_sessions_and_end_one_but_nobody_elses(world):
    manager = world.oakfield.network_manager
    here, there = enter(world), enter(world)
    listed = own(world.ports, manager, token=here)
    assert sorted(session.here for session in listed) == [False, True]
    assert own(world.ports, world.oakfield.teacher, token=here) == ()
    other = next(session.id for session in listed if not session.here)
    with pytest.raises(NotFound):
        sign_in.sign_out_one(world.ports, world.oakfield.teacher, sign_in=other)
    sign_in.sign_out_one(world.ports, manager, sign_in=other)
    assert present(world.ports, token=there) is None
    assert present(world.ports, token=here)


def test_a_proof_is_fresh_for_ten_minutes_and_renewed_by_the_password(world):
    manager, token = world.oakfield.network_manager, enter(world)
    world.clock.pass_by(minutes=10)
    assert not inside(world, token).proven
    with pytest.raises(Refusal) as refused:
        sign_in.prove(world.ports, manager, token=token, address="127.0.0.1", password="wrong gravel otter")
    assert refused.value.field == "password"
    sign_in.prove(world.ports, manager, token=token, address="127.0.0.1", password=GOOD)
    assert inside(world, token).proven


def test_guessing_at_a_proof_counts_too(world):
    token, other = enter(world), enter(world)
    guess(world, 9)  # by strangers: they don't keep out whoever is in
    prove = {"token": token, "address": "127.0.0.9", "password": "wrong gravel otter"}
    for _ in range(10):
        with pytest.raises(Refusal, match="not right"):
            sign_in.prove(world.ports, world.oakfield.network_manager, **prove)
    with pytest.raises(TooManyAttempts):
        sign_in.prove(world.ports, world.oakfield.network_manager, **prove | {"password": GOOD})
    sign_in.prove(world.ports, world.oakfield.network_manager, **prove | {"token": other, "password": GOOD})


def test_changing_ones_password_asks_for_the_present_one_and_ends_the_other_sessions(world):
    manager, here, there = world.oakfield.network_manager, enter(world), enter(world)
    asked = {"token": here, "address": "127.0.0.1"}
    for current, new, field in (("wrong", "candle gravel otter", "current"), (GOOD, "short", "new")):
        with pytest.raises(Refusal) as refused:
            own_account.change_password(world.ports, manager, **asked, current=current, new=new)
        assert refused.value.field == field
    own_account.change_password(world.ports, manager, **asked, current=GOOD, new="candle gravel otter")
    assert present(world.ports, token=here)
    assert present(world.ports, token=there) is None
    guess(world, 1, address="127.0.0.7")


def test_a_change_of_role_is_felt_at_once(world):
    token = enter(world)
    with world.db.change(system(world.oakfield.id)) as change:
        change.session.get_one(Person, world.oakfield.network_manager.person_id).role = Role.TEACHER
        change.did(events.PasswordSet())
    assert inside(world, token).actor.permissions == world.oakfield.teacher.permissions


def test_a_session_of_somebody_who_may_not_come_in_is_nobodys_whoever_forgot_to_end_it(world):
    token = enter(world)
    with world.db.change(system(world.oakfield.id)) as change:
        change.session.get_one(Person, world.oakfield.network_manager.person_id).state = "left"
        change.did(events.PasswordSet())
    assert present(world.ports, token=token) is None
