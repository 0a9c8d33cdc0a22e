"""Every page has its frame, its own policy, and the time of its school."""

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from flask import Flask, render_template_string

from firewall_admin.core.people import PERMISSIONS, Role
from firewall_admin.web import look
from firewall_admin.web.surroundings import PLACES, Entry, Surroundings, entries

from . import sample
from .page import Visitor, visit

LONDON = ZoneInfo("Europe/London")
SUMMER, WINTER = datetime(2026, 7, 1, 11, 0, tzinfo=UTC), datetime(2026, 11, 21, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize("path", ["/style", "/style?form", "/style?flash"])
def test_a_page_that_shows_everything_has_no_fault(visitor: Visitor, path: str) -> None:
    assert visitor.get(path).status_code == 200  # the visitor looks at every page


def test_a_page_says_whose_it_is_and_who_is_signed_in(visitor: Visitor) -> None:
    page = visitor.get("/style").page
    assert page.title == "Lists – Oakfield School"
    assert page.with_class("masthead__tile")[0].text == "OS"
    assert page.with_class("masthead__person")[0].text == "Signed in as Dan <b>Price</b> (network manager) Sign out"
    assert [f["action"] for f in page.all("form")] == ["/sign-out"]
    assert "Release 42 is held" in page.with_class("shout")[0].text


def test_nobody_signed_in_sees_no_place_and_nothing_to_sign_out_of() -> None:
    page = visit(sample.create()).get("/style").page
    assert page.with_class("places") == page.with_class("shout") == list(page.all("form")) == []


def test_the_place_one_is_in_is_marked(visitor: Visitor) -> None:
    places = visitor.get("/style").page.with_class("govuk-service-navigation__link")
    assert [(p.text, p.get("aria-current")) for p in places if p.get("aria-current")] == [("Policy", "true")]


def test_places_are_shown_by_permission() -> None:
    shown = {role: {e.text for e in entries(held.__contains__, "/")} for role, held in PERMISSIONS.items()}
    everybody = {"Home", "Check a site", "Our rules"}
    assert shown[Role.TEACHER] == everybody | {"Requests", "Reports"}
    assert shown[Role.GOVERNOR] == everybody | {"Policy", "Releases", "Evidence", "Trail"}
    assert shown[Role.ADMINISTRATOR] == everybody | {"People", "Trail"}
    assert set.union(*shown.values()) == {text for text, _, _ in PLACES}


def test_a_place_is_marked_on_its_own_pages_only() -> None:
    everything = lambda _: True
    assert [e.text for e in entries(everything, "/policy/lists/3") if e.here] == ["Policy"]
    assert [e.text for e in entries(everything, "/policy-notes") if e.here] == []
    assert [e.text for e in entries(everything, "/") if e.here] == ["Home"]
    assert entries(everything, "/trail", "/filter")[-2] == Entry("Trail", "/filter/trail", True)


def test_two_responses_have_two_nonces(visitor: Visitor) -> None:
    assert len({visitor.get("/style").headers["Content-Security-Policy"] for _ in range(3)}) == 3


def test_a_page_keeps_the_policy_it_brought(sample_app: Flask) -> None:
    assert sample_app.test_client().get("/own-policy").headers["Content-Security-Policy"] == "default-src 'none'"


def test_times_are_told_in_the_zone_of_the_school(sample_app: Flask) -> None:
    tokyo = replace(Surroundings(), zone=ZoneInfo("Asia/Tokyo"))
    elsewhere = Flask(__name__)
    look.init(elsewhere, lambda: tokyo)
    written_by = "{% from 'macros/times.html' import when %}{{ when(at) }}|{{ at | clock }}|{{ at | weekday }}"
    with elsewhere.test_request_context():
        assert render_template_string(written_by, at=WINTER) == (
            '<time datetime="2026-11-21T09:00+09:00">21 November 2026 at 9am</time>|9am|Saturday 21 November 2026'
        )
