"""Signing in with a second factor: what the right password opens, and what a code does."""

import logging
import threading

import pytest
from sqlalchemy import func, select

from firewall_admin import worker
from firewall_admin.core.people import Role
from firewall_admin.core.refusals import NotFound, Refusal, TooManyAttempts
from firewall_admin.core.second_factor import WRONG
from firewall_admin.db.tables import HalfSignIn, Letter, Row, SignIn
from firewall_admin.journeys import half_sign_in, invitations, people, proving_codes, resets, sessions, sign_in
from firewall_admin.journeys.proving import Known, Who, account_of

from .entering import inside
from .factor_world import GOOD, finish, half, turned_on, with_password
from .trail_of import trail


@pytest.fixture
def email(world):
    return with_password(world, world.oakfield.network_manager)


@pytest.fixture
def app(world, email):
    return turned_on(world, world.oakfield.network_manager)


def count(world, kind):
    with world.db.look() as session:
        return session.scalar(select(func.count()).select_from(kind))


def wrong_of(app):
    """A code that is none of those that would be taken."""
    right = {app.shows(n) for n in (-1, 0, 1)}
    return next(code for code in (f"{n:06}" for n in range(9)) if code not in right)


def test_the_password_and_the_code_open_a_session_and_the_password_alone_opens_none(world, email, app):
    token = half(world, email)
    assert count(world, SignIn) == 0
    assert sessions.present(world.ports, token=token) is None
    assert half_sign_in.whose(world.ports, token=token) == email
    done = finish(world, token, app.shows())
    assert inside(world, done.token).actor == world.oakfield.network_manager
    assert (done.email, done.left) == (email, None)
    assert trail(world, world.oakfield)[-1] == (
        "Network manager of Oakfield signed in with Firefox on Linux and a code."
    )


def test_a_code_is_read_with_its_space_and_from_the_step_before_and_after(world, email, app):
    for steps in (-1, 0, 1):
        world.clock.pass_by(minutes=5)
        code = app.shows(steps)
        assert finish(world, half(world, email), f" {code[:3]} {code[3:]} ").token
    for steps in (-2, 2):
        world.clock.pass_by(minutes=5)
        with pytest.raises(Refusal, match=WRONG):
            finish(world, half(world, email), app.shows(steps))


def test_a_code_is_taken_once_and_no_older_one_after_it(world, email, app):
    code, before = app.shows(), app.shows(-1)
    finish(world, half(world, email), code)
    for replayed in (code, before):
        with pytest.raises(Refusal, match="used already"):
            finish(world, half(world, email), replayed)
    finish(world, half(world, email), app.shows(1))


def test_of_two_at_once_with_one_code_one_gets_in(world, email, app):
    tokens, code = [half(world, email) for _ in range(4)], app.shows()
    got = []

    def enter(token):
        try:
            finish(world, token, code)
            got.append("in")
        except Refusal as refusal:
            got.append(refusal.message)

    threads = [threading.Thread(target=enter, args=(token,)) for token in tokens]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got) == [proving_codes.USED] * 3 + ["in"]


def test_the_code_that_turned_it_on_does_not_sign_in(world, email):
    app = turned_on(world, world.oakfield.network_manager)
    with pytest.raises(Refusal, match="used already"):
        finish(world, half(world, email), app.shows(-1))


def test_another_persons_code_is_wrong_and_another_persons_recovery_code_too(world, email, app):
    other = turned_on(world, world.oakfield.teacher)
    assert other.seed != app.seed
    with pytest.raises(Refusal, match=WRONG):
        finish(world, half(world, email), other.shows())
    with pytest.raises(Refusal, match="none of your"):
        finish(world, half(world, email), other.codes[0])


def test_a_recovery_code_works_once_says_how_many_are_left_and_the_person_is_told(world, email, app):
    done = finish(world, half(world, email), app.codes[3].lower())
    assert done.left == 9
    assert inside(world, done.token).actor == world.oakfield.network_manager
    with pytest.raises(Refusal, match="used already"):
        finish(world, half(world, email), app.codes[3])
    assert finish(world, half(world, email), app.codes[0]).left == 8
    told = trail(world, world.oakfield)
    assert "Network manager of Oakfield used a recovery code in place of their second factor; 9 are left." in told
    with world.db.look() as session:
        letters = session.scalars(select(Letter).where(Letter.kind == "recovery-used")).all()
    assert ["9 left" in letter.text or "8 left" in letter.text for letter in letters] == [True, True]


def test_nothing_but_digests_and_a_sealed_seed_is_kept_or_logged(world, email, app, caplog):
    caplog.set_level(logging.DEBUG)
    token = half(world, email)
    with pytest.raises(Refusal):
        finish(world, token, wrong_of(app))
    with world.db.look() as session:
        kept = str([session.execute(table.select()).all() for table in Row.metadata.sorted_tables])
    secrets = [app.seed, token, *app.codes, *(code.replace("-", "") for code in app.codes)]
    assert [secret for secret in secrets if secret in kept + caplog.text] == []
    assert "a code was refused" in caplog.text


