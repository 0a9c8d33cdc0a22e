"""The pages of people, their roles, who stands in, and the list of staff."""

import io

import pytest
from sqlalchemy import select

from firewall_admin.db.tables import Delegation, Person, RoleProposal
from firewall_admin.journeys import roles
from firewall_admin.journeys.actors import of_person
from tests.journeys.trail_of import trail

from .member import member, place

GWEN = {"name": "Gwen Hughes", "email": "g.hughes@oakfield.example"}


@pytest.fixture
def admin(client, world):
    client.sign_in(world.oakfield.administrator)
    return client


@pytest.fixture
def head(app, world):
    head = member(app, world)
    head.sign_in(world.oakfield.headteacher)
    return head


def gwen(world):
    with world.db.look() as session:
        return session.scalars(select(Person).where(Person.email == GWEN["email"])).first()


def the_link(page):
    return next(element.text for element in page.all("code"))


def test_everyone_of_the_school_is_on_the_page_and_nobody_else(admin, world):
    page = admin.get("/people").page
    for actor in world.oakfield.people.values():
        assert actor.name in page.text
    assert "Elmfield" not in page.text


def test_an_invitation_is_shown_once_and_opens(admin, world):
    response = admin.send("/people/invite", **GWEN, role="governor")
    assert response.status_code == 200
    link = the_link(response.page)
    assert link.startswith("http://localhost/invitations/")
    assert admin.get(link).page.heading == "Set your password"
    assert link.rpartition("/")[2] not in admin.get("/people").text
    assert link.rpartition("/")[2] not in str(trail(world, world.oakfield))


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "=1+1"}, "name"),
        ({"email": "no address"}, "email"),
        ({"email": "teacher@oakfield.leics.sch.uk"}, "email"),
        ({"role": ""}, "role"),
        ({"role": "caretaker"}, "role"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(admin, world, asked, field):
    response = admin.send("/people/invite", **({**GWEN, "role": "teacher"} | asked))
    assert response.status_code == 400
    ids = [link["href"] for link in response.page.all("a") if (link.get("href") or "").startswith(f"#{field}")]
    assert ids
    assert response.page.title.startswith("Error: ")
    assert gwen(world) is None


def test_a_weighty_role_goes_by_the_headteachers_page(admin, head, world):
    world.sign(world.oakfield)
    assert "has to approve" in admin.send("/people/invite", **GWEN, role="administrator").page.text
    assert not any("approve" in (f.get("action") or "") for f in admin.get("/people").page.all("form"))
    page = head.get("/people").page
    assert "Gwen Hughes as administrator" in page.text
    approve = next(f["action"] for f in page.all("form") if "approve" in (f.get("action") or ""))
    assert admin.send(approve).status_code == 403
    shown = head.send(approve).page.text
    assert "Gwen Hughes is administrator now" in shown
    assert "/invitations/" in shown, "a new link, because whoever invited them has seen the first one"
    assert gwen(world).role == "administrator"
    assert head.send(approve).status_code == 409


def test_a_refusal_of_a_role_needs_its_reason(admin, head, world):
    world.sign(world.oakfield)
    admin.send("/people/invite", **GWEN, role="administrator")
    refuse = head.get("/people").page.link("Refuse")
    assert head.send(refuse, reason="  ").status_code == 400
    assert head.send(refuse, reason="two are enough").status_code == 303
    assert gwen(world).role == "teacher"
    assert head.send(refuse, reason="again").status_code == 409


def test_a_role_is_changed_and_the_last_headteacher_stays(admin, world):
    teacher, head = (f"/people/{actor.person_id}" for actor in (world.oakfield.teacher, world.oakfield.headteacher))
    assert admin.get(f"{teacher}/role").status_code == 200
    assert place(admin.send(f"{teacher}/role", role="governor")) == teacher
    assert "Teacher of Oakfield is governor now." in admin.get(teacher).page.text
    response = admin.send(f"{head}/role", role="teacher")
    assert (response.status_code, "only headteacher" in response.page.text) == (400, True)
    response = admin.send(f"{head}/end")
    assert (response.status_code, "only headteacher" in response.page.text) == (400, True)


def test_nobody_is_offered_to_change_themselves(admin, world):
    own = f"/people/{world.oakfield.administrator.person_id}"
    links = [a["href"] for a in admin.get(own).page.all("a")]
    assert not any(href.startswith((f"{own}/role", f"{own}/end")) for href in links)
    assert admin.send(f"{own}/role", role="headteacher").status_code == 403


def test_a_correction_a_new_link_and_the_end(admin, world):
    admin.send("/people/invite", **GWEN, role="teacher")
    path = f"/people/{gwen(world).id}"
    assert "Gwen Hughes" in admin.get(f"{path}/correct").text
    assert place(admin.send(f"{path}/correct", name="Gwen Price", email=GWEN["email"])) == path
    assert admin.get(f"{path}/reset").page.heading == "Make a new link for Gwen Price?"
    assert the_link(admin.send(f"{path}/reset").page).startswith("http://localhost/invitations/")
    assert "End the access of Gwen Price?" in admin.get(f"{path}/end").page.heading
    assert place(admin.send(f"{path}/end")) == "/people"
    page = admin.get("/people").page
    assert "Gwen Price can no longer sign in." in page.text
    assert "Left" in admin.get(path).page.text
    assert admin.send(f"{path}/reset").status_code == 400


@pytest.mark.parametrize("act", ["correct", "reset", "end", "role"])
def test_what_touches_another_person_asks_for_the_password_again(admin, world, act):
    admin.sign_in(world.oakfield.administrator, proven=False)
    path = f"/people/{world.oakfield.teacher.person_id}/{act}"
    assert place(admin.get(path)) == f"/sign-in/confirm?next={path}"
    assert place(admin.send(path)) == f"/sign-in/confirm?next={path}"


def test_a_deputy_is_named_by_days_and_sees_for_whom_they_decide(head, app, world):
    deputy = member(app, world)
    deputy.sign_in(world.oakfield.deputy)
    days = {"since-day": "23", "since-month": "11", "since-year": "2026", "until-day": "24", "until-month": "Nov"}
    asked = {**days, "until-year": "2026", "deputy": str(world.oakfield.deputy.person_id), "reason": "a course"}
    assert head.get("/delegations").page.heading == "Who decides when you are away"
    assert head.get("/delegations/add").status_code == 200
    assert place(head.send("/delegations/add", **asked)) == "/delegations"
    assert "In force" in head.get("/delegations").page.text
    assert "deputy, for Headteacher of Oakfield" in deputy.get("/account").page.text
    with world.db.look() as session:
        row = session.scalars(select(Delegation)).one()
    assert (row.since, row.until.isoformat()) == (world.clock.at, "2026-11-25T00:00:00+00:00")
    end = next(f["action"] for f in head.get("/delegations").page.all("form") if "/end" in (f.get("action") or ""))
    assert place(head.send(end)) == "/delegations"
    assert "deputy, for" not in deputy.get("/account").page.text


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"until-year": "2027"}, "30 days at most"),
        ({"until-day": "22"}, "ends before it begins"),
        ({"until-day": "31"}, "real date"),
        ({"deputy": ""}, "Select who"),
        ({"deputy": "b2c3f6a0-0000-4000-8000-000000000000"}, "Not a valid choice"),
        ({"reason": ""}, "Enter why"),
    ],
)
def test_days_that_can_not_be_are_told(head, world, asked, words):
    days = {"since-day": "23", "since-month": "11", "since-year": "2026", "until-day": "24", "until-month": "11"}
    whole = {**days, "until-year": "2026", "deputy": str(world.oakfield.deputy.person_id), "reason": "r"} | asked
    response = head.send("/delegations/add", **whole)
    assert (response.status_code, words in response.page.text) == (400, True)


