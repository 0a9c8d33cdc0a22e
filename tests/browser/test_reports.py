"""A report from a phone, and what follows, in real browsers: a real Unbound that stops answering; the other way that
what may be illegal takes (acceptance scenario 11); and an incident that leads to a block and a dated restriction."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from playwright.sync_api import Page, expect
from sqlalchemy import select

from firewall_admin import worker
from firewall_admin.db.tables import ContentReport, Letter, Restriction
from firewall_admin.journeys.releases import published
from tests.journeys.looking import every, one, trail
from tests.servers.test_checks_unbound import School, internet, school
from tests.servers.test_service_unbound import PUPIL, TEACHER, blocked, until

from .conftest import sound
from .test_access_request import tabs

__all__ = ["internet", "school", "tabs"]


@contextmanager
def working(school: School) -> Iterator[None]:
    """The worker at its work, as the service has it."""
    stop = threading.Event()
    thread = threading.Thread(target=worker.run, args=(school.world.ports, stop), daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def reported(teacher: Page, address: str) -> None:
    """From home, on a phone."""
    teacher.goto("/")
    teacher.get_by_role("button", name="Report a site").click()
    teacher.get_by_label("No", exact=True).check()
    teacher.get_by_label("Which site or app?").fill(address)
    teacher.get_by_label("Something to see or read").check()
    teacher.get_by_label("Violence and aggression").check()
    teacher.get_by_label("On which device, or in which room?").fill("iPad 12, ICT suite")
    sound(teacher, "report-a-site")
    teacher.get_by_role("button", name="Send report").click()
    teacher.get_by_text("The network manager has been told.").wait_for()


def told(school: School, person: str) -> list[Letter]:
    return every(
        school.world, school.world.oakfield, Letter, person_id=getattr(school.world.oakfield, person).person_id
    )


def test_a_report_from_a_phone_blocks_a_site_in_under_a_minute(
    school: School, tabs: dict[str, Page], record_property: Callable[[str, object], None]
) -> None:
    server, manager = school.server, tabs["network_manager"]
    site = "www.dares.example.com"
    assert not blocked(server, PUPIL, site)
    with working(school):
        begun = time.monotonic()
        reported(tabs["teacher"], f"https://{site}/tonight?x=1")
        (letter,) = [each for each in told(school, "network_manager") if each.kind == "reported"]
        manager.goto(letter.path)
        manager.get_by_role("button", name="Block this site").click()
        expect(manager.get_by_role("heading", level=1)).to_contain_text("Block dares.example.com?")
        sound(manager, "block-what-was-reported")
        manager.get_by_role("button", name="Block it").click()
        manager.get_by_text("It is blocked.").wait_for()
        until(lambda: blocked(server, PUPIL, site) and blocked(server, TEACHER, site), "blocked for everybody")
        record_property("seconds from the report to the block", round(time.monotonic() - begun, 1))
        assert not blocked(server, PUPIL, "www.other.example.com"), "and nothing else"
    path = letter.path
    tabs["teacher"].goto(path)
    expect(tabs["teacher"].get_by_text("in the release that is in force")).to_be_visible()
    head = tabs["headteacher"]
    head.goto(path)
    head.get_by_role("button", name="Review it").click()
    head.get_by_role("button", name="I agree").click()
    head.get_by_text("Your review is on record.").wait_for()
    sound(head, "a-report-that-was-reviewed")
    letters = every(school.world, school.world.oakfield, Letter)
    assert {"reported", "outcome", "review"} <= {each.kind for each in letters}
    assert not [each for each in letters if "dares" in each.subject + each.text], "no letter says which site"


def test_what_may_be_illegal_takes_another_way(school: School, tabs: dict[str, Page]) -> None:
    world, oakfield, teacher = school.world, school.world.oakfield, tabs["teacher"]
    teacher.goto("/reports/new")
    teacher.get_by_label("Yes, or I am not sure").check()
    teacher.get_by_label("Which site or app?").fill("https://www.dares.example.com/x")
    teacher.get_by_role("button", name="Send report").click()
    expect(teacher.get_by_role("heading", level=1)).to_have_text("It could be against the law")
    assert every(world, oakfield, ContentReport) == [], "what was typed before is not kept"
    assert teacher.locator("input[type=file], input[name=address]").count() == 0
    place = teacher.get_by_label("Which device is it, and where is it now?")
    place.fill("iPad 12, with dares[.]example . com on it")
    teacher.get_by_role("button", name="Tell the safeguarding lead").click()
    expect(teacher.locator(".govuk-error-summary")).to_contain_text("after “iPad 12, with”".replace(",", ""))
    sound(teacher, "an-address-in-a-restricted-record")
    place.fill("iPad 12, locked in the school office")
    teacher.get_by_role("button", name="Tell the safeguarding lead").click()
    teacher.get_by_text("The safeguarding lead has been told.").wait_for()
    expect(teacher.get_by_text("Nobody else reads it here.")).to_be_visible()
    path = f"/reports/{one(world, oakfield, ContentReport).id}"
    assert tabs["network_manager"].goto(path).status == 404  # type: ignore[union-attr]
    (letter,) = [each for each in told(school, "headteacher") if each.kind == "safeguarding"]
    assert "Read it today" in letter.text
    head = tabs["headteacher"]
    head.goto(letter.path)
    expect(head.get_by_text("locked in the school office")).to_be_visible()
    sound(head, "a-restricted-record")
    head.get_by_role("button", name="Note whom it was reported to").click()
    head.get_by_label("Internet Watch Foundation").check()
    head.get_by_label("Which reference did you get?").fill("IWF 2026 77")
    head.get_by_role("button", name="Save").click()
    head.get_by_text("It is on record whom it was reported to.").wait_for()
    head.get_by_role("button", name="Close it").click()
    head.get_by_role("button", name="Close it").click()
    head.get_by_text("The record is closed.").wait_for()
    assert not [said for said in trail(world, oakfield) if "iPad" in said or "dares" in said]


def test_an_incident_leads_to_a_block_and_a_dated_restriction(school: School, tabs: dict[str, Page]) -> None:
    world, oakfield, teacher = school.world, school.world.oakfield, tabs["teacher"]
    manager, head, site = tabs["network_manager"], tabs["headteacher"], "free-vpn.example.com"
    teacher.goto("/reports/incidents/new")
    teacher.get_by_label("How was it done?").select_option("A VPN")
    teacher.get_by_label("What gave it away?").fill(site)
    teacher.get_by_label("How was it found?").select_option("Seen by a member of staff")
    teacher.get_by_label("Which pupil?").fill("4f-012")
    teacher.get_by_role("button", name="Send report").click()
    teacher.get_by_text("It was passed to those who act on it.").wait_for()
    path = teacher.url
    with working(school):
        manager.goto(path)
        manager.get_by_role("button", name="Block what was seen").click()
        manager.get_by_role("button", name="Block it").click()
        manager.get_by_text("It is blocked.").wait_for()
        until(lambda: blocked(school.server, PUPIL, site), "the way round is blocked")
    head.goto(path)
    head.get_by_role("link", name="Decide that equipment is used under supervision").click()
    for legend, day, month in (("Until which day?", "11", "12"), ("When is it reviewed?", "4", "12")):
        group = head.get_by_role("group", name=legend)
        group.get_by_label("Day").fill(day)
        group.get_by_label("Month").fill(month)
        group.get_by_label("Year").fill("2026")
    head.get_by_label("Why?").fill("A VPN, for the second time")
    sound(head, "decide-a-restriction")
    head.get_by_role("button", name="Decide").click()
    head.get_by_text("The restriction is decided.").wait_for()
    expect(head.get_by_role("link", name="IN-1")).to_be_visible()
    row = one(world, oakfield, Restriction)
    assert (row.until.isoformat(), row.review_on.isoformat()) == ("2026-12-11", "2026-12-04")
    teacher.goto("/reports/restrictions")
    expect(teacher.get_by_role("row", name="4F-012")).to_contain_text("11 December 2026")
    sound(teacher, "who-needs-supervision-today")
    assert "second time" not in teacher.content(), "staff see who and until when"
    manager.goto(path)
    manager.get_by_role("button", name="Try it again").click()
    manager.get_by_label("No: it is stopped.").check()
    manager.get_by_label("What was tried").fill("The same app on iPad 12")
    manager.get_by_role("button", name="Save").click()
    manager.get_by_text("The result is on record.").wait_for()
    sound(manager, "an-incident-that-is-closed")
    with world.db.look() as session:
        assert published(session, oakfield.id) is not None
        assert session.scalars(select(Restriction.incident_id)).one() is not None
