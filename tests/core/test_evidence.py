"""Obligations, and numbers that name nobody."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firewall_admin.core.answers import ANSWERS, INSPECTORS, QUESTIONS
from firewall_admin.core.evidence import few, state_of, suppressed
from firewall_admin.core.obligations import OBLIGATIONS, STRENGTHS
from firewall_admin.core.reviews import SECTIONS
from firewall_admin.core.undertakings import KINDS

NUMBERS = [one.number for one in OBLIGATIONS]


def test_there_are_29_and_each_has_an_answer():
    assert [f"O{n}" for n in range(1, 30)] == NUMBERS
    assert {*ANSWERS, INSPECTORS} == set(NUMBERS)
    assert {one.strength for one in OBLIGATIONS} == set(STRENGTHS)


def test_a_review_and_an_undertaking_name_obligations_that_there_are():
    named = {number for section in SECTIONS for number in section.obligations}
    assert named | {kind.obligation for kind in KINDS.values()} == set(NUMBERS)


def test_an_inspector_asks_twelve_questions():
    assert len(QUESTIONS) == 12
    assert {number for _, numbers in QUESTIONS for number in numbers} <= set(NUMBERS)


@pytest.mark.parametrize(
    ("count", "said"), [(0, "0"), (1, "fewer than 5"), (4, "fewer than 5"), (5, "5"), (1234, "1,234")]
)
def test_a_small_number_is_not_counted_out(count, said):
    assert few(count) == said


@given(st.dictionaries(st.text("abc", min_size=1), st.integers(0, 50), max_size=6))
def test_no_small_cell_is_shown_or_can_be_worked_out_from_the_sum(counts):
    shown = suppressed(counts)
    assert all(count is None or count == 0 or count >= 5 for count in shown.values())
    hidden = [key for key, count in shown.items() if count is None]
    others = [key for key, count in shown.items() if count]
    assert not others or not hidden or (len(hidden) > 1 and sum(counts[key] for key in hidden) >= 5)


def test_what_is_missing_is_a_gap_and_what_is_late_is_told():
    assert (state_of(()), state_of((), late=True), state_of(("x",), late=True)) == ("met", "attention", "gap")
