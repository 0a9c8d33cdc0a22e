"""Killed between any two steps of a request, nothing is lost and nothing is there twice."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="forks a process for every point")


def test_a_process_killed_between_asking_and_the_end_loses_and_doubles_nothing(tmp_path):
    command = [sys.executable, "-m", "tests.faults.request_kills", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=230, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["wrong"] == []
    assert found["points"] > 8
