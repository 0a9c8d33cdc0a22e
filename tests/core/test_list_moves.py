"""What came to a list and what went is what sets say, wherever the texts are cut and however much differs."""

import mmap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firewall_admin.core import alike, list_moves
from firewall_admin.core.domains import order
from firewall_admin.core.list_moves import differing, moves
from firewall_admin.core.names import Names

labels = st.sampled_from(["a", "b", "ab", "a-b", "_x", "0"])
names = st.lists(labels, min_size=1, max_size=4).map(lambda found: ".".join([*found, "lab"]))
lists = st.sets(names, max_size=40)


def _keys(found):
    return {order(name).encode() for name in found}


@given(lists, lists, lists, st.sampled_from([1, 8, 30, 1 << 16]), st.sampled_from([0, 1, 3, 100]))
def test_what_came_and_what_went_is_what_sets_say_with_stretches_of_any_size(both, one, other, stretch, many):
    old, new = both | one, both | other
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(list_moves, "STRETCH", stretch)
        patch.setattr(list_moves, "_MANY", many)
        patch.setattr(alike, "LEAP", 1 + many)
        parts = list(differing(Names.of(old), Names.of(new)))
        told = moves(Names.of(old), Names.of(new), frozenset(_keys(one | other)))
    gone, came = ([line for part in parts for line in part[side]] for side in (0, 1))
    assert sorted(gone) == sorted(_keys(old - new)), "each once"
    assert sorted(came) == sorted(_keys(new - old))
    assert (told.came, told.gone, told.asked) == (len(came), len(gone), _keys(new - old))


def test_names_that_came_and_went_are_counted_over_many_stretches_of_mapped_files(tmp_path):
    some = [Names.of(f"n{n}.x{n % 97}.example" for n in found) for found in (range(90_000), range(500, 91_000))]
    for number, one in enumerate(some):
        (tmp_path / str(number)).write_bytes(one.text)
    with (tmp_path / "0").open("rb") as first, (tmp_path / "1").open("rb") as second:
        old, new = (Names(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)) for file in (first, second))
    for before, after in ((old, new), (some[0], new), (old, some[1])):
        assert (moves(before, after).came, moves(before, after).gone) == (1_000, 500)
    assert (moves(old, old).came, moves(old, Names()).gone, moves(Names(), new).came) == (0, 90_000, 90_500)


def test_of_two_long_texts_only_a_stretch_is_taken_at_a_time(monkeypatch):
    """Also where all of one lies between two neighbours of the other."""
    monkeypatch.setattr(list_moves, "STRETCH", 1_000)
    sizes = []
    usual = list_moves._apart

    def apart(one, other):
        sizes.extend([len(one), len(other)])
        return usual(one, other)

    monkeypatch.setattr(list_moves, "_apart", apart)
    old, new = Names.of(["a.lab", "z.lab"]), Names.of(f"n{n}.m.lab" for n in range(5_000))
    assert moves(old, new) == list_moves.Moves(5_000, 2)
    assert max(sizes) < 1_300
