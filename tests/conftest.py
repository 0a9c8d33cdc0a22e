"""What holds for every test: Hypothesis without a stopwatch, a world, and nothing real left out under CI."""

import gc
import os
import shutil
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from tests.thoroughness import examples

if TYPE_CHECKING:  # the fixtures import them when they are asked for: most tests need neither
    from tests import postgresql
    from tests.world import World

NEVER_SKIPPED = ("servers", "browser", "db")
"""The folders whose tests need real programs: where those are missing, a person's run may go on, and CI's may not."""

SLOWEST_FIRST = ("browser", "faults", "servers", "cli", "journeys", "web", "db")
"""In which order the folders go where several processes share them: a test of a minute must not be left for the end,
when the other processes have nothing more to do. What is in none of them comes last."""

# A shared or busy machine is slow, not wrong. The profile loaded for CI by Hypothesis itself stays the parent there.
inherited = settings.get_profile(settings.get_current_profile_name())
settings.register_profile("unhurried", inherited, deadline=None, max_examples=examples(inherited.max_examples))
settings.load_profile("unhurried")


def _folder(path: Path) -> str:
    """Of a test's file, the folder below this one; empty where there is none."""
    inside = path.relative_to(Path(__file__).parent).parts if path.is_relative_to(Path(__file__).parent) else ()
    return inside[0] if len(inside) > 1 else ""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if hasattr(config, "workerinput"):  # one of several processes
        items.sort(key=lambda item: [*SLOWEST_FIRST, _folder(item.path)].index(_folder(item.path)))


def pytest_collection_finish() -> None:
    """What was collected stays until the end: nothing of it needs to be looked through whenever a test leaves something
    behind."""
    gc.collect()
    gc.freeze()


def _must_run(path: Path) -> bool:
    return "CI" in os.environ and _folder(path) in NEVER_SKIPPED


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


@pytest.fixture(scope="session", autouse=True)
def _instance(tmp_path_factory: pytest.TempPathFactory) -> Generator[None]:
    """No test leaves a database or a secret key in the checkout."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FIREWALL_ADMIN_INSTANCE", str(tmp_path_factory.mktemp("instance")))
        yield


@pytest.fixture(scope="session")
def postgresql_server() -> "Iterator[postgresql.Server]":
    """A PostgreSQL of this test process; started when the first test asks for it."""
    from tests import postgresql

    if not (postgresql.program("initdb") and postgresql.program("postgres")):
        (pytest.fail if "CI" in os.environ else pytest.skip)("no PostgreSQL server is installed")
    with postgresql.running() as server:
        yield server


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """Where the world's database is. Folders whose tests run on every database give their own."""
    return f"sqlite:///{tmp_path / 'school.db'}"


@pytest.fixture
def world(tmp_path: Path, database_url: str) -> "Iterator[World]":
    """Two schools on a database of their own."""
    from tests.world import World, furnished

    if database_url.startswith("sqlite:///") and not (file := Path(database_url.removeprefix("sqlite:///"))).exists():
        shutil.copyfile(furnished(), file)
    made = World(tmp_path, database_url)
    yield made
    made.db.engine.dispose()


@pytest.fixture
def proper_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords cost what they cost a service. Ask for it before a world."""
    from tests import hurry

    monkeypatch.setattr("firewall_admin.adapters.passwords.MEMORY", hurry.PROPER_MEMORY)
