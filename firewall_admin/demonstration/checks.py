"""The filtering checks log of Oakfield: what was tested by hand and from outside, and what is still to come."""

from datetime import timedelta

from firewall_admin.journeys import filtering_checks
from firewall_admin.journeys.filtering_checks import Outcome, Plan

from .story import Story


def filter_tested(story: Story) -> None:
    """Two tests on the day before, one of which led to something, and two that are planned."""
    today, dan = story.at.date(), story.actor("Dan")
    tests = (
        (
            Plan("outside", "Year 5 iPads", "Main building", "pupils", today, 3),
            "All four parts of the test page",
            "good",
        ),
        (Plan("hand", "Visitors’ phones", "Main building", "visitors", today), "Ten sites of the games list", "part"),
    )
    for plan, tested, result in tests:
        action = "" if result == "good" else "The visitors’ network now has the school’s resolver"
        reference = "TF-2026-0417" if plan.kind == "outside" else ""
        outcome = Outcome(today, dan.name, tested, result, action, reference)
        filtering_checks.record(story.ports, dan, check=None, wanted=plan, outcome=outcome)
    due = today + timedelta(days=14)
    filtering_checks.plan(story.ports, dan, Plan("hand", "Staff laptops", "At home", "staff", due, 12))
