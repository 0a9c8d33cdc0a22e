"""New texts of subscribed lists that a person has to look at."""

import pytest

from firewall_admin import worker
from firewall_admin.core.refusals import Conflict, NotAllowed, Refusal
from firewall_admin.journeys import assignments, lists, rules, subscriptions
from firewall_admin.journeys.planned import planned
from tests.web_of_lists import ADDRESS, in_force, names, of_list, refreshed, subscribed, webbed

from .looking import now, trail


@pytest.fixture
def web(world):
    return webbed(world)


@pytest.fixture
def manager(world):
    return world.oakfield.network_manager


HELD = [
    (names(800), "20% fewer"),
    (names(8_000), "8.0 times"),
    (names(1_000) + b"||x^^bad line\n" * 100, "name no domain"),
    (names(880, first=120) + names(120, "other"), "came and"),
    (b"co.uk\n" + names(1_000), "every site stands"),
    (b"github.io\n" + names(1_000), "sites of their own"),
    (b"canva.com\n" + names(1_000), "schools live on"),
    (b"google.com\n" + names(1_000), "needed for signing in"),
    (b"login.microsoftonline.com\n" + names(1_000), "needed for signing in"),
    (b"www.oakfield.leics.sch.uk\n" + names(1_000), "the school's own"),
    (b"lists.example.org\n" + names(1_000), "lists are fetched from"),
]


@pytest.mark.parametrize(("said", "why"), HELD, ids=[why for _, why in HELD])
def test_a_dangerous_text_is_held_until_a_person_takes_it_or_keeps_the_old(world, web, said, why):
    listed = subscribed(world, web, names(1_000))
    good = in_force(world, listed)
    web.pages[ADDRESS] = said
    assert refreshed(world, listed) == "held"
    assert in_force(world, listed) == good
    held = of_list(world, listed)
    assert why in " ".join(one.text for one in subscriptions.findings_of(held))
    assert refreshed(world, listed) == "unchanged", "it waits"
    head = world.oakfield.headteacher
    with pytest.raises(Refusal, match="Say why"):
        subscriptions.decide(world.ports, head, listed=listed, text=held.found["sha256"], take=True, reason=" ")
    moved = str(held.found["added"] + held.found["removed"])
    subscriptions.decide(
        world.ports, head, listed=listed, text=held.found["sha256"], take=True, reason="looked into", typed=moved
    )
    now_in_force = in_force(world, listed)
    assert now_in_force != good or "left out" in why or held.found["sha256"]
    assert not now_in_force & {"google.com", "login.microsoftonline.com", "www.oakfield.leics.sch.uk", "co.uk"}
    assert "because looked into" in trail(world, world.oakfield)[-1]
    world.clock.pass_by(days=1)
    web.pages[ADDRESS] = said + b"one-more.example\n"
    assert refreshed(world, listed) == "taken", "what was accepted and stands is not asked again"


def test_a_text_that_moves_more_than_a_thousand_names_is_taken_by_typing_their_number(world, web, manager):
    listed = subscribed(world, web, names(3_000))
    web.pages[ADDRESS] = names(2_400) + names(401, "other")
    assert refreshed(world, listed) == "held"
    asked = {"listed": listed, "text": of_list(world, listed).found["sha256"], "take": True, "reason": "tidied up"}
    for typed in ("", "1000", "a thousand"):
        with pytest.raises(Refusal, match="1,001 names change: type that number") as refusal:
            subscriptions.decide(world.ports, manager, **asked, typed=typed)
        assert refusal.value.field == "typed"
    assert len(in_force(world, listed)) == 3_000
    subscriptions.decide(world.ports, manager, **asked, typed=" 1,001 ")
    assert len(in_force(world, listed)) == 2_801


def test_keeping_the_old_text_takes_no_number_however_many_names_it_is_about(world, web, manager):
    listed = subscribed(world, web, names(1_000))
    web.pages[ADDRESS] = names(8_000)
    assert refreshed(world, listed) == "held"
    text = of_list(world, listed).found["sha256"]
    subscriptions.decide(world.ports, manager, listed=listed, text=text, take=False, reason="too many")
    assert len(in_force(world, listed)) == 1_000


def test_a_text_that_was_left_is_not_asked_about_again_and_the_list_grows_old(world, web, manager):
    listed = subscribed(world, web, names(1_000))
    success = of_list(world, listed).last_success
    web.pages[ADDRESS] = names(800)
    refreshed(world, listed)
    text = of_list(world, listed).found["sha256"]
    subscriptions.decide(world.ports, manager, listed=listed, text=text, take=False, reason="the maker was asked")
    assert trail(world, world.oakfield)[-1].endswith("because of shrunk: the maker was asked.")
    with pytest.raises(Conflict):
        subscriptions.decide(world.ports, manager, listed=listed, text=text, take=True, reason="after all")
    for _ in range(3):
        world.clock.pass_by(days=1)
        assert refreshed(world, listed) in ("unchanged", "kept")
    assert len(in_force(world, listed)) == 1_000
    assert of_list(world, listed).last_success == success


