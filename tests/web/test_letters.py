"""The pages of letters: each person's own, and the outbox without words."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from firewall_admin.app import create_app
from firewall_admin.core import events
from firewall_admin.core.letters import Draft
from firewall_admin.db.tables import Letter, Person
from firewall_admin.journeys import letters
from firewall_admin.settings import Settings
from tests.journeys.test_outbox import Scripted

from .member import member, place

DRAFT = Draft(
    "asked", "AR-1: please assess: x[.]example", "Please assess it.\n\nAsked for: <b>x</b>.", "/explain", "ICS"
)


def write(world, school=None, role="network_manager", draft=DRAFT):
    school = school or world.oakfield
    with world.db.change(school.teacher) as change:
        to = change.session.get_one(Person, getattr(school, role).person_id)
        letters.write(change, [to], draft, key="k")
        change.did(events.SchoolChanged("name", "same"))
    with world.db.look() as session:
        return session.scalars(select(Letter.id).where(Letter.person_id == to.id)).one()


def test_people_read_their_own_letters_and_nobody_elses(client, world):
    letter = write(world)
    client.sign_in(world.oakfield.network_manager)
    page = client.get("/letters").page
    assert "AR-1: please assess: x[.]example" in page.text
    assert "has no mail server" in page.text
    page = client.get(f"/letters/{letter}").page
    assert page.heading == "AR-1: please assess: x[.]example"
    assert "Asked for: <b>x</b>." in page.text, "as text"
    assert "/explain" in [link["href"] for link in page.all("a")]
    for other in (world.oakfield.headteacher, world.oakfield.administrator, world.elmfield.network_manager):
        client.sign_in(other)
        assert client.get(f"/letters/{letter}").status_code == 404
        assert client.get(f"/letters/{letter}/end-date.ics").status_code == 404
        assert "AR-1" not in client.get("/letters").page.text


def test_an_end_date_is_taken_as_a_file(client, world):
    letter = write(world)
    client.sign_in(world.oakfield.network_manager)
    response = client.get(f"/letters/{letter}/end-date.ics")
    assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert response.headers["Content-Disposition"] == "attachment; filename=end-date.ics"
    assert response.data == b"ICS"


def test_a_letter_without_an_end_date_has_no_file(client, world):
    letter = write(world, draft=replace(DRAFT, calendar=None))
    client.sign_in(world.oakfield.network_manager)
    assert client.get(f"/letters/{letter}/end-date.ics").status_code == 404
    assert "calendar" not in client.get(f"/letters/{letter}").page.text


def test_whoever_looks_after_mail_sees_how_letters_fare_and_no_word_of_them(client, world):
    write(world, role="headteacher")
    with world.db.note() as session:
        session.execute(update(Letter).values(state="given-up", detail="550 unknown", tries=3))
    write(world, world.elmfield)
    client.sign_in(world.oakfield.administrator)
    page = client.get("/letters/outbox").page
    assert "Headteacher of Oakfield" in page.text
    assert "Not delivered" in page.text
    assert "550 unknown" in page.text
    for word in ("AR-1", "Please assess", "x[.]example", "Elmfield"):
        assert word not in page.text


def test_a_link_in_a_letter_survives_signing_in(app, world):
    """A letter's link opens a page; whoever is not signed in signs in first and comes back to it."""
    letter = write(world)
    client = member(app, world)
    asked = client.get(f"/letters/{letter}")
    assert place(asked) == f"/sign-in?next=/letters/{letter}"
    fields = {element.get("name"): element.get("value") for element in client.get(place(asked)).page.all("input")}
    assert fields["next"] == f"/letters/{letter}"


@pytest.mark.parametrize(("minutes", "shouts"), [(59, False), (60, True)])
def test_home_shouts_after_an_hour_of_mail_that_is_down(world, minutes, shouts):
    write(world)
    with world.db.note() as session:
        session.execute(update(Letter).values(detail="the mail server can't be reached: nobody is there"))
    client = member(create_app(Settings(), replace(world.ports, send=Scripted())), world)
    world.clock.at += timedelta(minutes=minutes)
    for role, told in (("administrator", True), ("network_manager", True), ("headteacher", False), ("teacher", False)):
        client.sign_in(getattr(world.oakfield, role))
        assert ("Letters can’t be sent" in client.get("/").page.text) == (told and shouts)
    client.sign_in(world.elmfield.administrator)
    assert "Letters can’t be sent" not in client.get("/").page.text


def test_home_says_that_a_letter_did_not_arrive_for_a_week(client, world):
    write(world)
    with world.db.note() as session:
        session.execute(update(Letter).values(state="given-up"))
    for days, told in ((6, True), (1, False)):
        world.clock.pass_by(days=days)
        client.sign_in(world.oakfield.administrator)
        assert ("Not every letter arrived" in client.get("/").page.text) is told


def test_one_is_led_from_the_account_to_the_letters(client, world):
    client.sign_in(world.oakfield.teacher)
    assert "/letters" in [link["href"] for link in client.get("/account").page.all("a")]
