"""Two roles for PostgreSQL: one that owns the tables and migrates, and a lesser one as which the service runs.

Whoever owns a table can switch its triggers off. The role that the service runs as must not: what it gets here lets it
do all its work, add to the trail and to the other tables that only grow, and do nothing else with those.
(PostgreSQL, "Privileges": the right to alter a table is inherent in its owner and can't be granted.)
"""

import re

from sqlalchemy import MetaData

from firewall_admin.core.refusals import Refusal

from .tables import Row

ONLY_GROW = ("trail", "decision", "destruction")
_ROLE = re.compile(r"[a-z_][a-z0-9_]{0,62}")
_VERSION = "alembic_version"  # read by the service, which refuses a database that is newer than itself


def grants(role: str, metadata: MetaData = Row.metadata) -> str:
    """The SQL that the owner of the tables runs in the database, after every upgrade. `role` is the service's, which
    must be there already. Refusal where it is not a plain name."""
    if not _ROLE.fullmatch(role) or role == "public":
        raise Refusal("a role is a word of small letters, digits and underscores, and not 'public'")
    others = sorted(set(metadata.tables) - set(ONLY_GROW))
    return "".join(f"{line}\n" for line in (*_refusing(role), *_granting(role, others)))


def _refusing(role: str) -> list[str]:
    owned = f"pg_has_role('{role}', relowner, 'MEMBER')"
    return [
        "BEGIN;",
        "-- Nothing is granted to a role that owns a table, is in its owner's role, or is above all rules.",
        "DO $$ BEGIN",
        "  IF EXISTS (SELECT FROM pg_class WHERE relnamespace = current_schema()::regnamespace",
        f"             AND relkind = 'r' AND {owned}) THEN",
        f"    RAISE EXCEPTION 'the role {role} may do what the owner of the tables may: make a role of its own';",
        "  END IF;",
        "END $$;",
    ]


def _granting(role: str, others: list[str]) -> list[str]:
    everything = ", ".join(f'"{table}"' for table in (*others, *ONLY_GROW, _VERSION))
    return [
        f'REVOKE ALL ON {everything} FROM PUBLIC, "{role}";',
        f"DO $$ BEGIN EXECUTE format('REVOKE CREATE ON SCHEMA %I FROM PUBLIC, \"{role}\"', current_schema()); END $$;",
        f"DO $$ BEGIN EXECUTE format('GRANT USAGE ON SCHEMA %I TO \"{role}\"', current_schema()); END $$;",
        "-- These only grow.",
        *(f'GRANT SELECT, INSERT ON "{table}" TO "{role}";' for table in ONLY_GROW),
        f'GRANT SELECT ON "{_VERSION}" TO "{role}";',
        *(f'GRANT SELECT, INSERT, UPDATE, DELETE ON "{table}" TO "{role}";' for table in others),
        "COMMIT;",
    ]
