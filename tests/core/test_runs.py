from hypothesis import given
from hypothesis import strategies as st

from firewall_admin.core.domains import covers, from_order, order
from firewall_admin.core.names import Names
from firewall_admin.core.runs import (
    MOST,
    between,
    distinct,
    domains,
    lines,
    merged,
    minimal,
    orders,
    spare,
    stretches,
    uncovered,
)

labels = st.sampled_from(["a", "b", "ab", "a-b", "_x", "0"])
names = st.lists(labels, min_size=1, max_size=4).map(lambda found: ".".join([*found, "lab"]))
lists = st.lists(names, max_size=30)
runs = st.lists(lists.map(Names.of), max_size=5)
sizes = st.sampled_from([1, 10, 40, 1 << 20])


def _minimal(found):
    return sorted((n for n in set(found) if not any(covers(m, n) for m in found if m != n)), key=order)


@given(lists)
def test_orders_are_those_of_the_core_and_domains_go_back(found):
    keys = orders(found)
    assert keys == sorted(map(order, found))
    assert sorted(domains(keys)) == sorted(found)


@given(lists)
def test_each_line_is_kept_once(found):
    assert distinct(lines(orders(found))) == lines(sorted({order(name) for name in found}))


@given(lists)
def test_what_others_cover_is_dropped(found):
    assert domains(uncovered(lines(orders(found)))) == _minimal(found)
    assert minimal(lines(orders(found))) == lines(uncovered(lines(orders(found))))


@given(runs, sizes)
def test_parts_follow_one_another_and_cut_no_subtree(found, size):
    cut = [merged(between(found, start, stop)) for start, stop in stretches(found, size, sample=8)]
    every = [name for run in found for name in run]
    assert "".join(cut) == lines(orders(every))
    thinned = [name for part in cut for name in domains(uncovered(part))]
    assert thinned == _minimal(every)


def test_a_large_input_is_cut_into_several_parts_but_not_into_many():
    run = Names.of(f"www.n{number}.lab" for number in range(5000))
    assert len(list(stretches([run, run], 1 << 16))) == 3
    assert MOST / 2 < len(list(stretches([run, run], 1, 8))) < MOST * 2


@given(lists, lists)
def test_an_exception_takes_away_what_lies_at_and_under_it(found, exceptions):
    left, below = spare(Names.of(found), {order(name) for name in exceptions})
    kept = [name for name in set(found) if not any(covers(other, name) for other in exceptions)]
    assert left == Names.of(kept)
    assert {from_order(key) for key in below} == {
        other for other in exceptions if any(covers(name, other) for name in kept)
    }
