"""A benchmark's table: a row for each size, measured in a fresh process of its own."""

import json
import subprocess
import sys
from collections.abc import Sequence

Row = dict[str, float]


def measured(module: str, sizes: Sequence[int]) -> str:
    """A table in Markdown of what a module of this package prints as JSON when it is run with each size."""
    rows = [_in_a_process(module, size) for size in sizes]
    told = list(rows[0])
    lines = ["| " + " | ".join(told) + " |", "|" + "--:|" * len(told)]
    return "\n".join(lines + ["| " + " | ".join(_said(row[name]) for name in told) + " |" for row in rows])


def _said(figure: float) -> str:
    return f"{figure:,}" if isinstance(figure, int) else f"{figure:.2f}"


def _in_a_process(module: str, size: int) -> Row:
    command = [sys.executable, "-m", module, str(size)]
    found: Row = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return found
