"""A text of a list that was held and taken is asked about once; what else a release brings still holds it."""

import pytest

from firewall_admin import worker
from firewall_admin.journeys import assignments, lists, releases, subscriptions
from tests.web_of_lists import ADDRESS, names, of_list, refreshed, subscribed, webbed

from .release_world import accept_all, block, live, objections, publish, states, with_folders
from .release_world import published_blocks as blocked

OTHER = "https://lists.example.org/other.txt"


@pytest.fixture
def world(world, tmp_path):
    return with_folders(world, tmp_path)


@pytest.fixture
def web(world):
    return webbed(world)


@pytest.fixture
def listed(world, web):
    """A list in force for pupils, of a thousand names."""
    listed = subscribed(world, web, names(1_000))
    assignments.assign(world.ports, world.oakfield.network_manager, slug="bad-sites", to=["pupils"])
    published_in_spite_of_all(world)
    assert blocked(world, "bad999.example")
    return listed


def published_in_spite_of_all(world):
    worker.once(world.ports)
    if objections(world, world.oakfield):
        with world.db.look() as session:
            held = releases.last(session, world.oakfield.id)
        assert held is not None
        accept_all(world, world.oakfield, str(held.blocked + held.opened))


def held_and_taken(world, web, listed, text, address=ADDRESS, why="the maker tidied up"):
    web.pages[address] = text
    assert refreshed(world, listed) == "held"
    found = of_list(world, listed).found
    world.clock.pass_by(minutes=1)
    head = world.oakfield.headteacher
    asked = {"listed": listed, "text": found["sha256"], "typed": str(found["added"] + found["removed"])}
    subscriptions.decide(world.ports, head, take=True, reason=why, **asked)
    return {"by": head.name, "at": world.clock.at.isoformat(), "reason": why}


def asked(world):
    return {o["name"] for o in objections(world, world.oakfield) if not o["accepted"]}


CHANGES = [
    (names(800), {"list-shrunk", "much-opened"}, "bad0.example"),
    (names(8_000), {"much-blocked"}, "bad7999.example"),
    (names(870, first=130) + names(130, "other"), {"much-replaced"}, "other1.example"),
]


@pytest.mark.parametrize(("text", "dangers", "name"), CHANGES, ids=["shrunk", "grown", "replaced"])
def test_a_text_that_was_taken_is_published_without_a_second_question(world, web, listed, text, dangers, name):
    before = live(world, world.oakfield).number
    accepted = held_and_taken(world, web, listed, text)
    worker.once(world.ports)
    release = live(world, world.oakfield)
    assert release.number > before
    assert blocked(world, name)
    by_name = {o["name"]: o["accepted"] for o in release.objections}
    assert dangers <= set(by_name), "the release still tells of the danger"
    assert all(by_name[danger] == accepted for danger in dangers), "and who took it, when and why"


def test_without_anybody_who_took_it_the_same_step_holds_a_release(world, web, listed):
    """The other half: the danger is real, and an own list's is still asked about with the release."""
    manager = world.oakfield.network_manager
    subscriptions.end(world.ports, manager, listed=listed)
    lists.replace(world.ports, manager, listed=listed, text=names(800))
    worker.once(world.ports)
    assert asked(world) >= {"list-shrunk", "much-opened"}


def test_a_small_edit_beside_the_text_changes_nothing(world, web, listed):
    held_and_taken(world, web, listed, names(800))
    block(world, world.oakfield, "tiktok.com")
    worker.once(world.ports)
    assert not asked(world)
    assert blocked(world, "tiktok.com")
    assert not blocked(world, "bad999.example")


def test_a_danger_that_something_else_brings_still_holds_the_release(world, web, listed):
    held_and_taken(world, web, listed, names(800))
    block(world, world.oakfield, "childline.org.uk")
    worker.once(world.ports)
    assert asked(world) == {"rule-names-protected"}
    assert blocked(world, "bad999.example")
    accept_all(world, world.oakfield)
    assert not blocked(world, "bad999.example")


def test_the_same_danger_from_another_list_is_asked_about(world, web, listed):
    manager = world.oakfield.network_manager
    other = subscribed(world, web, names(600, "worse"), title="Worse sites", address=OTHER)
    assignments.assign(world.ports, manager, slug="worse-sites", to=["pupils"])
    published_in_spite_of_all(world)
    held_and_taken(world, web, listed, names(800))
    subscriptions.end(world.ports, manager, listed=other)
    lists.replace(world.ports, manager, listed=other, text=names(300, "worse"))
    worker.once(world.ports)
    texts = {(o["name"], "'bad-sites'" in o["text"]): bool(o["accepted"]) for o in objections(world, world.oakfield)}
    assert texts["list-shrunk", True], "that one was taken"
    assert not texts["list-shrunk", False]
    assert asked(world) >= {"list-shrunk", "much-opened"}
    assert blocked(world, "bad999.example"), "nothing of it is in force"


def test_another_text_than_the_one_that_was_taken_is_asked_about(world, web, listed):
    releases.hold(world.ports, world.oakfield.network_manager, reason="exams")
    held_and_taken(world, web, listed, names(800))
    world.clock.pass_by(days=1)
    web.pages[ADDRESS] = names(790)
    assert refreshed(world, listed) == "taken", "a small step from the text that was taken"
    releases.lift_hold(world.ports, world.oakfield.network_manager, reason="exams are over")
    worker.once(world.ports)
    assert asked(world) >= {"list-shrunk", "much-opened"}


def test_who_went_back_from_the_text_is_asked_before_it_comes_again(world, web, listed):
    before = live(world, world.oakfield).number
    held_and_taken(world, web, listed, names(800))
    worker.once(world.ports)
    assert not blocked(world, "bad999.example")
    manager = world.oakfield.network_manager
    releases.go_back(world.ports, manager, number=before, reason="pupils saw what they should not")
    releases.lift_hold(world.ports, manager, reason="edits go on")
    worker.once(world.ports)
    assert asked(world) >= {"list-shrunk", "much-opened"}
    assert blocked(world, "bad999.example")


def test_another_school_is_asked_about_its_own_copy(world, web, listed):
    other = subscribed(world, web, names(1_000), world.elmfield)
    assignments.assign(world.ports, world.elmfield.network_manager, slug="bad-sites", to=["pupils"])
    publish(world, world.elmfield)
    held_and_taken(world, web, listed, names(800))
    manager = world.elmfield.network_manager
    subscriptions.end(world.ports, manager, listed=other)
    lists.replace(world.ports, manager, listed=other, text=names(800))
    worker.once(world.ports)
    assert states(world, world.elmfield)[-1][1] == "held"
    assert states(world, world.oakfield)[-1][1] == "published"
