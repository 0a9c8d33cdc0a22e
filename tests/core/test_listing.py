"""What a release changed is looked through where it lies."""

from hypothesis import given
from hypothesis import strategies as st

from firewall_admin.core import listing
from firewall_admin.core.domains import covers, lineage, order
from firewall_admin.core.listing import Listing
from tests.counted_text import CountedText

labels = st.sampled_from(["a", "b", "ab", "a-b", "_x", "0"])
domains = st.lists(labels, min_size=1, max_size=4).map(lambda found: ".".join([*found, "lab"]))
changes = st.dictionaries(domains, st.booleans(), max_size=20)


def listed(found: dict[str, bool]) -> tuple[Listing, list[tuple[str, bool]]]:
    ordered = sorted(found.items(), key=lambda one: order(one[0]))
    return Listing("".join(f"{'+' if blocked else '-'}{name}\n" for name, blocked in ordered).encode()), ordered


@given(changes, domains, st.integers(0, 5))
def test_a_name_is_found_with_those_above_it_and_some_under_it(found, asked, most):
    text, ordered = listed(found)
    above = [(name, found[name]) for name in lineage(asked) if name in found]
    under = [one for one in ordered if covers(asked, one[0]) and one[0] != asked]
    assert list(text.around(asked, most)) == [*above, *under[:most]]


@given(changes, st.booleans(), st.integers(0, 22), st.integers(1, 5), st.integers(1, 60))
def test_a_page_is_a_stretch_of_the_names_with_its_mark(found, blocked, first, most, piece):
    text, ordered = listed(found)
    usual, listing._PIECE = listing._PIECE, piece
    try:
        page = text.page(blocked=blocked, first=first, most=most)
    finally:
        listing._PIECE = usual
    assert page == [name for name, its in ordered if its == blocked][first : first + most]


def test_no_more_is_looked_through_than_holds_the_names_that_are_asked_for(monkeypatch):
    monkeypatch.setattr(listing, "_PIECE", 1_000)
    text = CountedText("".join(f"+n{number:05}.lab\n" for number in range(10_000)).encode())
    assert Listing(text).page(blocked=False, first=0, most=0) == []
    assert Listing(text).page(blocked=True, first=100, most=2) == ["n00100.lab", "n00101.lab"]
    assert text.read < 8_000, "bytes of 130,000"
