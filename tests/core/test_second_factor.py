"""Codes as people type them, recovery codes, and who must have a second factor."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firewall_admin.core import second_factor as core
from firewall_admin.core.people import Role
from firewall_admin.core.refusals import Refusal
from firewall_admin.core.second_factor import Must


@pytest.mark.parametrize(
    "text", ["123456", "123 456", " 123456\n", "123-456", "123\u00a0456", "1 2 3 4 5 6", "１２３４５６", "123–456"]
)
def test_a_code_of_the_app_is_read_however_it_is_typed_or_pasted(text):
    assert core.typed(text) == "123456"
    assert core.is_of_app(core.typed(text))


@pytest.mark.parametrize("text", ["", "12345", "1234567", "12345a", "١٢٣٤٥٦", "123456\x00", "1" * 10_000])
def test_what_is_no_code_is_none(text):
    assert not core.is_of_app(core.typed(text))


@given(st.binary(min_size=core.RANDOM, max_size=core.RANDOM))
def test_a_recovery_code_is_the_same_after_being_read_out_and_typed(random):
    code = core.recovery_code(random)
    assert core.is_recovery(code)
    said = core.grouped(code, "-").lower().replace("0", "o").replace("1", "l")
    assert core.typed(said) == code
    assert not core.is_of_app(code)


def test_every_bit_of_chance_is_in_a_recovery_code():
    bits = [core.recovery_code((1 << n).to_bytes(core.RANDOM)) for n in range(8 * core.RANDOM)]
    assert len({*bits, core.recovery_code(bytes(core.RANDOM))}) == 8 * core.RANDOM + 1
    assert 8 * core.RANDOM >= 112, "a plain hash is enough only from there on"
    for wrong in (b"", bytes(core.RANDOM - 1), bytes(core.RANDOM + 1)):
        with pytest.raises(ValueError, match="15 random bytes"):
            core.recovery_code(wrong)


def test_a_code_is_kept_as_its_hash_and_told_in_groups_of_four():
    code = core.recovery_code(bytes(range(core.RANDOM)))
    assert code not in core.kept(code)
    assert len(core.kept(code)) == 64
    assert [len(part) for part in core.grouped(code, "-").split("-")] == [4] * 6
    assert core.grouped("ABCDEFG") == "ABCD EFG"


@pytest.mark.parametrize("role", Role)
def test_who_must_have_one(role):
    assert not Must.NOBODY.covers(role)
    assert Must.EVERYONE.covers(role)
    assert Must.DECIDERS.covers(role) == (role not in (Role.TEACHER, Role.GOVERNOR))


def test_asking_less_is_told_from_asking_more():
    order = [Must.NOBODY, Must.DECIDERS, Must.EVERYONE]
    for at, one in enumerate(order):
        for other, two in enumerate(order):
            assert one.is_milder_than(two) == (at < other)
    assert core.parse_must("deciders") is Must.DECIDERS
    with pytest.raises(Refusal):
        core.parse_must("all")
