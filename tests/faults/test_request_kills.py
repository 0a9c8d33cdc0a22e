"""Killed between any two steps of a request, nothing is lost and nothing is there twice."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="forks a process for every point")


def swept(folder: Path, twin: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.faults.request_kills", str(folder), twin]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=230, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_a_process_killed_between_asking_and_the_end_loses_and_doubles_nothing(tmp_path):
    found = swept(tmp_path, "sound")
    assert found["wrong"] == []
    assert found["points"] > 8


def test_a_twin_broken_on_purpose_is_caught(tmp_path):
    assert swept(tmp_path, "rule in an act of its own")["wrong"]
