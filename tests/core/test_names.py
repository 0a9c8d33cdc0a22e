from bisect import bisect_left

from hypothesis import given
from hypothesis import strategies as st

from firewall_admin.core.domains import covers, lineage, order
from firewall_admin.core.names import Names

labels = st.sampled_from(["a", "b", "ab", "a-b", "_x", "0"])
domains = st.lists(labels, min_size=1, max_size=4).map(lambda found: ".".join([*found, "lab"]))
lists = st.lists(domains, max_size=20)


@given(lists)
def test_names_are_distinct_and_in_label_order(found):
    names = Names.of(found)
    assert list(names) == sorted(set(found), key=order)
    assert len(names) == len(Names(names.text)) == len(set(found))
    assert names == Names.of(reversed(found))


@given(lists, domains)
def test_a_look_up_finds_the_longest_name_that_covers(found, asked):
    names = Names.of(found)
    covering = [name for name in lineage(asked) if name in set(found)]
    assert names.closest(asked) == (covering[0] if covering else None)
    assert (asked in names) == (asked in set(found))


@given(lists, domains, domains)
def test_a_slice_holds_the_orders_from_one_up_to_another(found, one, other):
    names, ordered = Names.of(found), sorted(map(order, set(found)))
    start, stop = sorted([order(one), order(other)])
    expected = ordered[bisect_left(ordered, start) : bisect_left(ordered, stop)]
    assert names.between(start, stop).decode().splitlines() == expected
    assert names.between().decode().splitlines() == ordered


@given(lists, domains)
def test_a_subtree_is_the_name_and_all_under_it(found, root):
    under = [name for name in sorted(set(found), key=order) if covers(root, name)]
    assert Names.of(found).under(root).decode().splitlines() == [order(name) for name in under]


@given(lists, domains, st.integers(0, 4))
def test_the_first_names_under_one_are_told_and_all_of_them_counted(found, root, most):
    under = [name for name in sorted(set(found), key=order) if covers(root, name) and name != root]
    assert Names.of(found).first_under(root, most) == under[:most]
    assert Names.of(found).count_under(root) == len(under)


@given(lists, st.integers(1, 60))
def test_cuts_are_orders_of_the_list_in_order(found, size):
    names = Names.of(found)
    cuts = names.orders_every(size)
    assert cuts == sorted(set(cuts))
    assert set(cuts) <= {order(name) for name in found}


def test_an_empty_set_answers_too():
    assert list(Names()) == []
    assert len(Names()) == 0
    assert Names().closest("a.lab") is None
    assert Names().under("a.lab") == b""
    assert Names().orders_every(1) == []
