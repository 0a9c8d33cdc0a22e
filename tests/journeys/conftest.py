"""What people do must be the same on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Every test that has a world runs on both databases."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'school.db'}"
        return
    with request.getfixturevalue("postgresql_server").furnished() as url:
        yield url
