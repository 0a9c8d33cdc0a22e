"""One's own second factor: turned on with a proof, off with a password and a code, and sealed where it is kept."""

from datetime import UTC, datetime
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from sqlalchemy import select

from firewall_admin.adapters.sealed import Failure
from firewall_admin.core.events import SchoolChanged
from firewall_admin.core.people import system
from firewall_admin.core.refusals import Conflict, Refusal, TooManyAttempts
from firewall_admin.core.second_factor import WRONG
from firewall_admin.db.tables import Letter, RecoveryCode, SecondFactor
from firewall_admin.journeys import (
    one_time_codes,
    proving_codes,
    sealing,
    second_factor,
    sessions,
    sign_in,
    subject_access,
)
from firewall_admin.journeys.proving import Who

from .factor_world import GOOD, App, finish, half, offered, turned_on, with_password
from .trail_of import trail

RFC_6238 = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # "12345678901234567890", the seed of its appendix B
VECTORS = ((59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130"))


@pytest.fixture
def actor(world):
    return world.oakfield.network_manager


@pytest.fixture
def email(world, actor):
    return with_password(world, actor)


def signed_in(world, email):
    return sign_in.sign_in(world.ports, Who(email, "127.0.0.1", "Firefox"), password=GOOD).token


def rows(world, kind):
    with world.db.look() as session:
        return session.scalars(select(kind).order_by(kind.id)).all()


def weighty(world, actor, act, code, token="none", password=GOOD):
    return act(world.ports, actor, token=token, address="127.0.0.1", password=password, code=code)


def entered(world, email, app):
    """In, by both; the token. The code is used up by then."""
    token = finish(world, half(world, email), app.shows()).token
    world.clock.pass_by(seconds=30)
    return token


@pytest.mark.parametrize(("at", "code"), VECTORS)
def test_the_codes_are_those_of_rfc_6238(at, code):
    now = datetime.fromtimestamp(at, UTC)
    assert one_time_codes.step(RFC_6238, code, now) == at // 30
    assert one_time_codes.step(RFC_6238, str((int(code) + 1) % 10**6).zfill(6), now) is None


def test_a_seed_has_160_bits_and_the_address_names_school_and_person(world, actor):
    seeds = {one_time_codes.seed() for _ in range(50)}
    assert len(seeds) == 50
    assert {len(seed) for seed in seeds} == {32}
    said = urlsplit(one_time_codes.address(RFC_6238, school="St Mary’s: C of E", email="j.ash@oakfield.example"))
    assert (said.scheme, said.netloc) == ("otpauth", "totp")
    assert unquote(said.path) == "/St Mary’s C of E:j.ash@oakfield.example"
    assert parse_qs(said.query) == {"secret": [RFC_6238], "issuer": ["St Mary’s C of E"]}


def test_it_is_on_only_after_a_code_and_until_then_a_password_is_enough(world, actor, email):
    seed = offered(world, actor)
    with pytest.raises(Refusal, match=WRONG):
        second_factor.turn_on(world.ports, actor, token="none", code=App(world, offered(world, actor), ()).shows(5))
    assert signed_in(world, email)
    assert second_factor.own(world.ports, actor).on_at is None
    assert seed != offered(world, actor), "each beginning offers a fresh one"


def test_turning_it_on_gives_ten_codes_ends_other_sessions_and_is_told(world, actor, email):
    here, elsewhere = signed_in(world, email), signed_in(world, email)
    app = App(world, offered(world, actor), ())
    codes = second_factor.turn_on(world.ports, actor, token=here, code=app.shows())
    assert len(set(codes)) == 10
    assert sessions.present(world.ports, token=here)
    assert sessions.present(world.ports, token=elsewhere) is None
    own = second_factor.own(world.ports, actor)
    assert (own.on_at, own.left, own.must) == (world.clock.at, 10, False)
    assert second_factor.offered(world.ports, actor) is None, "the seed is never shown again"
    with pytest.raises(Conflict):
        second_factor.begin(world.ports, actor)
    assert trail(world, world.oakfield)[-2:] == [
        "Network manager of Oakfield began to set up a second factor for signing in.",
        "Network manager of Oakfield turned on a second factor for signing in; every other session of theirs ended.",
    ]
    (letter,) = rows(world, Letter)
    assert (letter.kind, letter.person_id) == ("factor-on", actor.person_id)
    assert "23 November 2026 at 09:30" in letter.text


def test_what_is_offered_lasts_an_hour(world, actor):
    app = App(world, offered(world, actor), ())
    world.clock.pass_by(hours=1)
    assert second_factor.offered(world.ports, actor) is None
    with pytest.raises(Conflict, match="Begin again"):
        second_factor.turn_on(world.ports, actor, token="none", code=app.shows())


def test_a_code_for_what_somebody_else_was_offered_turns_nothing_on(world, actor):
    other = App(world, offered(world, world.oakfield.teacher), ())
    offered(world, actor)
    with pytest.raises(Refusal, match=WRONG):
        second_factor.turn_on(world.ports, actor, token="none", code=other.shows())


def test_turning_it_off_takes_the_password_and_a_code_and_is_told(world, actor, email):
    app = turned_on(world, actor)
    token = entered(world, email, app)
    with pytest.raises(Refusal, match="password is not right") as refused:
        weighty(world, actor, second_factor.turn_off, app.shows(), token, "wrong gravel otter")
    assert refused.value.field == "password"
    with pytest.raises(Refusal, match=WRONG) as refused:
        weighty(world, actor, second_factor.turn_off, app.shows(7), token)
    assert refused.value.field == "code"
    weighty(world, actor, second_factor.turn_off, app.shows(), token)
    assert rows(world, SecondFactor) == []
    assert rows(world, RecoveryCode) == []
    assert "turned off their second factor" in trail(world, world.oakfield)[-1]
    assert rows(world, Letter)[-1].kind == "factor-off"
    assert sessions.present(world.ports, token=signed_in(world, email))
    with pytest.raises(Conflict):
        weighty(world, actor, second_factor.turn_off, app.shows(1), token)


def test_whoever_lost_the_phone_turns_it_off_by_a_recovery_code(world, actor, email):
    app = turned_on(world, actor)
    token = finish(world, half(world, email), app.codes[0]).token
    with pytest.raises(Refusal, match="used already"):
        weighty(world, actor, second_factor.turn_off, app.codes[0], token)
    weighty(world, actor, second_factor.turn_off, app.codes[1], token)
    assert not second_factor.own(world.ports, actor).on_at


def test_new_recovery_codes_end_the_former_and_count_as_ten(world, actor, email):
    app = turned_on(world, actor)
    token = finish(world, half(world, email), app.codes[0]).token
    made = weighty(world, actor, second_factor.new_codes, app.shows(), token)
    assert second_factor.own(world.ports, actor).left == len(set(made)) == 10
    assert not set(made) & set(app.codes)
    with pytest.raises(Refusal, match="none of your"):
        finish(world, half(world, email), app.codes[1])
    assert finish(world, half(world, email), made[0]).left == 9
    assert any("made 10 new recovery codes" in line for line in trail(world, world.oakfield))


def test_guesses_in_a_session_are_counted_for_it_alone(world, actor, email):
    app = turned_on(world, actor)
    token = entered(world, email, app)
    for _ in range(10):
        with pytest.raises(Refusal, match=WRONG):
            weighty(world, actor, second_factor.turn_off, app.shows(9), token)
    with pytest.raises(TooManyAttempts):
        weighty(world, actor, second_factor.turn_off, app.shows(), token)
    assert finish(world, half(world, email), app.shows()).token


def test_a_seed_that_was_copied_to_another_row_does_not_open_there(world, actor, email):
    app = turned_on(world, actor)
    other = world.oakfield.teacher
    turned_on(world, other)
    with world.db.change(system(world.oakfield.id)) as change:
        query = select(SecondFactor)
        mine = change.session.scalars(query.where(SecondFactor.person_id == actor.person_id)).one()
        theirs = change.session.scalars(query.where(SecondFactor.person_id == other.person_id)).one()
        mine.seed, theirs.seed = theirs.seed, mine.seed
        change.did(SchoolChanged("cells", "swapped"))
    for row in rows(world, SecondFactor):
        assert isinstance(world.ports.sealed.open(row.seed, proving_codes.cell(row)), Failure)
    with pytest.raises(Refusal, match="can’t be read here"):
        finish(world, half(world, email), app.shows())
    assert finish(world, half(world, email), app.codes[0]).left == 9, "a recovery code still opens"


def test_a_change_of_key_seals_seeds_anew_and_the_app_goes_on(world, actor, email):
    app = turned_on(world, actor)
    (before,) = rows(world, SecondFactor)
    assert sealing.rotate(world.ports) == 1
    (after,) = rows(world, SecondFactor)
    assert after.seed != before.seed
    assert world.ports.sealed.open(after.seed, proving_codes.cell(after)) == app.seed
    assert isinstance(world.ports.sealed.open(before.seed, proving_codes.cell(before)), Failure)
    assert finish(world, half(world, email), app.shows()).token


def test_whoever_asks_what_is_kept_of_them_is_given_no_secret(world, actor, email):
    app = turned_on(world, actor)
    half(world, email)
    lead, today = world.oakfield.safeguarding_lead, world.clock.at.date()
    made = subject_access.begin(world.ports, lead, asked_by="She", asked_on=today, person=actor.person_id)
    found = subject_access.case(world.ports, lead, made).items
    by_table = {item.found.table: item.found.columns for item in found}
    assert {"second_factor", "recovery_code", "half_sign_in"} <= set(by_table)
    assert by_table["second_factor"]["seed"] == "[sealed]"
    kept = {value for kind in (SecondFactor, RecoveryCode) for row in rows(world, kind) for value in vars(row).values()}
    secrets = {app.seed} | {value for value in kept if isinstance(value, str)}
    assert [secret for secret in secrets if secret in str(by_table)] == []


def test_no_repr_tells_a_seed(world, actor):
    app = turned_on(world, actor)
    said = [repr(row) for row in rows(world, SecondFactor)] + [repr(second_factor.own(world.ports, actor))]
    assert [text for text in said if app.seed in text] == []
    seed = offered(world, world.oakfield.teacher)
    assert seed not in repr(second_factor.offered(world.ports, world.oakfield.teacher)).replace(" ", "")
