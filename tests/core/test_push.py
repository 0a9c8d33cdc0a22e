"""Records as text and octets, how two zones differ, and markers: what is written reads back, whatever stands there."""

import contextlib
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firewall_admin.core import push_wire
from firewall_admin.core.exports.rpz.records import ZONE_NAME, head
from firewall_admin.core.exports.rpz.zones import KINDS
from firewall_admin.core.push import (
    EMPTY,
    Difference,
    Marker,
    body,
    content,
    difference,
    read_marker,
    told,
    zone_names,
)
from firewall_admin.core.push import KINDS as PUSHED
from firewall_admin.core.refusals import Refusal

from .small_policies import AT

ZONE = "rules1.rpz"
LABEL = st.from_regex(r"[a-z0-9_]([a-z0-9_-]{0,20}[a-z0-9])?", fullmatch=True)
NAME = st.lists(LABEL, min_size=1, max_size=5).map(".".join)
OWNER = st.one_of(NAME, NAME.map(lambda name: f"*.{name}"))
DATA = st.one_of(
    st.sampled_from(["CNAME .", "CNAME rpz-passthru.", "AAAA ::", "A 0.0.0.0"]),
    NAME.map(lambda name: f"CNAME {name}."),
    st.ip_addresses(v=4).map(lambda address: f"A {address}"),
    st.ip_addresses(v=6).map(lambda address: f"AAAA {address}"),
)
LINE = st.builds(lambda owner, data: f"{owner} {data}", OWNER, DATA)
# Few names, so that two zones often have one with other records.
ZONES = st.sets(
    st.builds(
        "{}.lab {}".format,
        st.sampled_from(["a", "b", "*.a", "*.b", "a.b", "*.a.b", "b.a", "c"]),
        st.sampled_from(["CNAME .", "CNAME rpz-passthru.", "A 192.0.2.1", "AAAA ::1", "CNAME x.lab."]),
    ),
    max_size=30,
)
DIGEST = "0" * 64


def answer(update: bytes) -> bytes:
    """An update as a transfer's message: what it adds stands where answers do."""
    zones, conditions, records, extra = struct.unpack_from(">HHHH", update, 4)
    question = update[12 : 12 + len(push_wire.wire_name(ZONE)) + 4]
    rest = update[12 + len(question) :]
    return update[:4] + struct.pack(">HHHH", zones, conditions + records, 0, extra) + question + rest


@given(st.sets(LINE, max_size=8))
def test_every_record_reads_back_as_it_was_written(lines):
    messages = list(push_wire.updates(ZONE, Difference(tuple(sorted(lines))), None, Marker(1, DIGEST), "ab"))
    found = [line for message in messages for line in push_wire.read(answer(message), ZONE).lines]
    assert sorted(found) == sorted(lines)


@given(ZONES, ZONES)
def test_a_difference_applied_in_order_makes_one_zone_the_other(before, after):
    zone = set(before)
    for step in difference(before, after).steps():
        for adds, line in step:
            if adds:
                assert line not in zone
                zone.add(line)
            else:
                zone.remove(line)
    assert zone == after


@given(ZONES, ZONES)
def test_what_is_only_added_comes_before_what_is_only_removed(before, after):
    found = difference(before, after)
    assert len(found) == len(before ^ after)
    kinds = [{adds for adds, _ in step} for step in found.steps()]
    assert kinds == sorted(kinds, key=lambda kind: 0 if kind == {True} else 2 if kind == {False} else 1)


TREE = ("lab", "bad.lab", "ok.bad.lab", "x.ok.bad.lab", "y.x.ok.bad.lab", "z.bad.lab")
ACTIONS = st.sampled_from(["CNAME .", "A 192.0.2.53", "CNAME rpz-passthru."])


def zone_of(actions: dict[str, str]) -> set[str]:
    return {f"{owner} {data}" for name, data in actions.items() for owner in (name, f"*.{name}")}


def blocked(zone: set[str], name: str) -> bool:
    """As a resolver reads a policy zone: the name itself, then the closest wildcard above it."""
    data = dict(line.split(" ", 1) for line in zone)
    labels = name.split(".")
    owners = [name, *(".".join(["*", *labels[at:]]) for at in range(1, len(labels)))]
    found = next((data[owner] for owner in owners if owner in data), "CNAME rpz-passthru.")
    return found != "CNAME rpz-passthru."


