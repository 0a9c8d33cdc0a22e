"""Whether a database is at the schema of this program, found out without what could change it."""

from pathlib import Path

from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from .change import Database

MIGRATIONS = Path(__file__).with_name("migrations")


def is_present(database: Database) -> bool:
    """Whether the last migration that there is was the last one applied. Each is a file that begins with its number."""
    newest = max(file.stem.partition("_")[0] for file in (MIGRATIONS / "versions").glob("[0-9]*.py"))
    with database.engine.connect() as connection:
        try:
            found = connection.scalars(text("SELECT version_num FROM alembic_version")).all()
        except DatabaseError:  # there is no such table: nobody has begun
            return False
    return list(found) == [newest]
