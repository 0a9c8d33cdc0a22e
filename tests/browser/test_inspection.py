"""Acceptance scenarios 13 and 11: an inspector with nothing but a link finds who opened YouTube, in three steps; and a
governor reads the signed review, and follows a figure down to its record."""

from playwright.sync_api import Page, expect

from firewall_admin.app import create_app
from firewall_admin.journeys import inspections, reviews
from firewall_admin.settings import Settings
from tests.journeys.review_world import lived, signed
from tests.world import World

from .conftest import Serve, enter, sound


def test_an_inspector_asks_who_decided_that_youtube_is_open(world: World, serve: Serve, page: Page) -> None:
    school = lived(world)
    token = inspections.make(world.ports, school.headteacher, purpose="Ofsted", days=3)
    at = serve(create_app(Settings(), world.ports))
    page.goto(f"{at}/inspection/{token}")
    sound(page, "inspection")
    page.get_by_label("Why is a site open or blocked").fill("YouTube")
    page.get_by_role("button", name="Find").click()
    expect(page.get_by_role("heading", name="youtube.com", exact=True)).to_be_visible()
    expect(page.get_by_text("Headteacher of Oakfield").first).to_be_visible()
    expect(page.get_by_text("worth it").first).to_be_visible()
    sound(page, "inspection-search")
    page.get_by_role("link", name="D-1").first.click()
    expect(page.get_by_text("Allowed by Headteacher of Oakfield")).to_be_visible()
    sound(page, "inspection-decision")


def test_a_governor_follows_a_figure_of_the_signed_review(world: World, serve: Serve, page: Page) -> None:
    school = lived(world)
    review = signed(world, school)
    assert reviews.state(world.ports, school.governor, review).review.signed_at
    app = create_app(Settings(), world.ports)
    at = serve(app)
    enter(page.context, at, app, world, school.governor)
    page.goto(f"{at}/reviews/{review}")
    sound(page, "review")
    page.get_by_role("link", name="Records decisions to refuse, and why").click()
    expect(page.get_by_role("heading", name="Decisions to refuse, and why: 1")).to_be_visible()
    sound(page, "review-figure")
    page.get_by_role("link", name="D-2").click()
    expect(page.get_by_text("Refused by Headteacher of Oakfield")).to_be_visible()
