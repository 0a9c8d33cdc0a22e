import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from firewall_admin import worker
from firewall_admin.core.refusals import Refusal, TooManyAttempts
from firewall_admin.db.tables import Entry, Guesses
from firewall_admin.journeys import guesses, sign_in
from firewall_admin.journeys.proving import Known, Who, account_of

from .entering import EMAIL, GOOD, enter, guess, with_password
from .trail_of import trail


@pytest.fixture
def world(world):
    return with_password(world)


def test_after_ten_wrong_ones_even_the_right_one_waits_wherever_it_comes_from(world):
    for n in range(10):
        guess(world, 1, address=f"127.0.0.{n}")
    with pytest.raises(TooManyAttempts, match="5 minutes"):
        enter(world, address="127.0.9.9")
    world.clock.pass_by(minutes=4, seconds=59)
    with pytest.raises(TooManyAttempts, match="1 minute"):
        enter(world, address="127.0.9.9")
    world.clock.pass_by(seconds=1)
    enter(world, address="127.0.9.9")


def test_the_window_slides_so_that_no_five_minutes_hold_eleven(world):
    guess(world, 5)
    world.clock.pass_by(minutes=4)
    guess(world, 5)
    world.clock.pass_by(minutes=1)
    guess(world, 5)
    with pytest.raises(TooManyAttempts):
        enter(world)


def test_one_address_may_not_try_many_accounts(world):
    for n in range(10):
        guess(world, 1, email=f"a{n}@oakfield.example")
    with pytest.raises(TooManyAttempts):
        enter(world)
    enter(world, address="127.0.0.2")


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("2001:db8::1", "2001:db8::ffff:1", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("192.0.2.1", "192.0.2.2", False),
        ("192.0.2.1", "192.0.2.1", True),
    ],
)
def test_a_network_of_ipv6_counts_as_one_address(first, second, same):
    assert (guesses.address_key(first) == guesses.address_key(second)) is same


def test_a_staff_room_behind_one_address_may_all_come_in(world):
    for _ in range(12):
        enter(world)


def test_coming_in_takes_back_only_ones_own_guess_from_the_address(world):
    guess(world, 9, email="nobody@oakfield.example")
    enter(world)
    guess(world, 1)
    with pytest.raises(TooManyAttempts):
        enter(world)


def test_a_pause_is_in_the_trail_once_and_unknown_accounts_are_in_nobodys(world):
    guess(world, 10)
    for _ in range(3):
        with pytest.raises(TooManyAttempts):
            enter(world, address="127.0.0.2")
    for n in range(10):
        guess(world, 1, email="nobody@oakfield.example", address=f"127.0.1.{n}")
    told = [line for line in trail(world, world.oakfield) if "nobody could sign in" in line]
    assert "; ".join(told) == (
        "After 10 wrong passwords nobody could sign in as Network manager of Oakfield for 5 minutes on a device that "
        "was new to them."
    )
    with world.db.look() as session:
        unknown = session.get_one(Guesses, guesses.account_key("nobody@oakfield.example"))
        assert unknown.told_at is not None, "as much is written for an account that is none"


def test_guesses_are_forgotten_when_they_no_longer_count(world):
    guess(world, 3, email="nobody@oakfield.example", address="127.0.0.3")
    world.clock.pass_by(minutes=6)
    enter(world)
    with world.db.look() as session:
        assert session.scalar(select(func.count()).select_from(Guesses)) == 2


def test_guesses_that_are_sent_at_once_are_all_counted(world):
    said = []

    def one():
        try:
            enter(world, "wrong gravel otter")
        except Refusal as refusal:
            said.append(type(refusal))

    together = [threading.Thread(target=one) for _ in range(16)]
    for each in together:
        each.start()
    for each in together:
        each.join()
    assert sorted(map(str, said)) == sorted(map(str, [Refusal] * 10 + [TooManyAttempts] * 6))


def test_no_address_is_kept_in_the_trail(world):
    guess(world, 10)
    with world.db.look() as session:
        assert "@" not in str([entry.fields for entry in session.scalars(select(Entry))])


def test_an_hour_later_nothing_of_a_pause_is_left(world):
    guess(world, 10)
    world.clock.at += timedelta(hours=1)
    enter(world)


def test_guesses_of_whoever_never_came_back_are_forgotten_after_a_day(world):
    guess(world, 3, email="nobody@oakfield.example")
    world.clock.pass_by(hours=23)
    assert guesses.prune(world.ports) == 0
    world.clock.pass_by(hours=1)
    assert guesses.prune(world.ports) == 2, "an account and an address"
    with world.db.look() as session:
        assert session.scalar(select(func.count()).select_from(Guesses)) == 0
    assert guesses.prune in worker.TIDYING


def on_known_device(world, password=GOOD, device="one", email=EMAIL):
    known = Known(account_of(EMAIL), device)
    return sign_in.sign_in(world.ports, Who(email, "127.0.0.1", "Firefox", known), password=password).token


def test_guesses_from_elsewhere_do_not_pause_a_device_that_signed_in_before(world):
    for n in range(10):
        guess(world, 1, address=f"127.0.0.{n}")
    with pytest.raises(TooManyAttempts):
        enter(world)
    on_known_device(world)
    with pytest.raises(TooManyAttempts):
        enter(world)


def test_a_known_device_has_ten_guesses_of_its_own_and_its_pause_is_told(world):
    for _ in range(10):
        with pytest.raises(Refusal, match="not right"):
            on_known_device(world, "wrong gravel otter")
    with pytest.raises(TooManyAttempts):
        on_known_device(world)
    on_known_device(world, device="another")
    enter(world)
    told = [line for line in trail(world, world.oakfield) if "wrong passwords" in line]
    assert "; ".join(told) == (
        "After 10 wrong passwords on a device where Network manager of Oakfield had signed in before, it was paused "
        "for 5 minutes."
    )


def test_a_device_is_known_to_one_account_only(world):
    guess(world, 10, email="nobody@oakfield.example")
    with pytest.raises(TooManyAttempts):
        on_known_device(world, email="nobody@oakfield.example")


def test_guesses_from_elsewhere_do_not_keep_somebody_from_proving_who_is_in(world):
    token, manager = enter(world), world.oakfield.network_manager
    for n in range(10):
        guess(world, 1, address=f"127.0.0.{n}")
    sign_in.prove(world.ports, manager, token=token, address="127.0.0.1", password=GOOD)
    for _ in range(10):
        with pytest.raises(Refusal, match="not right"):
            sign_in.prove(world.ports, manager, token=token, address="127.0.0.1", password="wrong gravel otter")
    with pytest.raises(TooManyAttempts):
        sign_in.prove(world.ports, manager, token=token, address="127.0.0.1", password=GOOD)
