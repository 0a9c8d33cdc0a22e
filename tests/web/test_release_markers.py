"""A pushed target's page says which release its name server and its resolvers have."""

from firewall_admin.db.tables import LiveCheck, PushedZone
from firewall_admin.journeys import primaries, resolvers
from tests.journeys.release_world import add_target, live, publish

SECRET = "c2VjcmV0IG9mIGEgdGVzdCwgMzIgb2N0ZXRzIGxvbmc="


def pushed(world, serial=7):
    """A target with one zone that was seen to be right a minute after publishing, and a resolver that was asked."""
    manager = world.oakfield.network_manager
    target = add_target(world, world.oakfield, "Resolvers", "rpz", delivery="push")
    primaries.name(world.ports, manager, target=target, wanted=primaries.Wanted("127.0.0.1", 1, secret=SECRET))
    publish(world, world.oakfield, "bad.example")
    resolvers.add(world.ports, manager, target=target, address="127.0.0.1", port="5353")
    world.clock.pass_by(minutes=1)
    with world.db.note() as session:
        of = {"school_id": world.oakfield.id, "target_id": target}
        session.add(PushedZone(**of, zone="rules1.rpz", release=1, serial=serial, seen_at=world.clock.at))
    return target


def said(world, target, text):
    with world.db.note() as session:
        session.add(
            LiveCheck(
                school_id=world.oakfield.id,
                target_id=target,
                release_id=live(world, world.oakfield).id,
                resolver="127.0.0.1 port 5353",
                audience="pupils",
                domain="bad.example",
                expected="blocked",
                why="sample",
                occasion="order",
                state="done",
                tries=1,
                next_try=world.clock.at,
                done_at=world.clock.at,
                finding="stale",
                evidence={"at": world.clock.at.isoformat(), "text": "…", "loaded": {"text": text}},
            )
        )


def page(client, world, target):
    client.sign_in(world.oakfield.network_manager)
    return " ".join(client.get(f"/targets/{target}").page.text.split())


def test_the_name_server_has_the_published_release_and_the_resolver_says_what_it_has(client, world):
    target = pushed(world)
    number = live(world, world.oakfield).number
    assert "It has not said" in page(client, world, target)
    said(world, target, "has the zone rules1.rpz as of release 1; release 2 changed it")
    text = page(client, world, target)
    assert f"The name server has release {number}." in text
    assert "Last read 23 November 2026 at 9:31am" in text
    assert "It has the zone rules1.rpz as of release 1; release 2 changed it" in text


def test_while_a_zone_is_being_changed_nobody_says_that_it_is_right(client, world):
    target = pushed(world, serial=None)
    assert "rules1.rpz is not known to be right" in page(client, world, target)


def test_a_target_that_is_not_pushed_says_nothing_of_a_name_server(client, world):
    target = add_target(world, world.oakfield, "Library", "unbound", delivery="download")
    publish(world, world.oakfield, "bad.example")
    text = page(client, world, target)
    assert "name server has" not in text
    assert "What it has" not in text
