"""Targets: what they can't say is accepted before they are added, and nobody writes where they should not."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from firewall_admin import worker
from firewall_admin.core.refusals import Conflict, NotAllowed, NotFound, Refusal
from firewall_admin.db.tables import FeedToken, Row
from firewall_admin.journeys import feed_tokens, releases, target_health, targets
from firewall_admin.journeys.feeds import fetch
from firewall_admin.journeys.targets import Wanted

from .release_world import (
    accept_all,
    add_target,
    block,
    deliveries,
    feed,
    live,
    objections,
    publish,
    row,
    states,
    told,
    with_folders,
)


@pytest.fixture
def world(world, tmp_path):
    return with_folders(world, tmp_path)


def refused(world, wanted, field):
    with pytest.raises(Refusal) as problem:
        targets.add(world.ports, world.oakfield.network_manager, wanted)
    assert problem.value.field == field
    return problem.value.message


def test_what_a_format_can_not_say_is_accepted_kind_by_kind_before_the_target_is_added(world):
    manager, wanted = world.oakfield.network_manager, Wanted("firewall", "edl", ("pupils",))
    found = targets.losses(world.ports, manager, wanted)
    kinds = sorted(f"{loss.what} {loss.audience}" for loss in found)
    assert {"subdomains pupils", "answer pupils"} <= set(kinds)
    assert "can't say all of the policy" in refused(world, wanted, "accepted")
    with pytest.raises(Refusal):
        targets.add(world.ports, manager, wanted, accepted=["subdomains pupils"])
    added = targets.add(world.ports, manager, wanted, accepted=kinds)
    assert row(world, added).accepted_losses == kinds
    assert told(world, world.oakfield)[-1] == (
        "Network manager of Oakfield added the target firewall: edl for pupils, by feed; "
        f"what it can't say: {', '.join(kinds)}."
    )
    assert publish(world, world.oakfield) == 1


def test_a_loss_that_comes_later_holds_its_release_and_is_accepted_for_good(world):
    target = add_target(world, world.oakfield)
    publish(world, world.oakfield, "x.com")
    targets_rule = {"action": "allow", "domain": "a.x.com", "reason": "a lesson"}
    from firewall_admin.journeys import rules

    rules.add(world.ports, world.oakfield.network_manager, **targets_rule)
    worker.once(world.ports)
    [held] = objections(world, world.oakfield)
    assert (held["name"], held["audience"], held["names"]) == ("loss-exceptions", "pupils", ["firewall"])
    assert "(1 names)" in held["text"] or "(1 name)" in held["text"]
    accept_all(world, world.oakfield)
    assert "exceptions pupils" in row(world, target).accepted_losses
    rules.add(world.ports, world.oakfield.network_manager, **(targets_rule | {"domain": "b.x.com"}))
    worker.once(world.ports)
    assert states(world, world.oakfield)[-1] == (3, "published")


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        (Wanted(" ", "hosts", ("pupils",)), "name"),
        (Wanted("x" * 61, "hosts", ("pupils",)), "name"),
        (Wanted("two\nlines", "hosts", ("pupils",)), "name"),
        (Wanted("a", "nosuch", ("pupils",)), "format"),
        (Wanted("a", "edl", ("pupils",), device="toaster"), "device"),
        (Wanted("a", "edl", (), ), "audiences"),
        (Wanted("a", "edl", ("aliens",)), "audiences"),
        (Wanted("a", "edl", ("pupils",), delivery="pigeon"), "delivery"),
        (Wanted("a", "rpz", ("pupils",), base='/etc/"; include "x'), "base"),
        (Wanted("a", "rpz", ("pupils",), base="/etc/../root"), "base"),
        (Wanted("a", "rpz", ("pupils",), base="/etc/x\nserver:"), "base"),
        (Wanted("a", "rpz", ("pupils",), base="etc"), "base"),
        (Wanted("a", "hosts", ("pupils",), delivery="folder"), "folder"),
        (Wanted("a", "hosts", ("pupils",), delivery="folder", folder="relative"), "folder"),
        (Wanted("a", "hosts", ("pupils",), delivery="folder", folder="/etc/cron.d"), "folder"),
    ],
)  # fmt: skip
def test_a_target_that_makes_no_sense_is_refused_at_its_field(world, wanted, field):
    refused(world, wanted, field)


def test_a_folder_is_below_the_folders_set_aside_and_no_link_leads_out(world, tmp_path):
    root = tmp_path / "delivered"
    root.mkdir()
    (root / "out").symlink_to(tmp_path)
    for folder in (root, root / "..", root / "../elsewhere", root / "out/elsewhere", tmp_path / "delivered2"):
        wanted = Wanted("a", "rpz", ("pupils", "staff"), delivery="folder", folder=str(folder))
        assert refused(world, wanted, "folder").startswith(("The folder has to be below", "Give the whole path"))


def test_no_two_targets_of_any_school_share_a_folder_or_one_inside_the_other(world, tmp_path):
    root = tmp_path / "delivered"
    add_target(world, world.oakfield, "one", "rpz", delivery="folder", folder=f"{root}/a/b")
    for school, folder in (
        (world.oakfield, "a/b"),
        (world.elmfield, "a/b"),
        (world.elmfield, "a/b/c"),
        (world.elmfield, "a"),
    ):
        with pytest.raises(Refusal, match="another target's"):
            add_target(world, school, "two", "rpz", delivery="folder", folder=f"{root}/{folder}")
    add_target(world, world.elmfield, "two", "rpz", delivery="folder", folder=f"{root}/a/bb")


def test_a_name_is_used_once_and_a_removed_target_is_another_schools_business(world):
    target, token = feed(world, world.oakfield)
    publish(world, world.oakfield, "x.com")
    assert "already" in refused(world, Wanted(" firewall ", "edl", ("pupils",)), "name")
    for actor in (world.elmfield.network_manager, world.oakfield.teacher):
        with pytest.raises((NotFound, NotAllowed)):
            targets.remove(world.ports, actor, target=target)
    assert fetch(world.ports, token=token, file="pupils.txt").release == 1
    targets.remove(world.ports, world.oakfield.network_manager, target=target)
    with pytest.raises(NotAllowed):
        fetch(world.ports, token=token, file="pupils.txt")
    with pytest.raises(NotFound):
        targets.remove(world.ports, world.oakfield.network_manager, target=target)
    assert "already" in refused(world, Wanted("firewall", "edl", ("pupils",)), "name")


def test_a_folder_added_later_gets_what_is_published_though_publishing_is_held(world, tmp_path):
    publish(world, world.oakfield, "x.com")
    releases.hold(world.ports, world.oakfield.network_manager, reason="exams")
    folder = tmp_path / "delivered" / "unbound"
    target = add_target(world, world.oakfield, "unbound", "rpz", delivery="folder", folder=str(folder))
    worker.once(world.ports)
    assert [one.state for one in deliveries(world, target)] == ["done"]
    assert (folder / "manifest.json").is_file()


def test_a_new_token_lets_the_old_one_live_for_seven_days(world):
    target, old = feed(world, world.oakfield)
    publish(world, world.oakfield, "x.com")
    new = feed_tokens.make(world.ports, world.oakfield.network_manager, target=target)
    for token in (old, new):
        assert fetch(world.ports, token=token, file="pupils.txt").release == 1
    world.clock.pass_by(days=7, seconds=-1)
    assert fetch(world.ports, token=old, file="pupils.txt").release == 1
    world.clock.pass_by(seconds=1)
    with pytest.raises(NotAllowed):
        fetch(world.ports, token=old, file="pupils.txt")
    assert fetch(world.ports, token=new, file="pupils.txt").release == 1
    lines = [line for line in told(world, world.oakfield) if "feed token" in line]
    assert lines[0].endswith("there was none before.")
    assert lines[1].endswith("the one before works until 2026-11-30 09:30 UTC.")


def test_a_token_ends_after_a_year_and_at_once_when_it_is_revoked(world):
    target, token = feed(world, world.oakfield)
    publish(world, world.oakfield, "x.com")
    with world.db.look() as session:
        [kept] = feed_tokens.of_target(session, target)
    world.clock.pass_by(days=365, seconds=-1)
    assert fetch(world.ports, token=token, file="pupils.txt").release == 1
    with pytest.raises(NotFound):
        feed_tokens.revoke(world.ports, world.elmfield.network_manager, token=kept.id)
    with pytest.raises(NotAllowed):
        feed_tokens.revoke(world.ports, world.oakfield.headteacher, token=kept.id)
    feed_tokens.revoke(world.ports, world.oakfield.network_manager, token=kept.id)
    with pytest.raises(NotAllowed):
        fetch(world.ports, token=token, file="pupils.txt")
    with pytest.raises(Conflict):
        feed_tokens.revoke(world.ports, world.oakfield.network_manager, token=kept.id)


def test_an_old_token_about_to_end_is_not_kept_alive_by_the_overlap(world):
    target, old = feed(world, world.oakfield)
    publish(world, world.oakfield, "x.com")
    world.clock.pass_by(days=363)
    feed_tokens.make(world.ports, world.oakfield.network_manager, target=target)
    world.clock.pass_by(days=2)
    with pytest.raises(NotAllowed):
        fetch(world.ports, token=old, file="pupils.txt")


def test_a_token_is_nowhere_kept_as_it_is(world, tmp_path):
    _, token = feed(world, world.oakfield)
    with world.db.look() as session:
        kept = session.query(FeedToken).one()
        rows = repr([session.execute(select(table)).all() for table in Row.metadata.sorted_tables])
    assert token not in (kept.token, kept.hint)
    assert token.startswith(kept.hint)
    assert token.encode() not in b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert token not in rows
    assert kept.token in rows


def test_only_a_feed_has_tokens(world):
    target = add_target(world, world.oakfield, delivery="download")
    with pytest.raises(Refusal, match="not fetched as a feed"):
        feed_tokens.make(world.ports, world.oakfield.network_manager, target=target)


def levels(world, school):
    with world.db.look() as session:
        now, live_ = world.clock.at, releases.published(session, school.id)
        return [target_health.health(session, t, live_, now).level for t in releases.targets_of(session, school.id)]


def test_a_feed_that_is_not_fetched_any_more_alarms_after_five_times_its_usual_interval(world):
    _, token = feed(world, world.oakfield)
    publish(world, world.oakfield, "x.com")
    assert levels(world, world.oakfield) == ["waiting"]
    world.clock.pass_by(minutes=61)
    assert levels(world, world.oakfield) == ["care"], "never fetched"
    for _ in range(6):
        fetch(world.ports, token=token, file="pupils.txt")
        world.clock.pass_by(minutes=30)
    assert levels(world, world.oakfield) == ["good"]
    world.clock.pass_by(hours=2)
    assert levels(world, world.oakfield) == ["good"]
    world.clock.pass_by(seconds=1)
    assert levels(world, world.oakfield) == ["danger"]
    assert "stopped fetching" in target_health.alarms(world.ports, world.oakfield.id)[0]
    assert target_health.alarms(world.ports, world.elmfield.id) == []


def test_a_feed_fetched_every_minute_alarms_after_an_hour_and_not_before(world):
    target, token = feed(world, world.oakfield)
    publish(world, world.oakfield, "x.com")
    for _ in range(10):
        world.clock.pass_by(minutes=1)
        fetch(world.ports, token=token, file="pupils.txt")
    assert row(world, target).interval == 60
    world.clock.pass_by(hours=1)
    assert levels(world, world.oakfield) == ["good"]
    world.clock.pass_by(seconds=1)
    assert levels(world, world.oakfield) == ["danger"]


def test_one_night_of_silence_hardly_changes_what_is_usual(world):
    target, token = feed(world, world.oakfield)
    publish(world, world.oakfield, "x.com")
    for hours in (0, 0.5, 0.5, 14, 0.5):
        world.clock.pass_by(hours=hours)
        fetch(world.ports, token=token, file="pupils.txt")
    assert target_health.allowed(row(world, target)) < timedelta(hours=5)


def test_a_token_that_ends_soon_and_a_device_behind_are_told(world):
    _, token = feed(world, world.oakfield)
    publish(world, world.oakfield, "x.com")
    fetch(world.ports, token=token, file="pupils.txt")
    assert levels(world, world.oakfield) == ["good"]
    block(world, world.oakfield, "y.com")
    worker.once(world.ports)
    assert live(world, world.oakfield).number == 2
    assert levels(world, world.oakfield) == ["waiting"]
    world.clock.pass_by(days=336)
    fetch(world.ports, token=token, file="pupils.txt")
    assert levels(world, world.oakfield) == ["care"]
    world.clock.pass_by(days=30)
    assert levels(world, world.oakfield) == ["danger"]
