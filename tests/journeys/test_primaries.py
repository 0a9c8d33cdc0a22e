from dataclasses import replace

import pytest
from sqlalchemy import select

from firewall_admin import worker
from firewall_admin.core.questions import Where
from firewall_admin.core.refusals import NotAllowed, NotFound, Refusal
from firewall_admin.db.tables import PushRow
from firewall_admin.journeys import primaries, primary_configs
from firewall_admin.journeys.targets import Wanted as WantedTarget
from firewall_admin.journeys.targets import add, remove

from .release_world import add_target, deliveries, publish, told

KEY = "c2VjcmV0IG9mIGEgdGVzdCwgMzIgb2N0ZXRzIGxvbmc="
RIGHT = primaries.Wanted("127.0.0.1", 1, secret=KEY)


@pytest.fixture
def target(world):
    return add_target(world, world.oakfield, "resolvers", "rpz", delivery="push")


def name(world, target, **asked):
    primaries.name(world.ports, world.oakfield.network_manager, target=target, wanted=replace(RIGHT, **asked))


def test_a_named_primary_is_shown_without_its_key_and_told(world, target):
    name(world, target, key_name="pushes.example.")
    shown = primaries.named(world.ports, world.oakfield.network_manager, target=target)
    assert shown == primaries.Named("127.0.0.1", 1, "rpz", "pushes.example", "hmac-sha256")
    assert "at 127.0.0.1 port 1, with the key pushes.example (hmac-sha256)" in told(world, world.oakfield)[-1]


def test_left_empty_the_key_stays_but_the_first_time_there_must_be_one(world, target):
    with pytest.raises(Refusal, match="Enter the key"):
        name(world, target, secret="")
    name(world, target)
    name(world, target, secret="", port=5353)
    shown = primaries.named(world.ports, world.oakfield.network_manager, target=target)
    assert shown is not None
    assert shown.port == 5353


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("address", "ns.example"),
        ("address", "0.0.0.0"),
        ("address", "224.0.0.1"),
        ("address", "fe80::1%eth0"),
        ("port", 0),
        ("port", 65536),
        ("suffix", "longer"),
        ("suffix", "a.b"),
        ("suffix", "1a"),
        ("key_name", ""),
        ("key_name", 'k"; };'),
        ("key_name", "a b"),
        ("key_name", "k\n"),
        ("algorithm", "hmac-md5"),
        ("algorithm", "hmac-sha1"),
        ("secret", "not base64!"),
        ("secret", "c2hvcnQ="),
    ],
)
def test_what_is_wrong_is_refused_on_its_field(world, target, field, value):
    with pytest.raises(Refusal) as refused:
        name(world, target, **{field: value})
    assert refused.value.field == field


def test_only_zones_are_pushed_and_only_to_targets_that_are_pushed_to(world):
    with pytest.raises(Refusal, match="Only response policy zones"):
        add(world.ports, world.oakfield.network_manager, WantedTarget("x", "edl", ("pupils",), "push"))
    by_feed = add_target(world, world.oakfield, "feed", "rpz")
    with pytest.raises(Refusal, match="Nothing is pushed"):
        name(world, by_feed)


def test_another_school_and_a_teacher_may_not(world, target):
    with pytest.raises(NotFound):
        primaries.name(world.ports, world.elmfield.network_manager, target=target, wanted=RIGHT)
    with pytest.raises(NotFound):
        primaries.named(world.ports, world.elmfield.network_manager, target=target)
    with pytest.raises(NotAllowed):
        primaries.name(world.ports, world.oakfield.teacher, target=target, wanted=RIGHT)
    with pytest.raises(NotAllowed):
        primaries.choose_ring(world.ports, world.oakfield.teacher, target=target, ring=1)


def test_until_a_primary_is_named_and_answers_the_failure_has_a_sentence_told_once(world, target):
    publish(world, world.oakfield, "bad.example")
    assert deliveries(world, target)[0].detail == "nobody has said yet which server it is pushed to"
    name(world, target)
    worker.once(world.ports)
    for _ in range(3):
        world.clock.pass_by(hours=1)
        worker.once(world.ports)
    [row] = deliveries(world, target)
    assert (row.state, row.detail, row.tries) == ("failed", "nothing listens at that address and port", 4)
    assert sum("nothing listens" in line for line in told(world, world.oakfield)) == 1


def test_a_key_of_another_installation_is_told_and_can_be_entered_again(world, target, tmp_path):
    name(world, target)
    for file in tmp_path.rglob("sealing-key"):
        file.unlink()
    publish(world, world.oakfield, "bad.example")
    assert "enter it again" in deliveries(world, target)[0].detail
    name(world, target)
    worker.once(world.ports)
    assert "nothing listens" in deliveries(world, target)[-1].detail


def test_a_target_that_is_removed_leaves_no_key_behind(world, target):
    name(world, target)
    remove(world.ports, world.oakfield.network_manager, target=target)
    with world.db.look() as session:
        assert session.scalars(select(PushRow)).all() == []


@pytest.mark.parametrize("kind", ["knot", "bind", "powerdns"])
def test_a_primarys_configuration_has_every_zone_and_no_key(world, target, kind):
    name(world, target)
    files = primary_configs.of_primary(
        world.ports, world.oakfield.id, target="resolvers", kind=kind, resolvers=(Where("10.1.0.7", 5353),)
    )
    text = "".join("".join(file.parts) for file in files)
    assert KEY not in text
    for part in ("steer1.rpz", "deny1.rpz", "locked1.rpz", "open1.rpz", "rules1.rpz", "lists1.rpz", "10.1.0.7", "5353"):
        assert part in text
    assert text.isascii()


def test_no_configuration_is_given_for_what_is_not_pushed_or_not_there(world):
    add_target(world, world.oakfield, "feed", "rpz")
    with pytest.raises(Refusal, match="Nothing is pushed"):
        primary_configs.of_primary(world.ports, world.oakfield.id, target="feed", kind="knot")
    with pytest.raises(NotFound):
        primary_configs.of_resolver(world.ports, world.oakfield.id, target="none", kind="unbound")
    with pytest.raises(Refusal):
        primary_configs.of_resolver(world.ports, world.oakfield.id, target="feed", kind="none")
