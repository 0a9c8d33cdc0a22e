"""The register and the record of a decision, as pages and files."""

import csv
import io
from datetime import timedelta
from typing import Any

import pytest

from firewall_admin.db.tables import AccessRequest
from firewall_admin.journeys import assessments, decisions, rules
from firewall_admin.journeys.asking import Asked, ask
from firewall_admin.journeys.dossiers import dossier
from tests.journeys.looking import every


@pytest.fixture
def oakfield(world):
    school, ports = world.oakfield, world.ports
    rules.add(ports, school.network_manager, action="block", domain="games.example", audience="pupils", reason="=1+1")
    world.sign(school)
    until = world.clock() + timedelta(days=21)
    ask(ports, school.teacher, Asked("games.example", ("pupils",), until, "a lesson", previewed=True))
    (row,) = every(world, school, AccessRequest)
    assessments.assess(ports, school.network_manager, request=row.id, version=1, advice="allow", text="fine")
    seen = dossier(ports, school.headteacher, row.id)
    arguments: dict[str, Any] = {"version": seen.version, "outcome": "approved", "reason": "yes", "sha256": seen.sha256}
    decisions.decide(ports, school.headteacher, request=row.id, **arguments)
    return school


def test_a_governor_finds_a_decision_and_opens_its_record(client, oakfield):
    client.sign_in(oakfield.governor)
    seen = client.get("/register?words=games&effect=opened")
    assert seen.page.heading == "Register of what was opened and closed"
    assert "yes" in seen.page.text
    record = client.get(seen.page.link("D-1"))
    assert record.page.heading == "Decision D-1 on request AR-1"


def test_nothing_found_is_said(client, oakfield):
    client.sign_in(oakfield.headteacher)
    assert "Nothing found" in client.get("/register?words=nowhere&first=nonsense").page.text


def test_the_spreadsheet_holds_no_formula(client, oakfield):
    client.sign_in(oakfield.network_manager)
    seen = client.get("/register/register.csv")
    assert seen.headers["Content-Disposition"] == 'attachment; filename="register.csv"'
    rows = list(csv.DictReader(io.StringIO(seen.get_data().decode("utf-8-sig"))))
    assert {"'=1+1", "yes"} <= {row["Why"] for row in rows}
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row.values())


def test_the_record_is_a_pdf_to_keep(client, oakfield):
    client.sign_in(oakfield.teacher)
    seen = client.get("/decisions/1/record.pdf")
    assert (seen.mimetype, seen.get_data()[:5]) == ("application/pdf", b"%PDF-")
    assert 'filename="D-1.pdf"' in seen.headers["Content-Disposition"]


def test_a_decision_that_there_is_not_is_not_found(client, world, oakfield):
    client.sign_in(world.elmfield.headteacher)
    assert client.get("/decisions/1/record").status_code == 404
