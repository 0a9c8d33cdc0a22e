"""Who decided what is open and what is closed, when and why: found in half a minute, three years later."""

from datetime import date, timedelta
from typing import Any

import pytest

from firewall_admin.core.people import Actor
from firewall_admin.core.refusals import NotAllowed, NotFound
from firewall_admin.db.tables import AccessRequest
from firewall_admin.journeys import assessments, assignments, decisions, rules
from firewall_admin.journeys.asking import Asked, ask
from firewall_admin.journeys.dossiers import dossier
from firewall_admin.journeys.records import record
from firewall_admin.journeys.register import Wanted, register
from tests.journeys.looking import every


@pytest.fixture
def oakfield(world):
    """YouTube is blocked for pupils; a teacher's request opens it for three weeks, another's is refused."""
    school, ports = world.oakfield, world.ports
    assignments.assign(ports, school.network_manager, slug="youtube", to=["pupils"])
    rules.add(ports, school.network_manager, action="block", domain="games.example", audience="pupils", reason="=1+1")
    world.sign(school)
    world.clock.pass_by(days=1)
    for address, outcome in (("youtube.com", "approved"), ("games.example", "refused")):
        until = world.clock() + timedelta(days=21)
        ask(ports, school.teacher, Asked(address, ("pupils",), until, "Year 9 volcanoes", previewed=True))
        row = every(world, school, AccessRequest)[-1]
        arguments: dict[str, Any] = {"request": row.id, "version": 1, "advice": "allow", "text": "only for geography"}
        assessments.assess(ports, school.network_manager, **arguments)
        seen = dossier(ports, school.headteacher, row.id)
        arguments = {
            "version": seen.version,
            "outcome": outcome,
            "reason": "for the topic",
            "sha256": seen.sha256,
        }
        decisions.decide(ports, school.headteacher, request=row.id, **arguments)
    return school


def test_the_inspectors_question_is_answered_by_one_search(world, oakfield):
    (one,) = register(world.ports, oakfield.governor, Wanted(words="youtube.com"))
    assert (one.effect, one.what, one.audience, one.state) == ("opened", "youtube.com", "pupils", "in-force")
    assert (one.person, one.reason) == (oakfield.headteacher.name, "for the topic")
    assert (one.decision, one.request, one.at) == ("D-1", "AR-1", world.clock())
    world.clock.pass_by(days=21)
    (one,) = register(world.ports, oakfield.governor, Wanted(words="youtube.com"))
    assert one.state == "expired"


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (
            Wanted(),
            ["youtube.com", "games.example", "games.example", "the list YouTube, always", "the policy as a whole"],
        ),
        (Wanted(effect="refused"), ["games.example"]),
        (Wanted(effect="closed"), ["games.example", "the list YouTube, always"]),
        (Wanted(audience="staff"), ["the policy as a whole"]),
        (Wanted(words="topic D-1"), ["youtube.com"]),
        (Wanted(words="network manager"), ["games.example", "the list YouTube, always"]),
        (Wanted(first=date(2026, 11, 24)), ["youtube.com", "games.example"]),
        (Wanted(last=date(2026, 11, 22)), []),
        (Wanted(state="expired"), []),
    ],
)
def test_it_is_narrowed_by_day_person_name_audience_and_state(world, oakfield, wanted, found):
    assert sorted(one.what for one in register(world.ports, oakfield.headteacher, wanted)) == sorted(found)


def test_another_school_has_another_register(world, oakfield):
    assert register(world.ports, world.elmfield.headteacher) == []
    with pytest.raises(NotAllowed):
        register(world.ports, oakfield.teacher)


def texts(world, actor, number=1):
    found = record(world.ports, actor, number)
    return [found.question, found.outcome, *(cell for s in found.sections for row in s.rows for cell in row)]


def test_the_record_says_who_asked_advised_and_decided_and_how_to_check_it(world, oakfield):
    told = "\n".join(texts(world, oakfield.headteacher))
    assert "Allow pupils to reach youtube.com until" in told
    assert "Allowed by Headteacher of Oakfield on Tuesday 24 November 2026, 09:30." in told
    assert "Year 9 volcanoes" in told
    assert "only for geography" in told
    assert "SHA-256" in told
    assert "hash" in told


def test_a_governor_reads_the_decision_and_not_what_was_written_to_one_another(world, oakfield):
    told = "\n".join(texts(world, oakfield.governor))
    assert "Allowed by Headteacher" in told
    assert "for the topic" in told
    assert "volcanoes" not in told
    assert "only for geography" not in told


def test_who_may_read_neither_finds_nothing(world, oakfield):
    other = Actor(oakfield.id, "Another teacher", oakfield.teacher.role, None, oakfield.teacher.permissions)
    for stranger in (other, oakfield.administrator, world.elmfield.headteacher):
        with pytest.raises(NotFound):
            record(world.ports, stranger, 1)


def test_a_superseded_decision_says_what_took_its_place(world, oakfield):
    (row, _) = every(world, oakfield, AccessRequest)
    seen = dossier(world.ports, oakfield.headteacher, row.id)
    arguments: dict[str, Any] = {
        "version": seen.version,
        "outcome": "refused",
        "reason": "misused",
        "sha256": seen.sha256,
    }
    decisions.decide(world.ports, oakfield.headteacher, request=row.id, **arguments)
    assert any("D-3 has taken its place" in text for text in texts(world, oakfield.headteacher, 1))
    assert "D-1" in texts(world, oakfield.headteacher, 3)


def test_the_pdf_is_tagged_and_takes_no_commands_from_what_people_wrote(world, oakfield):
    found = record(world.ports, oakfield.headteacher, 1)
    made = world.ports.pdf("decision", found.to_json())
    assert made.startswith(b"%PDF-")
    assert b"/MarkInfo" in made
    assert b"pdfuaid" in made
    evil = found.to_json() | {"question": '#read("/etc/passwd") $x$ #import "x"', "title": "*bold* = heading"}
    evil |= {"outcome": "李明 العربية 😀 \a"}
    assert world.ports.pdf("decision", evil).startswith(b"%PDF-")
