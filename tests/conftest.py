"""What holds for every test: Hypothesis without a stopwatch, and nothing real left out under CI."""

import os
from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import settings

NEVER_SKIPPED = ("servers", "browser")
"""The folders whose tests need real programs: where those are missing, a person's run may go on, and CI's may not."""

# A shared or busy machine is slow, not wrong. The profile loaded for CI by Hypothesis itself stays the parent there.
settings.register_profile("unhurried", settings.get_profile(settings.get_current_profile_name()), deadline=None)
settings.load_profile("unhurried")


def _must_run(path: Path) -> bool:
    inside = path.relative_to(Path(__file__).parent).parts if path.is_relative_to(Path(__file__).parent) else ()
    return "CI" in os.environ and inside[:1] != () and inside[0] in NEVER_SKIPPED


def _refuse_skip(report: pytest.TestReport | pytest.CollectReport, path: Path) -> None:
    """Turn a skip into a failure that gives the reason the test gave. An expected failure is no skip."""
    if report.outcome == "skipped" and not hasattr(report, "wasxfail") and _must_run(path):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"skipped, which CI does not allow here: {reason}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    _refuse_skip(report, item.path)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    _refuse_skip(report, collector.path)
    return report
