from dataclasses import replace
from itertools import pairwise

import pytest

from firewall_admin.adapters.fetch import Failure
from firewall_admin.core.refusals import NotAllowed, NotFound, Refusal
from firewall_admin.db.tables import Letter, ListRefresh, ListRow, Subscription
from firewall_admin.journeys import assignments, lists, refreshes, subscriptions
from tests.web_of_lists import ADDRESS, in_force, looked, names, of_list, refreshed, row, subscribed, webbed

from .looking import blocked, every, one, trail


@pytest.fixture
def web(world):
    return webbed(world)


@pytest.fixture
def manager(world):
    return world.oakfield.network_manager


def test_a_list_is_looked_at_before_it_is_added_and_what_is_added_is_what_was_seen(world, web, manager):
    web.pages[ADDRESS] = b"# title\nbad.example\nworse.example\nhttp://x.example/page\n"
    look = looked(world, world.oakfield)
    found = row(world, look).found
    assert (found["names"], found["rejected_lines"], found["first"]) == (2, 1, ["bad.example", "worse.example"])
    assert every(world, world.oakfield, ListRow) == []
    web.pages[ADDRESS] = b"other.example\n"
    with pytest.raises(Refusal, match=r"can't be added: 1 of its 3 lines \(33.3%\)"):
        subscriptions.subscribe(world.ports, manager, subscription=look)
    web.pages[ADDRESS] = b"bad.example\nworse.example\n"
    listed = subscribed(world, web, web.pages[ADDRESS], title="Others")
    assert in_force(world, listed) == {"bad.example", "worse.example"}
    added = one(world, world.oakfield, ListRow)
    assert (added.source, added.role, added.slug) == (ADDRESS, "blocked", "others")
    assert trail(world, world.oakfield)[-1] == (
        "Network manager of Oakfield subscribed the blocked list Others to https://lists.example.org/bad.txt: "
        "2 names, 0 lines rejected; dangers taken on: none."
    )
    assert every(world, world.elmfield, Subscription) == []


def test_a_refresh_that_is_due_takes_the_new_text_and_the_policy_follows(world, web, manager):
    listed = subscribed(world, web, names(100))
    assignments.assign(world.ports, manager, slug="bad-sites", to=["pupils"])
    web.pages[ADDRESS] = names(101)
    assert refreshes.refresh_due(world.ports) == 0, "a day has not passed"
    world.clock.pass_by(hours=26)
    assert refreshes.refresh_due(world.ports) == 1
    assert blocked(world, world.oakfield, "www.bad100.example")
    assert trail(world, world.oakfield)[-1] == (
        "the service refreshed the list Bad sites: 100 names before, 101 now; 1 came, 0 went, 0 lines rejected."
    )
    assert of_list(world, listed).last_success == world.clock.at


@pytest.mark.parametrize("etags", [True, False])
def test_what_has_not_changed_is_not_read_again_and_counts_as_fresh(world, web, etags):
    web.etags = etags
    listed = subscribed(world, web, names(100))
    told = len(trail(world, world.oakfield))
    world.clock.pass_by(days=2)
    assert refreshed(world, listed) == "unchanged"
    assert of_list(world, listed).last_success == world.clock.at
    assert len(trail(world, world.oakfield)) == told, "nothing happened"