@given(st.dictionaries(st.sampled_from(TREE), ACTIONS), st.dictionaries(st.sampled_from(TREE), ACTIONS))
def test_whoever_reads_a_zone_between_two_steps_finds_blocked_what_is_blocked_before_and_after(before, after):
    zone, wanted = zone_of(before), zone_of(after)
    always = [name for name in TREE if blocked(zone, name) and blocked(wanted, name)]
    for step in difference(zone, wanted).steps():
        for adds, line in step:
            (zone.add if adds else zone.remove)(line)
        assert all(blocked(zone, name) for name in always)
    assert zone == wanted


def test_an_owner_with_other_records_is_emptied_and_filled_in_one_step():
    found = difference(["a.lab CNAME .", "b.lab CNAME ."], ["a.lab A 192.0.2.1", "a.lab AAAA ::1", "b.lab CNAME ."])
    assert list(found.steps()) == [((False, "a.lab CNAME ."), (True, "a.lab A 192.0.2.1"), (True, "a.lab AAAA ::1"))]


def test_few_changes_are_one_message_and_many_are_marked_until_the_last():
    after = Marker(7, DIGEST)
    [one] = push_wire.updates(ZONE, Difference(("a.lab CNAME .",)), "old", after, "ab")
    assert b"changing" not in one
    lines = tuple(f"n{number}.lab CNAME ." for number in range(push_wire.RECORDS * 2 + 1))
    first, second, third = push_wire.updates(ZONE, Difference(lines), "old", after, "ab")
    under_way, done = str(Marker(7, DIGEST, "ab")).encode(), str(after).encode()
    assert [(under_way in message, message.count(b"old")) for message in (first, second, third)] == [
        (True, 1),
        (True, 0),
        (True, 0),
    ], "each message's condition is what the one before it left"
    assert [third.endswith(done), second.endswith(done)] == [True, False]
    assert max(map(len, (first, second, third))) < 65_000


@given(st.binary(max_size=200))
def test_no_octets_break_the_reader_but_by_a_value_error(octets):
    with contextlib.suppress(ValueError):
        push_wire.read(octets, ZONE)


@given(st.integers(0, 100), st.binary(min_size=1, max_size=4))
def test_a_damaged_message_is_read_or_refused(at, octets):
    [message] = push_wire.updates(ZONE, Difference(("a.lab CNAME x.y.",)), "old", Marker(1, DIGEST), "ab")
    damaged = answer(message)
    damaged = damaged[:at] + octets + damaged[at + len(octets) :]
    with contextlib.suppress(ValueError):
        push_wire.read(damaged, ZONE)


def test_a_name_that_points_at_itself_is_refused():
    with pytest.raises(ValueError, match="circle"):
        push_wire.read(struct.pack(">HHHHHH", 1, 0, 0, 1, 0, 0) + b"\xc0\x0c" + b"\0" * 10, ZONE)


@pytest.mark.parametrize("marker", [Marker(1, DIGEST), Marker(4_000_000, "f" * 64, "0123456789abcdef")])
def test_a_marker_reads_back(marker):
    assert read_marker(str(marker)) == marker


@pytest.mark.parametrize(
    "text", [None, "", "hello", f"1 {DIGEST} ab", f"changing 1 {DIGEST}", f"1 {DIGEST}\n", f"-1 {DIGEST}", "1 00"]
)
def test_what_nobody_here_wrote_is_no_marker(text):
    assert read_marker(text) is None


def test_the_zones_are_those_of_the_export_in_its_order_and_fit_its_names():
    assert tuple(KINDS.values()) == PUSHED
    names = [name for name, _, _ in zone_names([f"a{number}" for number in range(99)], "abcde")]
    assert max(map(len, names)) <= ZONE_NAME
    assert names[:2] == ["steer1.abcde", "steer2.abcde"]


@pytest.mark.parametrize("layer", KINDS)
def test_a_zone_file_tells_what_it_is_and_its_records_begin_behind_its_head(layer):
    text = head(f"{layer} of pupils, sixth-form", AT)
    assert told(text) == (KINDS[layer], ("pupils", "sixth-form"))
    assert body(f"{text}a.lab CNAME .\n") == "a.lab CNAME .\n"
    assert content(body(text)) == EMPTY


def test_another_file_is_none():
    with pytest.raises(Refusal):
        told("; something else\n")