def test_once_signed_a_text_that_opens_names_takes_the_headteacher(world, web, manager):
    listed = subscribed(world, web, names(1_000))
    world.sign(world.oakfield)
    web.pages[ADDRESS] = names(800)
    refreshed(world, listed)
    text = of_list(world, listed).found["sha256"]
    with pytest.raises(NotAllowed, match="only the headteacher"):
        subscriptions.decide(world.ports, manager, listed=listed, text=text, take=True, reason="the maker tidied up")
    subscriptions.decide(world.ports, world.oakfield.headteacher, listed=listed, text=text, take=True, reason="tidied")
    assert len(in_force(world, listed)) == 800


def test_a_subscribed_list_that_opens_never_opens_more_by_itself(world, web):
    listed = subscribed(world, web, b"fine.example\n", role="allowed", title="Fine sites")
    world.sign(world.oakfield)
    web.pages[ADDRESS] = b"fine.example\nbad.example\n"
    assert refreshed(world, listed) == "held"
    assert in_force(world, listed) == {"fine.example"}


def test_a_name_this_school_opened_lately_holds_a_text_that_blocks_it(world, web, manager):
    listed = subscribed(world, web, names(50))
    rules.add(world.ports, manager, action="allow", domain="scratch.example", reason="coding club")
    web.pages[ADDRESS] = names(50) + b"scratch.example\n"
    assert refreshed(world, listed) == "held"
    assert "scratch.example: opened at this school" in trail(world, world.oakfield)[-1]
    other = subscribed(world, web, names(50), world.elmfield)
    web.pages[ADDRESS] = names(50) + b"scratch.example\n"
    assert refreshed(world, other) == "taken", "another school's use is not ours"


def test_a_pasted_text_is_held_against_the_same_and_saving_takes_it_on(world, manager):
    text = b"google.com\ncanva.com\n" + names(50)
    seen = planned(world.ports, manager, lists.adding(world.ports, manager, title="Mine", role="blocked", text=text))
    assert {one.name for one in seen.preview.plan.objections} >= {"list-needed-names", "list-popular-sites"}
    lists.add(world.ports, manager, title="Mine", role="blocked", text=text)
    assert (
        "saved the text of the list Mine in spite of: needed-names, popular-sites." in trail(world, world.oakfield)[-2]
    )


def test_a_list_that_dwindles_little_by_little_is_held_within_the_month(world, web):
    """Each step passes; all of them together would have opened half of it."""
    listed = subscribed(world, web, names(1_000))
    left = 1_000
    while left * 0.92 > 700:
        left = int(left * 0.92)
        web.pages[ADDRESS] = names(left)
        world.clock.pass_by(days=1)
        assert refreshed(world, listed) == "taken"
    web.pages[ADDRESS] = names(int(left * 0.92))
    assert refreshed(world, listed) == "held"
    [finding] = subscriptions.findings_of(of_list(world, listed))
    assert "within the last 30 days had 1,000" in finding.text
    assert finding.opens
    text = of_list(world, listed).found["sha256"]
    head = world.oakfield.headteacher
    subscriptions.decide(world.ports, head, listed=listed, text=text, take=True, reason="it is being tidied up")
    for fewer in (5, 10, 40):
        web.pages[ADDRESS] = names(int(left * 0.92) - fewer)
        world.clock.pass_by(days=1)
        assert refreshed(world, listed) == "taken", "what a person took is where it is counted from"


def test_a_list_of_which_a_person_took_half_is_not_held_for_the_same_half_the_next_day(world, web):
    listed = subscribed(world, web, names(1_000))
    web.pages[ADDRESS] = names(600)
    assert refreshed(world, listed) == "held"
    asked = {"listed": listed, "text": of_list(world, listed).found["sha256"], "reason": "tidied up"}
    subscriptions.decide(world.ports, world.oakfield.headteacher, take=True, **asked)
    web.pages[ADDRESS] = names(599)
    world.clock.pass_by(days=1)
    assert refreshed(world, listed) == "taken"


def test_a_list_that_is_smaller_than_long_ago_is_not_held_for_that(world, web):
    listed = subscribed(world, web, names(1_000))
    left = 1_000
    for _ in range(8):
        left = int(left * 0.92)
        web.pages[ADDRESS] = names(left)
        world.clock.pass_by(days=9)
        assert refreshed(world, listed) == "taken"
    assert left < 550


def test_a_held_text_of_which_only_a_comment_changes_is_told_once(world, web):
    listed = subscribed(world, web, names(1_000))
    for day in range(4):
        web.pages[ADDRESS] = b"# made on day %d\n" % day + names(800)
        world.clock.pass_by(days=1)
        assert refreshed(world, listed) == "held"
    assert sum("held back the new text" in line for line in trail(world, world.oakfield)) == 1
    assert len(in_force(world, listed)) == 1_000
    web.pages[ADDRESS] = names(801)
    assert refreshed(world, listed) == "held"
    assert sum("held back the new text" in line for line in trail(world, world.oakfield)) == 2


def test_a_hold_shows_up_in_the_releases_of_nobody(world, web, manager):
    """The old text goes on being what is published."""
    listed = subscribed(world, web, names(1_000))
    assignments.assign(world.ports, manager, slug="bad-sites", to=["pupils"])
    worker.once(world.ports)
    revision = now(world, world.oakfield)
    web.pages[ADDRESS] = names(700)
    assert refreshed(world, listed) == "held"
    assert now(world, world.oakfield) == revision
