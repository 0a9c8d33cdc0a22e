"""Access requests and their decisions, which nobody changes; letters, checks, subscriptions, reports and incidents."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

FINAL = ("decision", "destruction")
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
        "name_chain",
        sa.Column("domain", sa.String(), nullable=False),
        sa.Column("chain", sa.JSON(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("again_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("domain", name=op.f("pk_name_chain")),
    )
    op.create_table(
        "destruction",
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("record", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_destruction_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_destruction")),
    )
    with op.batch_alter_table("destruction", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_destruction_school_id"), ["school_id"], unique=False)

    op.create_table(
        "filtering_check",
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("device", sa.String(), nullable=False),
        sa.Column("site", sa.String(), nullable=False),
        sa.Column("group", sa.String(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("every", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("planned_by", sa.String(), nullable=False),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("done_by", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tested", sa.String(), nullable=False),
        sa.Column("result", sa.String(), nullable=True),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("follows", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["follows"], ["filtering_check.id"], name=op.f("fk_filtering_check_follows")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_filtering_check_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_filtering_check")),
    )
    with op.batch_alter_table("filtering_check", schema=None) as batch_op:
        batch_op.create_index("ix_filtering_check_due", ["school_id", "state", "due"], unique=False)
        batch_op.create_index(batch_op.f("ix_filtering_check_school_id"), ["school_id"], unique=False)

    op.create_table(
        "inspection_link",
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_inspection_link_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspection_link")),
        sa.UniqueConstraint("token", name=op.f("uq_inspection_link_token")),
    )
    with op.batch_alter_table("inspection_link", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_inspection_link_school_id"), ["school_id"], unique=False)

    op.create_table(
        "pupil_name",
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("salt", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_pupil_name_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pupil_name")),
        sa.UniqueConstraint("school_id", "reference", name=op.f("uq_pupil_name_school_id_reference")),
    )
    with op.batch_alter_table("pupil_name", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pupil_name_school_id"), ["school_id"], unique=False)

    op.create_table(
        "review",
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("opened_by", sa.String(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_review_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review")),
        sa.UniqueConstraint("school_id", "number", name=op.f("uq_review_school_id_number")),
    )
    with op.batch_alter_table("review", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_review_school_id"), ["school_id"], unique=False)

    op.create_table(
        "undertaking",
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("review_on", sa.Date(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_undertaking_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_undertaking")),
    )
    with op.batch_alter_table("undertaking", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_undertaking_school_id"), ["school_id"], unique=False)

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
        sa.Column("chain_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("follows", sa.Uuid(), nullable=True),
        sa.Column("why_again", sa.String(), nullable=True),
        sa.Column("hold", sa.String(), nullable=True),
        sa.Column("destroyed_at", sa.DateTime(timezone=True), nullable=True),
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
        "acknowledgement",
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_acknowledgement_person_id")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_acknowledgement_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_acknowledgement")),
        sa.UniqueConstraint(
            "school_id", "person_id", "version", name=op.f("uq_acknowledgement_school_id_person_id_version")
        ),
    )
    with op.batch_alter_table("acknowledgement", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_acknowledgement_school_id"), ["school_id"], unique=False)

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
        sa.Column("secret", sa.String(), nullable=True),
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
        sa.Column("resolver", sa.String(), nullable=False),
        sa.Column("vantage", sa.JSON(), nullable=False),
        sa.Column("audience", sa.String(), nullable=False),
        sa.Column("domain", sa.String(), nullable=False),
        sa.Column("expected", sa.String(), nullable=False),
        sa.Column("wanted", sa.JSON(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("decision", sa.String(), nullable=True),
        sa.Column("occasion", sa.String(), nullable=False),
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
        sa.UniqueConstraint(
            "target_id", "release_id", "resolver", "audience", "domain", "occasion", name="uq_live_check"
        ),
    )
    with op.batch_alter_table("live_check", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_live_check_decision"), ["decision"], unique=False)
        batch_op.create_index("ix_live_check_proof", ["school_id", "domain", "audience", "done_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_live_check_release_id"), ["release_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_live_check_school_id"), ["school_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_live_check_state"), ["state"], unique=False)
        batch_op.create_index(batch_op.f("ix_live_check_target_id"), ["target_id"], unique=False)

    op.create_table(
        "push",
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("target_id", sa.Uuid(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("port", sa.Integer(), nullable=False),
        sa.Column("suffix", sa.String(), nullable=False),
        sa.Column("key_name", sa.String(), nullable=False),
        sa.Column("algorithm", sa.String(), nullable=False),
        sa.Column("secret", sa.String(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_push_school_id")),
        sa.ForeignKeyConstraint(["target_id"], ["target.id"], name=op.f("fk_push_target_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_push")),
        sa.UniqueConstraint("target_id", name=op.f("uq_push_target_id")),
    )
    with op.batch_alter_table("push", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_push_school_id"), ["school_id"], unique=False)

    op.create_table(
        "pushed_zone",
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("target_id", sa.Uuid(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("release", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("file", sa.String(), nullable=False),
        sa.Column("serial", sa.BigInteger(), nullable=True),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("compared_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_pushed_zone_school_id")),
        sa.ForeignKeyConstraint(["target_id"], ["target.id"], name=op.f("fk_pushed_zone_target_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pushed_zone")),
        sa.UniqueConstraint("target_id", "zone", name=op.f("uq_pushed_zone_target_id_zone")),
    )
    op.create_table(
        "retention_choice",
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("hold", sa.String(), nullable=True),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name=op.f("fk_retention_choice_made_by")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_retention_choice_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retention_choice")),
        sa.UniqueConstraint("school_id", "rule", name=op.f("uq_retention_choice_school_id_rule")),
    )
    op.create_table(
        "review_action",
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("review_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("done_by", sa.String(), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["review_id"], ["review.id"], name=op.f("fk_review_action_review_id")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_review_action_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_action")),
    )
    with op.batch_alter_table("review_action", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_review_action_review_id"), ["review_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_review_action_school_id"), ["school_id"], unique=False)

    op.create_table(
        "review_signature",
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("review_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_review_signature_person_id")),
        sa.ForeignKeyConstraint(["review_id"], ["review.id"], name=op.f("fk_review_signature_review_id")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_review_signature_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_signature")),
        sa.UniqueConstraint("review_id", "role", name=op.f("uq_review_signature_review_id_role")),
    )
    with op.batch_alter_table("review_signature", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_review_signature_review_id"), ["review_id"], unique=False)

    op.create_table(
        "subject_access",
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("pupil_id", sa.Uuid(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_by", sa.Uuid(), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("file", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=True),
        sa.Column("given", sa.Integer(), nullable=False),
        sa.Column("withheld", sa.Integer(), nullable=False),
        sa.Column("given_to", sa.String(), nullable=False),
        sa.Column("given_by", sa.Uuid(), nullable=True),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["approved_by"], ["person.id"], name=op.f("fk_subject_access_approved_by")),
        sa.ForeignKeyConstraint(["given_by"], ["person.id"], name=op.f("fk_subject_access_given_by")),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name=op.f("fk_subject_access_made_by")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_subject_access_person_id")),
        sa.ForeignKeyConstraint(["pupil_id"], ["pupil_name.id"], name=op.f("fk_subject_access_pupil_id")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_subject_access_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subject_access")),
        sa.UniqueConstraint("school_id", "number", name=op.f("uq_subject_access_school_id_number")),
    )
    with op.batch_alter_table("subject_access", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_subject_access_school_id"), ["school_id"], unique=False)

    op.create_table(
        "subscription",
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("list_id", sa.Uuid(), nullable=True),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("interval", sa.Integer(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_try", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_try", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_success", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("trouble", sa.String(), nullable=True),
        sa.Column("etag", sa.String(), nullable=True),
        sa.Column("last_modified", sa.String(), nullable=True),
        sa.Column("body", sa.String(), nullable=True),
        sa.Column("came_from", sa.String(), nullable=True),
        sa.Column("found", sa.JSON(), nullable=False),
        sa.Column("accepted", sa.JSON(), nullable=False),
        sa.Column("kept", sa.String(), nullable=True),
        sa.Column("taken", sa.JSON(), server_default="{}", nullable=False),
        sa.Column("lease", sa.String(), nullable=True),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stop", sa.Boolean(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("bytes", sa.Integer(), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["list_id"], ["list.id"], name=op.f("fk_subscription_list_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_subscription_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscription")),
        sa.UniqueConstraint("list_id", name=op.f("uq_subscription_list_id")),
    )
    with op.batch_alter_table("subscription", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_subscription_next_try"), ["next_try"], unique=False)
        batch_op.create_index(batch_op.f("ix_subscription_school_id"), ["school_id"], unique=False)

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
        "content_report",
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("illegal", sa.Boolean(), nullable=False),
        sa.Column("reported_by", sa.Uuid(), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("domain", sa.String(), nullable=True),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("area", sa.String(), nullable=False),
        sa.Column("pupil_id", sa.Uuid(), nullable=True),
        sa.Column("done", sa.String(), nullable=False),
        sa.Column("handled_by", sa.Uuid(), nullable=True),
        sa.Column("handled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rule_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("hold", sa.String(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("destroy_on", sa.DateTime(timezone=True), nullable=True),
        sa.Column("destroyed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["handled_by"], ["person.id"], name=op.f("fk_content_report_handled_by")),
        sa.ForeignKeyConstraint(["pupil_id"], ["pupil_name.id"], name=op.f("fk_content_report_pupil_id")),
        sa.ForeignKeyConstraint(["reported_by"], ["person.id"], name=op.f("fk_content_report_reported_by")),
        sa.ForeignKeyConstraint(["rule_id"], ["rule.id"], name=op.f("fk_content_report_rule_id")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_content_report_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_content_report")),
        sa.UniqueConstraint("school_id", "number", name=op.f("uq_content_report_school_id_number")),
    )
    with op.batch_alter_table("content_report", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_content_report_destroy_on"), ["destroy_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_content_report_domain"), ["domain"], unique=False)
        batch_op.create_index(batch_op.f("ix_content_report_school_id"), ["school_id"], unique=False)

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
        "incident",
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reported_by", sa.Uuid(), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("indicator", sa.String(), nullable=False),
        sa.Column("found", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("evidence", sa.String(), nullable=False),
        sa.Column("log_reference", sa.String(), nullable=False),
        sa.Column("at_risk", sa.Boolean(), nullable=False),
        sa.Column("pupil_id", sa.Uuid(), nullable=True),
        sa.Column("rule_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("hold", sa.String(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("destroy_on", sa.DateTime(timezone=True), nullable=True),
        sa.Column("destroyed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["pupil_id"], ["pupil_name.id"], name=op.f("fk_incident_pupil_id")),
        sa.ForeignKeyConstraint(["reported_by"], ["person.id"], name=op.f("fk_incident_reported_by")),
        sa.ForeignKeyConstraint(["rule_id"], ["rule.id"], name=op.f("fk_incident_rule_id")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_incident_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident")),
        sa.UniqueConstraint("school_id", "number", name=op.f("uq_incident_school_id_number")),
    )
    with op.batch_alter_table("incident", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_incident_destroy_on"), ["destroy_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_incident_school_id"), ["school_id"], unique=False)

    op.create_table(
        "list_refresh",
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("subscription_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
        sa.Column("names", sa.Integer(), nullable=True),
        sa.Column("added", sa.Integer(), nullable=True),
        sa.Column("removed", sa.Integer(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_list_refresh_school_id")),
        sa.ForeignKeyConstraint(
            ["subscription_id"], ["subscription.id"], name=op.f("fk_list_refresh_subscription_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_list_refresh")),
    )
    with op.batch_alter_table("list_refresh", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_list_refresh_subscription_id"), ["subscription_id"], unique=False)

    op.create_table(
        "password_reset",
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("confirmed_by", sa.Uuid(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("invitation_id", sa.Uuid(), nullable=True),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["confirmed_by"], ["person.id"], name=op.f("fk_password_reset_confirmed_by")),
        sa.ForeignKeyConstraint(["invitation_id"], ["invitation.id"], name=op.f("fk_password_reset_invitation_id")),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name=op.f("fk_password_reset_made_by")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_password_reset_person_id")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_password_reset_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_password_reset")),
    )
    with op.batch_alter_table("password_reset", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_password_reset_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_password_reset_school_id"), ["school_id"], unique=False)

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

    op.create_table(
        "subject_access_choice",
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("subject_access_id", sa.Uuid(), nullable=False),
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("given", sa.Boolean(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name=op.f("fk_subject_access_choice_made_by")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_subject_access_choice_school_id")),
        sa.ForeignKeyConstraint(
            ["subject_access_id"], ["subject_access.id"], name=op.f("fk_subject_access_choice_subject_access_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subject_access_choice")),
        sa.UniqueConstraint("subject_access_id", "item", name=op.f("uq_subject_access_choice_subject_access_id_item")),
    )
    with op.batch_alter_table("subject_access_choice", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_subject_access_choice_subject_access_id"), ["subject_access_id"], unique=False
        )

    op.create_table(
        "decision_shown",
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("decision_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["decision_id"], ["decision.id"], name=op.f("fk_decision_shown_decision_id")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_decision_shown_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision_shown")),
        sa.UniqueConstraint("decision_id", name=op.f("uq_decision_shown_decision_id")),
    )
    op.create_table(
        "restriction",
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("pupil_id", sa.Uuid(), nullable=True),
        sa.Column("incident_id", sa.Uuid(), nullable=True),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("review_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reviewed_by", sa.Uuid(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("hold", sa.String(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("destroy_on", sa.DateTime(timezone=True), nullable=True),
        sa.Column("destroyed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_restriction_decided_by")),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_restriction_incident_id")),
        sa.ForeignKeyConstraint(["pupil_id"], ["pupil_name.id"], name=op.f("fk_restriction_pupil_id")),
        sa.ForeignKeyConstraint(["reviewed_by"], ["person.id"], name=op.f("fk_restriction_reviewed_by")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_restriction_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_restriction")),
        sa.UniqueConstraint("school_id", "number", name=op.f("uq_restriction_school_id_number")),
    )
    with op.batch_alter_table("restriction", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_restriction_destroy_on"), ["destroy_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_restriction_school_id"), ["school_id"], unique=False)

    op.create_table(
        "report_note",
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=True),
        sa.Column("incident_id", sa.Uuid(), nullable=True),
        sa.Column("restriction_id", sa.Uuid(), nullable=True),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("result", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("outside", sa.String(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_report_note_incident_id")),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name=op.f("fk_report_note_made_by")),
        sa.ForeignKeyConstraint(["report_id"], ["content_report.id"], name=op.f("fk_report_note_report_id")),
        sa.ForeignKeyConstraint(["restriction_id"], ["restriction.id"], name=op.f("fk_report_note_restriction_id")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_report_note_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_note")),
    )
    with op.batch_alter_table("report_note", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_report_note_incident_id"), ["incident_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_report_note_report_id"), ["report_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_report_note_restriction_id"), ["restriction_id"], unique=False)

    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.add_column(sa.Column("mailed", sa.Boolean(), nullable=True))

    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.add_column(sa.Column("left_at", sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table("school", schema=None) as batch_op:
        batch_op.add_column(sa.Column("terms", sa.JSON(), server_default="[]", nullable=False))
        batch_op.add_column(sa.Column("goes_back", sa.Boolean(), nullable=True))
        batch_op.add_column(sa.Column("reminded_on", sa.Date(), nullable=True))

    with op.batch_alter_table("target", schema=None) as batch_op:
        batch_op.add_column(sa.Column("resolvers", sa.JSON(), server_default="[]", nullable=False))
        batch_op.add_column(sa.Column("ring", sa.Integer(), server_default="0", nullable=False))
