"""Killed at every step of a release, a worker leaves the old or the new one, and the next worker finishes the job."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="forks a worker for every point")


def swept(folder: Path, twin: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.faults.kills", str(folder), twin]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=230, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_a_worker_killed_at_any_point_leaves_nothing_half_done_and_loses_nothing(tmp_path):
    found = swept(tmp_path, "sound")
    assert found["wrong"] == []
    assert found["points"] > 60


@pytest.mark.parametrize("twin", ["files one by one", "done before it is"])
def test_a_twin_broken_on_purpose_is_caught(tmp_path, twin):
    assert swept(tmp_path, twin)["wrong"]
