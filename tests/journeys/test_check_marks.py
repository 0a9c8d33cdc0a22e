"""What a resolver or proxy says of its release, and what else keeps an answer from being taken for a proof."""

from dataclasses import replace

import pytest

from firewall_admin import worker
from firewall_admin.core.policy import decide
from firewall_admin.core.proxies import Heard, Unheard
from firewall_admin.core.release_mark import HOST, Mark
from firewall_admin.journeys import check_plan, check_states, feed_tokens, feeds, proof, resolvers

from .check_world import ALL_TRIES, CONTROL, checked_target, checks, follow, following, only, with_resolver, work
from .release_world import add_target, block, live, live_policy, publish, row, told, with_folders


@pytest.fixture
def world(world, tmp_path):
    return with_folders(world, tmp_path)


@pytest.fixture
def resolver(world):
    return following(world)


def state(world, target):
    with world.db.look() as session:
        return check_states.at_target(session, row(world, target), live(world, world.oakfield))


def said(world, start):
    return [line for line in told(world, world.oakfield) if start in line]


def test_an_older_release_is_found_where_every_answer_is_right(world, resolver):
    """A release that changes nothing for pupils: only the mark tells that it was not loaded."""
    block(world, world.oakfield, "games.example", audience="staff")
    worker.once(world.ports)
    target = checks(world)[0].target_id
    work(world, *ALL_TRIES)
    assert {one.finding for one in checks(world, state="watched")} == {"stale"}
    [line] = said(world, "found resolver stale")
    assert "It has release 1; release 2 is the published one." in line
    assert state(world, target).state == "failed"
    follow(world, resolver)
    work(world, 600)
    assert state(world, target).state == "live"
    assert len(said(world, "nothing is stale any more")) == 1


def test_a_release_without_a_mark_is_seen_by_its_answers_alone(world, resolver):
    publish(world, world.oakfield, "games.example")
    follow(world, resolver)
    resolver.mark = ""
    work(world, 5, 15, 30)
    found = state(world, checks(world)[0].target_id)
    assert (found.state, found.text.endswith("1 can’t be told.")) == ("live", True)
    assert only(world, "_release").finding == "not-known"


def test_a_mark_alone_proves_nothing(world):
    fake = with_resolver(world, controls=False)
    target = checked_target(world)
    publish(world, world.oakfield, "games.example")
    follow(world, fake)
    fake.blocked = lambda name: name != "www.gov.uk"  # every other name is missing, and nothing tells why
    work(world, *ALL_TRIES)
    assert only(world, "_release").finding == "enforced"
    assert state(world, target).state == "not-checked"


def test_who_is_taken_for_somebody_else_is_told_and_no_decision_is_proven(world, resolver):
    block(world, world.oakfield, "games.example", audience="pupils", decision="D-9")
    worker.once(world.ports)
    follow(world, resolver)
    resolver.mark = resolver.mark.replace("pupils", "staff")
    work(world, *ALL_TRIES)
    found = only(world, "games.example")
    assert found.finding == "not-known"
    assert "a client of staff: that proves nothing of pupils" in found.evidence["text"]
    assert "It takes whoever asks from here for a client of staff, not of pupils." in said(world, "resolver leaking")[0]
    with world.db.look() as session:
        asked = {"domain": "games.example", "audience": "pupils", "expected": "blocked"}
        assert not proof.seen(session, world.oakfield.id, **asked, since=live(world, world.oakfield).prepared_at)


def test_a_network_that_answers_every_name_with_its_sign_in_page_proves_nothing(world, resolver):
    publish(world, world.oakfield, "games.example")
    resolver.portal = "10.9.9.9"
    work(world, *ALL_TRIES)
    newest = {one.domain: one.finding for one in checks(world, state="watched")}
    assert newest["www.gov.uk"] == "overblocking"
    now = [one for one in checks(world) if one.release_id == live(world, world.oakfield).id]
    assert "enforced" not in {one.finding for one in now}
    assert "so is a name that can’t exist" in only(world, "www.gov.uk").evidence["text"]
    assert state(world, checks(world)[0].target_id).state == "failed"


