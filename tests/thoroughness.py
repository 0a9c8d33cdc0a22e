"""How many examples a law is tried on: enough to find a slip in every run, and many more where somebody has the time.

THOROUGH=1 in the environment of the tests tries four times as many.
"""

import os

LEAST = 10


def examples(many: int) -> int:
    """Of as many as a law deserves, those that are tried now."""
    return many if os.environ.get("THOROUGH") else max(LEAST, many // 4)
