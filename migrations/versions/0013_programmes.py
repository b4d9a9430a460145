"""Make the tables of enrolments: who follows which programme, and when phases open."""

import sqlalchemy as sa
from alembic import op

revision = "0013_programmes"
down_revision = "0012_vocabulary"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade():
    op.create_table(
        "routines_enrolment",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("routine_revisions", sa.JSON(), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("letters", sa.Boolean(), nullable=False),
        sa.Column("pace", sa.String(12), nullable=False),
        sa.Column("zone", sa.String(64), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("paused_at", MOMENT, nullable=True),
        sa.Column("shifts", sa.JSON(), nullable=False),
        sa.Column("asked_letters", sa.Integer(), nullable=False),
        sa.Column("written_at", MOMENT, nullable=True),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.CheckConstraint(
            "state IN ('asked', 'active')", name=op.f("ck_routines_enrolment_state")
        ),
        sa.CheckConstraint(
            "pace IN ('normal', 'self_paced')", name=op.f("ck_routines_enrolment_pace")
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["routines_entry.id"], ondelete="CASCADE",
            name=op.f("fk_routines_enrolment_entry_id_routines_entry"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_routines_enrolment")),
    )  # fmt: skip
    op.create_index(
        "ix_routines_enrolment_entry_id_email", "routines_enrolment", ["entry_id", "email"],
        unique=True, postgresql_where=sa.text("email <> ''"), sqlite_where=sa.text("email <> ''"),
    )  # fmt: skip
    op.create_index("ix_routines_enrolment_changed_at", "routines_enrolment", ["changed_at"])
    op.create_table(
        "routines_phase_state",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.String(40), nullable=False),
        sa.Column("key", sa.String(80), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("unlocks_at", MOMENT, nullable=True),
        sa.Column("opened_at", MOMENT, nullable=True),
        sa.Column("completed_at", MOMENT, nullable=True),
        sa.Column("is_waiting", sa.Boolean(), nullable=False),
        sa.Column("is_told", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["routines_enrolment.id"], ondelete="CASCADE",
            name=op.f("fk_routines_phase_state_enrolment_id_routines_enrolment"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_routines_phase_state")),
        sa.UniqueConstraint(
            "enrolment_id", "position", name=op.f("uq_routines_phase_state_enrolment_id_position")
        ),
    )  # fmt: skip
    op.create_index(
        "ix_routines_phase_state_opened_at_unlocks_at",
        "routines_phase_state",
        ["opened_at", "unlocks_at"],
    )


def downgrade():
    op.drop_table("routines_phase_state")
    op.drop_table("routines_enrolment")
