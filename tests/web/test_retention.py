"""The pages of retention and erasure."""

from firewall_admin.core.retention import FOR_EVER, RULES
from firewall_admin.db.tables import PupilName
from firewall_admin.journeys import access_requests, destroying
from tests.journeys.looking import every
from tests.journeys.reporting import report
from tests.journeys.request_world import furnished, submitted
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
    destroying.destroy_due(world.ports)
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


def test_every_rule_is_on_the_page_and_what_is_kept_for_ever_too(client, world):
    page = as_(client, world.oakfield.headteacher).get(PAGE).page
    for rule in RULES.values():
        assert rule.what in page.text
        assert f"{rule.months} month{'' if rule.months == 1 else 's'} {rule.began}" in page.text
    for what, why in FOR_EVER:
        assert (what in page.text, why in page.text) == (True, True)
    as_(client, world.oakfield.network_manager)
    assert not [link for link in client.get(PAGE).page.all("a") if "hold" in link.text]


def test_all_of_a_kind_is_held_with_a_reason_and_lifted(client, world):
    as_(client, world.oakfield.safeguarding_lead)
    hold = f"{PAGE}/letter/hold"
    assert "All of ‘Letters’." in client.get(hold).page.text
    assert client.send(hold, reason=" ").status_code == 400
    assert client.send(hold, reason="The police asked").status_code == 303
    assert "The police asked" in client.get(PAGE).page.text
    assert "Lift the legal hold?" in client.get(hold).page.text
    assert client.send(hold).status_code == 303
    assert "The police asked" not in client.get(PAGE).page.text
    assert client.get(f"{PAGE}/nothing/hold").status_code == 404
    as_(client, world.oakfield.network_manager)
    assert client.send(hold, reason="x").status_code == 403


def test_a_request_is_held_by_its_own_page_and_says_when_its_texts_are_destroyed(client, world):
    school = furnished(world)
    row = submitted(world, school, purpose="For 4F-012")
    access_requests.withdraw(world.ports, school.teacher, request=row.id, version=row.version)
    as_(client, school.safeguarding_lead)
    at = f"/requests/{row.id}"
    assert "Put it on legal hold" in client.get(at).page.text
    assert client.send(f"{at}/hold", reason="A claim of 2026").status_code == 303
    assert "AR-1" in client.get(PAGE).page.text
    assert "On legal hold: what was written is kept" in client.get(at).page.text
    assert client.send(f"{at}/hold").status_code == 303
    world.clock.pass_by(days=366 * 7)
    destroying.destroy_words(world.ports)
    as_(client, school.safeguarding_lead)
    text = client.get(at).page.text
    assert ("was destroyed on" in text, "For 4F-012" in text, "legal hold" in text) == (True, False, False)
