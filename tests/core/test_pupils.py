"""A pupil is a reference, and what the trail holds tells nobody which."""

import pytest

from firewall_admin.core.pupils import commitment, parse_reference
from firewall_admin.core.refusals import Refusal


@pytest.mark.parametrize(
    ("typed", "reference"),
    [
        ("4f-012", "4F-012"),
        (" aj  4f ", "AJ 4F"),
        ("Year 4 AB", "YEAR 4 AB"),
        ("", None),
        ("  ", None),
        ("Class 6M", "CLASS 6M"),
    ],
)
def test_a_reference_has_one_spelling(typed, reference):
    assert parse_reference(typed) == reference


@pytest.mark.parametrize("typed", ["Amelia Jones", "jones, amelia", "4F " * 20, "=cmd", "<b>", "4F\u202e"])
def test_a_name_or_anything_else_is_refused(typed):
    with pytest.raises(Refusal) as refused:
        parse_reference(typed)
    assert refused.value.field == "pupil"


def test_without_the_salt_a_commitment_can_not_be_guessed_back():
    first, second = commitment("salt-1", "4F-012"), commitment("salt-2", "4F-012")
    assert first != second
    assert first == commitment("salt-1", "4F-012")
    assert "4F" not in first
