import pytest
from hypothesis import given
from hypothesis import strategies as st

from firewall_admin.core import passwords
from firewall_admin.core.refusals import Refusal

SCHOOL = ["Oakfield Primary School", "oakfield.leics.sch.uk"]
PERSON = ["Gwen Hughes", "g.hughes"]


def refused(password):
    with pytest.raises(Refusal) as found:
        passwords.check(password, SCHOOL, PERSON)
    assert found.value.field == "password"
    return found.value.message


@pytest.mark.parametrize(
    "password",
    [
        "lamp gravel otter",
        "tzuwpqkxmvnd",
        "4829103757261938",
        "correct horse lamp gravel",
        "ŵylan fôr y gogledd",
        "our new school lamp gravel",
        "x" * 0 + "kR8#vTq2!mZw9$Ly" * 16,
        "Marketing stapler",
    ],
)
def test_any_composition_may_be_chosen_up_to_256_characters(password):
    passwords.check(password, SCHOOL, PERSON)


def test_a_short_one_is_told_what_would_do():
    assert "12 characters" in refused("tzuwpqkxmvn")


def test_too_long_is_said_and_never_cut():
    assert "256 characters at most" in refused("kR8#vTq2!mZw9$Ly" * 16 + "x")


@pytest.mark.parametrize("password", ["oakfield lamp gravel", "0akf1eld lamp gravel", "lamp gravel LEICS"])
def test_the_schools_name_may_not_stand_in_it_in_any_disguise(password):
    assert "Leave out" in refused(password)


@pytest.mark.parametrize(
    "password",
    [
        "Password1234",
        "P@ssw0rd2026!!",
        "passwordpassword",
        "liverpool2026",
        "Iloveyou!!!!1",
        "123456789012",
        "qwertyuiop123",
        "poiuytrewqasd",
        "aaaaaaaaaaaaaaaa",
        "abcabcabcabcabc",
        "abababababab",
        "Summer2026 !!",
        "GwenHughes2026",
        "hughes-gwen-1",
        "school school school",
        "teacher.teacher",
        "abcdefghijklmnop",
    ],
)
def test_what_is_guessed_first_is_refused_with_the_way_out(password):
    assert "Three random words" in refused(password)


def test_two_spellings_of_the_same_letters_are_one_password():
    assert passwords.spelling("w\u0302ylan") == passwords.spelling("\u0175ylan")


@given(st.text(min_size=0, max_size=300))
def test_no_text_breaks_it(text):
    try:
        passwords.check(text, SCHOOL, PERSON)
    except Refusal:
        return
    assert 12 <= len(passwords.spelling(text)) <= 256


@given(st.text("ghjkmnpqruvwxyz2345679", min_size=16, max_size=64).filter(lambda text: len(set(text)) > 9))
def test_chance_is_hardly_ever_taken_for_a_common_one(text):
    assert len(passwords.left_over(text, ())) >= len(text) // 3
