"""The yearly review as a governor reads it: every figure is followed down to the record behind it."""

from urllib.parse import urlsplit

import pytest

from firewall_admin.core.people import PERMISSIONS, Permission, Role
from firewall_admin.core.reviews import SECTIONS, SIGNERS
from firewall_admin.journeys import reviews, rules
from firewall_admin.web import reviews_page
from tests.journeys.review_world import at, begun, finished, lived, signed


@pytest.fixture
def oakfield(world):
    return lived(world)


def links(page, *beginnings):
    found = (element.get("href") or "" for element in page.all("a"))
    return sorted({href for href in found if href.startswith(beginnings)})


def test_a_governor_follows_every_figure_to_records_that_open(client, world, oakfield):
    review = signed(world, oakfield)
    client.sign_in(oakfield.governor)
    page = client.get(f"/reviews/{review}").page
    figures = links(page, f"/reviews/{review}/figures/")
    assert len(figures) > 20
    records = set()
    for href in figures:
        seen = client.get(href)
        assert seen.status_code == 200, href
        records |= {link for link in links(seen.page, "/") if not link.startswith(("/reviews", "/sign", "/account"))}
    assert {"/decisions/1/record", "/decisions/5/record", "/releases/1"} <= records
    assert not any(link.startswith(("/reports", "/requests")) for link in records)
    for href in records:
        assert client.get(href).status_code == 200, href


def test_who_reads_reports_is_led_to_them_and_a_governor_is_not(client, world, oakfield):
    review = finished(world, oakfield)
    for role, led in (("headteacher", True), ("governor", False)):
        client.sign_in(getattr(oakfield, role))
        assert bool(links(client.get(f"/reviews/{review}").page, "/reports/incidents")) == led


def test_the_page_says_what_was_counted_and_the_signed_one_says_it_for_ever(client, world, oakfield):
    review = signed(world, oakfield)
    client.sign_in(oakfield.governor)
    before = client.get(f"/reviews/{review}").page.text
    assert "Signed by all on 2 December 2026" in before
    assert "Decisions to refuse, and why 1 D-2" in " ".join(before.split())
    assert "Fewer than 5" in before
    at(world, 40)
    rules.add(world.ports, oakfield.network_manager, action="block", domain="late.example", audience=None, reason="x")
    client.sign_in(oakfield.governor)
    page = client.get(f"/reviews/{review}").page.text
    assert page == before
    assert "late.example" not in client.get(f"/reviews/{review}/figures/blocked/closed").page.text


def test_a_section_is_written_beside_what_is_known(client, world, oakfield):
    review = begun(world, oakfield)
    client.sign_in(oakfield.safeguarding_lead)
    page = client.get(f"/reviews/{review}/sections/learning").page
    assert "Half were decided by the next school day" in " ".join(page.text.split())
    assert client.get(f"/reviews/{review}/figures/learning/half").status_code == 200
    assert client.get(f"/reviews/{review}/figures/learning/nothing").status_code == 404


def test_a_draft_and_a_signed_review_are_tagged_pdf(client, world, oakfield):
    review = begun(world, oakfield)
    client.sign_in(oakfield.governor)
    for _ in range(2):
        printed = client.get(f"/reviews/{review}/review.pdf")
        assert printed.mimetype == "application/pdf"
        assert b"/Marked true" in printed.get_data()
        assert b"pdfuaid:part>1<" in printed.get_data()
        for section in SECTIONS:
            reviews.write(world.ports, oakfield.headteacher, review=review, section=section.name, text="*As* #it is.")


def test_the_pdf_has_signatures_with_their_days_and_says_that_a_draft_is_one(world, oakfield):
    review, zone = signed(world, oakfield), world.ports.clock().tzinfo
    state = reviews.state(world.ports, oakfield.governor, review)
    told = reviews_page.to_json("Oakfield", state, reviews.known(world.ports, oakfield.governor, review), zone)
    assert told["draft"] is False
    assert [row[0] for row in told["signatures"]] == [role.words for role in SIGNERS]
    assert all(row[2] == "2 December 2026 at 10am" for row in told["signatures"])
    assert told["period"] == "2 December 2025 at 10am to 2 December 2026 at 10am"


def test_every_link_of_a_figure_is_a_page_that_governors_may_open(world, oakfield, client):
    """But for those that lead to reports: there a governor stops at the number."""
    known = reviews.known(world.ports, oakfield.governor, begun(world, oakfield))
    mays = PERMISSIONS[Role.GOVERNOR]
    assert Permission.SEE_REPORTS not in mays
    paths = [s["path"] for t in known["sections"].values() for f in t["figures"] for s in f["sources"] if s["path"]]
    client.sign_in(oakfield.governor)
    shut = {path for path in paths if client.get(path).status_code != 200}
    assert {urlsplit(path).path.split("/")[1] for path in shut} <= {"requests", "people"}
