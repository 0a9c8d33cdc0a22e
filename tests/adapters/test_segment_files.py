"""Compiled segments in memory and on the disk: those used last are at hand, and none but what was kept is given."""

import pytest

from firewall_admin.adapters import segment_files
from firewall_admin.adapters.segment_files import SegmentFiles, SegmentMemory
from firewall_admin.core.ruleset import Action, Segment


def some(letter, size=100):
    return (Segment(Action.BLOCK, f"{letter * (size - 1)}\n", 1),)


@pytest.fixture(autouse=True)
def _all_are_kept(monkeypatch):
    monkeypatch.setattr(segment_files, "LEAST", 1)


def test_those_used_last_stay_and_no_more_than_fit():
    memory = SegmentMemory(250)
    for letter in "ab":
        memory.put(letter, some(letter))
    assert memory.get("a") == some("a")
    memory.put("c", some("c"))
    assert [memory.get(letter) for letter in "abc"] == [some("a"), None, some("c")]
    memory.put("d", some("d", 251))
    assert memory.get("d") is None, "it would take the place of all"
    assert memory.get("a") == some("a")
    memory.put("a", some("a"))
    memory.put("e", some("e"))
    assert [memory.get(letter) is not None for letter in "ace"] == [True, False, True]


def test_what_is_in_memory_is_not_read_again_and_what_is_not_is_read(tmp_path):
    memory = SegmentMemory(150)
    files = SegmentFiles(tmp_path, memory)
    for letter in "ab":
        files.keep(letter, some(letter))
    (tmp_path / "a").write_bytes(b"harmed")
    (tmp_path / "b").write_bytes(b"harmed")
    assert files.load("a") is None, "it was no longer in memory"
    assert files.load("b") == some("b")
    (tmp_path / "b").unlink()
    assert files.load("b") == some("b")
    assert SegmentFiles(tmp_path, SegmentMemory(150)).load("b") is None


def test_what_was_read_is_in_memory_for_every_folder(tmp_path):
    SegmentFiles(tmp_path).keep("a", some("a"))
    memory = SegmentMemory(150)
    assert SegmentFiles(tmp_path, memory).load("a") == some("a")
    assert SegmentFiles(tmp_path / "another school's", memory).load("a") == some("a")


def test_it_takes_no_more_than_a_sixteenth_of_the_machine(monkeypatch):
    monkeypatch.setattr(segment_files, "_memory", lambda: 1600)
    memory = SegmentMemory()
    memory.put("a", some("a", 101))
    memory.put("b", some("b"))
    assert (memory.get("a"), memory.get("b")) == (None, some("b"))
