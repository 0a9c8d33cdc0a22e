"""The pages of live checks: where to ask, what was found, and asking at once."""

import pytest
from sqlalchemy import select

from firewall_admin.core.events import SetUpFinished
from firewall_admin.core.people import system
from firewall_admin.db.tables import AudienceRow, TargetRow
from firewall_admin.journeys import check_plan
from tests.journeys.check_world import ALL_TRIES, checked_target, checks, follow, with_resolver, work
from tests.journeys.release_world import add_target, publish, row, told, with_folders


@pytest.fixture
def world(world, tmp_path):
    return with_folders(world, tmp_path)


@pytest.fixture
def resolver(world):
    return with_resolver(world)


@pytest.fixture
def manager(resolver, client, world):
    client.sign_in(world.oakfield.network_manager)
    return client


BOTH = {"audiences": ("pupils", "staff"), "delivery": "download"}


def test_where_to_ask_is_added_to_a_target_and_taken_off(manager, world):
    target = add_target(world, world.oakfield, "resolver", "unbound", **BOTH)
    assert "Nobody asks whether it does what is published" in manager.get(f"/targets/{target}").page.text
    sent = {"address": " 127.0.0.1 ", "port": "5353", "audience": "", "source": "127.20.0.5"}
    assert manager.send(f"/targets/{target}/resolvers/add", **sent).status_code == 303
    assert row(world, target).resolvers == [{"address": "127.0.0.1", "port": 5353, "source": "127.20.0.5"}]
    page = manager.get(f"/targets/{target}").page
    assert "127.0.0.1 port 5353 from 127.20.0.5" in page.text
    assert manager.get(f"/targets/{target}/resolvers/0/remove").status_code == 200
    assert manager.send(f"/targets/{target}/resolvers/0/remove").status_code == 303
    assert row(world, target).resolvers == []
    assert manager.send(f"/targets/{target}/resolvers/0/remove").status_code == 404
    assert sum("had checks of resolver ask" in line for line in told(world, world.oakfield)) == 2


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"address": ""}, "Give its IP address"),
        ({"address": "dns.oakfield.example"}, "Give an IP address, such as 10.0.0.2"),
        ({"address": "0x7f.1"}, "Give an IP address"),
        ({"address": "0.0.0.0"}, "no address of one machine"),
        ({"port": "0"}, "no port"),
        ({"port": "53; reboot"}, "no port"),
        ({"source": "nowhere"}, "Give an IP address"),
        ({"source": "::1"}, "of the same kind"),
        ({"source": "10.9.9.9"}, "No audience has a network with 10.9.9.9"),
        ({"source": ""}, "choose as whose client"),
        ({"source": "127.20.0.5", "audience": "pupils"}, "in a network of 'staff'"),
        ({"audience": "aliens"}, "Not a valid choice"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_kept(manager, world, change, says):
    target = add_target(world, world.oakfield, "resolver", "unbound", **BOTH)
    sent = {"address": "127.0.0.1", "port": "", "audience": "", "source": "127.10.0.5"} | change
    answer = manager.send(f"/targets/{target}/resolvers/add", **sent)
    assert answer.status_code == 400
    assert says in answer.page.text
    assert row(world, target).resolvers == []


def test_the_same_place_twice_and_a_file_for_browsers_are_refused(manager, world):
    target = add_target(world, world.oakfield, "resolver", "unbound", **BOTH)
    sent = {"address": "127.0.0.1", "port": "", "audience": "", "source": "127.10.0.5"}
    assert manager.send(f"/targets/{target}/resolvers/add", **sent).status_code == 303
    assert "asked like that already" in manager.send(f"/targets/{target}/resolvers/add", **sent).page.text
    browsers = add_target(world, world.oakfield, "browsers", "pac", delivery="download")
    assert "file is for browsers" in manager.send(f"/targets/{browsers}/resolvers/add", **sent).page.text


def test_a_release_is_amber_until_it_was_seen_and_its_evidence_is_shown(manager, world, resolver):
    target = checked_target(world)
    publish(world, world.oakfield, "games.example")
    assert "Not seen yet" in manager.get("/releases/1").page.text
    assert "answers are right so far" in manager.get(f"/targets/{target}").page.text
    follow(world, resolver)
    work(world, 5)
    assert "Seen to work" in manager.get("/releases/1").page.text
    page = manager.get(f"/targets/{target}").page
    assert "Answered: A NXDOMAIN; AAAA NXDOMAIN; HTTPS NXDOMAIN. Elsewhere: A 198.51.100.7" in page.text


def test_what_leaks_is_on_home_on_its_target_and_among_the_findings(manager, world, resolver):
    target = checked_target(world)
    follow_first = publish(world, world.oakfield, "games.example")
    work(world, *ALL_TRIES)
    assert follow_first == 1
    home = manager.get("/").page.text
    assert "games.example should be blocked, and was answered 198.51.100.7" in home
    assert "Something is wrong" in manager.get("/releases/1").page.text
    found = manager.get(f"/checks?target={target}&finding=leaking").page.text
    assert "games.example should be blocked" in found
    assert "games.example" not in manager.get("/checks?finding=enforced").page.text.partition("finding, the newest")[2]
    assert manager.get("/checks?page=9").status_code == 404


def test_a_check_is_ordered_and_without_a_resolver_that_is_told(manager, world, resolver):
    target = checked_target(world)
    bare = add_target(world, world.oakfield, "bare", "unbound", delivery="download")
    publish(world, world.oakfield, "games.example")
    assert manager.send(f"/targets/{target}/check").status_code == 303
    assert [one for one in checks(world) if one.occasion.startswith("order")]
    manager.send(f"/targets/{bare}/check")
    assert "has no resolver that could be asked" in manager.get("/targets").page.text


def test_who_may_only_look_finds_no_button_and_another_school_nothing(client, world, resolver):
    target = checked_target(world)
    publish(world, world.oakfield, "games.example")
    work(world, *ALL_TRIES)
    client.sign_in(world.oakfield.governor)
    assert client.get("/checks").status_code == 200
    assert client.send(f"/targets/{target}/check").status_code == 403
    client.sign_in(world.elmfield.network_manager)
    assert client.send(f"/targets/{target}/check").status_code == 404
    assert client.send(f"/targets/{target}/resolvers/add", address="127.0.0.1").status_code == 404
    assert "games.example" not in client.get("/checks").page.text
    assert "games.example" not in client.get(f"/checks?target={target}").page.text


def test_going_back_by_itself_is_chosen_and_given_up_by_who_publishes(manager, client, world):
    assert "changes nothing" in manager.get("/checks").page.text
    assert manager.send("/checks/going-back", goes_back="yes").status_code == 303
    assert "Leave it to people" in manager.get("/checks").page.text
    manager.send("/checks/going-back", goes_back="no")
    assert "Go back by itself" in manager.get("/checks").page.text
    client.sign_in(world.oakfield.headteacher)
    assert "Go back by itself" not in client.get("/checks").page.text
    assert client.send("/checks/going-back", goes_back="yes").status_code == 403


def test_a_rule_is_not_said_to_work_before_it_was_seen(manager, world, resolver):
    publish(world, world.oakfield, "before.example")
    assert "Not checked" in manager.get("/policy/rules").page.text
    checked_target(world)
    publish(world, world.oakfield, "games.example")
    assert "Not seen yet" in manager.get("/policy/rules?word=games").page.text
    follow(world, resolver)
    work(world, 5)
    page = manager.get("/policy/rules?word=games").page.text
    assert "Seen to work" in page
    assert "Not seen yet" not in page
    resolver.lies["games.example"] = ("203.0.113.9",)
    check_plan.order(world.ports, world.oakfield.network_manager, target=checks(world)[0].target_id)
    work(world, 5, 30, 90)
    assert "Something is wrong" in manager.get("/policy/rules?word=games").page.text


def test_a_proxys_address_is_asked_for_in_its_own_words_and_the_port_may_stand_behind_it(manager, world):
    target = add_target(world, world.oakfield, "proxy", "squid", base="/etc/squid/fa", **BOTH)
    form = manager.get(f"/targets/{target}/resolvers/add").page.text
    for part in ("Address of the proxy", "3128 if you leave it empty", "by http and by https"):
        assert part in form
    sent = {"address": "127.0.0.1:8080", "port": "", "audience": "", "source": "127.10.0.5"}
    assert manager.send(f"/targets/{target}/resolvers/add", **sent).status_code == 303
    assert "127.0.0.1 port 8080 from 127.10.0.5" in manager.get(f"/targets/{target}").page.text
    again = sent | {"address": "127.0.0.1", "port": "8080", "audience": "pupils"}
    assert "asked like that already" in manager.send(f"/targets/{target}/resolvers/add", **again).page.text
    twice = sent | {"port": "3128"}
    assert "leave one of the two empty" in manager.send(f"/targets/{target}/resolvers/add", **twice).page.text


def test_what_a_resolver_says_it_has_is_on_its_targets_page(manager, world, resolver):
    target = checked_target(world)
    publish(world, world.oakfield, "games.example")
    follow(world, resolver)
    work(world, 5)
    text = " ".join(manager.get(f"/targets/{target}").page.text.split())
    assert "It has release 1" in text
    found = manager.get(f"/checks?target={target}").page.text
    assert "Which release it has" in found
    assert "_release" not in text + found


def test_addresses_that_are_nobodys_any_more_are_said_to_be_asked_by_nobody(manager, world, resolver):
    target = checked_target(world)
    with world.db.change(system(world.oakfield.id)) as change:
        mine = select(AudienceRow).where(AudienceRow.school_id == world.oakfield.id, AudienceRow.name == "pupils")
        change.session.scalars(mine).one().networks = ["10.99.0.0/16"]
        change.session.get_one(TargetRow, target).audiences = ["pupils", "staff"]
        change.did(SetUpFinished())
    publish(world, world.oakfield, "games.example")
    assert "so nobody can say whose answers they give" in manager.get(f"/targets/{target}").page.text
