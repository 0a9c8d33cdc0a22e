"""The filtering checks log on its pages and as a file."""

from tests.journeys.release_world import told

PLACE = {"kind": "outside", "device": "Year 5 iPads", "site": "Main building", "group": "pupils", "every": "3"}
DONE = {
    "day-day": "20",
    "day-month": "11",
    "day-year": "2026",
    "who": "Dan Price",
    "tested": "The test page, all four parts",
    "result": "good",
    "action": "",
    "reference": "TF-1234",
}


def links(page, end):
    """The addresses of what can be done with one planned check."""
    found = [one.get("href") or "" for one in page.all("a")]
    return [href for href in found if href.endswith(end) and href != f"/filtering-checks{end}"]


def due(day):
    return {"due-day": str(day), "due-month": "11", "due-year": "2026"}


def test_a_check_is_planned_becomes_overdue_and_is_recorded_and_comes_again(client, world):
    client.sign_in(world.oakfield.network_manager)
    assert client.send("/filtering-checks/plan", **PLACE, **due(24)).status_code == 303
    page = client.get("/filtering-checks").page
    assert "Year 5 iPads" in page.text
    assert "overdue" not in page.text
    world.clock.pass_by(days=2)
    client.sign_in(world.oakfield.network_manager)
    page = client.get("/filtering-checks").page
    assert "1 planned check is overdue" in page.text
    assert "The planned check on Year 5 iPads was due on 24 Nov 2026" in client.get("/").page.text
    [link] = links(page, "/record")
    assert 'value="Year 5 iPads"' in client.get(link).text
    assert client.send(link, **PLACE, **DONE).status_code == 303
    page = client.get("/filtering-checks").page
    assert "TF-1234" in page.text
    assert "20 Feb 2027" in page.text, "it is due again three months after it was tested"
    said = told(world, world.oakfield)
    assert any("recorded a check of the filter: testfiltering.com on Year 5 iPads" in line for line in said)
    assert client.send(link, **PLACE, **DONE).status_code == 409


def test_what_does_not_work_needs_an_action_and_the_future_can_not_be_recorded(client, world):
    client.sign_in(world.oakfield.network_manager)
    answer = client.send("/filtering-checks/record", **PLACE, **DONE | {"result": "bad"})
    assert answer.status_code == 400
    assert "Say what follows from it" in answer.page.text
    answer = client.send("/filtering-checks/record", **PLACE, **DONE | {"day-year": "2027"})
    assert "in the future" in answer.page.text
    assert "Nothing is recorded yet" in client.get("/filtering-checks").page.text


def test_the_file_holds_everything_and_no_cell_is_a_formula(client, world):
    client.sign_in(world.oakfield.network_manager)
    evil = {"device": "=cmd|' /C calc'!A0", "reference": "@SUM(A1)"}
    assert (
        client.send(
            "/filtering-checks/record", **PLACE | {"device": evil["device"]}, **DONE | {"reference": evil["reference"]}
        ).status_code
        == 303
    )
    text = client.get("/filtering-checks/log.csv").text
    assert "'=cmd|" in text
    assert "'@SUM" in text
    assert ",=cmd" not in text
    assert text.startswith("\ufeffPlanned for,Tested on,")


def test_a_planned_check_is_dropped_and_another_school_sees_nothing(client, world):
    client.sign_in(world.oakfield.network_manager)
    client.send("/filtering-checks/plan", **PLACE, **due(24))
    [link] = links(client.get("/filtering-checks").page, "/drop")
    client.sign_in(world.elmfield.network_manager)
    assert "Year 5 iPads" not in client.get("/filtering-checks").page.text
    assert client.send(link).status_code == 404
    assert client.send(link.replace("/drop", "/record"), **PLACE, **DONE).status_code == 404
    client.sign_in(world.oakfield.network_manager)
    assert "Year 5 iPads" in client.get(link).page.text
    assert client.send(link).status_code == 303
    assert "Nothing is planned" in client.get("/filtering-checks").page.text