def upload(client, content):
    return client.send("/people/import", file=(io.BytesIO(content), "staff.csv"))


def carried(page):
    return next(e["value"] for e in page.all("input") if e.get("name") == "text")


def test_a_staff_list_is_shown_first_and_brought_in_then(admin, world):
    content = b"name,e-mail,role\r\nGwen Hughes,g.hughes@oakfield.example,teacher\r\n"
    assert admin.get("/people/import").status_code == 200
    checked = upload(admin, content).page
    assert "Would be invited: 1 person" in checked.text
    assert gwen(world) is None
    done = admin.send("/people/import/bring", text=carried(checked))
    assert "http://localhost/invitations/" in done.page.text
    assert gwen(world).state == "invited"


def test_lines_to_mend_are_listed_by_number(admin, world):
    page = upload(admin, b"Gwen,g.hughes@oakfield.example,teacher\n=x,a@oakfield.example,teacher\n").page
    assert "1 line needs mending" in page.text
    assert [row.text for row in page.with_class("list__name")] == ["2"]
    assert gwen(world) is None


def test_no_file_at_all_is_told(admin):
    assert "Choose a file" in admin.send("/people/import").page.text


def test_nothing_new_in_a_list_offers_no_button(admin):
    page = upload(admin, b"Teacher,teacher@oakfield.leics.sch.uk,teacher\n").page
    assert "There is nobody new in it" in page.text
    assert not any("/bring" in (f.get("action") or "") for f in page.all("form"))


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "{{ 7*7 }} Ann", 'Ann " onload=x', "%s%n Ann"])
def test_a_name_is_shown_as_it_is_and_nothing_more(admin, world, name):
    admin.send("/people/invite", name=name, email=GWEN["email"], role="teacher")
    for path in ("/people", f"/people/{gwen(world).id}", f"/people/{gwen(world).id}/correct"):
        response = admin.get(path)
        assert "<script>alert" not in response.text
    assert name in admin.get(f"/people/{gwen(world).id}").page.heading


def test_a_proposal_waits_on_the_persons_own_page_too(admin, head, world):
    world.sign(world.oakfield)
    roles.change_role(
        world.ports,
        world.oakfield.administrator,
        person=world.oakfield.teacher.person_id,
        role="safeguarding-lead",
    )
    path = f"/people/{world.oakfield.teacher.person_id}"
    assert "Teacher of Oakfield as safeguarding lead" in head.get(path).page.text
    with world.db.look() as session:
        assert session.scalars(select(RoleProposal)).one().state == "waiting"
        assert of_person(session, world.oakfield.teacher.person_id, world.clock.at).role == "teacher"
