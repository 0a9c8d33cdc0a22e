"""The pages of supervised use."""

from firewall_admin.core.people import Role
from firewall_admin.db.tables import Restriction
from tests.journeys.looking import one
from tests.journeys.reporting import incident, restriction

from .member import place
from .test_content_reports import as_

PAGE = "/reports/restrictions"


def days(**named):
    made: dict[str, str] = {}
    for name, (day, month) in named.items():
        made |= {f"{name}-day": str(day), f"{name}-month": str(month), f"{name}-year": "2026"}
    return made


def test_one_is_decided_after_an_incident_and_every_member_of_staff_sees_whom_today(client, world):
    school = world.oakfield
    came = incident(world, school.teacher, pupil="4F-012")
    as_(client, school.headteacher)
    assert f"{PAGE}/new?incident={came}" in {
        link.get("href") for link in client.get(f"/reports/incidents/{came}").page.all("a")
    }
    page = client.get(f"{PAGE}/new?incident={came}").page
    assert [e["value"] for e in page.all("input") if e.get("name") == "pupil"] == ["4F-012"]
    typed = days(since=(23, 11), until=(4, 12), review_on=(30, 11))
    sent = client.send(
        f"{PAGE}/new?incident={came}", pupil="4F-012", pupil_name="Amelia Jonesby", reason="VPN", **typed
    )
    assert sent.status_code == 303
    assert one(world, school, Restriction).incident_id == came
    assert "IN-1" in client.get(place(sent)).page.text
    for role in (Role.TEACHER, Role.DEPUTY, Role.NETWORK_MANAGER):
        text = as_(client, school.people[role]).get(PAGE).page.text
        assert ("4F-012" in text, "4 December 2026" in text, "Amelia" in text) == (True, True, False)
    assert as_(client, school.governor).get(PAGE).status_code == 403


def test_it_is_reviewed_and_ended_on_its_page(client, world):
    made = restriction(world, world.oakfield.headteacher)
    as_(client, world.oakfield.safeguarding_lead)
    path = f"{PAGE}/{made}"
    typed = days(until=(1, 12), review_on=(30, 11))
    assert client.send(f"{path}/review", **typed, remark=" ").status_code == 400
    assert client.send(f"{path}/review", **typed, remark="Two quiet weeks").status_code == 303
    assert "Two quiet weeks" in client.get(path).page.text
    assert client.send(f"{path}/end", reason="It was somebody else").status_code == 303
    assert "Nobody today" in client.get(PAGE).page.text
    assert client.send(f"{path}/end", reason="Again").status_code == 409


def test_what_is_due_for_review_is_on_the_headteachers_home(client, world):
    restriction(world, world.oakfield.headteacher)
    world.clock.pass_by(days=10)
    as_(client, world.oakfield.headteacher)
    assert "Restriction RS-1" in client.get("/").page.text


def test_days_that_can_not_be_are_refused_at_the_field(client, world):
    as_(client, world.oakfield.headteacher)
    typed = days(since=(23, 11), until=(1, 11), review_on=(30, 11))
    sent = client.send(f"{PAGE}/new", pupil="4F-012", reason="VPN", **typed)
    assert (sent.status_code, "It ends before it begins" in sent.page.text) == (400, True)


def test_its_name_is_read_and_a_hold_is_put_and_lifted(client, world):
    made = restriction(world, world.oakfield.headteacher, pupil_name="Amelia Jonesby")
    as_(client, world.oakfield.headteacher)
    assert "Amelia" not in client.get(f"{PAGE}/{made}").page.text
    assert "Amelia Jonesby" in client.send(f"{PAGE}/{made}/name").page.text
    assert client.send(f"{PAGE}/{made}/hold", reason="A claim").status_code == 303
    assert client.send(f"{PAGE}/{made}/hold").status_code == 303
