"""Make the table of plans that practitioners hand out."""

import sqlalchemy as sa
from alembic import op

revision = "0014_plans"
down_revision = "0013_programmes"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade():
    op.create_table(
        "routines_plan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("given_by", sa.String(60), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("revoked_at", MOMENT, nullable=True),
        sa.CheckConstraint("expires_at > created_at", name=op.f("ck_routines_plan_expires")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_routines_plan")),
    )
    op.create_index("ix_routines_plan_expires_at", "routines_plan", ["expires_at"])


def downgrade():
    op.drop_table("routines_plan")
