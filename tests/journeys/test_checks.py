"""What live checks find out, and what is said of it, with a resolver that says what the test wants."""

from datetime import timedelta

import pytest

from firewall_admin import worker
from firewall_admin.core.checks import Expected, Found, look
from firewall_admin.core.questions import Where
from firewall_admin.journeys import check_plan, preparing, proof, releases, resolvers, rules, targets
from firewall_admin.journeys import checks as journey
from firewall_admin.journeys.check_conclusions import conclude

from .check_world import ALL_TRIES, checked_target, checks, follow, following, only, with_resolver, work
from .release_world import block, end_rule, live, publish, told, with_folders


@pytest.fixture
def world(world, tmp_path):
    return with_folders(world, tmp_path)


@pytest.fixture
def resolver(world):
    return following(world)


def said(world, start):
    return [line for line in told(world, world.oakfield) if start in line]


def allow(world, domain, decision="D-7", **asked):
    rules.add(
        world.ports,
        world.oakfield.network_manager,
        action="allow",
        domain=domain,
        audience="pupils",
        reason="a lesson",
        decision=decision,
        **asked,
    )


def test_a_new_block_is_seen_once_the_resolver_has_it(world, resolver):
    publish(world, world.oakfield, "games.example")
    assert only(world, "games.example").finding is None, "the first answer may be from a cache"
    follow(world, resolver)
    work(world, 5)
    row = only(world, "games.example")
    assert (row.state, row.finding, row.expected, row.why) == ("done", "enforced", "blocked", "rule")
    assert row.done_at is not None
    assert row.evidence["text"] == "games.example is blocked: it was answered NXDOMAIN, while it exists elsewhere."
    assert row.evidence["answers"] == ["A NXDOMAIN", "AAAA NXDOMAIN", "HTTPS NXDOMAIN"]
    with world.db.look() as session:
        seen = proof.seen(
            session, world.oakfield.id, domain="games.example", audience="pupils", expected="blocked", since=row.done_at
        )
        assert seen == proof.Proof(row.done_at, "resolver", "127.0.0.1 port 5353 from 127.10.0.5")
        later = row.done_at + timedelta(seconds=1)
        assert not proof.seen(
            session, world.oakfield.id, domain="games.example", audience="pupils", expected="blocked", since=later
        )
        assert not proof.seen(
            session, world.elmfield.id, domain="games.example", audience="pupils", expected="blocked", since=row.done_at
        )


def test_a_target_that_has_the_old_files_is_stale_and_told_once(world, resolver):
    resolver.mark = ""  # its format can't say which release it has
    publish(world, world.oakfield, "games.example", "chat.example")
    work(world, *ALL_TRIES)
    assert only(world, "games.example").finding == "stale"
    assert only(world, "games.example").state == "watched"
    [line] = said(world, "found resolver stale")
    assert "It still answers as the release before did" in line
    work(world, 600, 600)
    assert len(said(world, "found resolver stale")) == 1
    follow(world, resolver)
    work(world, 600)
    assert only(world, "games.example").finding == "enforced"
    assert len(said(world, "nothing is stale any more")) == 1


def test_what_somebody_changed_on_the_device_is_leaking_and_the_difference_is_told(world, resolver):
    publish(world, world.oakfield, "games.example")
    follow(world, resolver)
    work(world, 5)
    resolver.lies["games.example"] = ("203.0.113.9",)
    check_plan.order(world.ports, world.oakfield.network_manager, target=checks(world)[0].target_id)
    work(world, 5, 30, 90)
    assert only(world, "games.example").finding == "leaking"
    [line] = said(world, "found resolver leaking")
    for part in ("games.example should be blocked, and was answered 203.0.113.9", "it answered A NXDOMAIN", "changed"):
        assert part in line


def test_one_lost_packet_is_no_finding(world, resolver):
    publish(world, world.oakfield, "games.example")
    follow(world, resolver)
    resolver.broken = "silent"
    work(world, 5)
    resolver.broken = None
    work(world, 15)
    assert {row.finding for row in checks(world, state="done")} == {"enforced"}
    assert not said(world, "found resolver")


