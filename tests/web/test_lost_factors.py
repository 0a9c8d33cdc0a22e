"""The pages by which a lost second factor is taken away."""

import pytest

from firewall_admin.core.people import Role
from firewall_admin.journeys import second_factor
from tests.journeys.factor_world import turned_on

from .member import member, place


@pytest.fixture
def admin(client, world):
    world.sign(world.oakfield)
    client.sign_in(world.oakfield.administrator)
    return client


@pytest.fixture
def other(app, world):
    return member(app, world)


def page_of(world, role):
    return f"/people/{world.oakfield.people[role].person_id}"


def is_on(world, role):
    return second_factor.own(world.ports, world.oakfield.people[role]).on_at is not None


def test_for_a_teacher_the_administrator_does_it_at_once(admin, other, world):
    turned_on(world, world.oakfield.teacher)
    page = page_of(world, Role.TEACHER)
    assert f"{page}/second-factor" in [a.get("href") for a in admin.get(page).page.all("a")]
    assert "second person" not in admin.get(f"{page}/second-factor").page.text
    assert place(admin.send(f"{page}/second-factor")) == page
    assert not is_on(world, Role.TEACHER)
    assert f"{page}/second-factor" not in [a.get("href") for a in admin.get(page).page.all("a")]
    assert admin.send(f"{page}/second-factor").status_code == 400
    other.sign_in(world.oakfield.teacher)
    assert "Your second factor was taken away" in other.get("/letters").page.text


def test_for_a_headteacher_a_second_person_confirms_from_home(admin, other, world):
    turned_on(world, world.oakfield.headteacher)
    page = page_of(world, Role.HEADTEACHER)
    assert (
        "the safeguarding lead, the network manager or another headteacher"
        in admin.get(f"{page}/second-factor").page.text
    )
    at = place(admin.send(f"{page}/second-factor"))
    assert "/confirm" not in str([form.get("action") for form in admin.get(at).page.all("form")])
    assert admin.send(f"{at}/confirm").status_code == 403
    assert at in [a.get("href") for a in admin.get(page).page.all("a")]
    other.sign_in(world.oakfield.safeguarding_lead)
    assert at in [a.get("href") for a in other.get("/").page.all("a")]
    assert place(other.send(f"{at}/confirm")) == at
    assert not is_on(world, Role.HEADTEACHER)
    assert "Taken away" in other.get(at).page.text
    assert other.send(f"{at}/confirm").status_code == 409


def test_whoever_it_is_about_is_told_at_home_and_stops_it(admin, other, world):
    turned_on(world, world.oakfield.headteacher)
    at = place(admin.send(f"{page_of(world, Role.HEADTEACHER)}/second-factor"))
    other.sign_in(world.oakfield.headteacher)
    assert "Somebody asked to take away your second factor" in other.get("/").page.text
    assert "/confirm" not in str([form.get("action") for form in other.get(at).page.all("form")])
    assert place(other.send(f"{at}/end")) == at
    assert is_on(world, Role.HEADTEACHER)
    assert "Stopped" in admin.get(at).page.text


def test_nobody_else_reads_of_it(admin, other, world):
    turned_on(world, world.oakfield.headteacher)
    at = place(admin.send(f"{page_of(world, Role.HEADTEACHER)}/second-factor"))
    for stranger in (world.oakfield.teacher, world.oakfield.governor, world.elmfield.headteacher):
        other.sign_in(stranger)
        assert other.get(at).status_code == 404
        assert other.send(f"{at}/confirm").status_code in (403, 404)


def test_it_asks_for_the_password_where_that_was_long_ago(admin, world):
    turned_on(world, world.oakfield.teacher)
    admin.sign_in(world.oakfield.administrator, proven=False)
    assert place(admin.send(f"{page_of(world, Role.TEACHER)}/second-factor")).startswith("/sign-in/confirm")
    assert is_on(world, Role.TEACHER)
