"""Access requests and their decisions, which nobody changes; letters, checks, subscriptions, reports and incidents."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

FINAL = ("decision",)
"""Tables that only grow: what was decided stays as it was decided, and a new decision stands beside it."""


def upgrade() -> None:
    tables()
    for table in FINAL:
        for statement in sqlite(table) if op.get_bind().dialect.name == "sqlite" else postgresql(table):
            op.execute(statement)


def sqlite(table: str) -> list[str]:
    return [
        f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, 'the table {table} only grows'); END"
        for verb in ("UPDATE", "DELETE")
    ]


def postgresql(table: str) -> list[str]:
    return [
        f"""CREATE FUNCTION {table}_only_grows() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'the table {table} only grows'; END $$""",
        f"""CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table}
        FOR EACH ROW EXECUTE FUNCTION {table}_only_grows()""",
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} EXECUTE FUNCTION {table}_only_grows()",
        *(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_{name}" for name in ("no_change", "no_truncate")),
    ]


def tables() -> None:
    op.create_table(
        "access_request",
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("domain", sa.String(), nullable=True),
        sa.Column("terms", sa.JSON(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("curriculum", sa.String(), nullable=False),
        sa.Column("alternatives", sa.String(), nullable=False),
        sa.Column("blocked_by", sa.String(), nullable=False),
        sa.Column("device", sa.String(), nullable=False),
        sa.Column("long_reason", sa.String(), nullable=False),
        sa.Column("previewed", sa.Boolean(), nullable=False),
        sa.Column("sensitive", sa.Boolean(), nullable=False),
        sa.Column("needed_by", sa.Date(), nullable=True),
        sa.Column("follows", sa.Uuid(), nullable=True),
        sa.Column("why_again", sa.String(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["asked_by"], ["person.id"], name=op.f("fk_access_request_asked_by")),
        sa.ForeignKeyConstraint(["follows"], ["access_request.id"], name=op.f("fk_access_request_follows")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_access_request_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_request")),
        sa.UniqueConstraint("school_id", "number", name=op.f("uq_access_request_school_id_number")),
    )
    with op.batch_alter_table("access_request", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_access_request_domain"), ["domain"], unique=False)
        batch_op.create_index(batch_op.f("ix_access_request_school_id"), ["school_id"], unique=False)

    op.create_table(
        "letter",
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("calendar", sa.String(), nullable=True),
        sa.Column("digest", sa.Boolean(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("send_after", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_try", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("detail", sa.String(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_letter_person_id")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_letter_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter")),
        sa.UniqueConstraint("school_id", "person_id", "key", name=op.f("uq_letter_school_id_person_id_key")),
    )
    with op.batch_alter_table("letter", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_letter_school_id"), ["school_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_letter_state"), ["state"], unique=False)

    op.create_table(
        "live_check",
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("target_id", sa.Uuid(), nullable=False),
        sa.Column("release_id", sa.Uuid(), nullable=False),
        sa.Column("audience", sa.String(), nullable=False),
        sa.Column("domain", sa.String(), nullable=False),
        sa.Column("expected", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("decision", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_try", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finding", sa.String(), nullable=True),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["release_id"], ["release.id"], name=op.f("fk_live_check_release_id")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_live_check_school_id")),
        sa.ForeignKeyConstraint(["target_id"], ["target.id"], name=op.f("fk_live_check_target_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_live_check")),
    )
    with op.batch_alter_table("live_check", schema=None) as batch_op:
        batch_op.create_index("ix_live_check_proof", ["school_id", "domain", "audience", "done_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_live_check_release_id"), ["release_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_live_check_school_id"), ["school_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_live_check_state"), ["state"], unique=False)
        batch_op.create_index(batch_op.f("ix_live_check_target_id"), ["target_id"], unique=False)

    op.create_table(
        "assessment",
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("advice", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("risk", sa.String(), nullable=False),
        sa.Column("terms", sa.JSON(), nullable=False),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name=op.f("fk_assessment_made_by")),
        sa.ForeignKeyConstraint(["request_id"], ["access_request.id"], name=op.f("fk_assessment_request_id")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_assessment_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment")),
    )
    with op.batch_alter_table("assessment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_assessment_request_id"), ["request_id"], unique=False)

    op.create_table(
        "decision",
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("terms", sa.JSON(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("standing_in_for", sa.String(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("shown", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("supersedes", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name=op.f("fk_decision_made_by")),
        sa.ForeignKeyConstraint(["request_id"], ["access_request.id"], name=op.f("fk_decision_request_id")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_decision_school_id")),
        sa.ForeignKeyConstraint(["supersedes"], ["decision.id"], name=op.f("fk_decision_supersedes")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
        sa.UniqueConstraint("school_id", "number", name=op.f("uq_decision_school_id_number")),
        sa.UniqueConstraint("supersedes", name=op.f("uq_decision_supersedes")),
    )
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_decision_request_id"), ["request_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_decision_school_id"), ["school_id"], unique=False)

    op.create_table(
        "remark",
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name=op.f("fk_remark_made_by")),
        sa.ForeignKeyConstraint(["request_id"], ["access_request.id"], name=op.f("fk_remark_request_id")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_remark_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remark")),
    )
    with op.batch_alter_table("remark", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_remark_request_id"), ["request_id"], unique=False)

    with op.batch_alter_table("school", schema=None) as batch_op:
        batch_op.add_column(sa.Column("terms", sa.JSON(), server_default="[]", nullable=False))

    with op.batch_alter_table("target", schema=None) as batch_op:
        batch_op.add_column(sa.Column("resolvers", sa.JSON(), server_default="[]", nullable=False))
