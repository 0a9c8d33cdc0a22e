"""Files kept as parts of another: whoever reads them can't tell."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firewall_admin.adapters import kept_files
from firewall_admin.core.splicing_files import Stretch
from tests.thoroughness import examples

TEXT = b"abcdefghijklmnopqrstuvwxyz" * 4
stretches = st.tuples(st.integers(0, len(TEXT)), st.integers(0, len(TEXT))).map(sorted).map(lambda pair: Stretch(*pair))
parts = st.lists(stretches | st.binary(max_size=9).map(lambda some: bytes(byte % 128 for byte in some)), max_size=8)


def plain(base, found):
    return b"".join(base[part.start : part.stop] if isinstance(part, Stretch) else part for part in found)


@settings(max_examples=examples(200))
@given(found=parts, data=st.data())
def test_parts_and_parts_of_parts_are_the_bytes_they_stand_for(tmp_path_factory, found, data):
    folder = tmp_path_factory.mktemp("kept")
    (folder / "first").write_bytes(TEXT)
    kept_files.keep(folder / "x", folder / "first", found)
    there, whole = kept_files.find(folder / "x"), plain(TEXT, found)
    assert there.size == len(whole)
    with there.open() as file:
        assert file.read() == whole
    start, stop = sorted(data.draw(st.tuples(*[st.integers(0, len(whole))] * 2)))
    assert plain(TEXT, there.between(start, stop)) == whole[start:stop]


def test_a_long_stretch_is_read_in_small_pieces(tmp_path):
    whole = bytes(range(128)) * 30_000
    (tmp_path / "first").write_bytes(whole)
    kept_files.keep(tmp_path / "x", tmp_path / "first", [b"new", Stretch(5, len(whole)), Stretch(0, 5)])
    there = kept_files.find(tmp_path / "x")
    assert max(map(len, there.pieces())) <= 1 << 20
    with there.open() as file:
        assert b"".join(iter(lambda: file.read(70_000), b"")) == b"new" + whole[5:] + whole[:5]


def test_a_file_half_read_can_be_closed(tmp_path):
    (tmp_path / "first").write_bytes(TEXT)
    kept_files.keep(tmp_path / "x", tmp_path / "first", [Stretch(0, 9), b"more"])
    with kept_files.find(tmp_path / "x").open() as file:
        assert file.read(3) == TEXT[:3]


@pytest.mark.parametrize("said", ["", "{", "[[0,500]]", "[[5,2]]", "[[1]]", "[1]", "[[-1,4]]", "{}x"])
def test_parts_that_are_none_are_refused(tmp_path, said):
    (tmp_path / "first").write_bytes(TEXT)
    kept_files.keep(tmp_path / "x", tmp_path / "first", [])
    (tmp_path / "x.parts").write_text(said)
    with pytest.raises(ValueError, match="x"):
        kept_files.find(tmp_path / "x")


def test_nothing_there_is_a_file_that_is_not_found(tmp_path):
    with pytest.raises(FileNotFoundError):
        kept_files.find(tmp_path / "x")


def test_the_base_lives_as_long_as_somebody_needs_it(tmp_path):
    first = tmp_path / "first"
    first.write_bytes(TEXT)
    kept_files.keep(tmp_path / "x", first, [Stretch(3, 9)])
    first.unlink()
    kept_files.take_over(kept_files.find(tmp_path / "x"), tmp_path / "y")
    kept_files.forget(tmp_path / "x")
    with kept_files.find(tmp_path / "y").open() as file:
        assert file.read() == TEXT[3:9]
    kept_files.forget(tmp_path / "y")
    assert not list(tmp_path.iterdir())