def test_a_resolver_that_is_gone_is_one_event_and_is_not_asked_every_name(world, resolver):
    publish(world, world.oakfield, *(f"games{number}.example" for number in range(9)))
    resolver.broken = "unreachable"
    resolver.asked.clear()
    work(world, *ALL_TRIES)
    assert {row.finding for row in checks(world, state="watched")} == {"silent"}
    assert len(said(world, "found resolver silent")) == 1
    assert len(resolver.asked) < 60, "only the first name is asked in vain"
    resolver.broken = None
    follow(world, resolver)
    work(world, 600)
    assert len(said(world, "nothing is silent any more")) == 1
    assert not checks(world, state="watched")


def test_an_allow_is_proven_and_its_end_is_proven(world, resolver):
    publish(world, world.oakfield, "example.com")
    follow(world, resolver)
    work(world, 5)
    until = world.clock.at + timedelta(hours=1)
    allow(world, "maths.example.com", until=until)
    work(world)
    with world.db.look() as session:
        [state] = proof.state(session, world.oakfield.id, decision="D-7")
    assert (state.target, state.state) == ("resolver", "waiting")
    assert not said(world, "saw decision D-7")
    follow(world, resolver)
    work(world, 5, 15)
    assert len(said(world, "saw decision D-7 in force: maths.example.com for pupils at resolver")) == 1
    with world.db.look() as session:
        [state] = proof.state(session, world.oakfield.id, decision="D-7")
    assert (state.state, state.text) == ("live", "maths.example.com is open: it was answered 198.51.100.7.")
    world.clock.at = until
    work(world, 5)
    assert only(world, "maths.example.com").expected == "blocked"
    assert not said(world, "has ended")
    follow(world, resolver)
    work(world, 15)
    assert len(said(world, "saw that decision D-7 has ended: maths.example.com for pupils")) == 1
    assert len(said(world, "saw decision D-7 in force")) == 1


def test_an_allow_that_has_no_effect_fails(world, resolver):
    publish(world, world.oakfield, "example.com")
    follow(world, resolver)
    work(world, 5)
    allow(world, "maths.example.com")
    work(world, *ALL_TRIES)
    with world.db.look() as session:
        [state] = proof.state(session, world.oakfield.id, decision="D-7")
    assert state.state == "failed"
    assert "maths.example.com should be open, and was answered NXDOMAIN, while it exists elsewhere" in state.text


def test_the_block_pages_address_is_not_taken_for_the_site(world, resolver):
    resolver.lies["x.example"] = ("10.20.0.2",)
    found = look("x.example", Expected("open", sinkhole=("10.20.0.2",)), lambda q: resolver(q, Where("127.0.0.1")), [])
    assert found.finding == "overblocking"


def test_a_name_that_exists_nowhere_proves_nothing(world, resolver):
    resolver.missing.add("gone.example")
    publish(world, world.oakfield, "gone.example")
    follow(world, resolver)
    work(world, *ALL_TRIES)
    row = only(world, "gone.example")
    assert (row.state, row.finding) == ("done", "not-known")
    assert "does not exist elsewhere either" in row.evidence["text"]
    assert row.done_at is not None
    with world.db.look() as session:
        assert not proof.seen(
            session,
            world.oakfield.id,
            domain="gone.example",
            audience="pupils",
            expected="blocked",
            since=row.done_at - timedelta(days=1),
        )


def test_without_a_control_a_missing_answer_proves_nothing(world):
    found = with_resolver(world, controls=False)
    checked_target(world)
    publish(world, world.oakfield, "games.example", "null.example")
    follow(world, found)
    found.lies["null.example"] = ("0.0.0.0",)
    work(world, *ALL_TRIES)
    assert only(world, "games.example").finding == "not-known"
    assert "there is no control resolver" in only(world, "games.example").evidence["text"]
    assert only(world, "null.example").finding == "enforced", "a null address is no accident"


