"""Looking a name up on the disk, where lists lie in label order and are not loaded, says what the whole policy says."""

import mmap
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firewall_admin.adapters.store import Damaged, Store
from firewall_admin.core.domains import lineage
from firewall_admin.core.names import Names
from firewall_admin.core.policy import NameList, Policy, decide
from tests.core.small_policies import around, compiled
from tests.thoroughness import examples


class InMemory:
    """A list as it is thought of: a set of names, each of which covers all under it."""

    def __init__(self, names: Names):
        self._names = frozenset(names)

    def closest(self, domain: str) -> str | None:
        return next((name for name in lineage(domain) if name in self._names), None)


def changed(policy: Policy, of) -> Policy:
    """The same policy, each list's names as `of` gives them."""

    def each(lists: tuple[NameList, ...]) -> tuple[NameList, ...]:
        return tuple(replace(listed, names=of(listed.names)) for listed in lists)

    return replace(policy, locked=each(policy.locked), protected=each(policy.protected), lists=each(policy.lists))


@settings(max_examples=examples(60), deadline=None)
@given(compiled())
def test_a_look_up_on_the_disk_says_what_the_whole_policy_says(tmp_path_factory, whole):
    folder = tmp_path_factory.mktemp("store")
    kept, looking = Store(folder), Store(folder)
    for audience in whole.audiences:
        policy = audience.policy
        on_disk = changed(policy, lambda names: looking.glance(kept.put(names)))
        in_memory = changed(policy, InMemory)
        for name in around(audience):
            assert decide(on_disk, name) == decide(in_memory, name), name


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path)


def place(store, sha256):
    return store.folder / "snapshots" / sha256[:2] / sha256


def test_a_glance_reads_nothing_and_what_is_published_is_checked(store):
    sha256 = store.put(Names.of(["a.example", "b.example"]))
    content = bytearray(place(store, sha256).read_bytes())
    content[-2:-1] = b"c"
    place(store, sha256).write_bytes(content)
    assert isinstance(store.glance(sha256).text, mmap.mmap)
    for _ in range(2):
        with pytest.raises(Damaged):
            store.names(sha256)


def test_what_was_glanced_at_is_given_back_to_the_disk_when_another_process_takes_it_away(tmp_path):
    looking, worker = Store(tmp_path), Store(tmp_path)
    old, new = worker.put(Names.of(["a.example"])), worker.put(Names.of(["b.example"]))
    text = looking.glance(old).text
    assert looking.glance(old).text is text, "mapped once"
    assert worker.forget(old)
    looking.glance(new)
    with pytest.raises(FileNotFoundError):
        looking.glance(old)


parts = st.sampled_from(["ads", "dsx", "exa", "xad", "zzz"])


@given(
    st.lists(st.sampled_from([f"{a}{b}.{c}.example" for a in ("ads", "x", "") for b in "ab" for c in ("xads", "c")])),
    parts,
)
def test_a_part_of_a_name_is_found_in_every_name_that_holds_it(names, part):
    found = Names.of(names).holding(part, 100)
    assert found == [name for name in Names.of(names) if any(part in label for label in name.split("."))]


def test_a_part_is_found_wherever_in_a_long_list_it_stands_and_no_more_than_asked_for(store):
    many = Names.of([f"n{number}.example" for number in range(150_000)] + ["only.needle.example"])
    on_disk = store.glance(store.put(many))
    assert len(on_disk.text) > 2 << 20, "several pieces"
    assert on_disk.holding("needle", 5) == ["only.needle.example"]
    assert len(on_disk.holding("example", 20)) == 20
    assert on_disk.holding("nothere", 5) == []
    assert on_disk.closest("x.n7.example") == "n7.example", "it is still there after it was looked through"
