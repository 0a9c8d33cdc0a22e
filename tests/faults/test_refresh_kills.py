"""Killed at every step of refreshing a list, a worker leaves the old text or the new one, and the next one finishes."""

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
    command = [sys.executable, "-m", "tests.faults.refresh_kills", str(folder), twin]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=230, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_a_worker_killed_at_any_point_of_a_refresh_leaves_the_old_text_or_the_new(tmp_path):
    found = swept(tmp_path, "sound")
    assert found["wrong"] == []
    assert found["points"] > 20


@pytest.mark.parametrize("twin", ["success before it is", "row before text"])
def test_a_twin_broken_on_purpose_is_caught(tmp_path, twin):
    assert swept(tmp_path, twin)["wrong"]
