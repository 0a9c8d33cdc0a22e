"""A list that seems to have other owners than it had."""

import pytest

from firewall_admin.core.list_owners import Origin, another_owner

BEFORE = Origin("lists.example", "Small Authority", "text/plain")


def found(now: Origin, turned: float = 0.0, before: Origin = BEFORE) -> list[str]:
    return [one.name for one in another_owner(before, now, turned)]


def test_a_list_from_the_same_place_is_nobody_else_s() -> None:
    assert found(BEFORE, 0.9) == []


def test_another_server_is_told_with_both_names() -> None:
    """spamcop.net, gjtech.net: expired and parked."""
    (told,) = another_owner(BEFORE, Origin("parked.example", "Small Authority", "text/plain"), 0.0)
    assert "from parked.example, before from lists.example" in told.text


@pytest.mark.parametrize(("turned", "expected"), [(0.05, []), (0.25, ["vouched-by-another"])])
def test_another_authority_alone_is_a_renewal_and_with_other_names_a_danger(turned: float, expected: list[str]) -> None:
    assert found(Origin("lists.example", "Other Authority", "text/plain"), turned) == expected


def test_of_a_server_nobody_vouched_for_there_is_nothing_to_compare() -> None:
    assert found(Origin("lists.example", None, None), 0.9) == []
    assert found(BEFORE, 0.9, Origin("lists.example")) == []


@pytest.mark.parametrize(
    ("kind", "expected"),
    [("application/octet-stream", []), ("text/html", ["served-otherwise"]), ("image/png", ["served-otherwise"])],
)
def test_another_kind_of_file_is_told_unless_lists_are_served_as_such(kind: str, expected: list[str]) -> None:
    assert found(Origin("lists.example", "Small Authority", kind)) == expected
