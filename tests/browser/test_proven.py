"""A headteacher's click changes what a real Unbound answers, through the service as it is served, a real primary and
IXFR, and the requester's page says that it works because it was seen, with the time of each step.

`python -m tests.benchmarks --proven --names 1000000` is the same story with a million names."""

from pathlib import Path

from playwright.sync_api import Browser

from tests.benchmarks.proven import proven


def test_a_click_is_answered_by_a_real_resolver_and_the_page_of_who_asked_says_so_with_the_times(
    browser: Browser, tmp_path: Path
) -> None:
    found = proven(10_000, tmp_path, browser, rounds=1)
    [decided] = found.decisions
    assert [step.split(" ")[0] for step in decided.steps] == ["Decided", "Published", "Pushed", "Seen"]
    assert all("later" in step for step in decided.steps[2:]), decided.steps
    assert decided.answers < decided.says
