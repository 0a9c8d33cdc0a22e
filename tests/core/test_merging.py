"""Runs that are kept one behind the other and merged a stretch at a time come to the union of all of them."""

import mmap

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from firewall_admin.core import long_text, merging
from firewall_admin.core.domains import order
from firewall_admin.core.listfile import piece, read
from firewall_admin.core.long_text import at_or_after, blocks, holds, line_count
from firewall_admin.core.merging import union
from firewall_admin.core.names import Names

labels = st.sampled_from(["a", "b", "ab", "a-b", "_x", "0"])
names = st.lists(labels, min_size=1, max_size=4).map(lambda found: ".".join([*found, "lab"]))
runs = st.lists(st.lists(names, max_size=30), max_size=6)
listed = st.sampled_from(
    ["0.0.0.0 {}", "||{}^", "{}", "@@||{}^", "{} x", "# {}", 'local-zone: "{}" static', "$ORIGIN {}."]
)
sizes = st.sampled_from([1, 10, 40, 1 << 20])


class Shelf:
    """Keeps texts in files, and what each of them was made of."""

    def __init__(self, folder):
        self.folder, self.parts = folder, []

    def __call__(self, parts):
        self.parts.append(list(parts))
        place = self.folder / str(len(self.parts))
        place.write_bytes(b"".join(self.parts[-1]))
        return mapped(place)


def mapped(place):
    if not place.stat().st_size:
        return b""
    with place.open("rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


@given(runs, sizes, st.sampled_from([1, 8, 1 << 15]), st.booleans())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_union_holds_every_name_once_wherever_it_is_cut_and_kept(tmp_path, found, stretch, sample, on_disk):
    texts = [Names.of(run).text[:] for run in found]
    whole = union(iter(texts), Shelf(tmp_path) if on_disk else merging.together, stretch, sample)
    expected = Names.of(name for run in found for name in run)
    assert whole.text[:] == expected.text
    assert len(whole) == len(expected)


def test_a_stretch_is_about_as_long_as_is_asked_for_however_many_runs_there_are(tmp_path):
    shelf = Shelf(tmp_path)
    found = [Names.of(f"w{n * 7919 % 9973}.n{n}.lab" for n in range(first, 40_000, 100)) for first in range(100)]
    whole = union((run.text[:] for run in found), shelf, 1 << 16, 1 << 9)
    assert len(whole) == 40_000
    assert len(shelf.parts[1]) > 8
    assert max(map(len, shelf.parts[1])) < 1 << 17


@given(
    st.lists(st.tuples(listed, names), max_size=40), st.sampled_from([1, 20, 1 << 19]), st.sampled_from(["\n", "\r\n"])
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.parametrize("role", ["blocked", "allowed"])
def test_a_list_on_disk_reads_as_the_same_list_in_memory(tmp_path, role, found, size, end):
    text = "".join(form.format(name) + end for form, name in found).encode()
    (tmp_path / "list").write_bytes(text)
    here = read(text, role)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(piece.pieces, "__defaults__", (size,))
        patch.setattr(long_text, "BLOCK", size)
        there = read(mapped(tmp_path / "list"), role, keep=Shelf(tmp_path))
    assert there == here
    assert there.names.text[:] == here.names.text
    assert len(there.names) == len(here.names)


@pytest.mark.parametrize("head", [b"\xef\xbb\xbf", b"", b"; zone\n@ SOA a. b. (1\n2 3\n4 5)\n@ NS a.\n"])
@pytest.mark.parametrize("end", [b"\n", b"\r", b""])
def test_marks_ends_and_heads_are_found_in_a_mapped_file_too(tmp_path, head, end):
    text = head + b"0.0.0.0 a.lab\n||b.lab^" + end
    (tmp_path / "list").write_bytes(text)
    assert read(mapped(tmp_path / "list")) == read(text)


@given(st.lists(names, min_size=1).map(Names.of), sizes, names)
def test_a_long_text_is_given_by_whole_lines_and_looked_into_between_two_of_them(found, size, name):
    text, key = found.text, order(name).encode()
    parts = list(blocks(text, size))
    assert b"".join(parts) == text
    assert all(part.endswith(b"\n") for part in parts)
    assert line_count(text) == len(found)
    assert holds(text, key) == (key in text)
    lines = text.splitlines(keepends=True)
    low, high = len(lines[0]), len(b"".join(lines[:-1]))
    if low <= high:
        before = [line for line in lines[1:-1] if line[:-1] < key]
        assert at_or_after(text, key, low, high) == low + len(b"".join(before))


def test_a_last_line_without_an_end_is_given_too():
    assert list(blocks(b"a\nbc", 1)) == [b"a\n", b"bc"]
