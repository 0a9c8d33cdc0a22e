"""What a release changed is looked through where it lies."""

from hypothesis import given
from hypothesis import strategies as st

from firewall_admin.core import listing
from firewall_admin.core.domains import covers, lineage, order
from firewall_admin.core.listing import Listing

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
