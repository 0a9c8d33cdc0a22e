"""The whole of it: a teacher, a network manager and a headteacher, three browsers, two of them phones, take a request
from a blocked page to a site that really resolves for the one audience; and the clock takes it away again."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from firewall_admin import worker
from firewall_admin.app import create_app
from firewall_admin.db.tables import AccessRequest, Letter, RuleRow
from firewall_admin.journeys import rules
from firewall_admin.journeys.records import record
from firewall_admin.journeys.register import Wanted, register
from firewall_admin.settings import Settings
from tests.journeys.check_world import work
from tests.servers.test_checks_unbound import School, internet, said, school
from tests.servers.test_service_unbound import PUPIL, TEACHER, blocked, until

from .conftest import SIZES, Serve, enter

__all__ = ["internet", "school"]
SITE = "maths.example.com"


@pytest.fixture
def tabs(browser: Browser, serve: Serve, school: School) -> Iterator[dict[str, Page]]:
    """Everybody's tab, each signed in, in a browser of their own; the address of the service is their home."""
    app = create_app(Settings(), school.world.ports)
    at = serve(app)
    people = {"teacher": "phone", "network_manager": "desktop", "headteacher": "phone"}
    contexts = {}
    for name, size in people.items():
        wide, high = SIZES[size]
        contexts[name] = browser.new_context(viewport={"width": wide, "height": high}, locale="en-GB", base_url=at)
        contexts[name].set_default_timeout(30_000)
        enter(contexts[name], at, app, school.world, getattr(school.world.oakfield, name))
    yield {name: context.new_page() for name, context in contexts.items()}
    for context in contexts.values():
        context.close()


def published(school: School) -> None:
    """The worker, a moment after an edit; checks follow as seconds pass."""
    worker.once(school.world.ports)
    work(school.world, 5)


def asked(teacher: Page) -> None:
    teacher.goto(f"/blocked?url=http://{SITE}/fractions")
    teacher.get_by_role("link", name="Ask for access").click()
    teacher.get_by_role("button", name="Ask for access").click()
    teacher.get_by_label("Pupils").check()
    teacher.get_by_label("The end of this week").check()
    teacher.get_by_role("button", name="Continue").click()
    teacher.get_by_label("What is it for?").fill("Year 5 fractions")
    teacher.get_by_label("I have looked at the site").check()
    teacher.get_by_role("button", name="Continue").click()
    teacher.get_by_role("button", name="Send request").click()
    teacher.get_by_text("AR-1").first.wait_for()


def assessed(manager: Page, path: str) -> None:
    manager.goto(path)
    manager.get_by_role("button", name="Assess", exact=True).click()
    manager.get_by_label("Allow, on these terms").check()
    manager.get_by_label("Why?").fill("Harmless, and needed this week.")
    manager.get_by_role("button", name="Send the advice").click()
    manager.get_by_text("Your advice is with the headteacher.").wait_for()


def decided(head: Page, path: str) -> None:
    head.goto(f"{path}/decide")
    expect(head.get_by_role("heading", level=1)).to_contain_text(f"Allow pupils to reach {SITE} until")
    head.get_by_label("Allow", exact=True).check()
    head.get_by_label("Why?").fill("Worth it for the lesson.")
    head.get_by_role("button", name="Decide").click()
    head.get_by_text("allowed. Whoever asked is told.").wait_for()


def test_from_a_blocked_page_to_a_site_that_resolves_and_the_clock_takes_it_away(
    school: School, tabs: dict[str, Page]
) -> None:
    world, server = school.world, school.server
    reason = {"action": "block", "domain": "example.com", "reason": "games"}
    rules.add(world.ports, world.oakfield.network_manager, **reason)
    world.sign(world.oakfield)
    published(school)
    until(lambda: blocked(server, PUPIL, SITE) and blocked(server, TEACHER, SITE), "blocked for everybody")

    asked(tabs["teacher"])
    with world.db.look() as session:
        path = f"/requests/{session.scalars(select(AccessRequest.id)).one()}"
    assessed(tabs["network_manager"], path)
    decided(tabs["headteacher"], path)
    published(school)

    until(lambda: not blocked(server, PUPIL, SITE), "open for pupils")
    assert blocked(server, TEACHER, SITE), "and for nobody else"
    assert blocked(server, PUPIL, "other.example.com"), "and nothing else"
    until(lambda: school.seen(SITE, "pupils", "open"), "seen open by a check")
    tabs["teacher"].goto(path)
    expect(tabs["teacher"].locator(".standing")).to_contain_text("It works now: seen at")

    with world.db.look() as session:
        ends = session.scalars(select(RuleRow.until).where(RuleRow.decision == "D-1")).one()
    assert ends is not None
    world.clock.at = ends - timedelta(seconds=1)
    published(school)
    world.clock.at = ends
    published(school)
    until(lambda: blocked(server, PUPIL, SITE), "blocked again by the clock")
    until(lambda: school.seen(SITE, "pupils", "blocked"), "seen blocked by a check")
    _on_record(school, path)


def _on_record(school: School, path: str) -> None:
    """Every step is in the trail, in the mail, in the register and on the printed record."""
    world, oakfield = school.world, school.world.oakfield
    for words in (
        "asked (AR-1) to allow pupils to reach maths.example.com",
        "assessed the request AR-1: advises to allow",
        "decided (D-1) on the request AR-1: approved",
        "saw decision D-1 in force: maths.example.com",
        "What D-1 allowed is over: maths.example.com",
        "saw that decision D-1 has ended: maths.example.com",
    ):
        assert len(said(world, words)) == 1, words
    with world.db.look() as session:
        letters = {(row.person_id, row.kind) for row in session.scalars(select(Letter)) if row.path == path}
    teacher, manager, head = (
        getattr(oakfield, name).person_id for name in ("teacher", "network_manager", "headteacher")
    )
    wanted = {(manager, "asked"), (head, "assessed"), (teacher, "approved"), (teacher, "works"), (teacher, "ended")}
    assert wanted <= letters
    (opened, closed) = sorted(register(world.ports, oakfield.governor, Wanted(words=SITE)), key=lambda one: one.at)
    assert (opened.effect, opened.person, opened.decision) == ("opened", oakfield.headteacher.name, "D-1")
    assert (closed.effect, closed.decision) == ("closed", "D-1")
    printed = record(world.ports, oakfield.headteacher, 1)
    told = " ".join(cell for section in printed.sections for row in section.rows for cell in row)
    assert "Ended" in told
    assert "It was seen to be blocked again" in told
    assert world.ports.pdf("decision", printed.to_json()).startswith(b"%PDF-")
