"""Many names asked together are told what each would be told alone, and a long list is not read for a few of them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firewall_admin.core import many_names
from firewall_admin.core.domains import order
from firewall_admin.core.many_names import decide_all, held
from firewall_admin.core.names import Names
from firewall_admin.core.policy import decide
from tests.core.small_policies import around, compiled, domains
from tests.counted_text import CountedText
from tests.thoroughness import examples


@pytest.fixture(params=[1, many_names.NEAR])
def _near(request, monkeypatch):
    """Halved down to single lines, or read as it lies."""
    monkeypatch.setattr(many_names, "NEAR", request.param)


@pytest.mark.usefixtures("_near")
@settings(max_examples=examples(48))
@given(compiled(), st.randoms(use_true_random=False))
def test_many_names_at_once_are_decided_as_each_alone(whole, chance):
    for audience in whole.audiences:
        asked = around(audience)
        asked += asked[::3]
        chance.shuffle(asked)
        assert list(decide_all(audience.policy, asked)) == [decide(audience.policy, name) for name in asked]


@pytest.mark.usefixtures("_near")
@given(st.lists(domains, max_size=30), st.lists(domains, max_size=30))
def test_of_some_orders_those_that_are_in_a_list_are_found(listed, asked):
    names, wanted = Names.of(listed), sorted(order(name).encode() for name in set(asked))
    assert held(names, wanted) == {order(name).encode() for name in {*listed} & {*asked}}


@pytest.fixture(scope="module")
def long() -> Names:
    return Names.of(f"n{number}.example" for number in range(60_000))


def test_a_long_list_is_not_read_for_a_few_names(long):
    text = CountedText(long.text)
    asked = [f"example n{number}".encode() for number in (7, 23_456, 59_999, 70_000)]
    assert held(Names(text), sorted(asked)) == set(asked[:3])
    assert text.read < 4 * 2_000 < len(text) // 100


def test_for_very_many_names_each_byte_of_a_list_is_read_about_once(long):
    text = CountedText(long.text)
    asked = sorted(f"example n{number}".encode() for number in range(30_000, 90_000))
    assert len(held(Names(text), asked)) == 30_000
    assert text.read < len(text) * 1.1


def test_nothing_is_found_for_nothing_or_in_nothing():
    assert held(Names(), [b"example a"]) == held(Names.of(["a.example"]), []) == set()
