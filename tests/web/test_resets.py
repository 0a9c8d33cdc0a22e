"""The pages of a new link that takes two people."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from firewall_admin.app import create_app
from firewall_admin.db.tables import PasswordReset
from firewall_admin.journeys import invitations
from firewall_admin.settings import Settings
from tests.journeys.test_outbox import Scripted

from .member import member, place

GOOD = "lamp gravel otter"


@pytest.fixture(autouse=True)
def _in_use(world):
    world.sign(world.oakfield)


@pytest.fixture
def admin(client, world):
    client.sign_in(world.oakfield.administrator)
    return client


@pytest.fixture
def other(app, world):
    return member(app, world)


def ask(admin, world):
    """The administrator asks for a link for the headteacher; gives the address of the question."""
    return place(admin.send(f"/people/{world.oakfield.headteacher.person_id}/reset"))


def links(page):
    return [element.text for element in page.all("code")]


def test_for_a_headteacher_the_page_says_beforehand_that_it_takes_two(admin, world):
    page = admin.get(f"/people/{world.oakfield.headteacher.person_id}/reset").page
    assert "the safeguarding lead, the network manager or another headteacher" in page.text
    assert "Ask for a new link" in page.text
    page = admin.get(f"/people/{world.oakfield.teacher.person_id}/reset").page
    assert "second person" not in page.text


def test_no_page_shows_a_link_before_somebody_else_has_confirmed(admin, other, world):
    at = ask(admin, world)
    page = admin.get(at).page
    assert "To confirm" in page.text
    assert "Make the link" not in page.text
    assert "/confirm" not in str([form.get("action") for form in page.all("form")])
    assert admin.send(f"{at}/confirm").status_code == 403
    assert admin.send(f"{at}/make").status_code == 409
    other.sign_in(world.oakfield.safeguarding_lead)
    page = other.get(at).page
    assert "headteacher@oakfield.leics.sch.uk" in page.text, "whoever confirms sees where it may go"
    assert place(other.send(f"{at}/confirm")) == at
    assert links(other.get(at).page) == []
    response = admin.send(f"{at}/make")
    (link,) = links(response.page)
    assert admin.get(link).page.heading == "Set your password"
    assert admin.send(f"{at}/make").status_code == 409


def test_everyone_concerned_finds_it_on_home_and_nobody_else(admin, other, world):
    ask(admin, world)
    for role, title in (
        ("safeguarding_lead", "A new link for Headteacher of Oakfield"),
        ("network_manager", "A new link for Headteacher of Oakfield"),
        ("headteacher", "Somebody asked for a new link for you"),
    ):
        other.sign_in(getattr(world.oakfield, role))
        assert title in other.get("/").page.text
    for stranger in (world.oakfield.teacher, world.oakfield.governor, world.elmfield.safeguarding_lead):
        other.sign_in(stranger)
        assert "A new link for" not in other.get("/").page.text


def test_whom_it_is_about_can_stop_it(admin, other, world):
    at = ask(admin, world)
    other.sign_in(world.oakfield.headteacher)
    other.send(f"{at}/end")
    assert "Stopped" in other.get(at).page.text
    other.sign_in(world.oakfield.safeguarding_lead)
    assert other.send(f"{at}/confirm").status_code == 409


def test_strangers_learn_nothing_of_it(admin, other, world):
    at = ask(admin, world)
    for actor in (world.oakfield.teacher, world.oakfield.governor, world.elmfield.headteacher):
        other.sign_in(actor)
        assert other.get(at).status_code == 404


def test_confirming_takes_the_password(admin, other, world):
    at = ask(admin, world)
    other.sign_in(world.oakfield.safeguarding_lead, proven=False)
    assert place(other.send(f"{at}/confirm")) == f"/sign-in/confirm?next={at}"
    with world.db.look() as session:
        assert session.scalars(select(PasswordReset.state)).one() == "waiting"


def test_whoever_set_a_password_by_a_link_is_told_for_two_weeks_who_made_it(admin, other, world):
    response = admin.send(f"/people/{world.oakfield.teacher.person_id}/reset")
    (link,) = links(response.page)
    invitations.accept(world.ports, token=link.rpartition("/")[2], password=GOOD)
    for days, told in ((0, True), (13, True), (1, False)):
        world.clock.pass_by(days=days)
        other.sign_in(world.oakfield.teacher)
        text = other.get("/").page.text
        assert ("Your password was set by a link" in text) is told
        assert ("Administrator of Oakfield made the link" in text) is told


def test_by_mail_nobody_is_shown_a_link(world):
    client = member(create_app(Settings(), replace(world.ports, send=Scripted())), world)
    client.sign_in(world.oakfield.administrator)
    teacher = f"/people/{world.oakfield.teacher.person_id}"
    assert place(client.send(f"{teacher}/reset")) == teacher
    response = client.send("/people/invite", name="Gwen Hughes", email="g@oakfield.example", role="teacher")
    assert response.status_code == 303
    page = client.get(place(response)).page
    assert "Gwen Hughes gets the link by mail." in page.text
    assert links(page) == []
