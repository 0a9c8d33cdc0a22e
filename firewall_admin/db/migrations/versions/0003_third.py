"""The second factor of signing in: seeds, recovery codes, half sign-ins, lost ones, and who must have one.

And of lists that are fetched, who vouched for their server."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "second_factor",
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("seed", sa.String(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("on_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_step", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_second_factor_person_id")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_second_factor_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_second_factor")),
        sa.UniqueConstraint("person_id", name=op.f("uq_second_factor_person_id")),
    )
    with op.batch_alter_table("second_factor", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_second_factor_school_id"), ["school_id"], unique=False)

    op.create_table(
        "recovery_code",
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_recovery_code_person_id")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_recovery_code_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
        sa.UniqueConstraint("token", name=op.f("uq_recovery_code_token")),
    )
    with op.batch_alter_table("recovery_code", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_recovery_code_person_id"), ["person_id"], unique=False)

    op.create_table(
        "half_sign_in",
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("device", sa.String(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_half_sign_in_person_id")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_half_sign_in_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_half_sign_in")),
        sa.UniqueConstraint("token", name=op.f("uq_half_sign_in_token")),
    )
    with op.batch_alter_table("half_sign_in", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_half_sign_in_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_half_sign_in_started_at"), ["started_at"], unique=False)

    op.create_table(
        "lost_factor",
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("confirmed_by", sa.Uuid(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["confirmed_by"], ["person.id"], name=op.f("fk_lost_factor_confirmed_by")),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name=op.f("fk_lost_factor_made_by")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_lost_factor_person_id")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_lost_factor_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lost_factor")),
    )
    with op.batch_alter_table("lost_factor", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_lost_factor_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_lost_factor_school_id"), ["school_id"], unique=False)

    with op.batch_alter_table("school", schema=None) as batch_op:
        batch_op.add_column(sa.Column("second_factor", sa.String(), server_default="nobody", nullable=False))

    with op.batch_alter_table("subscription", schema=None) as batch_op:
        batch_op.add_column(sa.Column("served", sa.JSON(), server_default="{}", nullable=False))