def test_ten_wrong_codes_are_the_end_for_a_while_and_the_right_password_wipes_none_of_them_out(world, email, app):
    for _ in range(5):
        for _ in range(2):
            with pytest.raises(Refusal, match=WRONG):
                finish(world, half(world, email), wrong_of(app))
    token = half(world, email)
    with pytest.raises(TooManyAttempts, match="wrong codes"):
        finish(world, token, app.shows())
    teacher = with_password(world, world.oakfield.teacher)
    other = turned_on(world, world.oakfield.teacher)
    assert finish(world, half(world, teacher), other.shows()).token, "and nobody else's end"
    told = [line for line in trail(world, world.oakfield) if "wrong codes behind the right password" in line]
    assert len(told) == 1
    with world.db.look() as session:
        letter = session.scalars(select(Letter).where(Letter.kind == "factor-guessed")).one()
    assert letter.person_id == world.oakfield.network_manager.person_id
    world.clock.pass_by(minutes=5)
    finish(world, token, app.shows())


def test_what_can_be_no_code_is_no_guess(world, email, app):
    token = half(world, email)
    for _ in range(12):
        with pytest.raises(Refusal, match="six digits"):
            finish(world, token, "12 345")
    finish(world, token, app.shows())


def test_guesses_elsewhere_keep_nobody_out_on_a_device_that_signed_in_before(world, email, app):
    for n in range(10):
        with pytest.raises(Refusal):
            finish(world, half(world, email), wrong_of(app), address=f"127.0.0.{n}")
    with pytest.raises(TooManyAttempts):
        finish(world, half(world, email), app.shows())
    known = Known(account_of(email), "mine")
    assert half_sign_in.finish(
        world.ports, token=half(world, email), code=app.shows(), address="127.0.0.1", known=known
    ).token


def test_half_a_sign_in_lasts_ten_minutes_and_is_used_once(world, email, app):
    token = half(world, email)
    world.clock.pass_by(minutes=10)
    assert half_sign_in.whose(world.ports, token=token) is None
    with pytest.raises(NotFound):
        finish(world, token, app.shows())
    token = half(world, email)
    assert count(world, HalfSignIn) == 1, "what nobody finished is forgotten"
    finish(world, token, app.shows())
    world.clock.pass_by(seconds=60)
    with pytest.raises(NotFound):
        finish(world, token, app.shows())
    assert count(world, HalfSignIn) == 0


def test_whoever_never_gave_the_code_is_forgotten_by_the_worker(world, email, app):
    half(world, email)
    assert half_sign_in.prune(world.ports) == 0
    world.clock.pass_by(minutes=10)
    assert worker.tidy(world.ports) > 0
    assert count(world, HalfSignIn) == 0


@pytest.mark.parametrize("what", ["a session's token", "nothing", "another's cookie"])
def test_no_other_token_is_half_a_sign_in(world, email, app, what):
    token = {"nothing": "", "another's cookie": "x" * 43}.get(what)
    if token is None:
        token = finish(world, half(world, email), app.shows()).token
    with pytest.raises(NotFound):
        finish(world, token, app.shows(1))


def test_a_reset_and_a_mailed_link_do_not_skip_it(world, email, app):
    """ASVS 5.0, 6.4.3."""
    world.sign(world.oakfield)
    token = half(world, email)
    manager = world.oakfield.network_manager
    asked = resets.ask(world.ports, world.oakfield.administrator, person=manager.person_id)
    assert asked.reset
    resets.confirm(world.ports, world.oakfield.headteacher, password_reset=asked.reset)
    made = resets.make(world.ports, world.oakfield.administrator, password_reset=asked.reset)
    with pytest.raises(NotFound):
        finish(world, token, app.shows())
    fresh = "another gravel otter"
    invitations.accept(world.ports, token=made.token, password=fresh)
    token = half(world, email, password=fresh)
    assert count(world, SignIn) == 0
    with pytest.raises(Refusal, match=WRONG):
        finish(world, token, wrong_of(app))
    assert finish(world, token, app.shows()).token


def test_the_session_that_this_browser_had_ends_with_the_password_already(world, email):
    first = sign_in.sign_in(world.ports, Who(email, "127.0.0.1", "Firefox"), password=GOOD)
    assert not first.owes_code
    turned_on(world, world.oakfield.network_manager)
    teacher = with_password(world, world.oakfield.teacher)
    former = sign_in.sign_in(world.ports, Who(teacher, "127.0.0.1", "Firefox"), password=GOOD).token
    sign_in.sign_in(world.ports, Who(email, "127.0.0.1", "Firefox"), password=GOOD, replaces=former)
    assert sessions.present(world.ports, token=former) is None


def test_it_is_gone_with_whoever_leaves_and_whoever_comes_back_has_none(world):
    teacher = world.oakfield.teacher
    email = with_password(world, teacher)
    turned_on(world, teacher)
    token = half(world, email)
    people.end_access(world.ports, world.oakfield.administrator, person=teacher.person_id)
    assert half_sign_in.whose(world.ports, token=token) is None
    back = people.invite(world.ports, world.oakfield.administrator, name="T", email=email, role=Role.TEACHER)
    invitations.accept(world.ports, token=back.token, password=GOOD)
    assert not sign_in.sign_in(world.ports, Who(email, "127.0.0.1", "Firefox"), password=GOOD).owes_code
