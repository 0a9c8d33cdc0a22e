"""The pages of retention and erasure."""

from firewall_admin.db.tables import PupilName
from firewall_admin.journeys import retention
from tests.journeys.looking import every
from tests.journeys.reporting import report
from tests.journeys.test_retention import closed_report

from .test_content_reports import as_

PAGE = "/reports/retention"


def test_the_rules_stand_there_and_a_school_changes_one_with_a_reason(client, world):
    as_(client, world.oakfield.headteacher)
    assert "24 months after the end" in client.get(PAGE).page.text
    for wrong in ({"months": "0"}, {"months": "x"}, {"reason": " "}):
        typed = {"rule": "content", "months": "3", "reason": "Our policy", **wrong}
        assert client.send(f"{PAGE}/choose", **typed).status_code == 400, wrong
    assert client.send(f"{PAGE}/choose", rule="content", months="3", reason="Our policy").status_code == 303
    text = client.get(PAGE).page.text
    assert ("3 months after the end" in text, "Our policy" in text) == (True, True)
    as_(client, world.elmfield.headteacher)
    assert "24 months after the end" in client.get(PAGE).page.text


def test_what_was_destroyed_is_on_the_page_and_its_record_says_so(client, world):
    made = closed_report(world)
    world.clock.pass_by(days=800)
    retention.destroy_due(world.ports)
    as_(client, world.oakfield.headteacher)
    assert "Reports of content: 24 months after the end" in client.get(PAGE).page.text
    text = client.get(f"/reports/{made}").page.text
    assert ("Its details were destroyed on" in text, "dares" in text) == (True, False)


def test_a_pupil_is_erased_by_two_roles_only(client, world):
    report(world, world.oakfield.teacher, pupil="4F-012")
    as_(client, world.oakfield.network_manager)
    assert client.get(PAGE).status_code == 200
    assert client.send(f"{PAGE}/erase", pupil="4F-012").status_code == 403
    as_(client, world.oakfield.safeguarding_lead)
    assert client.send(f"{PAGE}/erase", pupil="4F-012", texts="y").status_code == 303
    assert "erased from 1 record." in client.get(PAGE).page.text
    assert every(world, world.oakfield, PupilName) == []