def test_a_resolver_that_holds_everything_back_enforces_nothing(world, resolver):
    publish(world, world.oakfield, "games.example")
    follow(world, resolver)
    resolver.blocked = lambda name: True
    work(world, *ALL_TRIES)
    assert only(world, "games.example").finding == "overblocking"
    [line] = said(world, "found resolver overblocking")
    assert "www.gov.uk should be open, and was answered NXDOMAIN, while it exists elsewhere" in line
    assert "everything is held back" in only(world, "games.example").evidence["text"]


def test_two_workers_never_ask_the_same(world, resolver):
    block(world, world.oakfield, "games.example")
    preparing.prepare_due(world.ports)
    check_plan.plan_due(world.ports)
    first, second = journey._take(world.ports), journey._take(world.ports)
    assert first
    assert not {row.id for row in first} & {row.id for row in second}


def test_planning_twice_asks_once_and_going_back_asks_again(world, resolver):
    publish(world, world.oakfield, "games.example")
    before = len(checks(world, domain="games.example"))
    check_plan.plan_due(world.ports)
    assert len(checks(world, domain="games.example")) == before == 1
    follow(world, resolver)
    work(world, 5)
    releases.go_back(world.ports, world.oakfield.network_manager, number=1, reason="a lesson")
    work(world)
    follow(world, resolver)
    work(world, 5)
    assert [(row.expected, row.finding) for row in checks(world, domain="games.example")] == [
        ("blocked", "enforced"),
        ("open", "enforced"),
    ]


def test_a_rule_that_ends_is_checked_again(world, resolver):
    publish(world, world.oakfield, "games.example")
    follow(world, resolver)
    work(world, 5)
    end_rule(world, world.oakfield, "games.example")
    work(world)
    follow(world, resolver)
    work(world, 5)
    assert (only(world, "games.example").expected, only(world, "games.example").finding) == ("open", "enforced")


def test_every_day_a_sample_is_asked_and_old_ones_go(world, resolver):
    count = len(checks(world))
    work(world, 60)
    assert len(checks(world)) == count, "nothing new within a day"
    work(world, 24 * 3600)
    daily = [row for row in checks(world) if row.occasion.startswith("daily")]
    assert {"control", "sample", "mark"} == {row.why for row in daily}
    assert len(daily) < 40
    world.clock.pass_by(days=20)
    journey.prune(world.ports)
    assert not [row for row in checks(world) if row.done_at and row.done_at < world.clock.at - timedelta(days=14)]


def test_a_resolver_that_is_taken_off_is_asked_no_more(world, resolver):
    publish(world, world.oakfield, "games.example")
    target = checks(world)[0].target_id
    assert checks(world, state="due")
    resolvers.remove(world.ports, world.oakfield.network_manager, target=target, number=0)
    worker.once(world.ports)
    assert not checks(world, state="due")
    resolver.asked.clear()
    work(world, 5, 3600)
    assert not resolver.asked


def test_a_removed_target_is_asked_no_more(world, resolver):
    publish(world, world.oakfield, "games.example")
    targets.remove(world.ports, world.oakfield.network_manager, target=checks(world)[0].target_id)
    worker.once(world.ports)
    assert not checks(world, state="due")


def test_an_answer_that_comes_after_a_newer_release_does_not_count(world, resolver):
    publish(world, world.oakfield, "games.example")
    row = only(world, "games.example")
    for number in range(len(ALL_TRIES)):
        world.clock.pass_by(seconds=ALL_TRIES[number])
        if number == len(ALL_TRIES) - 1:
            block(world, world.oakfield, "chat.example")
            preparing.prepare_due(world.ports)
            found = Found("leaking", "old")
            assert live(world, world.oakfield).id != row.release_id
            assert [each.finding for each in conclude(world.ports, [(row.id, found)])] == [None]
        else:
            worker.once(world.ports)
    assert not said(world, "found resolver leaking")
