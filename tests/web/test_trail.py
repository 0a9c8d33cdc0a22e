import csv
import io

import pytest

from firewall_admin.core import trail as chain
from firewall_admin.core.events import Event, SchoolChanged
from firewall_admin.core.people import system
from firewall_admin.db.tables import Entry
from firewall_admin.journeys import rules
from firewall_admin.web.spreadsheets import safe
from firewall_admin.web.trail_page import kind
from tests.journeys.reporting import block, incident, report, restricted, restriction


@pytest.fixture
def reader(client, world):
    client.sign_in(world.oakfield.headteacher)
    return client


def one(world, school, table, **wanted):
    with world.db.look() as session:
        return session.query(table).filter_by(school_id=school.id, **wanted).one()


def say(world, actor, event: Event):
    with world.db.change(actor) as change:
        change.did(event)


def sentences(page):
    return [element.text for element in page.with_class("trail__sentence")]


def test_the_newest_comes_first_under_its_day_with_who_and_when(reader, world):
    world.clock.pass_by(days=1)
    reader.sign_in(world.oakfield.headteacher)
    rules.add(world.ports, world.oakfield.network_manager, action="block", domain="x.com", reason="a game")
    page = reader.get("/trail").page
    assert sentences(page)[0] == "Network manager of Oakfield added a rule: block x.com for everyone, because a game."
    days = [element.text for element in page.with_class("trail__day")]
    assert days == ["Tuesday 24 November 2026", "Monday 23 November 2026"]
    assert page.with_class("trail__time")[0].text == "9:30am"
    assert "Network manager, entry 4" in page.with_class("trail__about")[0].text


def test_what_another_school_did_is_not_there(reader, world):
    say(world, system(world.elmfield.id), SchoolChanged("name", "Elmfield Academy"))
    for path in ("/trail", "/trail?words=academy", "/trail/trail.csv", "/trail/trail.jsonl"):
        assert "Elmfield Academy" not in reader.get(path).text


def test_it_is_narrowed_by_person_event_and_words(reader, world):
    manager = world.oakfield.network_manager
    rules.add(world.ports, manager, action="block", domain="x.com", reason="a game")
    rules.add(world.ports, world.oakfield.headteacher, action="block", domain="y.com", reason="another game")
    assert len(sentences(reader.get(f"/trail?person={manager.person_id}").page)) == 1
    assert len(sentences(reader.get("/trail?person=service").page)) == 1
    assert len(sentences(reader.get("/trail?event=RuleAdded").page)) == 2
    found = sentences(reader.get("/trail?event=RuleAdded&words=GAME+headteacher").page)
    assert found == ["Headteacher of Oakfield added a rule: block y.com for everyone, because another game."]
    for nothing in ("person=nobody", "event=None", "words=zebra"):
        assert "Nothing found" in reader.get(f"/trail?{nothing}").page.text


def test_fifty_a_page_and_a_page_beside_the_list_is_the_nearest(reader, world):
    for number in range(120):
        say(world, system(world.oakfield.id), SchoolChanged("name", f"number {number}"))
    assert sentences(reader.get("/trail").page)[0].endswith("number 119.")
    third = sentences(reader.get("/trail?page=3").page)
    assert len(third) == 22
    assert sentences(reader.get("/trail?page=99").page) == third
    assert len(sentences(reader.get("/trail?page=0").page)) == 50
    last = sentences(reader.get("/trail?words=number&page=3").page)
    assert last[-1].endswith("number 0.")
    assert len(last) == 20


def test_an_event_that_this_version_does_not_know_is_told_by_its_name(reader, world):
    unknown = type("HeadDanced", (Event,), {"__doc__": "{actor} danced."})
    say(world, world.oakfield.headteacher, unknown())
    from firewall_admin.core.events import REGISTER

    del REGISTER["HeadDanced"]
    assert sentences(reader.get("/trail").page)[0] == "Headteacher of Oakfield: Head danced."


def test_a_spreadsheet_takes_no_cell_for_a_formula(reader, world):
    say(world, world.oakfield.headteacher, SchoolChanged("name", "=1+1"))
    content = reader.get("/trail/trail.csv?words=1%2B1").get_data(as_text=True)
    rows = list(csv.reader(io.StringIO(content.removeprefix("\ufeff"))))
    assert rows[0] == ["Number", "Time", "Who", "Role", "Event", "What happened"]
    assert rows[1][2:] == [
        "Headteacher of Oakfield",
        "Headteacher",
        "School changed",
        "Headteacher of Oakfield changed the school's name to =1+1.",
    ]
    assert rows[1][1] == "2026-11-23 09:30:00+00:00"
    assert len(rows) == 2


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t", "\r"])
def test_a_cell_that_begins_like_a_formula_gets_a_quote(begin):
    assert safe(f"{begin}cmd") == f"'{begin}cmd"
    assert safe(f"a{begin}") == f"a{begin}"


def test_the_whole_trail_can_be_taken_away_and_verified(reader, world):
    rules.add(world.ports, world.oakfield.network_manager, action="block", domain="x.com", reason="ĝ")
    response = reader.get("/trail/trail.jsonl")
    assert "attachment" in response.headers["Content-Disposition"]
    checked = chain.check(response.get_data().splitlines(keepends=True))
    assert checked.bad is None
    assert checked.entries > 1


def test_names_of_events_are_words():
    assert kind("ReleaseHeld") == "Release held"


def test_looking_at_the_trail_leaves_no_trace_in_it(reader):
    assert sentences(reader.get("/trail").page) == sentences(reader.get("/trail").page)


def test_a_governor_reads_what_was_done_to_the_policy_and_counts_nobody_out(client, world):
    school = world.oakfield
    rules.add(world.ports, school.network_manager, action="block", domain="x.com", reason="a game")
    made = report(world, school.teacher)
    block(world, school.network_manager, made)
    restricted(world, school.teacher)
    incident(world, school.teacher)
    restriction(world, school.headteacher)
    client.sign_in(school.governor)
    for path in ("/trail", "/trail/trail.csv", "/", "/register", "/explain?address=dares.example"):
        text = client.get(path).text
        assert not any(word in text for word in ("CR-1", "IN-1", "RS-1", "reported", "Content reported")), path
    seen = client.get("/trail").page.text
    assert "added a rule: block dares.example for everyone, because to protect pupils" in seen
    assert "Note this down" in seen
    hidden = one(world, school, Entry, event="ContentReported")
    assert client.get(f"/trail/{hidden.number}").status_code == 404
    assert client.get("/trail/trail.jsonl").status_code == 404
    assert client.get("/trail?event=ContentReported").page.with_class("trail__sentence") == []


def test_whoever_acts_on_reports_and_the_administrator_read_all_of_it(client, world):
    report(world, world.oakfield.teacher)
    entry = one(world, world.oakfield, Entry, event="ContentReported")
    for role in ("headteacher", "safeguarding_lead", "network_manager", "administrator"):
        client.sign_in(getattr(world.oakfield, role))
        assert entry.hash in client.get(f"/trail/{entry.number}").page.text
        assert "ContentReported" in client.get("/trail/trail.jsonl").text
