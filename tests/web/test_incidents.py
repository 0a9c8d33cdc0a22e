"""The pages of incidents."""

import pytest

from firewall_admin.core.people import Role
from firewall_admin.db.tables import Incident, RuleRow
from tests.journeys.looking import every, one
from tests.journeys.reporting import harassment, incident

from .member import place
from .test_content_reports import SECURED, as_

NEW = "/reports/incidents/new"
WHEN = {name: value for name, value in SECURED.items() if name != "place"}


@pytest.fixture
def teacher(client, world):
    client.sign_in(world.oakfield.teacher)
    return client


def test_a_way_round_is_reported_acted_on_blocked_and_tried_again(client, world):
    school = world.oakfield
    as_(client, school.teacher)
    sent = client.send(NEW, **WHEN, method="vpn", found="log", indicator="free-vpn.example", pupil="4f-012")
    path = place(sent)
    assert sent.status_code == 303
    assert "free-vpn.example" in client.get(path).page.text
    as_(client, school.network_manager)
    assert "Incident IN-1" in client.get("/").page.text
    plan = client.get(f"{path}/block")
    assert plan.page.heading == "Block free-vpn.example?"
    form = next(f for f in plan.page.all("form") if f.get("action") == f"{path}/block")
    fields = {e["name"]: e.get("value") for e in form.all("input") if e.get("type") == "hidden"}
    assert client.send(f"{path}/block", **{k: v for k, v in fields.items() if k != "csrf_token"}).status_code == 303
    assert one(world, school, RuleRow).domain == "free-vpn.example"
    assert client.send(f"{path}/act", text="Took the app off").status_code == 303
    assert client.send(f"{path}/retest", works="no", text=" ").status_code == 400
    assert client.send(f"{path}/retest", works="no", text="On iPad 12").status_code == 303
    assert "it works no more" in client.get(path).page.text
    assert one(world, school, Incident).state == "closed"


def test_nothing_chosen_is_refused_at_the_field(teacher, world):
    sent = teacher.send(NEW, **WHEN, method="", found="")
    assert (sent.status_code, "Choose how it was done" in sent.page.text) == (400, True)
    assert every(world, world.oakfield, Incident) == []


def test_harassment_is_read_by_two_and_its_reporter_sees_only_that_it_is_there(client, world):
    school = world.oakfield
    as_(client, school.teacher)
    sent = client.send("/reports/incidents/harassment", **WHEN, evidence="With Mrs Abbott", pupil="4F-012")
    path = place(sent)
    for role in (Role.TEACHER, Role.NETWORK_MANAGER, Role.HEADTEACHER, Role.SAFEGUARDING_LEAD):
        as_(client, school.people[role])
        seen = client.get(path)
        reads = role in (Role.HEADTEACHER, Role.SAFEGUARDING_LEAD)
        assert seen.status_code == (404 if role is Role.NETWORK_MANAGER else 200)
        if seen.status_code == 200:
            assert ("With Mrs Abbott" in seen.page.text) == reads
    assert "With you. Read it today" in client.get("/").page.text
    assert client.send(f"{path}/hand-over", body="system", outside="S-1", text="").status_code == 303
    assert client.send(f"{path}/close").status_code == 303


def test_the_log_and_its_file_leave_out_what_the_safeguarding_lead_has(client, world):
    school = world.oakfield
    incident(world, school.teacher, indicator="=free-vpn.example", pupil="4F-012")
    harassment(world, school.teacher)
    as_(client, school.network_manager)
    assert "1 incident" in client.get("/reports/incidents").page.text
    assert "1 incident" in client.get("/reports/incidents?word=free-vpn").page.text
    assert "No incidents" in client.get("/reports/incidents?state=closed").page.text
    as_(client, school.headteacher)
    assert "2 incidents" in client.get("/reports/incidents").page.text
    text = client.send("/reports/incidents/incidents.csv").data.decode("utf-8-sig")
    assert ("'=free-vpn" in text, "IN-2" in text, "4F-012" in text) == (True, False, False)


def test_an_incident_is_passed_on_withdrawn_and_held(client, world):
    school = world.oakfield
    first, second = incident(world, school.teacher), incident(world, school.teacher)
    as_(client, school.teacher)
    assert client.send(f"/reports/incidents/{first}/withdraw").status_code == 303
    as_(client, school.network_manager)
    assert place(client.send(f"/reports/incidents/{second}/pass-on", text="Please")) == "/reports/incidents"
    assert client.get(f"/reports/incidents/{second}").status_code == 404
    as_(client, school.safeguarding_lead)
    assert client.send(f"/reports/incidents/{second}/hold", reason="The police").status_code == 303
    assert "On legal hold" in client.get(f"/reports/incidents/{second}").page.text
    assert client.send(f"/reports/incidents/{second}/hold").status_code == 303
