"""The lock files hold what the project asks for, by hash, and agree with each other."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
RUNTIME = [*PROJECT["project"]["dependencies"], *PROJECT["dependency-groups"]["build"]]
ASKED = {
    "requirements.lock": RUNTIME,
    "requirements-test.lock": [*RUNTIME, *PROJECT["project"]["optional-dependencies"]["test"]],
}
PIN = re.compile(r"(?P<name>[a-z0-9][a-z0-9.-]*)==(?P<version>[0-9][0-9a-z.]*)(?: ; [^\\]+)? \\")
HASH = re.compile(r"    --hash=sha256:[0-9a-f]{64}(?: \\)?")


def _lines(lock: str) -> list[str]:
    return [line for line in (ROOT / lock).read_text("utf-8").splitlines() if not line.startswith("#")]


def _pins(lock: str) -> dict[str, str]:
    return {pin["name"]: pin["version"] for line in _lines(lock) if (pin := PIN.fullmatch(line))}


@pytest.mark.parametrize("lock", ASKED)
def test_a_lock_is_pins_and_hashes_and_nothing_else(lock: str) -> None:
    assert [line for line in _lines(lock) if not PIN.fullmatch(line) and not HASH.fullmatch(line)] == []


@pytest.mark.parametrize("lock", ASKED)
def test_everything_the_project_asks_for_is_locked_at_a_version_it_accepts(lock: str) -> None:
    pins = _pins(lock)
    for asked in map(Requirement, ASKED[lock]):
        assert asked.specifier.contains(pins[canonicalize_name(asked.name)]), asked


def test_tests_run_with_the_very_versions_that_are_shipped() -> None:
    assert _pins("requirements.lock").items() <= _pins("requirements-test.lock").items()


def test_the_build_asks_for_what_is_locked() -> None:
    assert PROJECT["build-system"]["requires"] == PROJECT["dependency-groups"]["build"]