@pytest.mark.parametrize(
    ("said", "outcome", "why"),
    [
        (Failure("the server answers 404, not 200"), "failed", "404"),
        (Failure("it did not come whole within 120 seconds"), "failed", "120 seconds"),
        (b"", "failed", "empty"),
        (b"<!doctype html><html><body>Sign in</body></html>\n", "failed", "web page"),
        (b"# nothing but comments\n" * 50, "refused", "no name"),
        (b"https://bad1.example/page\nhttps://google.com/x\n" * 400, "refused", "no name"),
        (b"com\n*.com\n.\nco.uk\nsch.uk\nkent.sch.uk\ngov.uk\n" + names(1_000), "refused", "every site stands"),
        (names(400), "refused", "60% fewer"),
        (names(1_000) + b"||x^^bad line\n" * 300, "refused", "name no domain"),
        (names(1_000, "other"), "refused", "another list"),
        (names(12_000), "refused", "times as many"),
        (b"canva.com\nkahoot.com\nbbc.co.uk\nwikipedia.org\n" + names(1_000), "refused", "schools live on"),
    ],
    ids="404 slow empty html comments urls suffixes half-gone rejected another grown popular".split(),
)
def test_the_last_good_text_stays_through_every_failure_and_people_are_told(world, web, said, outcome, why):
    listed = subscribed(world, web, names(1_000))
    good, success = in_force(world, listed), of_list(world, listed).last_success
    world.clock.pass_by(days=2)
    web.pages[ADDRESS] = said
    assert refreshed(world, listed) == outcome
    assert in_force(world, listed) == good
    known = of_list(world, listed)
    assert why in (known.trouble or "")
    assert (known.last_try, known.last_success) == (world.clock.at, success), "the last try is not the last success"
    assert "What was in force stays." in trail(world, world.oakfield)[-1]
    told = every(world, world.oakfield, Letter)
    assert {letter.person_id for letter in told} >= {
        world.oakfield.network_manager.person_id,
        world.oakfield.headteacher.person_id,
    }
    web.pages[ADDRESS] = names(1_001)
    world.clock.pass_by(days=1)
    assert refreshed(world, listed) == "taken"
    assert of_list(world, listed).trouble is None


def test_after_failures_it_is_tried_later_and_later_and_never_sooner_than_the_server_asks(world, web):
    listed = subscribed(world, web, names(10))
    web.pages[ADDRESS] = Failure("the server answers 503, not 200", 7_200)
    refreshed(world, listed)
    assert (of_list(world, listed).next_try - world.clock.at).total_seconds() >= 7_200
    web.pages[ADDRESS] = Failure("the server answers 500, not 200")
    waits = []
    for _ in range(8):
        refreshed(world, listed)
        waits.append((of_list(world, listed).next_try - world.clock.at).total_seconds())
    assert all(later > 1.5 * sooner for sooner, later in pairwise(waits[:6]))
    assert max(waits) <= 86_400 * 1.1
    failures = [s for s in trail(world, world.oakfield) if "could not fetch" in s]
    assert len(failures) == 2, "each trouble is told once"
    assert len(every(world, world.oakfield, ListRefresh, outcome="failed")) == 9, "and every try stands in the history"


class Killed(BaseException):
    """What nothing catches, as nothing catches SIGKILL."""


def test_somebody_at_a_terminal_stops_it_and_nobody_has_to_wait(world, web):
    listed = subscribed(world, web, names(10))

    def interrupted():
        raise KeyboardInterrupt

    web.pages[ADDRESS] = interrupted
    with pytest.raises(KeyboardInterrupt):
        refreshed(world, listed)
    web.pages[ADDRESS] = names(11)
    assert refreshed(world, listed) == "taken"


def test_two_workers_never_do_the_same_and_a_killed_ones_lease_runs_out(world, web):
    listed = subscribed(world, web, names(10))
    id_ = of_list(world, listed).id

    def meanwhile():
        assert refreshes.refresh(world.ports, id_) is None, "another worker is at it"
        raise Killed

    web.pages[ADDRESS] = meanwhile
    with pytest.raises(Killed):
        refreshes.refresh(world.ports, id_)
    web.pages[ADDRESS] = names(11)
    assert refreshes.refresh(world.ports, id_) is None
    world.clock.pass_by(minutes=6)
    assert refreshes.refresh(world.ports, id_) == "taken"


def test_a_worker_that_comes_back_late_finds_its_lease_gone_and_writes_nothing(world, web):
    listed = subscribed(world, web, names(10))
    id_ = of_list(world, listed).id
    inner = web.__call__

    def slow(url, folder, **asked):
        got = inner(url, folder, **asked)
        world.clock.pass_by(minutes=6)
        web.pages[ADDRESS] = names(12)
        assert refreshes.refresh(replace(world.ports, fetch=web), id_) == "taken"
        return got

    web.pages[ADDRESS] = names(11)
    world.ports = replace(world.ports, fetch=slow)
    assert refreshes.refresh(world.ports, id_) == "stopped"
    assert len(in_force(world, listed)) == 12


