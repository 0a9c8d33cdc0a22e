from datetime import timedelta

import pytest

from firewall_admin import worker
from firewall_admin.journeys import people, releases, rules, targets

ROLES = ("teacher", "network_manager", "headteacher", "deputy", "safeguarding_lead", "governor", "administrator")


def home(client, world, role):
    client.sign_in(getattr(world.oakfield, role))
    return client.get("/").page


def needs(page):
    return [element.text for element in page.with_class("needs__title")]


def held(world):
    """A release is held: somebody meant to block what is protected."""
    manager = world.oakfield.network_manager
    rules.add(world.ports, manager, action="block", domain="childline.org.uk", reason="a slip")
    worker.once(world.ports)
    with world.db.look() as session:
        last = releases.last(session, world.oakfield.id)
    assert last is not None
    assert last.state == "held"
    return last.number


@pytest.mark.parametrize("role", ROLES)
def test_everyone_can_check_a_site_and_sees_no_more_than_their_own(client, world, role):
    page = home(client, world, role)
    assert page.heading == "Oakfield Primary School"
    asks_first = role == "teacher"
    assert ("Is a site blocked?" in page.text) != asks_first
    assert ("A site is blocked? Paste its address" in page.text) == asks_first
    assert ("Set up the school" in page.text) == (role in ("network_manager", "headteacher", "administrator"))
    assert ("Done lately" in page.text) == (role not in ("teacher", "deputy"))
    assert ("How things stand" in page.text) == (role not in ("teacher", "administrator"))
    assert "Elmfield" not in page.text


@pytest.mark.parametrize("role", ["network_manager", "headteacher"])
def test_a_held_release_shouts_on_every_page_of_those_who_can_act(client, world, role):
    number = held(world)
    page = home(client, world, role)
    assert f"Release {number} is held" in needs(page)
    assert page.with_class("shout")
    assert client.get("/account").page.with_class("shout")


@pytest.mark.parametrize("role", ["teacher", "governor", "administrator"])
def test_those_who_can_not_act_are_not_shouted_at(client, world, role):
    held(world)
    assert not home(client, world, role).with_class("shout")


def test_trouble_and_a_hold_are_told(client, world):
    from firewall_admin.core.events_releases import PreparationFailed
    from firewall_admin.core.people import system
    from firewall_admin.db.tables import School

    releases.hold(world.ports, world.oakfield.network_manager, reason="exams")
    with world.db.change(system(world.oakfield.id)) as change:
        change.session.get_one(School, world.oakfield.id).trouble = "the disk is full"
        change.did(PreparationFailed("the disk is full"))
    page = home(client, world, "network_manager")
    assert needs(page) == ["The next release can’t be prepared", "Publishing is held"]
    assert "the disk is full" in page.text
    assert "can’t be prepared" in page.with_class("shout")[0].text


def test_a_target_that_can_not_fetch_a_rule_that_ends_and_a_role_to_approve_are_told_to_who_does_it(client, world):
    manager = world.oakfield.network_manager
    until = world.clock.at + timedelta(days=3)
    rules.add(world.ports, manager, action="allow", domain="x.com", reason="Year 5", until=until)
    rules.add(world.ports, manager, action="block", domain="y.com", reason="r", until=until + timedelta(days=30))
    targets.add(world.ports, manager, targets.Wanted("resolver", "rpz", ("pupils", "staff")))
    world.clock.pass_by(hours=2)
    world.sign(world.oakfield)
    asked = {"name": "Jo Ash", "email": "j.ash@oakfield.example", "role": "safeguarding-lead"}
    people.invite(world.ports, world.oakfield.administrator, **asked)
    assert "The rule to allow x.com ends" in needs(home(client, world, "network_manager"))
    assert needs(home(client, world, "headteacher")) == ["Jo Ash as safeguarding lead"]
    world.clock.pass_by(days=8)
    assert needs(home(client, world, "administrator")) == ["Jo Ash"]


def test_what_is_set_up_by_somebody_else_is_no_link(client, world):
    page = home(client, world, "administrator")
    linked = [element.text for element in page.with_class("govuk-task-list__link")]
    assert linked == ["Bring in your people"]
    assert "the network manager does this" in page.text


def test_once_signed_the_tasks_are_gone(client, world):
    world.sign(world.oakfield)
    assert "Set up the school" not in home(client, world, "network_manager").text