def test_a_control_that_answers_what_can_not_exist_is_no_control(world, resolver):
    honest = world.ports.ask

    def lying(question, where):
        if where == CONTROL:
            return replace(honest(question, where), code="NOERROR", data=("10.9.9.9",))
        return honest(question, where)

    world.ports = replace(world.ports, ask=lying)
    publish(world, world.oakfield, "gone.example")
    follow(world, resolver)
    work(world, *ALL_TRIES)
    assert only(world, "gone.example").finding == "not-known"


def test_a_feed_that_is_fetched_no_more_leaves_an_old_release_that_is_found(world):
    fake = with_resolver(world)
    target = add_target(world, world.oakfield, "resolver", "unbound")
    token = feed_tokens.make(world.ports, world.oakfield.network_manager, target=target)
    resolvers.add(world.ports, world.oakfield.network_manager, target=target, address="127.0.0.1", port="5353")
    publish(world, world.oakfield, "games.example")
    feeds.fetch(world.ports, token=token, file="unbound.conf")
    follow(world, fake)
    work(world, 5, 15)
    assert state(world, target).state == "live"
    publish(world, world.oakfield, "later.example")
    work(world, 900)
    assert state(world, target).state == "waiting", "it may be fetched at any minute"
    work(world, 7200, 5, 30, 90)
    found = state(world, target)
    assert (found.state, "It has release 1; release 2 is the published one" in found.text) == ("failed", True)
    assert only(world, "later.example").finding == "stale"
    assert len(said(world, "found resolver stale")) == 1
    feeds.fetch(world.ports, token=token, file="unbound.conf")
    follow(world, fake)
    work(world, 600, 15)
    assert state(world, target).state == "live"


class FakeProxy:
    """Refuses what the published policy of pupils blocks; `mark` is the release that it says it has."""

    def __init__(self, world):
        self.world, self.mark, self.gone, self.asked = world, 0, False, []

    def __call__(self, request, where):
        self.asked.append(request.host)
        if self.gone:
            return Unheard(request, "unreachable", "nothing answers at that address and port")
        if request.host == HOST:
            return Heard(request, 302, Mark(self.mark, "pupils").address)
        policy = live_policy(self.world, self.world.oakfield).policy("pupils", live(self.world, self.world.oakfield).at)
        blocked = decide(policy, request.host).blocked
        return Heard(request, 403, "", "ERR_ACCESS_DENIED 0") if blocked else Heard(request, 200)


def test_a_proxy_is_asked_by_http_never_by_dns_and_never_for_what_is_locked(world):
    fake = with_resolver(world)
    proxy = FakeProxy(world)
    world.ports = replace(world.ports, ask_proxy=proxy)
    target = add_target(world, world.oakfield, "proxy", "squid", delivery="download", base="/etc/squid/fa")
    resolvers.add(world.ports, world.oakfield.network_manager, target=target, address="127.0.0.1")
    proxy.mark = publish(world, world.oakfield, "games.example")
    work(world, 5, 15)
    assert state(world, target).state == "live"
    assert not [where for where, _ in fake.asked if "3128" in where]
    assert {one.resolver for one in checks(world)} == {"127.0.0.1 port 3128"}
    denied = ["CONNECT 403 ERR_ACCESS_DENIED", "GET 403 ERR_ACCESS_DENIED"]
    assert only(world, "games.example").evidence["answers"] == denied
    locked = live_policy(world, world.oakfield).policy("pupils", world.clock.at).locked
    assert not any(listed.names.closest(host) for listed in locked for host in proxy.asked)
    assert not any(one.expected == "rewritten" for one in checks(world)), "a proxy steers nothing"
    proxy.gone = True
    check_plan.order(world.ports, world.oakfield.network_manager, target=target)
    proxy.asked.clear()
    work(world, 5, 30, 90)
    assert len(said(world, "found proxy silent")) == 1
    assert len(proxy.asked) < 40