def test_a_refresh_can_be_stopped_and_goes_on_later(world, web, manager):
    listed = subscribed(world, web, names(10))
    inner = web.__call__

    def stopping(url, folder, **asked):
        subscriptions.stop(world.ports, manager, listed=listed)
        return inner(url, folder, **asked)

    web.pages[ADDRESS] = names(11)
    world.ports = replace(world.ports, fetch=stopping)
    assert refreshed(world, listed) == "stopped"
    assert len(in_force(world, listed)) == 10
    assert not list(refreshes.fetching_folder(world.ports).iterdir())
    world.ports = replace(world.ports, fetch=web)
    world.clock.pass_by(hours=1)
    assert refreshes.refresh_due(world.ports) == 1
    assert len(in_force(world, listed)) == 11


def test_a_paused_list_is_left_alone_until_it_is_resumed(world, web, manager):
    listed = subscribed(world, web, names(10))
    subscriptions.pause(world.ports, manager, listed=listed)
    world.clock.pass_by(days=40)
    assert refreshes.refresh_due(world.ports) == 0
    with pytest.raises(Refusal, match="paused"):
        subscriptions.refresh_now(world.ports, manager, listed=listed)
    subscriptions.resume(world.ports, manager, listed=listed)
    assert refreshes.refresh_due(world.ports) == 1


def test_a_subscription_ends_and_its_names_stay_and_only_then_is_its_text_ones_own(world, web, manager):
    listed = subscribed(world, web, names(10))
    with pytest.raises(Refusal, match="End the subscription first"):
        lists.replace(world.ports, manager, listed=listed, text=b"x.example\n")
    subscriptions.end(world.ports, manager, listed=listed)
    assert len(in_force(world, listed)) == 10
    lists.replace(world.ports, manager, listed=listed, text=b"x.example\n")
    assert every(world, world.oakfield, ListRefresh) == []


def test_a_list_that_is_removed_takes_its_subscription_along(world, web, manager):
    listed = subscribed(world, web, names(10))
    lists.remove(world.ports, manager, listed=listed)
    assert every(world, world.oakfield, Subscription) == []
    assert refreshes.refresh_due(world.ports) == 0


@pytest.mark.parametrize(
    ("asked", "field", "why"),
    [
        ({"address": "http://lists.example.org/x"}, "address", "has to be https"),
        ({"address": "file:///etc/passwd"}, "address", "does not begin with https"),
        ({"address": "https://127.0.0.1/x"}, "address", "no host on the internet"),
        ({"address": "https://user:pw@lists.example.org/"}, "address", "user name or password"),
        ({"title": "TikTok"}, "title", "a list 'tiktok' already"),
        ({"interval": 60}, "interval", "how often"),
    ],
)
def test_what_can_not_be_subscribed_is_refused_at_its_field(world, web, manager, asked, field, why):
    whole = {"title": "Bad sites", "role": "blocked", "address": ADDRESS} | asked
    with pytest.raises(Refusal) as refused:
        subscriptions.look_at(world.ports, manager, **whole)
    assert refused.value.field == field
    assert why in refused.value.message
    assert web.fetched == []


def test_only_who_changes_policy_may_and_another_schools_subscription_does_not_exist(world, web):
    listed = subscribed(world, web, names(1_000))
    look = looked(world, world.oakfield, title="Another")
    web.pages[ADDRESS] = names(800)
    refreshed(world, listed)
    text = of_list(world, listed).found["sha256"]
    for act in (
        lambda who: subscriptions.refresh_now(world.ports, who, listed=listed),
        lambda who: subscriptions.pause(world.ports, who, listed=listed),
        lambda who: subscriptions.end(world.ports, who, listed=listed),
        lambda who: subscriptions.put_away(world.ports, who, subscription=look),
        lambda who: subscriptions.subscribe(world.ports, who, subscription=look),
        lambda who: subscriptions.decide(world.ports, who, listed=listed, text=text, take=True, reason="x"),
    ):
        with pytest.raises(NotFound):
            act(world.elmfield.network_manager)
        with pytest.raises(NotAllowed):
            act(world.oakfield.teacher)
